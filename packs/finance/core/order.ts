/**
 * The one order of text: by code point, whatever the locale of the machine. It is also the order
 * of UTF-8 bytes, which is how engines sort, so memory and SQL agree on every name.
 */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  if (at === length) return Math.sign(a.length - b.length);
  return Math.sign(rank(a.charCodeAt(at)) - rank(b.charCodeAt(at)));
}

/** Surrogates stand for code points above the rest of UTF-16, and so come after it. */
function rank(unit: number): number {
  return 0xd800 <= unit && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Keys of equal length, part by part; a part that is missing comes after all text. */
export function compareKeys(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i] ?? null;
    if (left === right) continue;
    if (left === null) return 1;
    if (right === null) return -1;
    return compareText(left, right);
  }
  return 0;
}
