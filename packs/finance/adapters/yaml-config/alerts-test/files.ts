/** The AlertTestFiles port over YAML files. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareDiagnostics, operationalError } from 'brctl/sdk';
import type { AlertTestFiles, ReadFile } from '../../../ports/alert-tests.ts';
import { readUsageAlerts } from '../alerts/config.ts';
import { readBudgets } from '../budgets.ts';
import { openSource, type Source } from '../part.ts';
import { readAlertTests } from './suite.ts';

/** More is no text that somebody wrote. */
const BYTES_MAX = 4_000_000;

/** `folder` is `<target>/config/finance`. */
export function alertTestFiles(folder: string): AlertTestFiles {
  return {
    suite: (file) => readWhole(file, readAlertTests),
    alerts: (file) => readWhole(file ?? join(folder, 'usage-alerts-config.yaml'), readUsageAlerts),
    budgets: (file) => readWhole(file ?? join(folder, 'budgets.yaml'), readBudgets),
    exists: existsSync,
  };
}

async function readWhole<T>(
  file: string,
  read: (source: Source) => T | undefined,
): Promise<ReadFile<T>> {
  const source = openSource(await textOf(file), file);
  const value = source.problems.length === 0 ? read(source) : undefined;
  const problems = source.problems.toSorted(compareDiagnostics);
  return { file, value: problems.length === 0 ? value : undefined, problems };
}

async function textOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT'
      ? operationalError('file-missing', `${file} is not there`)
      : operationalError('file-unreadable', `cannot read ${file}: ${error.message}`);
  });
  if (text.length <= BYTES_MAX) return text;
  throw operationalError('file-too-long', `${file} is longer than ${BYTES_MAX} characters`);
}
