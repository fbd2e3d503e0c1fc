/**
 * Rounding that foots: the parts that are shown add up to the total that is shown.
 *
 * Largest remainder: every part is rounded half-even, then the few last digits that are missing
 * go to the parts that were rounded furthest the other way. A part of exactly zero stays zero.
 *
 * What is moved is for the eye alone: nothing may be concluded from a shown amount. A part can be
 * given a wish, how it should be shown (two columns that agree in a row should be seen to agree);
 * it is kept as long as the parts without one can take a digit each.
 */
import { divideHalfEven, roundUnits, SCALE } from './money.ts';

/** By index of the part, in 10^-decimals; undefined: as it is rounded. */
export type Wishes = readonly (bigint | undefined)[];

/** Parts in 10^-decimals that sum to `total` (also in 10^-decimals). */
export function footTo(
  parts: readonly bigint[],
  total: bigint,
  decimals: number,
  wishes: Wishes = [],
): bigint[] {
  const step = 10n ** BigInt(SCALE - decimals);
  const wish = (index: number) => (parts[index] === 0n ? undefined : wishes[index]);
  const shown = parts.map((units, index) => wish(index) ?? roundUnits(units, decimals));
  let missing = total - shown.reduce((a, b) => a + b, 0n);
  if (missing === 0n) return shown;
  const direction = missing > 0n ? 1n : -1n;
  const order = parts
    .map((units, index) => ({
      index,
      units,
      rank: wish(index) === undefined ? 0 : 1,
      residue: (units - shown[index]! * step) * direction,
    }))
    .filter(({ units }) => units !== 0n)
    .sort((a, b) => a.rank - b.rank || descending(a.residue, b.residue) || a.index - b.index);
  if (order.length === 0) throw new RangeError('zeros cannot foot to another total');
  for (let i = 0; missing !== 0n; i = (i + 1) % order.length) {
    const { index } = order[i]!;
    shown[index] = shown[index]! + direction;
    missing -= direction;
  }
  return shown;
}

function descending(a: bigint, b: bigint): number {
  return a === b ? 0 : a > b ? -1 : 1;
}

/** Parts and their own total, rounded together. */
export function foot(
  parts: readonly bigint[],
  decimals: number,
  wishes: Wishes = [],
): Readonly<{ parts: bigint[]; total: bigint }> {
  const total = roundUnits(
    parts.reduce((a, b) => a + b, 0n),
    decimals,
  );
  return { parts: footTo(parts, total, decimals, wishes), total };
}

/** Share of a whole in percent with one decimal, or undefined where there is no whole. */
export function percentTenths(part: bigint, whole: bigint): bigint | undefined {
  if (whole === 0n) return undefined;
  return divideHalfEven(part * 1000n, whole);
}
