/**
 * How long a vendor's invoices usually wait for their payment, learned from what is settled. A
 * direct debit comes on the same day each time: then a week more or less tells two invoices of the
 * same amount apart. Where payments come as they please, days say little.
 */
import { groupBy } from './board.ts';
import type { Line } from './line.ts';

export type Habit = Readonly<{ days: number; seen: number }>;
export type Habits = ReadonlyMap<number, Habit>;

const SEEN_MIN = 3;
/** Of the payments so many in a thousand must be as near to the middle one as `STEADY_DAYS`. */
const STEADY_SHARE = 750;
const STEADY_DAYS = 2;

/** From the day it is due, where it says so. */
export function waited(entry: Line, payment: Line): number {
  return payment.item.day - (entry.item.dueDay ?? entry.item.day);
}

/** By vendor; one that has no habit is not in it. */
export function habitsOf(settled: readonly Readonly<{ entry: Line; payment: Line }>[]): Habits {
  const habits = new Map<number, Habit>();
  for (const [vendor, pairs] of groupBy(settled, ({ entry }) => entry.party)) {
    const days = pairs.map(({ entry, payment }) => waited(entry, payment)).sort((a, b) => a - b);
    if (days.length < SEEN_MIN) continue;
    const middle = days[days.length >> 1]!;
    const steady = days.filter((day) => Math.abs(day - middle) <= STEADY_DAYS).length;
    if (steady * 1000 < days.length * STEADY_SHARE) continue;
    habits.set(vendor, { days: middle, seen: days.length });
  }
  return habits;
}
