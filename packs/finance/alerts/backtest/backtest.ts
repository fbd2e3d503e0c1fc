/**
 * `brctl finance alerts backtest`: what the alert config, and another one, would have told over the
 * history that is recorded. Nothing is written and nothing sent.
 */
import { resolve } from 'node:path';
import {
  type Command,
  defineCommand,
  type Input,
  type PackContext,
  textFlag,
  usageError,
} from 'brctl/sdk';
import type { AlertConfig } from '../../core/alert-config/config.ts';
import { DAY_MS } from '../../core/alert-rules/span.ts';
import { type Decided, simulate } from '../../core/alert-simulation/simulate.ts';
import type { Timeline } from '../../core/alert-simulation/timeline.ts';
import type { NoticeRow } from '../../core/alert-state/notice.ts';
import { type Day, dayOf, formatDay } from '../../core/day.ts';
import { refuseProblems } from '../prove/refuse.ts';
import { type Tell, tellEvaluations, tellingHowFar } from '../simulated-progress.ts';
import { dayFlag, durationFlag } from '../when.ts';
import { type Backtest, changesOf, countsOf } from './comparison.ts';
import { type Asked, beginningOf, clockOf, historyOf } from './history.ts';
import type { BacktestPorts, OpenBacktest } from './ports.ts';
import { LAG_MS } from './recorded.ts';
import { renderBacktest } from './render.ts';

export type BacktestOptions = Readonly<{
  since: Day;
  until: Day;
  /** Of the last evaluation. */
  endMs: number;
  intervalMs: number;
  /** As typed; undefined: only the target's own. */
  config: string | undefined;
}>;

const INTERVAL_MS_MIN = 60_000;

export function alertsBacktestCommand(open: OpenBacktest): Command<BacktestOptions, Backtest> {
  return defineCommand<BacktestOptions, Backtest>({
    path: ['alerts', 'backtest'],
    summary: 'What a changed alert config would have told over the recorded history.',
    description: DESCRIPTION,
    examples: [
      'brctl finance alerts backtest --since 2025-12-01',
      'brctl finance alerts backtest --since 2025-12-01 --until 2025-12-31 --config mine.yaml',
    ],
    flags: {
      since: { type: 'string', placeholder: 'DAY', summary: 'the first day that counts (UTC)' },
      until: { type: 'string', placeholder: 'DAY', summary: 'the last one; else today' },
      config: {
        type: 'string',
        placeholder: 'FILE',
        summary: 'another config, to be compared with the one of the target',
      },
      interval: {
        type: 'string',
        placeholder: 'TIME',
        summary: 'how often alerts are evaluated; else 1d, and whenever a day comes in',
      },
    },
    formats: ['table', 'json'],
    parse,
    plan: (options, context) => plan(options, context, open),
    render: renderBacktest,
    // Differences are what was asked for.
    outcome: () => 'ok',
  });
}

const DESCRIPTION = [
  'Replays the ledger and the usage readings through the config of the target, and through FILE:',
  'how many notices each channel would have got, of which rule and why, and each that only one of',
  'the two would have sent. The clock starts 38 days before --since, so what fired before is no',
  'news, and not before the first data. Nothing is written and nothing sent.',
  'The ledger keeps the last version of each month: days are taken as known eight hours after',
  'their end and readings at their instant; silences and windows opened by hand are left out.',
].join('\n');

function parse(input: Input, { now }: PackContext): BacktestOptions {
  const today = dayOf(now);
  const since = dayFlag(input, 'since');
  if (since === undefined) {
    throw usageError(
      'since-missing',
      'say from which day on: --since DAY',
      'e.g. --since 2025-12-01',
    );
  }
  const until = dayFlag(input, 'until') ?? today;
  if (until > today) {
    const hint = `today is ${formatDay(today)} (UTC)`;
    throw usageError('day-in-future', `--until ${formatDay(until)} has not come yet`, hint);
  }
  if (since > until) {
    const days = `--since ${formatDay(since)} is after ${formatDay(until)}`;
    throw usageError('no-days', days, 'give an earlier --since, or a later --until');
  }
  const intervalMs = durationFlag(input, 'interval') ?? DAY_MS;
  if (intervalMs < INTERVAL_MS_MIN) {
    throw usageError('interval-invalid', '--interval is less than a minute', 'for example 1h');
  }
  const endMs = Math.min((until + 1) * DAY_MS - 1, now.getTime());
  return { since, until, endMs, intervalMs, config: textFlag(input, 'config') };
}

async function plan(
  options: BacktestOptions,
  context: PackContext,
  open: OpenBacktest,
): Promise<Backtest> {
  const ports = await open(context);
  try {
    return await tellingHowFar(context, (tell) => replay(options, { context, ports, tell }));
  } finally {
    await ports.close();
  }
}

type World = Readonly<{ context: PackContext; ports: BacktestPorts; tell: Tell }>;

async function replay(
  options: BacktestOptions,
  { context, ports, tell }: World,
): Promise<Backtest> {
  const { since, until, intervalMs } = options;
  const { settings } = ports;
  const own = await settings.alerts();
  const other = await otherConfig(options, context, ports);
  const budgets = await settings.budgets();
  const asked = { ...options, budgets, configs: other === undefined ? [own] : [own, other] };
  const clock = instantsFor(asked);
  tell('reading the ledger');
  const timeline = await historyOf(ports, asked);
  // Before there was anything to know there is nothing to be told of.
  const beginMs = beginningOf(timeline) ?? Infinity;
  const instants = clock.filter((ms) => ms >= beginMs);
  const told = (config: AlertConfig, which: string) => {
    const ticked = tellEvaluations(tell, which);
    return noticesOf(timeline, { config, budgets }, { instants, since, ticked });
  };
  const current = told(own, 'the config of the target');
  const candidate = other && told(other, 'the other config');
  return {
    ...{ since, until, intervalMs, lagMs: LAG_MS, candidateFile: options.config },
    evaluations: instants.filter((ms) => ms >= since * DAY_MS).length,
    ...{ current, candidate, counts: countsOf(current, candidate) },
    changes: candidate === undefined ? [] : changesOf(current, candidate),
  };
}

async function otherConfig(
  { config: file }: BacktestOptions,
  context: PackContext,
  { settings }: BacktestPorts,
): Promise<AlertConfig | undefined> {
  if (file === undefined) return undefined;
  const { config, problems } = await settings.checkAlerts(resolve(context.cwd, file));
  refuseProblems(
    problems.map((each) => ({ ...each, file })),
    context,
  );
  return config;
}

function instantsFor(asked: Asked): readonly number[] {
  try {
    return clockOf(asked);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const hint = 'a longer --interval, or a later --since';
    throw usageError('backtest-too-long', `that takes ${error.message}`, hint);
  }
}

type Clock = Readonly<{
  instants: readonly number[];
  since: Day;
  ticked: ReturnType<typeof tellEvaluations>;
}>;

function noticesOf(
  timeline: Timeline,
  decided: Decided,
  { instants, since, ticked }: Clock,
): readonly NoticeRow[] {
  const told: NoticeRow[] = [];
  let ticks = 0;
  for (const { nowMs, notices } of simulate(timeline, decided, instants)) {
    ticks += 1;
    ticked(ticks, instants.length);
    if (nowMs < since * DAY_MS) continue;
    for (const row of notices) told.push(row);
  }
  return told;
}
