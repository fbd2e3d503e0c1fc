/**
 * The completeness watermark of one imported billing period: the last UTC day believed complete.
 *
 * A month that is over is complete through its last charge. In a month that is still open the last
 * day with charges is still filling up, and so is today; charges longer than a day say nothing
 * about either, so the daily ones decide where there are any.
 */
import type { BillingPeriod } from './billing-period.ts';
import type { Day } from './day.ts';

export type ChargedDays = Readonly<{
  /** Last day with a charge of a day or less. */
  lastDaily: Day | undefined;
  /** Last day that any charge touches. */
  lastDay: Day;
}>;

/** Undefined where no day of the period is complete yet. */
export function completeThrough(
  charged: ChargedDays,
  options: Readonly<{ period: BillingPeriod; today: Day }>,
): Day | undefined {
  const { period, today } = options;
  const isOpen = today < period.end;
  const last = isOpen ? (charged.lastDaily ?? charged.lastDay) : charged.lastDay;
  const bounded = Math.min(last, period.end - 1);
  const through = isOpen ? Math.min(bounded, today) - 1 : bounded;
  return through < period.start ? undefined : (through as Day);
}
