/**
 * Which days to report on, from the words of a person: `--week 52`, `--week 2025-W52`,
 * `--from 2025-12-01 --to 2025-12-28`, or nothing for the last week that is over.
 */
import { usageError } from 'brctl/sdk';
import {
  addDays,
  type Day,
  type DayRange,
  dayRange,
  daysIn,
  formatDay,
  parseDay,
} from '../core/day.ts';
import {
  lastEndedWeek,
  latestEndedWeek,
  type Week,
  weekNumbered,
  weekOf,
  weeksInYear,
} from '../core/week.ts';
import { spokenRange } from './render/period-text.ts';

export type PeriodChoice = Readonly<{
  /** Undefined when the person gave days: a range that happens to be a week stays a range. */
  week: Week | undefined;
  range: DayRange;
}>;

export type PeriodWords = Readonly<{
  week: string | undefined;
  from: string | undefined;
  to: string | undefined;
}>;

const DAYS_MAX = 3660;
const YEAR_MIN = 1970;

/** @throws BrctlError (usage) that says what is wrong with the words and what would do. */
export function choosePeriod({ week, from, to }: PeriodWords, today: Day): PeriodChoice {
  if (week !== undefined && (from !== undefined || to !== undefined)) {
    throw usageError(
      'period-conflict',
      '--week and --from/--to both say which days',
      'give one of them',
    );
  }
  if (from !== undefined || to !== undefined) {
    return { week: undefined, range: rangeOf(from, to, today) };
  }
  const chosen = week === undefined ? lastEndedWeek(today) : weekOfWords(week, today);
  return { week: chosen, range: { start: chosen.start, end: chosen.end } };
}

function weekOfWords(words: string, today: Day): Week {
  const bare = /^w?(\d{1,2})$/i.exec(words);
  if (bare !== null) return latestWeek(Number(bare[1]), words, today);
  const labelled = /^(\d{4})-?w(\d{2})$/i.exec(words);
  if (labelled !== null)
    return labelledWeek(Number(labelled[1]), Number(labelled[2]), words, today);
  throw usageError(
    'week-malformed',
    `--week ${words}: this is no week`,
    `a number (--week 52) or a year and a number (--week ${lastEndedWeek(today).label})`,
  );
}

function latestWeek(number: number, words: string, today: Day): Week {
  checkNumber(number, words);
  const week = latestEndedWeek(number, today);
  if (week !== undefined) return week;
  throw usageError('week-missing', `--week ${words}: no such week is over`, hintOfLast(today));
}

function labelledWeek(year: number, number: number, words: string, today: Day): Week {
  checkNumber(number, words);
  if (year < YEAR_MIN) {
    throw usageError(
      'week-missing',
      `--week ${words}: years start with ${YEAR_MIN}`,
      hintOfLast(today),
    );
  }
  const week = weekNumbered(year, number);
  if (week === undefined) {
    const last = weekNumbered(year, weeksInYear(year))!;
    throw usageError(
      'week-missing',
      `--week ${words}: ${year} has no week ${number}`,
      `its last is ${last.label} (${spokenRange(last)}), and then comes ${weekOf(last.end).label}`,
    );
  }
  if (week.start <= today) return week;
  throw usageError(
    'week-not-started',
    `--week ${words}: ${week.label} has not started (${spokenRange(week)})`,
    hintOfLast(today),
  );
}

function checkNumber(number: number, words: string): void {
  if (1 <= number && number <= 53) return;
  throw usageError(
    'week-missing',
    `--week ${words}: there is no week ${number}`,
    'weeks are numbered from 1 to 52, in some years to 53',
  );
}

function hintOfLast(today: Day): string {
  const last = lastEndedWeek(today);
  return `the last week that is over is ${last.label} (${spokenRange(last)})`;
}

/** Both words name a day that is in: `--to 2025-12-28` includes the 28th. */
function rangeOf(from: string | undefined, to: string | undefined, today: Day): DayRange {
  if (from === undefined || to === undefined) {
    const [given, missing] = from === undefined ? ['--to', '--from'] : ['--from', '--to'];
    throw usageError(
      'period-incomplete',
      `${given} needs ${missing}`,
      'both name a day that is in',
    );
  }
  const [first, last] = [dayOfWords('--from', from), dayOfWords('--to', to)];
  if (last < first) {
    throw usageError(
      'period-reversed',
      `--to ${to} lies before --from ${from}`,
      'swap the two days',
    );
  }
  const range = dayRange(first, addDays(last, 1));
  if (daysIn(range) > DAYS_MAX) {
    const message = `--from ${from} --to ${to}: ${daysIn(range)} days; the limit is ${DAYS_MAX}`;
    throw usageError('period-too-long', message, 'ask for ten years at most');
  }
  if (first <= today) return range;
  throw usageError(
    'period-not-started',
    `--from ${from} is in the future`,
    `today is ${formatDay(today)} UTC`,
  );
}

function dayOfWords(flag: string, words: string): Day {
  try {
    return parseDay(words);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw usageError(
      'day-malformed',
      `${flag} ${words}: this is no day`,
      'write it like 2025-12-28',
    );
  }
}
