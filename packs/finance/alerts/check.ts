/**
 * `brctl finance alerts check [file]`: is the alert config right, and what will each part of it do?
 *
 * Exit 1 when something in it is wrong, or cannot be honoured: nothing is ignored in silence. What
 * is not there yet, a variable or the holder of a role, is said and is no reason for exit 1: a
 * config is checked where its secrets are not. Nobody is told anything, and no value is shown.
 */
import { resolve } from 'node:path';
import { type Command, defineCommand, type Input, type PackContext, toJson } from 'brctl/sdk';
import type { AlertConfig } from '../core/alert-config/config.ts';
import { variablesIn } from '../core/alert-config/variable.ts';
import { needsAttention } from '../core/finding.ts';
import { compareText } from '../core/order.ts';
import type { AlertCheck, Variable } from './alert-check.ts';
import { settingsOf } from './config-settings.ts';
import { checkFindings } from './honoured.ts';
import type { OpenAlertCheck } from './ports.ts';
import { checkRoles } from './reached-roles.ts';
import { webhookFindings } from './reached-webhooks.ts';
import { checkAsJson } from './render/as-json.ts';
import { checkAsText } from './render/as-text.ts';

export type CheckOptions = Readonly<{
  /** As typed; undefined is the target's own. */
  file: string | undefined;
}>;

export function alertsCheckCommand(open: OpenAlertCheck): Command<CheckOptions, AlertCheck> {
  return defineCommand<CheckOptions, AlertCheck>({
    path: ['alerts', 'check'],
    summary: 'Whether the alert config is right, and what each part of it will do.',
    description: DESCRIPTION,
    examples: [
      'brctl finance alerts check',
      'brctl finance alerts check usage-alerts-config.yaml --format json',
    ],
    arguments: [
      {
        name: 'file',
        summary: 'another than config/finance/usage-alerts-config.yaml',
        completes: 'file',
      },
    ],
    formats: ['table', 'json'],
    parse: ({ arguments: [file] }: Input) => ({ file }),
    plan: (options, context) => plan(options, context, open),
    render: (check, view) =>
      view.format === 'json' ? toJson(checkAsJson(check)) : checkAsText(check, view),
    outcome: ({ problems, findings }) =>
      problems.length > 0 || needsAttention(findings) ? 'findings' : 'ok',
  });
}

const DESCRIPTION = [
  'Reads the config as the other alert commands do, says every problem with its line and column,',
  'then lists the rules, channels, escalations, actions, reports, integrations and windows it',
  'makes. It says which variables are set, never what they hold, and who holds the roles it names.',
  'Exit code 1: something is wrong, or is asked for and cannot be honoured. A variable that is not',
  'set yet, or a role that nobody holds yet, is said and is no reason for it.',
].join('\n');

async function plan(
  { file }: CheckOptions,
  context: PackContext,
  open: OpenAlertCheck,
): Promise<AlertCheck> {
  const ports = await open(context);
  const path = file === undefined ? undefined : resolve(context.cwd, file);
  const { config, problems, ...read } = await ports.settings.checkAlerts(path);
  const shown = file ?? read.file;
  const nowMs = context.now.getTime();
  if (config === undefined) {
    const placed = problems.map((problem) => ({ ...problem, file: shown }));
    return { file: shown, config, nowMs, problems: placed, findings: [], roles: [], variables: [] };
  }
  const { roles, findings } = await checkRoles(config, ports);
  // Nothing of what is switched off is asked about.
  const reached = config.isEnabled ? [...(await webhookFindings(config, ports)), ...findings] : [];
  return {
    file: shown,
    config,
    nowMs,
    problems: [],
    findings: [...checkFindings(config, nowMs), ...reached],
    roles,
    variables: variablesOf(config, context.env),
  };
}

/** `NAME_FILE` names a file that holds the value, as containers mount secrets. */
function variablesOf(config: AlertConfig, env: PackContext['env']): readonly Variable[] {
  const names = new Set(settingsOf(config).flatMap(({ setting }) => variablesIn(setting.text)));
  const isGiven = (name: string): boolean => (env[name] ?? '') !== '';
  return [...names]
    .sort(compareText)
    .map((name) => ({ name, isSet: isGiven(name) || isGiven(`${name}_FILE`) }));
}
