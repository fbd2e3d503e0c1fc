/** Which maintenance windows with a schedule are open. */
import type { Interval, MuteWindow } from '../alert-state/silence.ts';
import type { MaintenanceWindow } from './config.ts';
import type { Cron } from './cron.ts';
import { utcSchedule } from './occurrence.ts';

/** More beginnings than these within one window are one long window all the same. */
const BEGINNINGS_MAX = 1500;

/** The windows with a schedule that are open at an instant, each beginning with its interval. */
export function scheduledWindows(
  windows: readonly MaintenanceWindow[],
  nowMs: number,
): readonly MuteWindow[] {
  return windows.flatMap(({ name, schedule, durationMs, suppress }) => {
    if (schedule === 'manual' || durationMs === undefined) return [];
    const intervals = openIntervals(schedule, durationMs, nowMs);
    return intervals.length === 0 ? [] : [{ name, severities: suppress, intervals }];
  });
}

/** Those that began so recently that they have not ended, oldest first. */
export function openIntervals(schedule: Cron, durationMs: number, nowMs: number): Interval[] {
  const cron = utcSchedule(schedule);
  // A beginning of this very millisecond is one: runs lie strictly before what is asked for.
  const afterMs = Math.floor(nowMs / 1000) * 1000 + 1000;
  const found: Interval[] = [];
  let before = new Date(afterMs);
  while (found.length < BEGINNINGS_MAX) {
    const [start] = cron.previousRuns(1, before);
    if (start === undefined || start.getTime() + durationMs <= nowMs) break;
    found.push({ startMs: start.getTime(), endMs: start.getTime() + durationMs });
    before = start;
  }
  return found.reverse();
}
