/**
 * What is known when: charges and readings with the instant at which they came in, how far each
 * source was complete, and what mutes. Whatever comes in later is not there yet.
 */

import type { ChargeCell, ChargeQuestion } from '../alert-rules/charges.ts';
import type { SourceFreshness } from '../alert-rules/freshness.ts';
import type { HandOpened } from '../alert-rules/manual-mutes.ts';
import type { ChargeBasis } from '../alert-rules/question.ts';
import type { Silence } from '../alert-state/silence.ts';
import { addDays, type Day, formatDay } from '../day.ts';
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
  const byDay = Map.groupBy(postings, ({ day }) => day);
  const bySource = [...Map.groupBy(watermarks, ({ source }) => source)];
  const ordered = readings.toSorted((a, b) => compareReadings(a.reading, b.reading));
  return {
    cellsAt: (nowMs, question, basis) => {
      const cells = new Map<string, ChargeCell>();
      for (let day = question.period.start; day < question.period.end; day = addDays(day, 1)) {
        for (const each of byDay.get(day) ?? []) {
          if (each.knownMs > nowMs || (each.basis ?? basis) !== basis) continue;
          addTo(cells, each, question.groupBy);
        }
      }
      return [...cells.values()];
    },
    freshnessAt: (nowMs) =>
      bySource.flatMap(([source, marks]) => {
        const known = marks.filter(({ knownMs }) => knownMs <= nowMs);
        if (known.length === 0) return [];
        const days = known.flatMap(({ through }) => through ?? []);
        return { source, completeThrough: days.reduce(later, days[0]) };
      }),
    readingsAt: (nowMs) =>
      ordered.filter(({ knownMs }) => knownMs <= nowMs).map(({ reading }) => reading),
  };
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

function later(a: Day | undefined, b: Day): Day {
  return a === undefined || b > a ? b : a;
}
