/**
 * All ways in which some of a few amounts sum to a target, by meeting in the middle: half of them
 * against the other half, in whole coins.
 */
export type SubsetQuestion = Readonly<{
  /** Nearest first: how far into the list a solution reaches is part of how likely it is. */
  coins: readonly bigint[];
  target: bigint;
  /** How many may be in a sum, and how many must be. */
  most: number;
  least: number;
}>;

export type SubsetAnswer = Readonly<{
  /** Positions, ascending; best first. */
  solutions: readonly (readonly number[])[];
  /** False: there were more than are told. */
  isComplete: boolean;
}>;

/** More amounts are not searched: 2^11 sums on each side. */
export const SUBSET_SIZE_MAX = 22;
const SOLUTIONS_MAX = 200;
/** Beyond it an integer is not exact as a number. */
const EXACT = 2n ** 48n;

type Half = Readonly<{ sums: readonly number[]; sizes: readonly number[] }>;

/** Amounts that are too large for exact numbers are no part of any solution. */
export function subsetsOf({ coins, target, most, least }: SubsetQuestion): SubsetAnswer {
  const isUsable = (value: bigint): boolean => -EXACT < value && value < EXACT;
  if (!isUsable(target)) return { solutions: [], isComplete: false };
  const usable = coins.flatMap((value, at) =>
    isUsable(value) ? [{ at, value: Number(value) }] : [],
  );
  const values = usable.slice(0, SUBSET_SIZE_MAX);
  if (!isReachable(values, Number(target))) return { solutions: [], isComplete: true };
  const middle = values.length >> 1;
  const low = halfOf(values.slice(0, middle).map(({ value }) => value));
  const high = halfOf(values.slice(middle).map(({ value }) => value));
  const solutions: number[][] = [];
  let isComplete = true;
  const lowBySum = masksBySum(low, most);
  for (const [mask, sum] of high.sums.entries()) {
    for (const other of lowBySum.get(Number(target) - sum) ?? []) {
      const size = high.sizes[mask]! + low.sizes[other]!;
      if (size > most || size < least) continue;
      if (solutions.length === SOLUTIONS_MAX) isComplete = false;
      else solutions.push(positions(other, mask, middle).map((at) => values[at]!.at));
    }
    if (!isComplete) break;
  }
  solutions.sort((a, b) => waysTo(a) - waysTo(b) || compare(a, b));
  return { solutions, isComplete };
}

function isReachable(values: readonly { value: number }[], target: number): boolean {
  let above = 0;
  let below = 0;
  for (const { value } of values) {
    if (value > 0) above += value;
    else below += value;
  }
  return below <= target && target <= above;
}

function halfOf(values: readonly number[]): Half {
  const sums = [0];
  const sizes = [0];
  for (const value of values) {
    const count = sums.length;
    for (let mask = 0; mask < count; mask += 1) {
      sums.push(sums[mask]! + value);
      sizes.push(sizes[mask]! + 1);
    }
  }
  return { sums, sizes };
}

function masksBySum({ sums, sizes }: Half, most: number): ReadonlyMap<number, readonly number[]> {
  const masks = new Map<number, number[]>();
  for (const [mask, sum] of sums.entries()) {
    if (sizes[mask]! > most) continue;
    const found = masks.get(sum);
    if (found === undefined) masks.set(sum, [mask]);
    else found.push(mask);
  }
  return masks;
}

function positions(low: number, high: number, middle: number): number[] {
  const found: number[] = [];
  for (let bit = 0; low >> bit !== 0; bit += 1) if ((low >> bit) & 1) found.push(bit);
  for (let bit = 0; high >> bit !== 0; bit += 1) if ((high >> bit) & 1) found.push(middle + bit);
  return found;
}

/**
 * Among how many combinations of its size, no further into the list, it was found: the fewer, the
 * less it can be chance.
 */
export function waysTo(solution: readonly number[]): number {
  return combinations(solution.at(-1)! + 1, solution.length);
}

export function combinations(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i += 1) ways = (ways * (n - i + 1)) / i;
  return ways;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, at] of a.entries()) if (at !== b[i]) return at - (b[i] ?? -1);
  return a.length - b.length;
}
