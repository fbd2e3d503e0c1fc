/**
 * `brctl finance alerts routes`: who would hear of an alert, and what keeps the others from it.
 * Exit codes: 0 said; 1 --verify names others than would be told; 2 labels that make no alert.
 */
import {
  defineCommand,
  type Input,
  type PackContext,
  type RoleBinding,
  suggest,
  textFlag,
  usageError,
} from 'brctl/sdk';
import type { AlertConfig } from '../../core/alert-config/config.ts';
import type { Labels } from '../../core/alert-state/silence.ts';
import { compareText } from '../../core/order.ts';
import { instantFlag } from '../when.ts';
import { type AlertRoute, hearing, routesOfRules, tells } from './hearing.ts';
import { parseLabels, supposed } from './labels.ts';
import type { OpenRoutes } from './ports.ts';
import { rolesOf } from './recipients.ts';
import { renderRoutes } from './render.ts';

type Words = Readonly<{
  labels: Labels;
  rule: string | undefined;
  atMs: number;
  /** Neither labels nor a rule: all rules. */
  isAll: boolean;
  verify: readonly string[] | undefined;
}>;

export type Routes = Readonly<{
  atMs: number;
  isAll: boolean;
  /** False: alerts are switched off. */
  isEnabled: boolean;
  routes: readonly AlertRoute[];
  bindings: readonly RoleBinding[];
  /** Sorted. */
  expected: readonly string[] | undefined;
  /** Whether exactly those are told; undefined: nobody asked. */
  isExpected: boolean | undefined;
}>;

export function alertsRoutesCommand(open: OpenRoutes) {
  return defineCommand<Words, Routes>({
    path: ['alerts', 'routes'],
    summary: 'Who would hear of an alert, and what keeps the others from it.',
    description: DESCRIPTION,
    examples: [
      'brctl finance alerts routes',
      'brctl finance alerts routes severity=critical service=openai',
      'brctl finance alerts routes severity=warning --at 2026-03-07T09:00:00Z --format json',
    ],
    arguments: [
      {
        name: 'label',
        summary: 'label=value of the alert; none: every rule of the config',
        variadic: true,
      },
    ],
    flags: {
      rule: { type: 'string', placeholder: 'ID', summary: 'an alert of this rule of the config' },
      at: { type: 'string', placeholder: 'INSTANT', summary: 'when it fires; default: now' },
      verify: {
        type: 'string',
        placeholder: 'CHANNELS',
        summary: 'exit 1 unless exactly these are told, e.g. pm,cfo; "" is nobody',
      },
    },
    formats: ['table', 'json'],
    parse,
    plan: (words, context) => plan(words, context, open),
    render: renderRoutes,
    outcome: ({ isExpected }) => (isExpected === false ? 'findings' : 'ok'),
  });
}

const DESCRIPTION = [
  'The severity of an alert decides: channels of its escalation that take it, else the fallback.',
  'Active hours, maintenance windows and silences then hold it back, as of now or of --at; what',
  'still fires when they are over is told then. What other alerts explain is not looked at.',
  'Labels are those of silences: rule, severity, kind, service, provider, scope. With --rule they',
  'come from the rule, and typed ones win. Integrations are listed, and count as nobody.',
  'Exit code 1: --verify names others than would be told.',
].join('\n');

function parse(input: Input, { now }: PackContext): Words {
  const labels = parseLabels(input.arguments);
  const rule = textFlag(input, 'rule');
  const isAll = input.arguments.length === 0 && rule === undefined;
  const verify = textFlag(input, 'verify');
  if (isAll && verify !== undefined) {
    const hint = 'for example severity=critical, or --rule ID';
    throw usageError('verify-what', '--verify needs the labels of one alert', hint);
  }
  const names = verify?.split(',').map((name) => name.trim());
  return {
    labels,
    rule,
    atMs: instantFlag(input, 'at') ?? now.getTime(),
    isAll,
    verify: names && [...new Set(names.filter((name) => name !== ''))].sort(compareText),
  };
}

async function plan(words: Words, context: PackContext, open: OpenRoutes): Promise<Routes> {
  const { atMs, isAll, verify } = words;
  const ports = await open(context, { isWriting: false });
  try {
    const config = await ports.settings.alerts();
    requireChannels(config, verify ?? []);
    const kept = { silences: ports.store.silences(), windows: ports.store.windows() };
    const routes = isAll
      ? routesOfRules(config, kept, atMs)
      : [hearing(config, kept, atMs)(supposed(config, words))];
    const channels = routes.flatMap(({ hearers }) => hearers.map(({ channel }) => channel));
    const bindings = await rolesOf(channels, ports);
    const told = routes.flatMap(tells).sort(compareText);
    const isExpected = verify && JSON.stringify(verify) === JSON.stringify(told);
    const { isEnabled } = config;
    return { atMs, isAll, isEnabled, routes, bindings, expected: verify, isExpected };
  } finally {
    await ports.close();
  }
}

/** A name that is misspelt would be a mismatch about which nobody could do anything. */
function requireChannels({ channels }: AlertConfig, verify: readonly string[]): void {
  const known = channels.map(({ name }) => name);
  const stray = verify.find((name) => !known.includes(name));
  if (stray === undefined) return;
  const guess = suggest(stray, known);
  const hint =
    guess === undefined
      ? `the channels are ${known.join(', ') || 'none'}`
      : `did you mean "${guess}"?`;
  throw usageError('channel-unknown', `the config has no channel ${JSON.stringify(stray)}`, hint);
}
