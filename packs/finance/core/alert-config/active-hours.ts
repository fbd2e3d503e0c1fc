/**
 * The hours in which a channel may be disturbed, by the clock on a wall of its time zone: it is
 * active at an instant when that clock shows a time from `from` until before `until` on one of the
 * days. What no clock shows, in the hour that is left out in spring, is never active; the hour that
 * comes twice in autumn is twice what it is. (Alertmanager's active_time_intervals do the same.)
 */
import type { Interval } from '../alert-state/silence.ts';
import { stretchesOf, zoneNamed } from './active-hours-zone.ts';

export type ActiveHours = Readonly<{
  /** 0 is Sunday; sorted, each once, never empty. Hours that run over midnight belong to the day
   * on which they begin. */
  days: readonly number[];
  /** Minutes of the day, from 0 to 1439. */
  from: number;
  /** From 0 to 1440, not in it; at or before `from`: of the next day. */
  until: number;
  /** As typed: a name of the IANA database. */
  timezone: string;
}>;

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const DAY_MS = DAY_MINUTES * MINUTE_MS;

/** Within the range, apart from each other and in order. */
export function activeIntervals(hours: ActiveHours, range: Interval): readonly Interval[] {
  const { days, from, until, timezone } = hours;
  const lastMs = (until > from ? until : until + DAY_MINUTES) * MINUTE_MS;
  const found = stretchesOf(zoneNamed(timezone), range).flatMap((stretch) => {
    const { offsetMs, startMs, endMs } = stretch;
    const first = Math.floor((startMs + offsetMs) / DAY_MS) - 1;
    const count = Math.floor((endMs + offsetMs) / DAY_MS) - first + 1;
    return Array.from({ length: count }, (_, i) => first + i)
      .filter((day) => days.includes(weekdayOf(day)))
      .map((day) => ({
        startMs: Math.max(startMs, day * DAY_MS + from * MINUTE_MS - offsetMs),
        endMs: Math.min(endMs, day * DAY_MS + lastMs - offsetMs),
      }));
  });
  return united(found);
}

/** Of days since 1970-01-01, which was a Thursday; of days before it too. */
function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

function united(intervals: readonly Interval[]): readonly Interval[] {
  const inOrder = intervals
    .filter(({ startMs, endMs }) => startMs < endMs)
    .toSorted((a, b) => a.startMs - b.startMs);
  const found: Interval[] = [];
  for (const each of inOrder) {
    const last = found.at(-1);
    if (last === undefined || last.endMs < each.startMs) found.push(each);
    else found[found.length - 1] = { ...last, endMs: Math.max(last.endMs, each.endMs) };
  }
  return found;
}

/** Parts of the range in which none of them is active. */
export function quietIntervals(all: readonly ActiveHours[], range: Interval): readonly Interval[] {
  const active = united(all.flatMap((hours) => activeIntervals(hours, range)));
  const starts = [range.startMs, ...active.map(({ endMs }) => endMs)];
  const ends = [...active.map(({ startMs }) => startMs), range.endMs];
  return starts
    .map((startMs, i) => ({ startMs, endMs: ends[i]! }))
    .filter(({ startMs, endMs }) => startMs < endMs);
}

/** Long enough to hold the days off of any week, and the change to summer time in it. */
const AHEAD_MS = 15 * DAY_MS;

/** When they begin: now where they have begun. Undefined: not within two weeks. */
export function nextActive(hours: ActiveHours, nowMs: number): number | undefined {
  return activeIntervals(hours, { startMs: nowMs, endMs: nowMs + AHEAD_MS })[0]?.startMs;
}

/** The intervals around an instant that say whether it is one of them. */
export function activeAround(hours: ActiveHours, nowMs: number): readonly Interval[] {
  return activeIntervals(hours, { startMs: nowMs - DAY_MS, endMs: nowMs + DAY_MS });
}

/** Monday first, as they are written. */
export const WEEK = 'MON TUE WED THU FRI SAT SUN'.split(' ');

function numberOf(place: number): number {
  return (place + 1) % 7;
}

/**
 * `MON-FRI`, `SAT`, `MON,WED`; a range may run over Sunday.
 *
 * @throws RangeError for anything else.
 */
export function parseDays(text: string): readonly number[] {
  return text.split(',').flatMap((part) => {
    const [first = '', last = first, ...more] = part.split('-').map((word) => word.trim());
    const [a, b] = [first, last].map((word) => WEEK.indexOf(word.toUpperCase()));
    if (more.length > 0 || a === -1 || b === -1) {
      throw new RangeError(`"${text}" is no day of the week`);
    }
    const count = ((b! - a! + 7) % 7) + 1;
    return Array.from({ length: count }, (_, i) => numberOf((a! + i) % 7));
  });
}

/**
 * Minutes of the day.
 *
 * @throws RangeError unless it is `08:00`, or `24:00` where a day may end.
 */
export function parseClock(text: string, end: 'from' | 'until'): number {
  const [, hours, minutes] = /^(\d{2}):([0-5]\d)$/.exec(text) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  const isTime = minute < DAY_MINUTES || (end === 'until' && minute === DAY_MINUTES);
  if (!isTime) throw new RangeError(`"${text}" is no time of a day`);
  return minute;
}

/** `MON-FRI 08:00-18:00 Europe/Berlin` */
export function formatActiveHours({ days, from, until, timezone }: ActiveHours): string {
  const isAllDay = from === 0 && until === DAY_MINUTES;
  const hours = isAllDay ? '' : ` ${formatClock(from)}-${formatClock(until)}`;
  return `${formatDays(days)}${hours} ${timezone}`;
}

/** `MON-FRI`, `MON,WED`, `every day` */
export function formatDays(days: readonly number[]): string {
  if (days.length === 7) return 'every day';
  const runs: number[][] = [];
  for (const [place] of WEEK.entries()) {
    if (!days.includes(numberOf(place))) continue;
    if (runs.at(-1)?.at(-1) === place - 1) runs.at(-1)!.push(place);
    else runs.push([place]);
  }
  return runs
    .map((run) => (run.length === 1 ? WEEK[run[0]!] : `${WEEK[run[0]!]}-${WEEK[run.at(-1)!]}`))
    .join(',');
}

export function formatClock(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
