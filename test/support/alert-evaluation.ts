/** An evaluation without files: config as YAML, charges and readings in memory, a clock. */
import type { ChargeRecord } from '../../packs/finance/adapters/memory/charge-record.ts';
import { memoryUsage } from '../../packs/finance/adapters/memory/usage.ts';
import { memoryWarehouse } from '../../packs/finance/adapters/memory/warehouse.ts';
import { readUsageAlerts } from '../../packs/finance/adapters/yaml-config/alerts/config.ts';
import { openSource } from '../../packs/finance/adapters/yaml-config/part.ts';
import { evaluationOf } from '../../packs/finance/alerts/evaluate.ts';
import type { Evaluation } from '../../packs/finance/alerts/evaluation.ts';
import type { AlertConfig } from '../../packs/finance/core/alert-config/config.ts';
import type { ChargeCell } from '../../packs/finance/core/alert-rules/charges.ts';
import { type AlertInput, judgeAlerts } from '../../packs/finance/core/alert-rules/evaluate.ts';
import {
  type ChargeBasis,
  evaluationQuestion,
} from '../../packs/finance/core/alert-rules/question.ts';
import type { AlertRow } from '../../packs/finance/core/alert-rules/row.ts';
import { type AlertMemory, NOTHING } from '../../packs/finance/core/alert-state/memory.ts';
import { periodOf } from '../../packs/finance/core/billing-period.ts';
import type { BudgetsConfig } from '../../packs/finance/core/budget.ts';
import { type Day, dayOf, parseDay } from '../../packs/finance/core/day.ts';
import { formatExact } from '../../packs/finance/core/money.ts';
import type { Reading } from '../../packs/finance/core/usage/usage.ts';
import { restarted } from './alert-timeline.ts';
import { budgets } from './budgets.ts';

export type Scene = Readonly<{
  config: string | AlertConfig;
  budgets?: BudgetsConfig;
  charges?: readonly ChargeRecord[];
  readings?: readonly Reading[];
  /** Source -> last complete day. */
  through?: Readonly<Record<string, string | undefined>>;
  /** The imports of a source: when, and through which day its month is complete by it. */
  learnt?: Readonly<Record<string, readonly (readonly [at: string, through: string])[]>>;
  /** `2026-03-05T07:00:00Z` */
  now: string;
  /** Else the day of `now`. */
  asOf?: string;
  memory?: AlertMemory;
}>;

export function configOf(text: string): AlertConfig {
  const source = openSource(text, 'usage-alerts-config.yaml');
  const config = readUsageAlerts(source);
  if (source.problems.length > 0) throw new Error(source.problems[0]!.message);
  return config!;
}

export async function inputOf(scene: Scene): Promise<AlertInput> {
  const { charges = [], readings = [], through = {}, learnt = {} } = scene;
  const now = new Date(scene.now);
  const asked = {
    config: typeof scene.config === 'string' ? configOf(scene.config) : scene.config,
    budgets: scene.budgets ?? budgets(),
    asOf: scene.asOf === undefined ? dayOf(now) : parseDay(scene.asOf),
    nowMs: now.getTime(),
    freshness: Object.entries(through).map(([source, day]) => ({
      source,
      completeThrough: day === undefined ? undefined : parseDay(day),
      learnt: learnt[source]?.map(([at, last]) => ({
        month: periodOf(parseDay(last)).start,
        through: parseDay(last),
        atMs: Date.parse(at),
      })),
    })),
  };
  const question = evaluationQuestion(asked);
  const warehouse = memoryWarehouse(charges);
  const cells = new Map<ChargeBasis, readonly ChargeCell[]>();
  for (const each of question.charges) cells.set(each.basis, await warehouse.aggregate(each));
  return { ...asked, cells, readings: await memoryUsage(readings).totals(question.windows) };
}

export type Played = Evaluation & Readonly<{ memory: AlertMemory }>;

export async function evaluate(scene: Scene): Promise<Played> {
  const input = await inputOf(scene);
  const { config, nowMs } = input;
  const memory = restarted(scene.memory ?? NOTHING);
  const judged = judgeAlerts(input);
  const before = { memory, silences: [], windows: [], undelivered: new Set<string>() };
  const done = evaluationOf({ config, judged, asOf: input.asOf as Day, nowMs }, before);
  return { ...done.evaluation, memory: done.memory };
}

/** `service/openai/daily_cost/15.00 2026-03-04 firing 16.00/15.00 USD` */
export function rowText({ id, period, state, value, threshold, unit }: AlertRow): string {
  const shown = (units: bigint | undefined) => (units === undefined ? '-' : formatExact(units, 2));
  const when = period === undefined ? '' : ` ${period}`;
  return `${id}${when} ${state} ${shown(value)}/${shown(threshold)} ${unit ?? '?'}`;
}

export async function rowsOf(scene: Scene): Promise<readonly string[]> {
  return (await evaluate(scene)).rows.map(rowText);
}

/** `slack first: service/openai/daily_cost/15.00` */
export function noticesOf({ notices }: Evaluation): readonly string[] {
  return notices.map(({ channel, headline, alerts }) => {
    const told = alerts.map(({ rule, status }) => (status === 'firing' ? rule : `${rule} ended`));
    return `${channel} ${headline}: ${told.join(', ')}`;
  });
}
