/**
 * Ranges as most packs write them, `>=0.1.0 <1`, without the library that knows all of them: it
 * takes longer to load than a small command takes to run.
 */

const NUMBER = '(0|[1-9]\\d{0,8})';
const VERSION = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}$`);
const BOUND = new RegExp(`^(>=|<)${NUMBER}(?:\\.${NUMBER})?(?:\\.${NUMBER})?$`);

/** True only where semver says so too. Whatever is not plain is false, and left to semver. */
export function isPlainlyWithin(range: unknown, version: string): boolean {
  const parts = VERSION.exec(version)?.slice(1).map(Number);
  if (parts === undefined || typeof range !== 'string') return false;
  return range.split(' ').every((word) => {
    const [, sign, ...numbers] = BOUND.exec(word) ?? [];
    if (sign === undefined) return false;
    const isBelow = compare(parts, numbers) < 0;
    return sign === '<' ? isBelow : !isBelow;
  });
}

/** A number that a bound leaves out is 0. */
function compare(version: readonly number[], bound: readonly (string | undefined)[]): number {
  const differences = version.map((part, i) => part - Number(bound[i] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}
