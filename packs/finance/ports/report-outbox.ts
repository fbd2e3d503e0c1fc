/**
 * What is remembered of report schedules, and how a report gets into the outbox: tables of
 * state.db. Every method is one transaction, on disk when it returns.
 *
 * That an occurrence was written and the row that brings it are written together, so of two runs
 * at once one writes it, and who is killed leaves both or none. From there on the row is one of
 * the outbox (alert-state.ts): it waits, is tried again, or is dead and listed.
 *
 * @throws BrctlError (integrity, locked) as the outbox does.
 */
import type { Cron } from '../core/alert-config/cron.ts';
import type { NoticeRow, ReportRow } from '../core/alert-state/notice.ts';
import type { ScheduleMemory } from '../core/report-schedule/due.ts';

/** A schedule that is on, and not only sent by hand. */
export type SeenSchedule = Readonly<{ name: string; cron: Cron }>;

export type ReportOutbox = Readonly<{
  /** By name. Empty where there is no file yet. */
  schedules(): readonly ScheduleMemory[];
  /** Whether a report was written for that occurrence. */
  isWritten(name: string, occurrenceMs: number): boolean;
  /** Whether a report of that period was written for an occurrence before `untilMs`, and lives. */
  isReported(name: string, period: string, untilMs: number): boolean;
  /**
   * Takes down the schedules that are on. One that is new, names other times than before, or was
   * first seen too far ahead of `nowMs` for a clock that is right, is first seen now; one that is
   * not among them is forgotten, so that it begins anew when it is on again.
   */
  see(schedules: readonly SeenSchedule[], nowMs: number): void;
  /** False where its occurrence was written before, and nothing was. */
  queue(row: ReportRow, nowMs: number): boolean;
  /** Counts an occurrence as written, though nothing was: its days were reported before. */
  pass(name: string, occurrenceMs: number, nowMs: number): void;
  /**
   * Queues what the fallback is told of a report that could not be made, once however often it
   * fails; the channels that are still to be told.
   */
  tell(unmade: ReportRow, rows: readonly NoticeRow[], nowMs: number): readonly string[];
  close(): void;
}>;
