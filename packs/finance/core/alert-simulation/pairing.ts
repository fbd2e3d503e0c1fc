/** Who goes with whom, each with one other. */

/**
 * As many pairs as possible, by index, left -> right. `fits` says of each on the left who on the
 * right would do.
 */
export function pairs(fits: readonly (readonly number[])[]): ReadonlyMap<number, number> {
  const takenBy = new Map<number, number>();
  const place = (at: number, tried: Set<number>): boolean =>
    fits[at]!.some((i) => {
      if (tried.has(i)) return false;
      tried.add(i);
      const holder = takenBy.get(i);
      if (holder !== undefined && !place(holder, tried)) return false;
      takenBy.set(i, at);
      return true;
    });
  for (const at of fits.keys()) place(at, new Set());
  return new Map([...takenBy].map(([i, at]) => [at, i]));
}
