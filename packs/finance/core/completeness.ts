/**
 * The completeness watermark of one imported billing period: the last UTC day believed complete.
 *
 * A billing period that is over is complete through its last charge. While it is open the last
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
  /** Last day of the billing periods. */
  lastBilled: Day;
}>;

/** Undefined where no day of the period is complete yet. */
export function completeThrough(
  charged: ChargedDays,
  options: Readonly<{ month: BillingPeriod; today: Day }>,
): Day | undefined {
  const { month, today } = options;
  // Some exports say the last instant, or the last day, where FOCUS has the first after it.
  const lastBilled = Math.max(charged.lastBilled, month.end - 1);
  const isOpen = today <= lastBilled;
  const last = isOpen ? (charged.lastDaily ?? charged.lastDay) : charged.lastDay;
  const bounded = Math.min(last, lastBilled);
  const through = isOpen ? Math.min(bounded, today) - 1 : bounded;
  return through < month.start ? undefined : (through as Day);
}
