/**
 * How far a source is complete after each of its imports, by the rule that a real one keeps to: of
 * a month that is open the last day with charges is still filling up, until the next one comes.
 */
import { type BillingPeriod, periodOf } from '../billing-period.ts';
import { completeThrough } from '../completeness.ts';
import { type Day, dayOf } from '../day.ts';
import type { Watermark } from './timeline.ts';

/** Charges of a day that come in. */
export type Arrival = Readonly<{ day: Day; knownMs: number }>;

type Month = { readonly month: BillingPeriod; last: Day };

/** One for each instant at which something comes in: an import of all that is there by then. */
export function importedWatermarks(
  source: string,
  arrivals: readonly Arrival[],
): readonly Watermark[] {
  const months = new Map<Day, Month>();
  // Those that an import can still tell more about.
  let open: Month[] = [];
  let through: Day | undefined;
  const imports = [...Map.groupBy(arrivals, ({ knownMs }) => knownMs)].sort(([a], [b]) => a - b);
  return imports.map(([knownMs, charged]) => {
    const today = dayOf(new Date(knownMs));
    for (const { day } of charged) {
      const month = periodOf(day);
      const each = months.get(month.start) ?? { month, last: day };
      months.set(month.start, each);
      each.last = Math.max(each.last, day) as Day;
      if (!open.includes(each)) open.push(each);
    }
    for (const { month, last } of open) {
      const days = { lastDaily: last, lastDay: last, lastBilled: (month.end - 1) as Day };
      const now = completeThrough(days, { month, today });
      if (now !== undefined && (through === undefined || now > through)) through = now;
    }
    open = open.filter(({ month }) => today < month.end);
    return { source, knownMs, through };
  });
}
