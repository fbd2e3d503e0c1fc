/**
 * What is normal for a day, and from which amount on it is not: the two algorithms of
 * `anomaly_detection`, in integers, each with the numbers that explain it.
 *
 * moving_average: the mean of the last days and so many standard deviations. trend_detection: the
 * straight line through the baseline, and so many of its usual distances (1.4826 × the median
 * distance, which is a standard deviation where noise is normal, and deaf to what was odd before).
 */
import type { Algorithm } from '../alert-config/config.ts';
import { absolute, divideHalfEven, ONE } from '../money.ts';
import { shareOf } from './project.ts';

export type Normal = Readonly<{
  /** What was expected. */
  expected: bigint;
  /** A day of at least so much is not normal. */
  line: bigint;
  /** `8.00 ± 1.20 over 7 days` without its units: how the expectation was made. */
  spread: bigint;
  days: number;
  by: Algorithm['type'];
}>;

/** Usual distances until it is odd; the rule's percentage counts on top. */
const DISTANCES: Readonly<Record<'low' | 'medium' | 'high', bigint>> = {
  low: 4n,
  medium: 3n,
  high: 2n,
};

export type NormalAsked = Readonly<{
  algorithms: readonly Algorithm[];
  /** How far above normal it has to be as well, in 1e-12 of a percent. */
  percent: bigint;
  /** The least by which it has to be above. */
  floor: bigint;
}>;

/** Of the days before, oldest first, never empty: of two algorithms the one that speaks first. */
export function normalOf(days: readonly bigint[], asked: NormalAsked): Normal {
  const found = asked.algorithms.map((algorithm) =>
    algorithm.type === 'moving_average'
      ? movingAverage(days, algorithm)
      : trend(days, DISTANCES[algorithm.sensitivity]),
  );
  const all = found.length > 0 ? found : [plainMean(days)];
  return all
    .map((normal) => ({ ...normal, line: atLeast(normal, asked) }))
    .reduce((best, each) => (each.line < best.line ? each : best));
}

function atLeast({ expected, line }: Normal, { percent, floor }: NormalAsked): bigint {
  const base = expected > 0n ? expected : 0n;
  return [line, base + shareOf(base, percent), base + floor].reduce((a, b) => (a > b ? a : b));
}

function plainMean(days: readonly bigint[]): Normal {
  const expected = divideHalfEven(sumOf(days), BigInt(days.length));
  return { expected, line: expected, spread: 0n, days: days.length, by: 'moving_average' };
}

function movingAverage(
  days: readonly bigint[],
  { windowDays, deviations }: Extract<Algorithm, { type: 'moving_average' }>,
): Normal {
  const last = days.slice(-windowDays);
  const count = BigInt(last.length);
  const sum = sumOf(last);
  const squares = last.reduce((total, each) => total + each * each, 0n);
  const spread = squareRoot((count * squares - sum * sum) / (count * count));
  const expected = divideHalfEven(sum, count);
  const line = expected + (spread * deviations + ONE - 1n) / ONE;
  return { expected, line, spread, days: last.length, by: 'moving_average' };
}

/** 1.4826, by which a median distance is as long as a standard deviation. */
const [MAD_TOP, MAD_BOTTOM] = [14_826n, 10_000n];

function trend(days: readonly bigint[], distances: bigint): Normal {
  const count = BigInt(days.length);
  // Positions are counted from the middle, doubled to stay whole: they add up to nothing.
  const at = (i: number): bigint => BigInt(2 * i) - count + 1n;
  const across = days.reduce((total, each, i) => total + each * at(i), 0n);
  const squares = days.reduce((total, _, i) => total + at(i) * at(i), 0n);
  const mean = divideHalfEven(sumOf(days), count);
  const lineAt = (i: number): bigint =>
    squares === 0n ? mean : mean + divideHalfEven(across * at(i), squares);
  const off = days.map((each, i) => absolute(each - lineAt(i))).sort((a, b) => (a < b ? -1 : 1));
  const middle = off[Math.floor(off.length / 2)]!;
  const spread = (middle * MAD_TOP) / MAD_BOTTOM;
  const expected = lineAt(days.length);
  const line = expected + spread * distances;
  return { expected, line, spread, days: days.length, by: 'trend_detection' };
}

function sumOf(days: readonly bigint[]): bigint {
  return days.reduce((a, b) => a + b, 0n);
}

/** Rounded down; Newton's method from above. */
export function squareRoot(square: bigint): bigint {
  if (square < 0n) throw new RangeError('no root of a negative number');
  if (square < 2n) return square;
  let root = 1n << BigInt(Math.ceil(square.toString(2).length / 2));
  while (true) {
    const next = (root + square / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}
