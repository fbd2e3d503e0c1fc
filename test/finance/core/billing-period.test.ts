import { describe, expect, it } from 'vitest';
import {
  billingPeriod,
  billingPeriodsOf,
  periodOf,
} from '../../../packs/finance/core/billing-period.ts';
import { dayRange, daysIn, formatDay, parseDay } from '../../../packs/finance/core/day.ts';

describe('a billing period', () => {
  it('is a calendar month, half-open', () => {
    const december = billingPeriod('2025-12');
    expect([formatDay(december.start), formatDay(december.end)]).toEqual([
      '2025-12-01',
      '2026-01-01',
    ]);
    expect(daysIn(billingPeriod('2024-02'))).toBe(29);
    expect(daysIn(billingPeriod('2025-02'))).toBe(28);
  });

  it.each(['2025-13', '2025-00', '2025-1', '25-01', '2025-12-01', '', '2025-W12'])(
    'is not "%s"',
    (label) => {
      expect(() => billingPeriod(label)).toThrow(RangeError);
    },
  );

  it('of a day is its month', () => {
    expect(periodOf(parseDay('2025-12-31')).label).toBe('2025-12');
    expect(periodOf(parseDay('2026-01-01')).label).toBe('2026-01');
  });

  it('belongs to a range when they share a day', () => {
    const labels = (start: string, end: string) =>
      billingPeriodsOf(dayRange(parseDay(start), parseDay(end))).map(({ label }) => label);
    expect(labels('2025-12-31', '2026-01-01')).toEqual(['2025-12']);
    expect(labels('2025-12-31', '2026-02-02')).toEqual(['2025-12', '2026-01', '2026-02']);
  });
});
