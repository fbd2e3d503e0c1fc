/** The instants that a schedule of the config names, in UTC: croner reads what cron.ts checked. */
import { Cron as Schedule } from 'croner';
import type { Cron } from './cron.ts';

export function utcSchedule(cron: Cron): Schedule {
  const domAndDow = !cron.isEitherDay;
  return new Schedule(fieldsText(cron), {
    ...{ mode: '5-part', timezone: 'UTC', paused: true },
    domAndDow,
  });
}

/** The same for all ways to write the same times. */
export function timesOf(cron: Cron): string {
  const isBoth = !cron.isEitherDay && cron.days.length < 31 && cron.weekdays.length < 7;
  return `${fieldsText(cron)}${isBoth ? ' both' : ''}`;
}

/** As lists of numbers, which every cron reads alike. */
function fieldsText(cron: Cron): string {
  const { minutes, hours, days, months, weekdays } = cron;
  return [
    minutes.join(','),
    hours.join(','),
    days.length === 31 ? '*' : days.join(','),
    months.length === 12 ? '*' : months.join(','),
    weekdays.length === 7 ? '*' : weekdays.join(','),
  ].join(' ');
}

/** Runs of croner lie strictly before what is asked for, and begin with a second. */
function nextSecond(ms: number): Date {
  return new Date(Math.floor(ms / 1000) * 1000 + 1000);
}

/** The newest one that is not after an instant; undefined where there was none. */
export function occurrenceUntil(cron: Cron, ms: number): number | undefined {
  return utcSchedule(cron).previousRuns(1, nextSecond(ms))[0]?.getTime();
}

/** The first one after an instant; undefined where none comes. */
export function occurrenceAfter(cron: Cron, ms: number): number | undefined {
  return utcSchedule(cron).nextRun(new Date(ms))?.getTime();
}

/** Whoever was away for longer only wants to know that it was more. */
export const COUNT_MAX = 1000;

/** How many lie after one instant and before another; `COUNT_MAX + 1` where they are more. */
export function occurrencesBetween(cron: Cron, afterMs: number, beforeMs: number): number {
  const schedule = utcSchedule(cron);
  let before = new Date(beforeMs);
  for (let count = 0; count <= COUNT_MAX; count += 1) {
    const [run] = schedule.previousRuns(1, before);
    if (run === undefined || run.getTime() <= afterMs) return count;
    before = run;
  }
  return COUNT_MAX + 1;
}
