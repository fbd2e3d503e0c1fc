/** Money is never created or lost: parsing, spreading, footing. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimalsOf } from '../../packs/finance/core/currency.ts';
import { foot, footTo } from '../../packs/finance/core/footing.ts';
import {
  absolute,
  divideHalfEven,
  formatExact,
  formatScaled,
  ONE,
  parseUnits,
  roundUnits,
  SCALE,
  shareOfDays,
} from '../../packs/finance/core/money.ts';

const someUnits = () =>
  fc.oneof(
    fc.bigInt({ min: -100n, max: 100n }),
    fc.bigInt({ min: -(10n ** 26n), max: 10n ** 26n }),
  );
const someDecimals = () => fc.constantFrom(...['USD', 'JPY', 'KWD', 'CLF'].map(decimalsOf));
const sumOf = (parts: readonly bigint[]) => parts.reduce((a, b) => a + b, 0n);

it('an amount survives being written and read', () => {
  fc.assert(
    fc.property(someUnits(), fc.integer({ min: 0, max: SCALE }), (units, decimals) => {
      expect(parseUnits(formatExact(units, decimals))).toBe(units);
    }),
  );
});

it('rounding is never off by more than half a step, and even in the middle', () => {
  fc.assert(
    fc.property(someUnits(), someDecimals(), (units, decimals) => {
      const step = 10n ** BigInt(SCALE - decimals);
      const rounded = roundUnits(units, decimals);
      const off = absolute(units - rounded * step) * 2n;
      expect(off <= step).toBe(true);
      expect(off < step || rounded % 2n === 0n).toBe(true);
      expect(parseUnits(formatScaled(rounded, decimals))).toBe(rounded * step);
    }),
  );
});

it('division changes sign with its operands', () => {
  const divisor = fc.bigInt({ min: 1n, max: 10n ** 12n });
  fc.assert(
    fc.property(someUnits(), divisor, (n, d) => {
      expect(divideHalfEven(-n, d)).toBe(-divideHalfEven(n, d));
      expect(divideHalfEven(n, -d)).toBe(-divideHalfEven(n, d));
    }),
  );
});

it('any partition of the days of a charge adds up to it', () => {
  const cuts = fc.integer({ min: 1, max: 400 }).chain((days) =>
    fc.record({
      days: fc.constant(days),
      at: fc.array(fc.integer({ min: 0, max: days }), { maxLength: 12 }),
    }),
  );
  fc.assert(
    fc.property(someUnits(), cuts, (units, { days, at }) => {
      const edges = [0, ...at.toSorted((a, b) => a - b), days];
      const parts = edges.slice(1).map((to, i) => shareOfDays(units, days, edges[i]!, to));
      expect(sumOf(parts)).toBe(units);
    }),
  );
});

it('the days of a charge differ by one unit at most and have its sign', () => {
  fc.assert(
    fc.property(someUnits(), fc.integer({ min: 1, max: 60 }), (units, days) => {
      const parts = Array.from({ length: days }, (_, day) =>
        shareOfDays(units, days, day, day + 1),
      );
      const sizes = parts.map(absolute).sort((a, b) => (a < b ? -1 : 1));
      expect(sizes.at(-1)! - sizes[0]! <= 1n).toBe(true);
      expect(parts.every((part) => part === 0n || part > 0n === units > 0n)).toBe(true);
    }),
  );
});

it('shown parts foot to the shown total, each next to its own value', () => {
  const someParts = fc.array(fc.oneof(someUnits(), fc.constant(0n)), { maxLength: 20 });
  fc.assert(
    fc.property(someParts, someDecimals(), (exact, decimals) => {
      const step = 10n ** BigInt(SCALE - decimals);
      const { parts, total } = foot(exact, decimals);
      expect(sumOf(parts)).toBe(total);
      expect(total).toBe(roundUnits(sumOf(exact), decimals));
      expect(parts.every((part, i) => absolute(part * step - exact[i]!) <= 2n * step)).toBe(true);
      expect(parts.every((part, i) => exact[i] !== 0n || part === 0n)).toBe(true);
    }),
  );
});

it('parts foot to any total that is near', () => {
  const someParts = fc.array(fc.bigInt({ min: 1n, max: 100n * ONE }), {
    minLength: 1,
    maxLength: 9,
  });
  fc.assert(
    fc.property(someParts, fc.bigInt({ min: -5n, max: 5n }), (exact, offset) => {
      const total = roundUnits(sumOf(exact), 2) + offset;
      expect(sumOf(footTo(exact, total, 2))).toBe(total);
    }),
  );
});
