/**
 * What is known when: charges and readings with the instant at which they came in, how far each
 * source was complete, and what mutes. Whatever comes in later is not there yet.
 */

import type { ChargeCell, ChargeQuestion } from '../alert-rules/charges.ts';
import type { HandOpened } from '../alert-rules/manual-mutes.ts';
import type { ChargeBasis } from '../alert-rules/question.ts';
import type { Learnt, SourceFreshness } from '../alert-rules/source.ts';
import type { Silence } from '../alert-state/silence.ts';
import { periodOf } from '../billing-period.ts';
import { addDays, type Day, dayOf, formatDay } from '../day.ts';
import { DAY, type Dimension } from '../dimension.ts';
import type { Key } from '../match.ts';
import { compareReadings, type Reading } from '../usage/usage.ts';

/** Adds to what is known of its day; a correction is a posting that comes in later. */
export type Posting = Readonly<{
  day: Day;
  knownMs: number;
  /** Undefined: the same on each. */
  basis: ChargeBasis | undefined;
  columns: ReadonlyMap<Dimension, string | null>;
}> &
  Omit<ChargeCell, 'key'>;

/** From `knownMs` on a source is complete through that day; undefined: it is there, without one. */
export type Watermark = Readonly<{ source: string; knownMs: number; through: Day | undefined }>;

export type KnownReading = Readonly<{ reading: Reading; knownMs: number }>;

export type Timeline = Readonly<{
  postings: readonly Posting[];
  watermarks: readonly Watermark[];
  readings: readonly KnownReading[];
  silences: readonly Silence[];
  windows: readonly HandOpened[];
}>;

/** The same facts, found quickly by time. */
export type Known = Readonly<{
  cellsAt(nowMs: number, question: ChargeQuestion, basis: ChargeBasis): readonly ChargeCell[];
  freshnessAt(nowMs: number): readonly SourceFreshness[];
  readingsAt(nowMs: number): readonly Reading[];
}>;

export function knownOf({ postings, watermarks, readings }: Timeline): Known {
  const bySource = [...Map.groupBy(watermarks, ({ source }) => source)].map(
    ([source, marks]) => [source, reachedBy(marks)] as const,
  );
  const ordered = readings.toSorted((a, b) => compareReadings(a.reading, b.reading));
  return {
    cellsAt: cellsIn(postings),
    freshnessAt: (nowMs) =>
      bySource.flatMap(([source, reached]) => {
        const known = reached(nowMs);
        return known === undefined ? [] : { source, ...known };
      }),
    readingsAt: (nowMs) =>
      ordered.filter(({ knownMs }) => knownMs <= nowMs).map(({ reading }) => reading),
  };
}

type Reached = Readonly<{ completeThrough: Day | undefined; learnt: readonly Learnt[] }>;

/** The furthest that a source was known to be complete; undefined before it was known at all. */
function reachedBy(marks: readonly Watermark[]): (nowMs: number) => Reached | undefined {
  const sorted = marks.toSorted((a, b) => a.knownMs - b.knownMs);
  const learnt = sorted.map(learntBy);
  const reached: (Day | undefined)[] = [];
  for (const { through } of sorted) {
    const before = reached.at(-1);
    const isBehind = through === undefined || (before !== undefined && before > through);
    reached.push(isBehind ? before : through);
  }
  return (nowMs) => {
    const count = knownCount(sorted, nowMs);
    if (count === 0) return undefined;
    return { completeThrough: reached[count - 1], learnt: learnt.slice(0, count) };
  };
}

function learntBy({ through, knownMs }: Watermark): Learnt {
  const { start } = periodOf(through ?? dayOf(new Date(knownMs)));
  return { month: start, through, atMs: knownMs };
}

/** How many of those, in the order in which they came in, are there by then. */
function knownCount(all: readonly Readonly<{ knownMs: number }>[], nowMs: number): number {
  let [from, to] = [0, all.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (all[middle]!.knownMs <= nowMs) from = middle + 1;
    else to = middle;
  }
  return from;
}

type DayCells = Readonly<{ count: number; cells: readonly ChargeCell[] }>;

/** From one evaluation to the next most days stay as they are: their cells are made once. */
function cellsIn(postings: readonly Posting[]): Known['cellsAt'] {
  const byDay = Map.groupBy(
    postings.toSorted((a, b) => a.knownMs - b.knownMs),
    ({ day }) => day,
  );
  const made = new Map<string, Map<Day, DayCells>>();
  return (nowMs, { period, groupBy }, basis) => {
    const question = JSON.stringify([basis, groupBy]);
    const days = made.get(question) ?? new Map<Day, DayCells>();
    made.set(question, days);
    const found: ChargeCell[] = [];
    for (let day = period.start; day < period.end; day = addDays(day, 1)) {
      const all = byDay.get(day);
      if (all === undefined) continue;
      const count = knownCount(all, nowMs);
      const before = days.get(day);
      const now = before?.count === count ? before : dayCells(all.slice(0, count), basis, groupBy);
      days.set(day, now);
      for (const cell of now.cells) found.push(cell);
    }
    return found;
  };
}

function dayCells(
  known: readonly Posting[],
  basis: ChargeBasis,
  groupBy: readonly Dimension[],
): DayCells {
  const cells = new Map<string, ChargeCell>();
  for (const each of known) {
    if ((each.basis ?? basis) === basis) addTo(cells, each, groupBy);
  }
  return { count: known.length, cells: [...cells.values()] };
}

function addTo(
  cells: Map<string, ChargeCell>,
  posting: Posting,
  groupBy: readonly Dimension[],
): void {
  const { day, columns, source, costSource, currency, units, charges, unknown } = posting;
  const key: Key = groupBy.map((each) =>
    each === DAY ? formatDay(day) : (columns.get(each) ?? null),
  );
  const id = JSON.stringify([key, source, costSource, currency]);
  const before = cells.get(id);
  cells.set(id, {
    ...{ key, source, costSource, currency },
    units: (before?.units ?? 0n) + units,
    charges: (before?.charges ?? 0) + charges,
    unknown: (before?.unknown ?? 0) + unknown,
  });
}
