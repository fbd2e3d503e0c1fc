/** A calendar month, the unit of invoices and of replacement in the ledger: `2025-12`. */
import { type Day, type DayRange, parseDay } from './day.ts';

export type BillingPeriod = DayRange & Readonly<{ label: string }>;

const LABEL = /^(\d{4})-(0[1-9]|1[0-2])$/;

/** @throws RangeError for anything but `YYYY-MM`. */
export function billingPeriod(label: string): BillingPeriod {
  const match = LABEL.exec(label);
  if (match === null) throw new RangeError(`not a billing period: "${label}"`);
  const [year, month] = [Number(match[1]), Number(match[2])];
  const next = month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`;
  return { label, start: parseDay(`${label}-01`), end: parseDay(`${next}-01`) };
}

/** The months that share a day with a range, in order. */
export function billingPeriodsOf(range: DayRange): BillingPeriod[] {
  const periods: BillingPeriod[] = [];
  for (let at = periodOf(range.start); at.start < range.end; at = periodOf(at.end))
    periods.push(at);
  return periods;
}

export function periodOf(day: Day): BillingPeriod {
  return billingPeriod(new Date(day * 86_400_000).toISOString().slice(0, 7));
}
