/**
 * Which occurrence of a report schedule is to be sent, and which days it reports on. Of all that
 * have passed only the newest is sent, and only once; earlier ones that no run came for are
 * counted. What lies before the schedule was first seen is nobody's to wait for.
 */

import { type Cron, parseCron } from '../alert-config/cron.ts';
import {
  occurrenceAfter,
  occurrencesBetween,
  occurrenceUntil,
  timesOf,
} from '../alert-config/occurrence.ts';
import { periodOf as monthOf } from '../billing-period.ts';
import { addDays, type DayRange, dayOf, formatDay } from '../day.ts';
import { lastEndedWeek, type Week, weekOf } from '../week.ts';

/** What is remembered of a schedule. */
export type ScheduleMemory = Readonly<{
  name: string;
  /** As it was then: one that names other times now is a new one. */
  cron: string;
  /** First seen; occurrences until then are not due. */
  sinceMs: number;
  /** The newest occurrence that was written to the outbox. */
  lastMs: number | null;
}>;

export type Due = Readonly<{
  occurrenceMs: number;
  /** Earlier ones that were not sent. */
  missed: number;
}>;

/** A memory from further ahead was written before a clock was set back. */
export const AHEAD_MS_MAX = 25 * 3_600_000;

/** Undefined where nothing is, as of a schedule that is seen for the first time. */
export function dueOf(
  cron: Cron,
  memory: ScheduleMemory | undefined,
  nowMs: number,
): Due | undefined {
  if (memory === undefined || !isKnown(cron, memory, nowMs)) return undefined;
  const settledMs = Math.max(memory.sinceMs, memory.lastMs ?? memory.sinceMs);
  const occurrenceMs = occurrenceUntil(cron, nowMs);
  if (occurrenceMs === undefined || occurrenceMs <= settledMs) return undefined;
  return { occurrenceMs, missed: occurrencesBetween(cron, settledMs, occurrenceMs) };
}

/** Whether what is remembered is about this schedule, as it is now. */
export function isKnown(
  cron: Cron,
  { cron: text, sinceMs }: Pick<ScheduleMemory, 'cron' | 'sinceMs'>,
  nowMs: number,
): boolean {
  return namesTimesOf(text, cron) && sinceMs <= nowMs + AHEAD_MS_MAX;
}

/** However either of them is written. */
export function namesTimesOf(text: string, cron: Cron): boolean {
  try {
    return timesOf(parseCron(text)) === timesOf(cron);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return false;
  }
}

export const REPORT_PERIODS = ['day', 'week', 'month'] as const;
export type ReportPeriod = (typeof REPORT_PERIODS)[number];

/** The days of a report, whole and over; `week` where they are one. */
export type ReportDays = Readonly<{ label: string; range: DayRange; week: Week | undefined }>;

/** The last day, week or month that was over at an instant. */
export function daysBefore(atMs: number, period: ReportPeriod): ReportDays {
  const today = dayOf(new Date(atMs));
  switch (period) {
    case 'day': {
      const start = addDays(today, -1);
      return { label: formatDay(start), range: { start, end: today }, week: undefined };
    }
    case 'week': {
      const week = lastEndedWeek(today);
      return { label: week.label, range: { start: week.start, end: week.end }, week };
    }
    case 'month': {
      const { label, start, end } = monthOf(addDays(monthOf(today).start, -1));
      return { label, range: { start, end }, week: undefined };
    }
    default:
      return period satisfies never;
  }
}

/** `since-last`: the days since the occurrence before. */
export type UsualPeriod = ReportPeriod | 'since-last';

/** Every month has such a day. */
const SAFE_DAY_MAX = 28;

/**
 * What a schedule that does not say reports on, so that every day is in one of its reports: days,
 * weeks and months of the calendar where it comes once in each, else what lies between two
 * occurrences.
 */
export function usualPeriod(cron: Cron | 'manual'): UsualPeriod {
  if (cron === 'manual') return 'week';
  const { days, months, weekdays } = cron;
  const [isEveryDay, isEveryWeekday] = [days.length === 31, weekdays.length === 7];
  if (months.length < 12) return 'since-last';
  if (isEveryDay && isEveryWeekday) return 'day';
  if (isEveryDay && weekdays.length === 1) return 'week';
  const isMonthly = isEveryWeekday && days.length === 1 && days[0]! <= SAFE_DAY_MAX;
  return isMonthly ? 'month' : 'since-last';
}

type Scheduled = Readonly<{ schedule: Cron | 'manual'; period: ReportPeriod | undefined }>;

/** The days that the report of an occurrence is of. */
export function daysReported({ schedule, period }: Scheduled, occurrenceMs: number): ReportDays {
  const asked = period ?? usualPeriod(schedule);
  if (asked !== 'since-last') return daysBefore(occurrenceMs, asked);
  return schedule === 'manual'
    ? daysBefore(occurrenceMs, 'week')
    : daysSinceLast(schedule, occurrenceMs);
}

const DAY_MS = 86_400_000;

/** Occurrences of one day report on the same days. */
function daysSinceLast(cron: Cron, occurrenceMs: number): ReportDays {
  const end = dayOf(new Date(occurrenceMs));
  const before = occurrenceUntil(cron, end * DAY_MS - 1);
  const start = before === undefined ? addDays(end, -1) : dayOf(new Date(before));
  const last = addDays(end, -1);
  if (start === last) return daysBefore(occurrenceMs, 'day');
  const week = weekOf(start);
  if (week.start === start && week.end === end) return daysBefore(occurrenceMs, 'week');
  const month = monthOf(start);
  if (month.start === start && month.end === end) return daysBefore(occurrenceMs, 'month');
  const label = `${formatDay(start)} to ${formatDay(last)}`;
  return { label, range: { start, end }, week: undefined };
}

/** What it reports on, and the next time; null for one that is only sent by hand. */
export function comingReport(
  { schedule, period }: Scheduled,
  nowMs: number,
): Readonly<{ nextMs: number | null; period: UsualPeriod }> {
  const nextMs = schedule === 'manual' ? null : (occurrenceAfter(schedule, nowMs) ?? null);
  return { nextMs, period: period ?? usualPeriod(schedule) };
}
