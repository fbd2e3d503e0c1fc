/**
 * Five fields of cron: minute, hour, day of the month, month, day of the week. Names are taken for
 * months and weekdays, 0 and 7 are Sunday, and a range may end on it (SAT-SUN). When both days are
 * restricted, either is enough, as in every cron since the first; and as in Vixie's, which Debian
 * has, a day that begins with `*` (every second one) is not restricted: then it has to be both.
 */
export type Cron = Readonly<{
  text: string;
  /** Sorted, each once. */
  minutes: readonly number[];
  hours: readonly number[];
  days: readonly number[];
  months: readonly number[];
  /** 0 is Sunday. */
  weekdays: readonly number[];
  /** Both days are restricted, and one of them is enough; else a day has to be in both. */
  isEitherDay: boolean;
}>;

type Field = Readonly<{ name: string; min: number; max: number; words: readonly string[] }>;

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const WEEKDAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59, words: [] },
  { name: 'hour', min: 0, max: 23, words: [] },
  { name: 'day of the month', min: 1, max: 31, words: [] },
  { name: 'month', min: 1, max: 12, words: MONTHS },
  { name: 'day of the week', min: 0, max: 7, words: WEEKDAYS },
];

/** Either of two days, one of which is any. */
const EVERY_DAY = {
  days: Array.from({ length: 31 }, (_, i) => i + 1),
  weekdays: Array.from({ length: 7 }, (_, i) => i),
};

/** @throws RangeError that names the field and what is wrong with it. */
export function parseCron(text: string): Cron {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) {
    throw new RangeError(
      `"${text}" has ${parts.length === 1 ? 'one field' : `${parts.length} fields`}, not five`,
    );
  }
  const sets = parts.map((part, i) => parseField(part, FIELDS[i]!));
  const [minutes, hours, days, months, weekdays] = sets as [
    number[],
    number[],
    number[],
    number[],
    number[],
  ];
  const isEither = !parts[2]!.startsWith('*') && !parts[4]!.startsWith('*');
  const chosen = { days, weekdays: sorted(weekdays.map((day) => day % 7)) };
  const hasAll = chosen.days.length === 31 || chosen.weekdays.length === 7;
  const cron: Cron = {
    ...{ text: parts.join(' '), minutes, hours, months },
    ...(isEither && hasAll ? EVERY_DAY : chosen),
    isEitherDay: isEither && !hasAll,
  };
  if (neverComes(cron)) throw new RangeError(`"${text}" is a day that no month has`);
  return cron;
}

function parseField(text: string, field: Field): number[] {
  return sorted(text.split(',').flatMap((part) => parseRange(part, field)));
}

function parseRange(text: string, field: Field): number[] {
  const refuse = (why: string): never => {
    throw new RangeError(`the ${field.name} "${text}" ${why}`);
  };
  const match = /^([^/-]+)(?:-([^/-]+))?(?:\/(.+))?$/.exec(text);
  if (match === null) return refuse('is no value, list, range or step');
  const [, first = '', last, stepText] = match;
  const isAll = first === '*';
  if (isAll && last !== undefined) return refuse('is no range');
  const numberOf = (word: string): number => parseValue(word, field) ?? refuse(expected(field));
  const from = isAll ? field.min : numberOf(first);
  const step = stepText === undefined ? 1 : Number(/^\d{1,4}$/.test(stepText) ? stepText : 0);
  if (step < 1) return refuse('has a step that is no number above 0');
  const until = isAll ? lastOf(field) : last === undefined ? from : numberOf(last);
  // A range that ends on Sunday ends the week; `5/10` without a range goes on to the end.
  const end = last !== undefined && until === 0 && field.max === 7 && from > 0 ? 7 : until;
  const to = last === undefined && stepText !== undefined ? lastOf(field) : end;
  if (to < from) return refuse('ends before it begins');
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
}

/** Of a `*`: Sunday is in the week once. */
function lastOf({ max }: Field): number {
  return max === 7 ? 6 : max;
}

function parseValue(word: string, { min, max, words }: Field): number | undefined {
  const named = words.indexOf(word.toUpperCase());
  if (named !== -1) return named + (words === MONTHS ? 1 : 0);
  const value = /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
  return min <= value && value <= max ? value : undefined;
}

function expected({ min, max, words }: Field): string {
  const names = words.length === 0 ? '' : ` or ${words[0]} to ${words.at(-1)}`;
  return `is not from ${min} to ${max}${names}`;
}

function sorted(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** The most days a month has in any year. */
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function neverComes({ days, months, isEitherDay }: Cron): boolean {
  if (isEitherDay) return false;
  return months.every((month) => days[0]! > LONGEST[month - 1]!);
}
