/**
 * How long invoices of one vendor and price usually wait for their payment, learned from pairs that
 * had no rival: from others one would only learn what was guessed. A direct debit comes on the same
 * day each time: then a week more or less tells two invoices of the same amount apart. Where
 * payments come as they please, days say little.
 */
import type { Line } from './line.ts';

export type Habit = Readonly<{ days: number; seen: number }>;
export type Lesson = Readonly<{ entry: Line; payment: Line }>;
export type Habits = ReadonlyMap<string, Habit>;

const SEEN_MIN = 2;
/** Of the payments so many in a thousand must be as near to the middle one as `STEADY_DAYS`. */
const STEADY_SHARE = 750;
const STEADY_DAYS = 1;

/** From the day it is due, where it says so. */
export function waited(entry: Line, payment: Line): number {
  return payment.item.day - (entry.item.dueDay ?? entry.item.day);
}

export function habitOf(habits: Habits, entry: Line): Habit | undefined {
  return habits.get(keyOf(entry));
}

function keyOf({ party, amount }: Line): string {
  return `${party} ${amount}`;
}

export function habitsOf(lessons: readonly Lesson[]): Habits {
  const waits = new Map<string, number[]>();
  for (const { entry, payment } of lessons) {
    const days = waits.get(keyOf(entry)) ?? [];
    days.push(waited(entry, payment));
    waits.set(keyOf(entry), days);
  }
  const habits = new Map<string, Habit>();
  for (const [key, days] of waits) {
    if (days.length < SEEN_MIN) continue;
    const middle = days.sort((a, b) => a - b)[days.length >> 1]!;
    const steady = days.filter((day) => Math.abs(day - middle) <= STEADY_DAYS).length;
    if (steady * 1000 < days.length * STEADY_SHARE) continue;
    habits.set(key, { days: middle, seen: days.length });
  }
  return habits;
}
