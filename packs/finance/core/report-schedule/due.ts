/**
 * Which occurrence of a report schedule is to be sent, and which days it reports on. Of all that
 * have passed only the newest is sent, and only once; earlier ones that no run came for are
 * counted. What lies before the schedule was first seen is nobody's to wait for.
 */

import type { Cron } from '../alert-config/cron.ts';
import {
  occurrenceAfter,
  occurrencesBetween,
  occurrenceUntil,
} from '../alert-config/occurrence.ts';
import { periodOf as monthOf } from '../billing-period.ts';
import { addDays, type DayRange, dayOf, formatDay } from '../day.ts';
import { lastEndedWeek, type Week } from '../week.ts';

/** What is remembered of a schedule. */
export type ScheduleMemory = Readonly<{
  name: string;
  /** As it was then: one that was changed is a new one. */
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
  return text === cron.text && sinceMs <= nowMs + AHEAD_MS_MAX;
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

const DAY_MS = 86_400_000;

/** What a schedule that does not say reports on: as much as lies between two of its occurrences. */
export function usualPeriod(cron: Cron | 'manual', occurrenceMs: number): ReportPeriod {
  if (cron === 'manual') return 'week';
  const before = occurrenceUntil(cron, occurrenceMs - 1);
  const after = occurrenceAfter(cron, occurrenceMs);
  const gaps = [
    before === undefined ? Infinity : occurrenceMs - before,
    after === undefined ? Infinity : after - occurrenceMs,
  ];
  const days = Math.min(...gaps) / DAY_MS;
  return days >= 28 ? 'month' : days >= 6 ? 'week' : 'day';
}

type Scheduled = Readonly<{ schedule: Cron | 'manual'; period: ReportPeriod | undefined }>;

/** What it reports on, and the next time; null for one that is only sent by hand. */
export function comingReport(
  { schedule, period }: Scheduled,
  nowMs: number,
): Readonly<{ nextMs: number | null; period: ReportPeriod }> {
  const nextMs = schedule === 'manual' ? null : (occurrenceAfter(schedule, nowMs) ?? null);
  return { nextMs, period: period ?? usualPeriod(schedule, nextMs ?? nowMs) };
}
