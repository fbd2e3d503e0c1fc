/**
 * What is recorded, as a timeline. The ledger and the readings keep the last version of everything
 * and not when each part of it was first known, so that is assumed: a day of charges the usual lag
 * after its end, a reading at its instant.
 */
import type { AlertConfig } from '../../core/alert-config/config.ts';
import {
  CHARGE_BASES,
  type ChargeBasis,
  evaluationQuestion,
} from '../../core/alert-rules/question.ts';
import { DAY_MS } from '../../core/alert-rules/span.ts';
import { instantsOf } from '../../core/alert-simulation/simulate.ts';
import type {
  KnownReading,
  Posting,
  Timeline,
  Watermark,
} from '../../core/alert-simulation/timeline.ts';
import type { BudgetsConfig } from '../../core/budget.ts';
import { addDays, type Day, type DayRange, dayRange, parseDay } from '../../core/day.ts';
import { DAY, type Dimension } from '../../core/dimension.ts';
import type { BacktestPorts } from './ports.ts';

/** From the end of a day until its charges are there, as most providers have it. */
export const LAG_MS = 8 * 3_600_000;

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

/** Each basis is one question to the ledger, however many evaluations and configs there are. */
export async function historyOf(
  { warehouse, usage, state }: Pick<BacktestPorts, 'warehouse' | 'usage' | 'state'>,
  asked: Asked,
): Promise<Timeline> {
  const { configs, budgets, since, endMs } = asked;
  const from = addDays(since, -RUN_UP_DAYS);
  const questions = configs.map((config) =>
    evaluationQuestion({ config, budgets, asOf: from, nowMs: from * DAY_MS }),
  );
  const all = questions.flatMap(({ charges }) => charges);
  const start = all.reduce((day, { period }) => Math.min(day, period.start) as Day, from);
  const period = dayRange(start, addDays(Math.floor(endMs / DAY_MS) as Day, 1));
  const columns = [
    ...new Set(all.flatMap(({ groupBy }) => groupBy.filter((each) => each !== DAY))),
  ];
  const postings: Posting[] = [];
  for (const basis of CHARGE_BASES) {
    if (!all.some((each) => each.basis === basis)) continue;
    postings.push(...(await postingsOf(warehouse, { basis, period, columns })));
  }
  const watches = questions.some(({ windows }) => windows.length > 0);
  return {
    postings,
    watermarks: await watermarksOf({ warehouse, state }, { postings, period }),
    readings: watches ? await readingsOf(usage, endMs) : [],
    silences: [],
    windows: [],
  };
}

type Question = Readonly<{ basis: ChargeBasis; period: DayRange; columns: readonly Dimension[] }>;

async function postingsOf(
  warehouse: BacktestPorts['warehouse'],
  { basis, period, columns }: Question,
): Promise<readonly Posting[]> {
  const cells = await warehouse.aggregate({ basis, period, groupBy: [DAY, ...columns] });
  return cells.map(({ key: [text, ...key], ...cell }): Posting => {
    const day = parseDay(text!);
    const named = new Map(columns.map((column, i) => [column, key[i] ?? null]));
    return { ...cell, day, basis, columns: named, knownMs: knownMsOf(day) };
  });
}

function knownMsOf(day: Day): number {
  return (day + 1) * DAY_MS + LAG_MS;
}

type Recorded = Readonly<{ postings: readonly Posting[]; period: DayRange }>;

/** Complete day by day up to what is complete now; a source begins with its first charges. */
async function watermarksOf(
  { warehouse, state }: Pick<BacktestPorts, 'warehouse' | 'state'>,
  { postings, period }: Recorded,
): Promise<readonly Watermark[]> {
  const filed = Map.groupBy(await warehouse.periods(), ({ source }) => source);
  const charged = Map.groupBy(postings, ({ source }) => source);
  return state.freshness().flatMap(({ source, completeThrough }): readonly Watermark[] => {
    const months = filed.get(source);
    if (months === undefined) return [];
    const firstDay = (charged.get(source) ?? []).reduce(
      (day, each) => Math.min(day, each.day),
      Infinity,
    );
    const isOlder = months.some((each) => parseDay(`${each.period}-01`) < period.start);
    const begin = isOlder || firstDay === Infinity ? period.start : (firstDay as Day);
    if (completeThrough === undefined) {
      return [{ source, knownMs: knownMsOf(begin), through: undefined }];
    }
    // Of a source that ended before all of this, its last day.
    const first = Math.min(begin, completeThrough) as Day;
    const last = Math.min(completeThrough, addDays(period.end, -1)) as Day;
    return Array.from({ length: last - first + 1 }, (_, i) => {
      const through = addDays(first, i);
      return { source, through, knownMs: knownMsOf(through) };
    });
  });
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
