/**
 * Whether a maintenance window that begins anew every week has ended by then: two days from every
 * Saturday and Sunday are not a weekend, they last until Tuesday.
 */
import type { MaintenanceWindow } from './config.ts';

const MINUTES = 7 * 24 * 60;
const MS_PER_MINUTE = 60_000;

export type Overrun =
  | Readonly<{ by: 'never-ends' }>
  /** The first stretch that holds more than one beginning; minutes since Sunday 00:00. */
  | Readonly<{ by: 'runs-on'; from: number; until: number }>;

/** Undefined where all is well, and where days of the month or months make no week like another. */
export function overrunOf({ schedule, durationMs }: MaintenanceWindow): Overrun | undefined {
  if (schedule === 'manual' || durationMs === undefined) return undefined;
  const { days, months, weekdays, hours, minutes } = schedule;
  if (days.length < 31 || months.length < 12) return undefined;
  const starts = weekdays.flatMap((day) =>
    hours.flatMap((hour) => minutes.map((minute) => (day * 24 + hour) * 60 + minute)),
  );
  const length = durationMs / MS_PER_MINUTE;
  const gapAfter = (i: number): boolean => nextStart(starts, i) - starts[i]! > length;
  if (!starts.some((_, i) => gapAfter(i))) return { by: 'never-ends' };
  const first = starts.findIndex((_, i) => !gapAfter(i) && gapAfter(before(starts, i)));
  if (first === -1) return undefined;
  let last = first;
  let until = starts[first]! + length;
  while (!gapAfter(last % starts.length)) {
    until += nextStart(starts, last % starts.length) - starts[last % starts.length]!;
    last += 1;
  }
  return { by: 'runs-on', from: starts[first]!, until };
}

function nextStart(starts: readonly number[], i: number): number {
  return i + 1 < starts.length ? starts[i + 1]! : starts[0]! + MINUTES;
}

function before(starts: readonly number[], i: number): number {
  return (i + starts.length - 1) % starts.length;
}

const WEEKDAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');

/** `Sat 00:00` */
export function weekTime(minute: number): string {
  const at = Math.floor(minute) % MINUTES;
  const day = WEEKDAYS[Math.floor(at / (24 * 60))];
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${day} ${two(Math.floor(at / 60) % 24)}:${two(at % 60)}`;
}
