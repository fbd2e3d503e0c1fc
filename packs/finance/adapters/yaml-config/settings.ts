/** The Settings ports over the operator's YAML files in `config/finance/`. */
import { lstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareDiagnostics, type Diagnostic, operationalError, place } from 'brctl/sdk';
import type { AlertSettings, CheckedAlerts, Settings } from '../../ports/settings.ts';
import { readUsageAlerts } from './alerts/config.ts';
import { readBudgets } from './budgets.ts';
import { openSource, type Source } from './part.ts';

const ALERTS = 'usage-alerts-config.yaml';

/** `folder` is `<target>/config/finance`. */
export function yamlSettings(folder: string): Settings & AlertSettings {
  return {
    budgets: () => readConfig(join(folder, 'budgets.yaml'), readBudgets),
    alerts: () => readConfig(join(folder, ALERTS), readUsageAlerts),
    checkAlerts: (file) => checkAlerts(file ?? join(folder, ALERTS), file === undefined),
  };
}

/** As it stands: what an audit names as its version. */
export async function readAlertsText(folder: string): Promise<{ file: string; text: string }> {
  return { file: ALERTS, text: await readText(join(folder, ALERTS)) };
}

async function checkAlerts(file: string, isOwn: boolean): Promise<CheckedAlerts> {
  const source = openSource(await readText(file, isOwn), file);
  const value = source.problems.length === 0 ? readUsageAlerts(source) : undefined;
  const problems = source.problems.toSorted(compareDiagnostics);
  return { file, config: problems.length === 0 ? value : undefined, problems };
}

async function readConfig<T>(file: string, read: (source: Source) => T | undefined): Promise<T> {
  const source = openSource(await readText(file), file);
  const value = source.problems.length === 0 ? read(source) : undefined;
  const [first, ...others] = source.problems.toSorted(compareDiagnostics);
  if (first !== undefined) throw configError(first, others);
  return value!;
}

/** `isOwn`: a file that the pack ships and an install puts in its place. */
async function readText(file: string, isOwn = true): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    throw code === 'ENOENT' && !isLink
      ? operationalError(
          'config-missing',
          `${file} is not there`,
          isOwn
            ? 'brctl pack install finance puts the file that the pack ships in its place'
            : undefined,
        )
      : operationalError('config-unreadable', `cannot read ${file}: ${message}`);
  }
}

function configError(first: Diagnostic, others: readonly Diagnostic[]): Error {
  const lines = others.map(({ line }) => line).join(', ');
  const more =
    others.length === 0
      ? undefined
      : `${others.length} more ${others.length === 1 ? 'problem' : 'problems'}: line ${lines}`;
  const hint = [first.hint, more].filter((text) => text !== undefined).join('; ');
  return operationalError(
    'config-invalid',
    `${place(first)}: ${first.message}`,
    hint === '' ? undefined : hint,
  );
}
