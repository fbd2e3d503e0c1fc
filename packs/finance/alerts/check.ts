/**
 * `brctl finance alerts check [file]`: is the alert config right, and what will each part of it do?
 *
 * Exit 1 when something in it is wrong, or cannot be honoured: nothing is ignored in silence. No
 * variable is resolved and nobody is told anything.
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
  'makes. Variables stay unresolved; it says which of them are set, and never what they hold.',
  'Exit code 1: something is wrong, or is asked for and cannot be honoured.',
].join('\n');

async function plan(
  { file }: CheckOptions,
  context: PackContext,
  open: OpenAlertCheck,
): Promise<AlertCheck> {
  const { settings } = await open(context);
  const path = file === undefined ? undefined : resolve(context.cwd, file);
  const { config, problems, ...read } = await settings.checkAlerts(path);
  const shown = file ?? read.file;
  return {
    file: shown,
    config,
    nowMs: context.now.getTime(),
    problems: problems.map((problem) => ({ ...problem, file: shown })),
    findings: config === undefined ? [] : checkFindings(config, context.now.getTime()),
    variables: config === undefined ? [] : variablesOf(config, context.env),
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
