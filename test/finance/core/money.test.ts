import { describe, expect, it } from 'vitest';
import {
  add,
  divideHalfEven,
  formatExact,
  formatScaled,
  money,
  ONE,
  parseUnits,
  roundUnits,
  shareOfDays,
  subtract,
  sum,
} from '../../../packs/finance/core/money.ts';

describe('money', () => {
  it('adds and subtracts amounts of one currency', () => {
    const [five, two] = [money(5n, 'USD'), money(2n, 'USD')];
    expect(add(five, two)).toEqual(money(7n, 'USD'));
    expect(subtract(two, five)).toEqual(money(-3n, 'USD'));
    expect(sum([], 'EUR')).toEqual(money(0n, 'EUR'));
  });

  it('refuses to add two currencies', () => {
    expect(() => add(money(1n, 'USD'), money(1n, 'CAD'))).toThrow('cannot add CAD to USD');
    expect(() => sum([money(1n, 'CAD')], 'USD')).toThrow(TypeError);
  });
});

describe('decimal text', () => {
  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['37.50', 37_500_000_000_000n],
    ['-12.5', -12_500_000_000_000n],
    ['.5', 500_000_000_000n],
    ['5.', 5n * ONE],
    ['0.000000000001', 1n],
    ['1.0000000000000000', ONE],
    ['99999999999999999999', 99999999999999999999n * ONE],
  ])('%s is read exactly', (text, units) => {
    expect(parseUnits(text)).toBe(units);
  });

  it.each(['', '-', '.', '+1', ' 1', '1 ', '1,000', '$5', '1e3', '0x10', '1.2.3', '١'])(
    '"%s" is refused',
    (text) => {
      expect(() => parseUnits(text)).toThrow(RangeError);
    },
  );

  it('is refused when it would lose a digit', () => {
    expect(() => parseUnits('0.0000000000001')).toThrow('more than 12 decimals');
  });

  it('keeps all digits that matter and the least asked for', () => {
    expect(formatExact(42_150_000_000_000n)).toBe('42.15');
    expect(formatExact(5n * ONE)).toBe('5.00');
    expect(formatExact(5n * ONE, 0)).toBe('5');
    expect(formatExact(-1n)).toBe('-0.000000000001');
    expect(formatExact(0n, 3)).toBe('0.000');
  });

  it('places the point in scaled integers', () => {
    expect(formatScaled(4215n, 2)).toBe('42.15');
    expect(formatScaled(-5n, 2)).toBe('-0.05');
    expect(formatScaled(0n, 2)).toBe('0.00');
    expect(formatScaled(-7n, 0)).toBe('-7');
  });
});

describe('rounding half-even', () => {
  it.each([
    ['0.005', 0n],
    ['0.015', 2n],
    ['0.025', 2n],
    ['0.025000000001', 3n],
    ['-0.005', 0n],
    ['-0.015', -2n],
    ['-0.014999999999', -1n],
  ])('%s is %d cents', (text, cents) => {
    expect(roundUnits(parseUnits(text), 2)).toBe(cents);
  });

  it('knows negative divisors and refuses zero', () => {
    expect(divideHalfEven(3n, -2n)).toBe(-2n);
    expect(divideHalfEven(-1n, -2n)).toBe(0n);
    expect(() => divideHalfEven(1n, 0n)).toThrow(RangeError);
  });
});

describe('the share of days', () => {
  it('truncates the running sum toward zero', () => {
    expect([0, 1, 2].map((day) => shareOfDays(10n, 3, day, day + 1))).toEqual([3n, 3n, 4n]);
    expect([0, 1, 2].map((day) => shareOfDays(-10n, 3, day, day + 1))).toEqual([-3n, -3n, -4n]);
  });

  it('is nothing for no days and everything for all', () => {
    expect(shareOfDays(10n, 3, 1, 1)).toBe(0n);
    expect(shareOfDays(10n, 3, 0, 3)).toBe(10n);
  });

  it.each([
    [3, -1, 1],
    [3, 2, 1],
    [3, 0, 4],
    [0, 0, 0],
  ])('refuses days that are not there: of %d, from %d to %d', (days, from, to) => {
    expect(() => shareOfDays(1n, days, from, to)).toThrow(RangeError);
  });
});
