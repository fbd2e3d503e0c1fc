/**
 * Units of usage readings. A unit is kept as it was typed; this says which ones measure the same,
 * and how many of the smallest go into one. Only what converts by a whole number is converted:
 *
 *     bytes   B kB MB GB TB PB (1000), KiB MiB GiB TiB PiB (1024)
 *     time    ms s min h d week, and their words
 *     share   % or percent
 *     counts  any noun, also `k requests`, `M requests`, `1000 requests`; a bare count, k or M is
 *             of whatever the metric counts
 *     rates   any of these per ms, s, min, h, d or week
 *
 * Anything else, such as GB-Hours, is a unit that only equals itself. What could be read as two
 * units (m, Gb) is refused.
 */
export type Unit = Readonly<{
  /** Units of one measure convert. */
  measure: string;
  /** How many of the smallest unit of its measure. */
  factor: bigint;
}>;

const LENGTH_MAX = 40;

const SYMBOLS: ReadonlyMap<string, Unit> = new Map([
  ['B', unit('bytes', 1n)],
  ['KB', unit('bytes', 1000n)],
  ...['kB', 'MB', 'GB', 'TB', 'PB'].map(
    (name, i) => [name, unit('bytes', 1000n ** BigInt(i + 1))] as const,
  ),
  ...['KiB', 'MiB', 'GiB', 'TiB', 'PiB'].map(
    (name, i) => [name, unit('bytes', 1024n ** BigInt(i + 1))] as const,
  ),
  ['ms', unit('time', 1n)],
  ['s', unit('time', 1000n)],
  ['h', unit('time', 3_600_000n)],
  ['d', unit('time', 86_400_000n)],
  ['%', unit('share', 1n)],
]);

/** In whatever case, and in the plural. */
const WORDS: ReadonlyMap<string, Unit> = new Map(
  (
    [
      ['byte', SYMBOLS.get('B')],
      ['millisecond', SYMBOLS.get('ms')],
      ['sec second', SYMBOLS.get('s')],
      ['min minute', unit('time', 60_000n)],
      ['hr hour', SYMBOLS.get('h')],
      ['day', SYMBOLS.get('d')],
      ['week', unit('time', 604_800_000n)],
      ['pct percent', SYMBOLS.get('%')],
      ['count', unit(countOf(''), 1n)],
    ] as const
  ).flatMap(([names, known]) => names.split(' ').map((name) => [name, known!] as const)),
);

const MULTIPLIERS: ReadonlyMap<string, bigint> = new Map([
  ['k', 1000n],
  ['K', 1000n],
  ['M', 1_000_000n],
  ['thousand', 1000n],
  ['million', 1_000_000n],
  ['billion', 1_000_000_000n],
]);

const TIME_BASE = 604_800_000n;

function unit(measure: string, factor: bigint): Unit {
  return { measure, factor };
}

function countOf(noun: string): string {
  return `count ${noun}`;
}

/**
 * @throws RangeError, with a message that ends a sentence about the text, when it is no unit or
 *   could be two.
 */
export function parseUnit(text: string): Unit {
  const name = text.trim().replace(/\s+/g, ' ');
  if (name === '') throw new RangeError('is empty');
  if (name.length > LENGTH_MAX) throw new RangeError(`is longer than ${LENGTH_MAX} characters`);
  if (/\p{Cc}|\p{Cf}/u.test(name)) throw new RangeError('has characters that do not print');
  return rate(name) ?? plainUnit(name);
}

/** `requests/min`, `GB per day`. */
function rate(name: string): Unit | undefined {
  const match = /^([^/]+?)(?: ?\/ ?| per )([^/]+)$/i.exec(name);
  if (match === null) return undefined;
  const [top, bottom] = [plainUnit(match[1]!), plainUnit(match[2]!)];
  if (bottom.measure !== 'time') return unit(`text ${name}`, 1n);
  return unit(`${top.measure} / time`, top.factor * (TIME_BASE / bottom.factor));
}

function plainUnit(name: string): Unit {
  const known = SYMBOLS.get(name) ?? WORDS.get(singular(name.toLowerCase()));
  if (known !== undefined) return known;
  refuseTwofold(name);
  const match = /^(\d[\d,]{0,15})? ?(k|K|M|thousand|million|billion)?(?:(?<=[\w,]) (.+)|$)/.exec(
    name,
  );
  const [, digits, word, rest = ''] = match ?? [];
  if (digits === undefined && word === undefined) return noun(name);
  const times = BigInt(digits?.replaceAll(',', '') ?? '1') * (MULTIPLIERS.get(word ?? '') ?? 1n);
  if (times === 0n) throw new RangeError(`"${name}" is none of anything`);
  const base = rest === '' ? unit(countOf(''), 1n) : plainUnit(rest);
  return unit(base.measure, base.factor * times);
}

/** Letters that mean one thing to some and another thing to others. */
function refuseTwofold(name: string): void {
  if (name === 'm') throw new RangeError('"m" may be minutes or millions: write min, or M');
  const meant = [...SYMBOLS.keys()].filter((each) => each.toLowerCase() === name.toLowerCase());
  if (meant.length === 0) return;
  throw new RangeError(`"${name}" is no unit in these letters: write ${meant.at(-1)}`);
}

/** `Requests` is `request`; what has capitals inside, or more than letters, is only itself. */
function noun(name: string): Unit {
  const isWords = /^\p{L}\p{Ll}*(?:[ _-]\p{L}\p{Ll}*)*$/u.test(name);
  return isWords ? unit(countOf(singular(name.toLowerCase())), 1n) : unit(`text ${name}`, 1n);
}

function singular(word: string): string {
  return /[^su]s$/.test(word) && word.length > 3 ? word.slice(0, -1) : word;
}

/** Every unit that converts, as it is written; all else is a noun that is counted, or itself. */
export const UNIT_WORDS: readonly string[] = [...SYMBOLS.keys(), ...WORDS.keys()];

/** Whether it is taken as a thing that is counted, or as something that only equals itself. */
export function isUnknownUnit(text: string): boolean {
  const { measure } = parseUnit(text);
  return measure.startsWith('text ') || (measure.startsWith('count ') && measure !== countOf(''));
}

/** Whether the values of two units can be told in one. A bare count is of any one noun. */
export function areAlike(a: Unit, b: Unit): boolean {
  return a.measure === b.measure || bareOf(a, b) || bareOf(b, a);
}

function bareOf(bare: Unit, other: Unit): boolean {
  const [start, end] = other.measure.split(/(?= \/ time$)/);
  return (
    other.measure.startsWith('count ') && bare.measure === `${countOf('')}${end ?? ''}` && !!start
  );
}

/**
 * The value in the other unit, in 1e-12 and rounded down: so it is at least a threshold of that
 * unit exactly when the value itself is. Undefined when the units measure different things.
 */
export function convert(units: bigint, from: Unit, to: Unit): bigint | undefined {
  if (!areAlike(from, to)) return undefined;
  return floorDivide(units * from.factor, to.factor);
}

/** Rounded towards minus infinity. */
export function floorDivide(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError('the divisor must be more than 0');
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
}

const NAME_UNITS: Readonly<Record<string, string>> = {
  ...{ bytes: 'B', kb: 'kB', mb: 'MB', gb: 'GB', tb: 'TB', pb: 'PB' },
  ...{ kib: 'KiB', mib: 'MiB', gib: 'GiB', tib: 'TiB', pib: 'PiB' },
  ...{ ms: 'ms', seconds: 's', minutes: 'min', hours: 'h', days: 'd' },
  ...{ percent: '%', pct: '%' },
};

/**
 * The unit that the name of a metric ends with: MB of `database_storage_mb`, h of `compute_hours`,
 * requests/min of `requests_per_minute`. Undefined where it says none.
 */
export function unitInName(metric: string): string | undefined {
  const words = metric
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const last = words.at(-1) ?? '';
  if (words.at(-2) !== 'per') return Object.hasOwn(NAME_UNITS, last) ? NAME_UNITS[last] : undefined;
  const what = words.at(-3);
  if (what === undefined || WORDS.get(singular(last))?.measure !== 'time') return undefined;
  return `${Object.hasOwn(NAME_UNITS, what) ? NAME_UNITS[what] : what}/${last}`;
}
