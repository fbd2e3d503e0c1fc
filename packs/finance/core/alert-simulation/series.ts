/** What a series comes to, day by day, and what of it is known when. */
import { addDays, type Day } from '../day.ts';
import type { SeriesItem } from './notation.ts';

/** Undefined: a day without data. */
export type SeriesDays = readonly (bigint | undefined)[];

export type Correction = Readonly<{
  /** The day with which it comes in. */
  with: Day;
  of: Day;
  units: bigint;
}>;

export type ExpandedSeries = Readonly<{
  start: Day;
  /** As first told. */
  days: SeriesDays;
  corrections: readonly Correction[];
}>;

/** A monthly amount adds to the value of its day; on a day without data it is not told. */
export function expandSeries(items: readonly SeriesItem[], start: Day): ExpandedSeries {
  const days = items.flatMap((item): (bigint | undefined)[] => {
    if (item.kind === 'gap') return Array.from({ length: item.count }, () => undefined);
    if (item.kind !== 'days') return [];
    return Array.from({ length: item.count }, (_, i) => item.first + BigInt(i) * item.step);
  });
  const monthly = items.filter((item) => item.kind === 'monthly');
  const corrections = items.flatMap((item) =>
    item.kind !== 'revision'
      ? []
      : {
          with: addDays(start, item.day),
          of: addDays(start, item.day + item.offset),
          units: item.units,
        },
  );
  return {
    start,
    days: days.map((units, i) => withMonthly(units, addDays(start, i))),
    corrections,
  };

  function withMonthly(units: bigint | undefined, day: Day): bigint | undefined {
    if (units === undefined) return undefined;
    const due = monthly.filter(({ dayOfMonth }) => isDue(day, dayOfMonth));
    return due.reduce((sum, each) => sum + each.units, units);
  }
}

/** In a month that has no such day it is the last one. */
function isDue(day: Day, dayOfMonth: number): boolean {
  const date = dateOf(day);
  return date === dayOfMonth || (date < dayOfMonth && dateOf(addDays(day, 1)) === 1);
}

function dateOf(day: Day): number {
  return new Date(day * 86_400_000).getUTCDate();
}
