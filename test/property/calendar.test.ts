/** Days, weeks and months cut time without gaps and without overlap. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  billingPeriod,
  billingPeriodsOf,
  periodOf,
} from '../../packs/finance/core/billing-period.ts';
import { addDays, type Day, dayRange, formatDay, parseDay } from '../../packs/finance/core/day.ts';
import {
  lastEndedWeek,
  latestEndedWeek,
  weekLabelled,
  weekOf,
  weeksOf,
} from '../../packs/finance/core/week.ts';

/** Years 1700 to 2500. */
const someDay = () => fc.integer({ min: -98_000, max: 193_000 }).map((day) => day as Day);
const someRange = () =>
  fc
    .tuple(someDay(), fc.integer({ min: 1, max: 800 }))
    .map(([start, days]) => dayRange(start, addDays(start, days)));

it('a day survives being written and read', () => {
  fc.assert(fc.property(someDay(), (day) => parseDay(formatDay(day)) === day));
});

it('every day lies in one week, which starts on Monday and is found by its label', () => {
  fc.assert(
    fc.property(someDay(), (day) => {
      const week = weekOf(day);
      expect(week.start <= day && day < week.end).toBe(true);
      expect(week.end - week.start).toBe(7);
      expect(new Date(week.start * 86_400_000).getUTCDay()).toBe(1);
      expect(weekOf(addDays(week.end, -1))).toEqual(week);
      expect(weekOf(week.end).label).not.toBe(week.label);
      expect(weekLabelled(week.label)).toEqual(week);
    }),
  );
});

it('the weeks and the months of a range cover it without gaps', () => {
  fc.assert(
    fc.property(someRange(), fc.constantFrom(weeksOf, billingPeriodsOf), (range, partsOf) => {
      const parts = partsOf(range);
      expect(parts[0]!.start <= range.start && range.start < parts[0]!.end).toBe(true);
      expect(parts.at(-1)!.start < range.end && range.end <= parts.at(-1)!.end).toBe(true);
      expect(parts.slice(1).map(({ start }) => start)).toEqual(
        parts.slice(0, -1).map(({ end }) => end),
      );
    }),
  );
});

it('every day lies in one month, which is found by its label', () => {
  fc.assert(
    fc.property(someDay(), (day) => {
      const month = periodOf(day);
      expect(month.start <= day && day < month.end).toBe(true);
      expect(billingPeriod(month.label)).toEqual(month);
    }),
  );
});

it('the latest week of a number is over, and the next of that number is not', () => {
  fc.assert(
    fc.property(someDay(), fc.integer({ min: 1, max: 52 }), (today, number) => {
      const week = latestEndedWeek(number, today)!;
      expect(week.number).toBe(number);
      expect(week.end <= today).toBe(true);
      expect(today - week.end < 54 * 7).toBe(true);
      expect(today - lastEndedWeek(today).end < 7).toBe(true);
    }),
  );
});
