/** The sources of charges: how far each is complete, and when that became known. */

import { periodOf } from '../billing-period.ts';
import { addDays, type Day } from '../day.ts';

export type SourceFreshness = Readonly<{
  source: string;
  /** Undefined: no day is believed complete. */
  completeThrough: Day | undefined;
  /** In the order of `atMs`, the first import first; undefined: nobody kept it. */
  learnt?: readonly Learnt[] | undefined;
}>;

/** An import, and through which day a billing period was complete by it. */
export type Learnt = Readonly<{
  /** The first day of the billing period. */
  month: Day;
  through: Day | undefined;
  atMs: number;
}>;

/**
 * A source that has been silent for two months is past: it has been told as stale all that time.
 * Of a rule that still has charges of it, it stays a source.
 */
const PAST_DAYS = 62;

export function isPast({ completeThrough }: SourceFreshness, asOf: Day): boolean {
  return (completeThrough ?? asOf) < addDays(asOf, -PAST_DAYS);
}

/**
 * When it became known that a day is complete: by an import of its own billing period, or, where
 * there was none, by one of a later day. Undefined: not yet.
 */
export function learntMs(learnt: readonly Learnt[], day: Day): number | undefined {
  const { start } = periodOf(day);
  const own = learnt.filter(({ month }) => month === start);
  const told = own.length > 0 ? own : learnt;
  return told.find(({ through }) => through !== undefined && through >= day)?.atMs;
}
