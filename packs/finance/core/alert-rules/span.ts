/**
 * The periods that rules are evaluated for: the current one, and earlier ones that are still open.
 *
 * Data comes late, so a period does not end with its last day: the usage of yesterday is known
 * today at the earliest, and crosses a line of yesterday then.
 */

import type { AlertPeriod } from '../alert-config/period.ts';
import type { AlertSpan } from '../alert-state/memory.ts';
import { periodOf } from '../billing-period.ts';
import { addDays, type Day, type DayRange, dayRange, formatDay } from '../day.ts';
import { weekOf } from '../week.ts';

export const DAY_MS = 86_400_000;

/**
 * How long after its end a period is still looked at. Providers finish a day within one to three
 * days (AWS updates up to three times a day, Azure is done 36 hours after it, Datadog's last full
 * day is two to three days back). What they correct at the end of a week or month takes longer, and
 * a week-end may lie between: five days.
 */
export const LATE_DAYS: Readonly<Record<AlertPeriod, number>> = { day: 3, week: 5, month: 5 };

export type PeriodSpan = Readonly<{ period: AlertPeriod; range: DayRange; span: AlertSpan }>;

/** The UTC day, ISO week or UTC month of a day. */
export function periodSpan(period: AlertPeriod, day: Day): PeriodSpan {
  const { start, end, label } = calendarPeriod(period, day);
  const endMs = end * DAY_MS;
  const closesMs = endMs + LATE_DAYS[period] * DAY_MS;
  return { period, range: dayRange(start, end), span: { label, endMs, closesMs } };
}

function calendarPeriod(period: AlertPeriod, day: Day): DayRange & Readonly<{ label: string }> {
  switch (period) {
    case 'day':
      return { start: day, end: addDays(day, 1), label: formatDay(day) };
    case 'week':
      return weekOf(day);
    case 'month':
      return periodOf(day);
    default:
      return period satisfies never;
  }
}

/** Those that are open at an instant, the current one first. */
export function openSpans(period: AlertPeriod, asOf: Day, nowMs: number): readonly PeriodSpan[] {
  const spans = [periodSpan(period, asOf)];
  while (true) {
    const before = periodSpan(period, addDays(spans.at(-1)!.range.start, -1));
    if (before.span.closesMs <= nowMs) return spans;
    spans.push(before);
  }
}
