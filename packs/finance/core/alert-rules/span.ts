/**
 * The periods that rules are evaluated for: the current one, and earlier ones that are still open.
 *
 * Data comes late, so a period does not end with its last day: the usage of yesterday is known
 * today at the earliest, and crosses a line of yesterday then. And a feed may stop: what it has not
 * told of a period by its end it may tell weeks later, when the invoice comes.
 */

import type { AlertPeriod } from '../alert-config/period.ts';
import type { AlertSpan } from '../alert-state/memory.ts';
import { periodOf } from '../billing-period.ts';
import { addDays, type Day, type DayRange, dayRange, formatDay } from '../day.ts';
import { weekOf } from '../week.ts';
import { isPast, learntMs, type SourceFreshness } from './source.ts';

export const DAY_MS = 86_400_000;

/**
 * How long after its end a period is still looked at. Providers finish a day within one to three
 * days (AWS updates up to three times a day, Azure is done 36 hours after it, Datadog's last full
 * day is two to three days back). What they correct at the end of a week or month takes longer, and
 * a week-end may lie between: five days.
 */
export const LATE_DAYS: Readonly<Record<AlertPeriod, number>> = { day: 3, week: 5, month: 5 };

/**
 * How long after its end a period waits for feeds that have not told all of it: a month for an
 * invoice of the month after the next, a week for that of its month, a day for a feed that somebody
 * has to mend.
 */
const AWAITED_DAYS: Readonly<Record<AlertPeriod, number>> = { day: 14, week: 35, month: 62 };

export type PeriodSpan = Readonly<{ period: AlertPeriod; range: DayRange; span: AlertSpan }>;

/** What decides whether a period is open: the day that is looked at, now, and its feeds. */
export type SpanClock = Readonly<{
  asOf: Day;
  nowMs: number;
  /** Of none it closes by the calendar. */
  feeds: readonly SourceFreshness[];
}>;

/** The UTC day, ISO week or UTC month of a day. It closes when its feeds have told all of it. */
export function periodSpan(period: AlertPeriod, day: Day, clock?: SpanClock): PeriodSpan {
  const { start, end, label } = calendarPeriod(period, day);
  const endMs = end * DAY_MS;
  const calendarMs = endMs + LATE_DAYS[period] * DAY_MS;
  const awaited = (clock?.feeds ?? [])
    .filter((feed) => !isPast(feed, clock!.asOf))
    .map((feed) => awaitedMs(feed, { period, end, calendarMs, nowMs: clock!.nowMs }));
  const closesMs = Math.max(calendarMs, ...awaited);
  return { period, range: dayRange(start, end), span: { label, endMs, closesMs } };
}

type Awaited = Readonly<{ period: AlertPeriod; end: Day; calendarMs: number; nowMs: number }>;

/** As most feeds have it: what is known by then closes by the calendar. */
const ON_TIME_DAYS = 2;

/**
 * Corrections come as late after the news as else after the end. While there is no news it closes
 * so long from now, and later if there is still none then: what is remembered of it closes in time
 * even if nobody looks again before it is over. Of a source whose first import came when the period
 * was closed, all of it is history.
 */
function awaitedMs(
  { learnt = [] }: SourceFreshness,
  { period, end, calendarMs, nowMs }: Awaited,
): number {
  const [first] = learnt;
  if (first === undefined || first.atMs >= calendarMs) return calendarMs;
  const knownMs = learntMs(learnt, addDays(end, -1)) ?? nowMs;
  if (knownMs <= (end + ON_TIME_DAYS) * DAY_MS) return calendarMs;
  const mostMs = (end + AWAITED_DAYS[period]) * DAY_MS;
  return Math.min(knownMs + LATE_DAYS[period] * DAY_MS, mostMs);
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

/** Those that are open, the current one first. */
export function openSpans(period: AlertPeriod, clock: SpanClock): readonly PeriodSpan[] {
  const { asOf, nowMs } = clock;
  const spans = [periodSpan(period, asOf, clock)];
  let { start } = spans[0]!.range;
  while ((start + AWAITED_DAYS[period]) * DAY_MS > nowMs) {
    const before = periodSpan(period, addDays(start, -1), clock);
    if (before.span.closesMs > nowMs) spans.push(before);
    start = before.range.start;
  }
  return spans;
}
