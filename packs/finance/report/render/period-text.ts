/**
 * Days and ranges in the words of a report. Ranges are half-open in code; people read the last
 * day, so every text here names it. A year is printed once where both ends share it.
 */
import {
  addDays,
  type Day,
  type DayRange,
  formatDay,
  shortDay,
  weekdayOf,
  yearOf,
} from '../../core/day.ts';

/** `Mon 22 – Sun 28 Dec 2025`, `Mon 29 Dec 2025 – Sun 4 Jan 2026`, `Mon 1 Dec 2025`. */
export function spokenRange(range: DayRange): string {
  const last = addDays(range.end, -1);
  const to = `${weekdayOf(last)} ${shortDay(last)} ${yearOf(last)}`;
  if (range.start === last) return to;
  const [number, month] = shortDay(range.start).split(' ');
  const sameYear = yearOf(range.start) === yearOf(last);
  const sameMonth = sameYear && month === shortDay(last).split(' ')[1];
  const from = [number, ...(sameMonth ? [] : [month]), ...(sameYear ? [] : [yearOf(range.start)])];
  return `${weekdayOf(range.start)} ${from.join(' ')} – ${to}`;
}

/** `28 Dec`, with its year where that is not the year of the report. */
export function spokenDay(day: Day, period: DayRange): string {
  const year = yearOf(day);
  return year === yearOf(addDays(period.end, -1)) ? shortDay(day) : `${shortDay(day)} ${year}`;
}

/** `2025-12-22 to 2025-12-28`, as file names and cells have it. */
export function isoRange(range: DayRange): string {
  return `${formatDay(range.start)} to ${formatDay(addDays(range.end, -1))}`;
}
