import { describe, expect, it } from 'vitest';
import { dayRange, formatDay, parseDay } from '../../../packs/finance/core/day.ts';
import {
  lastEndedWeek,
  latestEndedWeek,
  weekLabelled,
  weekNumbered,
  weekOf,
  weeksInYear,
  weeksOf,
} from '../../../packs/finance/core/week.ts';

describe('the ISO week', () => {
  it.each([
    ['2005-01-02', '2004-W53'],
    ['2008-12-29', '2009-W01'],
    ['2016-01-01', '2015-W53'],
    ['2024-12-30', '2025-W01'],
    ['2025-12-28', '2025-W52'],
    ['2025-12-29', '2026-W01'],
    ['2026-12-31', '2026-W53'],
    ['2027-01-03', '2026-W53'],
  ])('of %s is %s', (day, label) => {
    expect(weekOf(parseDay(day)).label).toBe(label);
  });

  it('runs from Monday to the next Monday', () => {
    const { start, end } = weekOf(parseDay('2025-12-25'));
    expect([formatDay(start), formatDay(end)]).toEqual(['2025-12-22', '2025-12-29']);
  });

  it('is found by year and number where the year has it', () => {
    expect(weekNumbered(2025, 52)).toEqual(weekOf(parseDay('2025-12-22')));
    expect(weekNumbered(2026, 1)).toEqual(weekOf(parseDay('2026-01-01')));
    expect(weekNumbered(2025, 53)).toBeUndefined();
    expect(weekNumbered(2025, 0)).toBeUndefined();
    expect(weekNumbered(2025, 1.5)).toBeUndefined();
  });

  it('53 exists in 2020 and 2026 and not in between', () => {
    const years = [2020, 2021, 2022, 2023, 2024, 2025, 2026];
    expect(years.map(weeksInYear)).toEqual([53, 52, 52, 52, 52, 52, 53]);
  });

  it('is found by its label, written in one way only', () => {
    expect(weekLabelled('2026-W05')).toEqual(weekNumbered(2026, 5));
    const wrong = ['2026-W5', '2026W05', '2026-w05', '2025-W53', '2026-W00', '0026-W05', '2026-05'];
    expect(wrong.map(weekLabelled)).toEqual(wrong.map(() => undefined));
  });
});

describe('weeks that are over', () => {
  it('end on the day before', () => {
    expect(lastEndedWeek(parseDay('2025-12-28')).label).toBe('2025-W51');
    expect(lastEndedWeek(parseDay('2025-12-29')).label).toBe('2025-W52');
  });

  it('are found by a bare number, the latest first', () => {
    expect(latestEndedWeek(52, parseDay('2025-12-28'))?.label).toBe('2024-W52');
    expect(latestEndedWeek(52, parseDay('2025-12-29'))?.label).toBe('2025-W52');
    expect(latestEndedWeek(53, parseDay('2026-12-31'))?.label).toBe('2020-W53');
    expect(latestEndedWeek(54, parseDay('2026-12-31'))).toBeUndefined();
  });
});

describe('the weeks of a range', () => {
  it('are those that share a day with it', () => {
    const labels = (start: string, end: string) =>
      weeksOf(dayRange(parseDay(start), parseDay(end))).map(({ label }) => label);
    expect(labels('2025-12-22', '2025-12-29')).toEqual(['2025-W52']);
    expect(labels('2025-12-28', '2025-12-30')).toEqual(['2025-W52', '2026-W01']);
    expect(labels('2026-12-27', '2027-01-05')).toEqual(['2026-W52', '2026-W53', '2027-W01']);
  });
});
