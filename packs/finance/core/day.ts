/** A civil UTC day as an integer: days since 1970-01-01. No zone, no clock, no DST. */
export type Day = number & { readonly __brand: 'Day' };

/** Half-open: `end` is the first day that is not in it. Never empty. */
export type DayRange = Readonly<{ start: Day; end: Day }>;

const MS_PER_DAY = 86_400_000;

/** @throws RangeError for anything but a real `YYYY-MM-DD`. */
export function parseDay(text: string): Day {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const ms = match ? Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) : NaN;
  if (!match || Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text) {
    throw new RangeError(`not a day: "${text}"`);
  }
  return (ms / MS_PER_DAY) as Day;
}

export function formatDay(day: Day): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

/** The UTC day an instant falls on. */
export function dayOf(instant: Date): Day {
  return Math.floor(instant.getTime() / MS_PER_DAY) as Day;
}

export function addDays(day: Day, count: number): Day {
  return (day + count) as Day;
}

export function dayRange(start: Day, end: Day): DayRange {
  if (!(start < end)) throw new RangeError(`no days from ${start} until ${end}`);
  return { start, end };
}

export function daysIn(range: DayRange): number {
  return range.end - range.start;
}

export function overlap(a: DayRange, b: DayRange): DayRange | undefined {
  const start = Math.max(a.start, b.start) as Day;
  const end = Math.min(a.end, b.end) as Day;
  return start < end ? { start, end } : undefined;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const WEEKDAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');

/** `28 Dec`, in English whatever the machine speaks: reports are read by others. */
export function shortDay(day: Day): string {
  const date = new Date(day * MS_PER_DAY);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

export function weekdayOf(day: Day): string {
  return WEEKDAYS[new Date(day * MS_PER_DAY).getUTCDay()]!;
}

export function yearOf(day: Day): number {
  return new Date(day * MS_PER_DAY).getUTCFullYear();
}
