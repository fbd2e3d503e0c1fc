import { describe, expect, it } from 'vitest';
import { foot, footTo, percentTenths } from '../../../packs/finance/core/footing.ts';
import { parseUnits } from '../../../packs/finance/core/money.ts';

const units = (...texts: string[]) => texts.map(parseUnits);

describe('footing', () => {
  it('gives the missing cent to the part that was rounded down furthest', () => {
    expect(foot(units('0.333', '0.333', '0.334'), 2)).toEqual({
      parts: [33n, 33n, 34n],
      total: 100n,
    });
    expect(foot(units('1.004', '1.003', '1.004'), 2)).toEqual({
      parts: [101n, 100n, 100n],
      total: 301n,
    });
  });

  it('takes the cent that is too much from the part that was rounded up furthest', () => {
    expect(foot(units('0.006', '0.006', '0.006'), 2)).toEqual({ parts: [0n, 1n, 1n], total: 2n });
  });

  it('lets a part of exactly zero stay zero', () => {
    expect(foot(units('0', '0.004', '0.004', '0.004'), 2).parts).toEqual([0n, 1n, 0n, 0n]);
  });

  it('foots negative amounts', () => {
    expect(foot(units('-0.333', '-0.333', '-0.334'), 2).parts).toEqual([-33n, -33n, -34n]);
    expect(foot(units('5.005', '-5.005'), 2)).toEqual({ parts: [500n, -500n], total: 0n });
  });

  it('foots to a total that was rounded elsewhere', () => {
    expect(footTo(units('1.00', '2.00'), 301n, 2)).toEqual([101n, 200n]);
  });

  it('keeps a wish while parts without one can take a digit each', () => {
    const parts = units('0.335', '0.335', '0.335');
    expect(footTo(parts, 100n, 2, [34n, undefined, undefined])).toEqual([34n, 33n, 33n]);
    expect(footTo(parts, 100n, 2, [33n, undefined, undefined])).toEqual([33n, 33n, 34n]);
    expect(footTo(parts, 100n, 2, [34n, 34n, 34n])).toEqual([33n, 33n, 34n]);
    expect(footTo(units('0', '1'), 100n, 2, [5n, undefined])).toEqual([0n, 100n]);
  });

  it('needs no parts for a total of zero, and cannot make one of zeros', () => {
    expect(foot([], 2)).toEqual({ parts: [], total: 0n });
    expect(() => footTo([0n], 1n, 2)).toThrow(RangeError);
  });

  it('knows currencies without decimals', () => {
    expect(foot(units('1.5', '1.5'), 0)).toEqual({ parts: [1n, 2n], total: 3n });
  });
});

describe('a percentage', () => {
  it('has one decimal, half-even', () => {
    expect(percentTenths(-8285n, 12500n)).toBe(-663n);
    expect(percentTenths(1n, 2000n)).toBe(0n);
    expect(percentTenths(3n, 2000n)).toBe(2n);
  });

  it('of nothing is undefined', () => {
    expect(percentTenths(5n, 0n)).toBeUndefined();
  });
});
