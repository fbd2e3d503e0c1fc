/** What the ledger holds, as charges that came in a day at a time. */
import type { ChargeBasis } from '../../core/alert-rules/question.ts';
import { DAY_MS } from '../../core/alert-rules/span.ts';
import { importedWatermarks } from '../../core/alert-simulation/imports.ts';
import type { Likeness } from '../../core/alert-simulation/likeness.ts';
import type { Posting, Watermark } from '../../core/alert-simulation/timeline.ts';
import { periodOf } from '../../core/billing-period.ts';
import { addDays, type Day, type DayRange, dayRange, parseDay } from '../../core/day.ts';
import { DAY, type Dimension } from '../../core/dimension.ts';
import type { Key } from '../../core/match.ts';
import type { Cell } from '../../ports/warehouse.ts';
import type { BacktestPorts } from './ports.ts';

/** From the end of a day until its charges are there, as most providers have it. */
export const LAG_MS = 8 * 3_600_000;

function knownMsOf(day: Day): number {
  return (day + 1) * DAY_MS + LAG_MS;
}

/** As many cells as one answer should have; a ledger has thousands of accounts, or two. */
const CELLS_AIMED = 100_000;
const DAYS_FIRST = 7;
const DAYS_MAX = 366;

export type Asked = Readonly<{
  bases: readonly ChargeBasis[];
  period: DayRange;
  columns: readonly Dimension[];
  likeness: Likeness;
}>;

/** Asked for some days at a time, so that what is alike is put together before the next come. */
export async function postingsOf(
  warehouse: BacktestPorts['warehouse'],
  { bases, period, columns, likeness }: Asked,
): Promise<readonly Posting[]> {
  const postings: Posting[] = [];
  const named = namesOf(columns, likeness);
  for (const basis of bases) {
    let days = DAYS_FIRST;
    for (let start = period.start; start < period.end; ) {
      const part = dayRange(start, Math.min(addDays(start, days), period.end) as Day);
      const cells = await warehouse.aggregate({ basis, period: part, groupBy: [DAY, ...columns] });
      for (const each of together(cells, basis, named)) postings.push(each);
      days = Math.floor((days * CELLS_AIMED) / Math.max(cells.length, 1));
      days = Math.min(Math.max(days, 1), DAYS_MAX);
      start = part.end;
    }
  }
  return postings;
}

type Columns = Posting['columns'];
type Names = (key: Key) => Readonly<{ id: string; columns: Columns }>;

/** Keys that are alike have the very same columns. */
function namesOf(dimensions: readonly Dimension[], likeness: Likeness): Names {
  const known = new Map<string, Columns>();
  return (key) => {
    const names = dimensions.map((column, i) => likeness(column, key[i] ?? null));
    const id = JSON.stringify(names);
    const columns = known.get(id) ?? new Map(dimensions.map((column, i) => [column, names[i]!]));
    known.set(id, columns);
    return { id, columns };
  };
}

function together(cells: readonly Cell[], basis: ChargeBasis, named: Names): Iterable<Posting> {
  const found = new Map<string, Posting>();
  for (const { key, source, costSource, currency, units, charges, unknown } of cells) {
    const [text, ...names] = key;
    const { id, columns } = named(names);
    const of = `${text} ${id} ${JSON.stringify([source, costSource, currency])}`;
    const day = parseDay(text!);
    const before = found.get(of);
    found.set(of, {
      ...{ day, basis, columns, source, costSource, currency, knownMs: knownMsOf(day) },
      units: (before?.units ?? 0n) + units,
      charges: (before?.charges ?? 0) + charges,
      unknown: (before?.unknown ?? 0) + unknown,
    });
  }
  return found.values();
}

type Recorded = Readonly<{ postings: readonly Posting[]; period: DayRange }>;

/**
 * As if each day had been imported when it came in, up to what is complete now; a source begins
 * with its first charges.
 */
export async function recordedWatermarks(
  { warehouse, state }: Pick<BacktestPorts, 'warehouse' | 'state'>,
  { postings, period }: Recorded,
): Promise<readonly Watermark[]> {
  const filed = Map.groupBy(await warehouse.periods(), ({ source }) => source);
  const charged = new Map<string, Set<Day>>();
  for (const { source, day } of postings) {
    charged.set(source, (charged.get(source) ?? new Set()).add(day));
  }
  return state.freshness().flatMap(({ source, completeThrough }): readonly Watermark[] => {
    const months = filed.get(source);
    if (months === undefined) return [];
    const days = charged.get(source) ?? new Set();
    const firstDay = [...days].reduce((a, b) => Math.min(a, b), Infinity);
    const isOlder = months.some((each) => parseDay(`${each.period}-01`) < period.start);
    const begin = isOlder || firstDay === Infinity ? period.start : (firstDay as Day);
    if (completeThrough === undefined) {
      return [{ source, knownMs: knownMsOf(begin), through: undefined }];
    }
    return imported(source, { begin, through: completeThrough, days, end: period.end });
  });
}

type Reached = Readonly<{ begin: Day; through: Day; days: ReadonlySet<Day>; end: Day }>;

function imported(source: string, { begin, through, days, end }: Reached): readonly Watermark[] {
  // Of a source that ended before all of this, its last day.
  const first = Math.min(begin, through) as Day;
  // What is complete in an open month has a day after it, which is not.
  const next = addDays(through, 1);
  const last = Math.min(days.has(next) ? next : through, end - 1) as Day;
  const arrivals = Array.from({ length: last - first + 1 }, (_, i) => {
    const day = addDays(first, i);
    return { day, knownMs: knownMsOf(day) };
  });
  const known = importedWatermarks(source, arrivals).map((each) => {
    const isBehind = each.through === undefined || each.through <= through;
    return isBehind ? each : { ...each, through };
  });
  // A source that ended within a month is complete when the month is over.
  return [...known, { source, through, knownMs: knownMsOf(addDays(periodOf(through).end, -1)) }];
}
