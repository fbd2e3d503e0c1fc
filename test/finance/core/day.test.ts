import { describe, expect, it } from 'vitest';
import {
  addDays,
  dayOf,
  dayRange,
  daysIn,
  formatDay,
  overlap,
  parseDay,
  shortDay,
  weekdayOf,
  yearOf,
} from '../../../packs/finance/core/day.ts';

const range = (start: string, end: string) => dayRange(parseDay(start), parseDay(end));

describe('a day', () => {
  it('is the number of days since 1970', () => {
    expect(parseDay('1970-01-01')).toBe(0);
    expect(parseDay('1969-12-31')).toBe(-1);
    expect(formatDay(parseDay('2024-02-29'))).toBe('2024-02-29');
  });

  it.each([
    '2025-02-29',
    '2025-13-01',
    '2025-1-1',
    '25-01-01',
    '2025-12-28T00:00:00Z',
    '',
    '0001-01-01',
  ])('is not "%s"', (text) => {
    expect(() => parseDay(text)).toThrow(RangeError);
  });

  it('of an instant is its UTC date, whatever the zone of the machine', () => {
    expect(formatDay(dayOf(new Date('2025-12-28T23:59:59.999Z')))).toBe('2025-12-28');
    expect(formatDay(dayOf(new Date('2025-12-29T00:00:00Z')))).toBe('2025-12-29');
    expect(formatDay(dayOf(new Date('1969-12-31T23:00:00Z')))).toBe('1969-12-31');
  });

  it('has English words', () => {
    const day = parseDay('2025-12-28');
    expect([weekdayOf(day), shortDay(day), yearOf(day)]).toEqual(['Sun', '28 Dec', 2025]);
    expect(shortDay(addDays(day, 4))).toBe('1 Jan');
  });
});

describe('a range of days', () => {
  it('is half-open and never empty', () => {
    expect(daysIn(range('2025-12-22', '2025-12-29'))).toBe(7);
    expect(() => range('2025-12-22', '2025-12-22')).toThrow(RangeError);
  });

  it('overlaps another only where they share a day', () => {
    const week = range('2025-12-22', '2025-12-29');
    expect(overlap(week, range('2025-12-28', '2026-02-01'))).toEqual(
      range('2025-12-28', '2025-12-29'),
    );
    expect(overlap(week, range('2025-12-29', '2026-01-05'))).toBeUndefined();
  });
});
