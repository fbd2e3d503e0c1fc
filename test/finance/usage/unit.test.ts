import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatExact, parseUnits } from '../../../packs/finance/core/money.ts';
import {
  areAlike,
  convert,
  floorDivide,
  parseUnit,
  unitInName,
} from '../../../packs/finance/core/usage/unit.ts';

function converted(value: string, from: string, to: string): string | undefined {
  const units = convert(parseUnits(value), parseUnit(from), parseUnit(to));
  return units === undefined ? undefined : formatExact(units, 0);
}

describe('units that measure the same', () => {
  it.each([
    ['1', 'GB', 'MB', '1000'],
    ['1', 'GiB', 'MiB', '1024'],
    ['1', 'GiB', 'B', '1073741824'],
    ['7.2', 'GB', 'GiB', '6.705522537231'],
    ['412.5', 'MB', 'kB', '412500'],
    ['412.5', 'MB', 'KB', '412500'],
    ['90', 'min', 'h', '1.5'],
    ['100', 'Minutes', 'hours', '1.666666666666'],
    ['1', 'd', 's', '86400'],
    ['7.2', 'k requests', 'Requests', '7200'],
    ['2', 'M requests', 'k requests', '2000'],
    ['3', '1000 requests', 'request', '3000'],
    ['3', '1,000,000 tokens', 'M tokens', '3'],
    ['5', '10K tokens', 'tokens', '50000'],
    ['3', 'k', 'commands', '3000'],
    ['3', 'commands', 'Count', '3'],
    ['2', 'million requests', 'requests', '2000000'],
    ['85', '%', 'percent', '85'],
    ['60', 'requests/min', 'requests per second', '1'],
    ['60', 'count/min', 'requests per hour', '3600'],
    ['1', 'GB/d', 'MB / h', '41.666666666666'],
    ['9', 'GB-Hours', 'GB-Hours', '9'],
    ['4', 'address', 'Addresses', undefined],
  ])('%s %s in %s is %s', (value, from, to, expected) => {
    expect(converted(value, from, to)).toBe(expected);
  });

  it.each([
    ['GB', 'requests'],
    ['GB', 'GB/s'],
    ['GB', 'GB-Hours'],
    ['GB-Hours', 'GiB-Hours'],
    ['requests', 'tokens'],
    ['requests', 'requests/min'],
    ['%', 'count'],
    ['%', 'MB'],
    ['count', 'GB'],
    ['count/min', 'GB/min'],
    ['min', 'count'],
    ['requests/user', 'requests/seat'],
  ])('%s does not convert to %s', (from, to) => {
    expect([converted('1', from, to), converted('1', to, from)]).toEqual([undefined, undefined]);
  });
});

describe('what is no unit', () => {
  it.each([
    ['', 'is empty'],
    [' ', 'is empty'],
    ['m', '"m" may be minutes or millions: write min, or M'],
    ['gb', 'write GB'],
    ['Gb', 'write GB'],
    ['mib', 'write MiB'],
    ['b', 'write B'],
    ['H', 'write h'],
    ['gb/s', 'write GB'],
    ['0 requests', 'none of anything'],
    ['a'.repeat(41), 'longer than 40'],
    ['GB\u0007', 'do not print'],
    ['GB\u202e', 'do not print'],
  ])('%j: %s', (text, message) => {
    expect(() => parseUnit(text)).toThrow(message);
  });
});

describe('the unit in the name of a metric', () => {
  it.each([
    ['database_storage_mb', 'MB'],
    ['bandwidth_gb', 'GB'],
    ['Egress-GiB', 'GiB'],
    ['build_minutes', 'min'],
    ['compute_hours', 'h'],
    ['requests_per_minute', 'requests/minute'],
    ['mb_per_day', 'MB/day'],
    ['cpu_percent', '%'],
    ['realtime_connections', undefined],
    ['daily_commands', undefined],
    ['storage', undefined],
    ['cost_per_seat', undefined],
    ['constructor', undefined],
    ['', undefined],
  ])('%s: %s', (name, expected) => {
    const found = unitInName(name);
    expect(found).toBe(expected);
    if (found !== undefined) expect(() => parseUnit(found)).not.toThrow();
  });
});

const UNITS = ['B', 'kB', 'GB', 'GiB', 'ms', 's', 'min', 'h', 'd', 'week', '%', 'k', 'requests'];
const someUnit = fc.constantFrom(...UNITS, 'M requests', 'requests/min', 'GB/d', 'GB-Hours');
const someValue = fc.bigInt({ min: 0n, max: 10n ** 32n });

describe('conversion', () => {
  it('is the same value in the same unit', () => {
    fc.assert(
      fc.property(someValue, someUnit, (value, text) => {
        expect(convert(value, parseUnit(text), parseUnit(text))).toBe(value);
      }),
    );
  });

  it('reaches a threshold exactly when the value does', () => {
    fc.assert(
      fc.property(someValue, someValue, someUnit, someUnit, (value, threshold, a, b) => {
        const [from, to] = [parseUnit(a), parseUnit(b)];
        const got = convert(value, from, to);
        expect(got !== undefined).toBe(areAlike(from, to));
        if (got === undefined) return;
        expect(got >= threshold).toBe(value * from.factor >= threshold * to.factor);
      }),
    );
  });

  it('goes both ways or neither, and there and back is never more', () => {
    fc.assert(
      fc.property(someValue, someUnit, someUnit, (value, a, b) => {
        const [from, to] = [parseUnit(a), parseUnit(b)];
        expect(areAlike(from, to)).toBe(areAlike(to, from));
        const there = convert(value, from, to);
        if (there !== undefined) expect(convert(there, to, from)! <= value).toBe(true);
      }),
    );
  });

  it('of any text is a unit or a RangeError, soon', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        try {
          expect(parseUnit(text).factor > 0n).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  it('rounds down, also below zero', () => {
    expect([7n, -7n, -8n].map((each) => floorDivide(each, 4n))).toEqual([1n, -2n, -2n]);
    expect(() => floorDivide(1n, 0n)).toThrow(RangeError);
  });
});
