/**
 * An amount per ISO week or per month, and what it allows for any range of days.
 *
 * The amount is spread evenly and exactly over the days of its period, so the parts of a range
 * always add up to the whole. An override replaces the amount of one period.
 */
import { billingPeriod, billingPeriodsOf } from './billing-period.ts';
import { type DayRange, daysIn, overlap } from './day.ts';
import { shareOfDays } from './money.ts';
import { weekLabelled, weeksOf } from './week.ts';

export type Per = 'week' | 'month';

export type Allowance = Readonly<{
  /** 1e-12 of the currency, per period. */
  units: bigint;
  per: Per;
  /** By label of the period: `2026-W05` or `2026-02`. */
  overrides: ReadonlyMap<string, bigint>;
}>;

export function allowed(allowance: Allowance, range: DayRange): bigint {
  const periods = allowance.per === 'week' ? weeksOf(range) : billingPeriodsOf(range);
  return periods.reduce((sum, period) => {
    const units = allowance.overrides.get(period.label) ?? allowance.units;
    const { start, end } = overlap(period, range)!;
    return sum + shareOfDays(units, daysIn(period), start - period.start, end - period.start);
  }, 0n);
}

/** Whether a label names a period that exists: 2025 has no W53, and no year a month 13. */
export function isPeriodLabel(label: string, per: Per): boolean {
  if (per === 'week') return weekLabelled(label) !== undefined;
  try {
    return billingPeriod(label).label === label;
  } catch {
    return false;
  }
}
