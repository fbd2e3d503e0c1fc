/**
 * Rounding that foots: the parts that are shown add up to the total that is shown.
 *
 * Largest remainder: every part is rounded half-even, then the few last digits that are missing
 * go to the parts that were rounded furthest the other way. A part of exactly zero stays zero.
 */
import { divideHalfEven, roundUnits, SCALE } from './money.ts';

/** Parts in 10^-decimals that sum to `total` (also in 10^-decimals). */
export function footTo(parts: readonly bigint[], total: bigint, decimals: number): bigint[] {
  const step = 10n ** BigInt(SCALE - decimals);
  const shown = parts.map((units) => roundUnits(units, decimals));
  let missing = total - shown.reduce((a, b) => a + b, 0n);
  if (missing === 0n) return shown;
  const direction = missing > 0n ? 1n : -1n;
  const order = parts
    .map((units, index) => ({ index, units, residue: (units - shown[index]! * step) * direction }))
    .filter(({ units }) => units !== 0n)
    .sort((a, b) => (a.residue === b.residue ? a.index - b.index : a.residue > b.residue ? -1 : 1));
  if (order.length === 0) throw new RangeError('zeros cannot foot to another total');
  for (let i = 0; missing !== 0n; i = (i + 1) % order.length) {
    const { index } = order[i]!;
    shown[index] = shown[index]! + direction;
    missing -= direction;
  }
  return shown;
}

/** Parts and their own total, rounded together. */
export function foot(
  parts: readonly bigint[],
  decimals: number,
): Readonly<{ parts: bigint[]; total: bigint }> {
  const total = roundUnits(
    parts.reduce((a, b) => a + b, 0n),
    decimals,
  );
  return { parts: footTo(parts, total, decimals), total };
}

/** Share of a whole in percent with one decimal, or undefined where there is no whole. */
export function percentTenths(part: bigint, whole: bigint): bigint | undefined {
  if (whole === 0n) return undefined;
  return divideHalfEven(part * 1000n, whole);
}
