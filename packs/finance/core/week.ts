/** ISO-8601 weeks: Monday first, and a week belongs to the year of its Thursday. */
import { addDays, type Day, type DayRange, parseDay, yearOf } from './day.ts';

/** Half-open [Monday, next Monday), labelled like 2026-W47. */
export type Week = DayRange & Readonly<{ label: string; year: number; number: number }>;

export function weekOf(day: Day): Week {
  const start = addDays(day, -mod(day + 3, 7)); // 1970-01-01 was a Thursday
  const thursday = addDays(start, 3);
  const year = yearOf(thursday);
  const number = Math.floor((thursday - parseDay(`${year}-01-01`)) / 7) + 1;
  const label = `${year}-W${String(number).padStart(2, '0')}`;
  return { start, end: addDays(start, 7), label, year, number };
}

/** Week `number` of an ISO year, or undefined where the year does not have it. */
export function weekNumbered(year: number, number: number): Week | undefined {
  if (!Number.isInteger(number) || number < 1 || number > weeksInYear(year)) return undefined;
  return weekOf(addDays(weekOf(parseDay(`${year}-01-04`)).start, (number - 1) * 7));
}

/** The week of a label like `2026-W47`, or undefined where there is none. */
export function weekLabelled(label: string): Week | undefined {
  const match = /^([1-9]\d{3})-W(\d{2})$/.exec(label);
  return match === null ? undefined : weekNumbered(Number(match[1]), Number(match[2]));
}

/** The weeks that share a day with a range, in order. */
export function weeksOf(range: DayRange): Week[] {
  const weeks: Week[] = [];
  for (let at = weekOf(range.start); at.start < range.end; at = weekOf(at.end)) weeks.push(at);
  return weeks;
}

/** 52 or 53; 28 December is always in the last week. */
export function weeksInYear(year: number): number {
  return weekOf(parseDay(`${year}-12-28`)).number;
}

/** The latest week with this number that is over on `today`: the last seven years hold a W53. */
export function latestEndedWeek(number: number, today: Day): Week | undefined {
  for (let year = weekOf(today).year; year > weekOf(today).year - 8; year -= 1) {
    const week = weekNumbered(year, number);
    if (week !== undefined && week.end <= today) return week;
  }
  return undefined;
}

/** The last week that is over on `today`. */
export function lastEndedWeek(today: Day): Week {
  return weekOf(addDays(weekOf(today).start, -7));
}

const mod = (a: number, n: number): number => ((a % n) + n) % n;
