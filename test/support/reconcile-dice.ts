/** Chance that can be repeated: mulberry32. */
export type Dice = Readonly<{
  /** 0 up to, and without, `count`. */
  below: (count: number) => number;
  /** Both ends are in it. */
  between: (low: number, high: number) => number;
  chance: (permille: number) => boolean;
  pick: <T>(values: readonly T[]) => T;
  weighted: <T>(values: readonly (readonly [T, number])[]) => T;
  shuffled: <T>(values: readonly T[]) => T[];
}>;

export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return {
    below,
    between: (low, high) => low + below(high - low + 1),
    chance: (permille) => below(1000) < permille,
    pick: (values) => values[below(values.length)]!,
    weighted: (values) => {
      let left = below(values.reduce((sum, [, weight]) => sum + weight, 0));
      for (const [value, weight] of values) {
        left -= weight;
        if (left < 0) return value;
      }
      return values[0]![0];
    },
    shuffled: (values) => {
      const all = [...values];
      for (let at = all.length - 1; at > 0; at -= 1) {
        const other = below(at + 1);
        [all[at], all[other]] = [all[other]!, all[at]!];
      }
      return all;
    },
  };
}
