/**
 * What is recorded, as a timeline. The ledger and the readings keep the last version of everything
 * and not when each part of it was first known, so that is assumed: a day of charges the usual lag
 * after its end, a reading at its instant.
 */
import type { AlertConfig } from '../../core/alert-config/config.ts';
import { CHARGE_BASES, evaluationQuestion } from '../../core/alert-rules/question.ts';
import { DAY_MS } from '../../core/alert-rules/span.ts';
import { likenessOf } from '../../core/alert-simulation/likeness.ts';
import { instantsOf } from '../../core/alert-simulation/simulate.ts';
import type { KnownReading, Timeline } from '../../core/alert-simulation/timeline.ts';
import type { BudgetsConfig } from '../../core/budget.ts';
import { addDays, type Day, dayRange } from '../../core/day.ts';
import { DAY } from '../../core/dimension.ts';
import type { BacktestPorts } from './ports.ts';
import { LAG_MS, postingsOf, recordedWatermarks } from './recorded.ts';

/** So long before `since` the clock starts: what was firing by then is no news. */
export const RUN_UP_DAYS = 38;

export type Asked = Readonly<{
  configs: readonly AlertConfig[];
  budgets: BudgetsConfig;
  since: Day;
  /** Of the last evaluation. */
  endMs: number;
  intervalMs: number;
}>;

/** @throws RangeError for more evaluations than anybody waits for. */
export function clockOf({ since, endMs, intervalMs }: Asked): readonly number[] {
  const startMs = addDays(since, -RUN_UP_DAYS) * DAY_MS;
  const days = Math.ceil((endMs - startMs) / DAY_MS);
  const arrivals = Array.from(
    { length: Math.max(days, 0) },
    (_, i) => startMs + i * DAY_MS + LAG_MS,
  );
  return instantsOf({ startMs, endMs, intervalMs }, arrivals);
}

/** Of a long history as of a short one: what rules cannot tell apart is kept as one. */
export async function historyOf(
  { warehouse, usage, state }: Pick<BacktestPorts, 'warehouse' | 'usage' | 'state'>,
  asked: Asked,
): Promise<Timeline> {
  const { configs, budgets, since, endMs } = asked;
  const from = addDays(since, -RUN_UP_DAYS);
  const questions = configs.map((config) =>
    evaluationQuestion({ config, budgets, asOf: from, nowMs: from * DAY_MS, freshness: [] }),
  );
  const all = questions.flatMap(({ charges }) => charges);
  const start = all.reduce((day, { period }) => Math.min(day, period.start) as Day, from);
  const period = dayRange(start, addDays(Math.floor(endMs / DAY_MS) as Day, 1));
  const columns = [
    ...new Set(all.flatMap(({ groupBy }) => groupBy.filter((each) => each !== DAY))),
  ];
  const bases = CHARGE_BASES.filter((basis) => all.some((each) => each.basis === basis));
  const likeness = likenessOf(configs, budgets);
  const postings = await postingsOf(warehouse, { bases, period, columns, likeness });
  const watches = questions.some(({ windows }) => windows.length > 0);
  return {
    postings,
    watermarks: await recordedWatermarks({ warehouse, state }, { postings, period }),
    readings: watches ? await readingsOf(usage, endMs) : [],
    silences: [],
    windows: [],
  };
}

/** The first instant at which anything is known; undefined where nothing ever is. */
export function beginningOf({ postings, watermarks, readings }: Timeline): number | undefined {
  const first = [postings, watermarks, readings]
    .flatMap((all: readonly Readonly<{ knownMs: number }>[]) => all)
    .reduce((ms, { knownMs }) => Math.min(ms, knownMs), Infinity);
  return first === Infinity ? undefined : first;
}

async function readingsOf(
  usage: BacktestPorts['usage'],
  endMs: number,
): Promise<readonly KnownReading[]> {
  const latest = await usage.latest({});
  const names = new Map(
    latest.map(({ reading: { service, metric } }) => [
      JSON.stringify([service, metric]),
      { service, metric },
    ]),
  );
  const found: KnownReading[] = [];
  for (const each of names.values()) {
    const series = await usage.series({ ...each, startMs: 0, endMs: endMs + 1 });
    for (const reading of series) found.push({ reading, knownMs: reading.endMs });
  }
  return found;
}
