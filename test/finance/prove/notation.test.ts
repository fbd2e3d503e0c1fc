/** The notation of series: read as promtool reads it, printed as it is read, and never endless. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatSeries,
  parseSeries,
  SERIES_DAYS_MAX,
  type SeriesItem,
} from '../../../packs/finance/core/alert-simulation/notation.ts';
import { expandSeries } from '../../../packs/finance/core/alert-simulation/series.ts';
import { formatDay, parseDay } from '../../../packs/finance/core/day.ts';
import { formatExact } from '../../../packs/finance/core/money.ts';

function days(text: string, start = '2026-03-02'): string {
  const expanded = expandSeries(parseSeries(text), parseDay(start));
  return expanded.days.map((each) => (each === undefined ? '_' : formatExact(each, 0))).join(' ');
}

it.each([
  ['10', '10'],
  ['10x4', '10 10 10 10 10'],
  ['10+2x3', '10 12 14 16'],
  ['10-2.5x3', '10 7.5 5 2.5'],
  ['-5+1x1', '-5 -4'],
  ['1x0', '1'],
  ['0.000000000001+0.000000000001x1', '0.000000000001 0.000000000002'],
  ['1 _ 2 _x2 3', '1 _ 2 _ _ 3'],
  ['1x2 @3rd 99', '1 100 1'],
  ['1x2 @3rd 99 @3rd -1', '1 99 1'],
  ['_x2 5 @3rd 99', '_ _ 5'],
  ['  1\t2\n3 ', '1 2 3'],
])('%s is %s', (text, expected) => {
  expect(days(text)).toBe(expected);
});

it('a monthly amount of a day that a month has not is of its last day', () => {
  expect(days('0x3 @31st 7', '2026-02-27')).toBe('0 7 0 0');
  expect(days('0x3 @1st 7', '2026-02-27')).toBe('0 0 7 0');
});

it('a correction comes in with one day and is of another', () => {
  const { corrections, days: first } = expandSeries(
    parseSeries('10x4 rev(4,-2,+40)'),
    parseDay('2026-03-02'),
  );
  expect(corrections.map((each) => [formatDay(each.with), formatDay(each.of)])).toEqual([
    ['2026-03-06', '2026-03-04'],
  ]);
  expect(formatExact(first[2]!, 0)).toBe('10');
});

describe('what is no series', () => {
  it.each([
    ['', 'has no day'],
    ['@1st 99', 'has no day'],
    ['ten', '"ten" is no part of a series'],
    ['10+2', 'no part of a series'],
    ['10+2x', 'no part of a series'],
    ['1e5', 'no part of a series'],
    ['0x10', undefined],
    ['$10', 'no part of a series'],
    ['1,000', 'no part of a series'],
    ['1.0000000000001', 'no part of a series'],
    ['1x999999999', 'no part of a series'],
    ['1x9999', `more than ${SERIES_DAYS_MAX} days`],
    ['_x9999', `more than ${SERIES_DAYS_MAX} days`],
    ['1x3000 1x3000', `more than ${SERIES_DAYS_MAX} days`],
    ['_x0', 'a gap of no day'],
    ['1 @0th 5', 'no day of a month'],
    ['1 @32nd 5', 'no day of a month'],
    ['1 @1th 5', 'no day of a month'],
    ['1 @1st', 'needs an amount'],
    ['1 @1st _', 'needs an amount'],
    ['1x3 rev(9,-2,+1)', 'day 9 is after the last one, 3'],
    ['1x3 rev(1,-2,+1)', 'changes a day that has no data'],
    ['1 _ 1 rev(2,-1,+1)', 'changes a day that has no data'],
    ['1x3 rev(2,+1,+1)', 'no part of a series'],
    ['1x3 rev(2,-1,1)', 'no part of a series'],
    ['__proto__', 'no part of a series'],
    ['9'.repeat(10_001), 'is longer than 10000 characters'],
    ['9'.repeat(21), 'no part of a series'],
  ])('%s', (text, message) => {
    if (message === undefined) expect(() => parseSeries(text)).not.toThrow();
    else expect(() => parseSeries(text)).toThrow(message);
  });

  it('any text is read or refused, quickly', () => {
    const word = fc.constantFrom(
      '1',
      'x',
      '+',
      '-',
      '_',
      '@',
      'st',
      ' ',
      'rev(',
      ')',
      ',',
      '9',
      '.',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        try {
          expect(parseSeries(words.join('')).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

it('what is printed is read as the same', () => {
  const units = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
  const item: fc.Arbitrary<SeriesItem> = fc.oneof(
    fc.record({
      kind: fc.constant('days' as const),
      first: units,
      step: units,
      count: fc.integer({ min: 1, max: 90 }),
    }),
    fc.record({ kind: fc.constant('gap' as const), count: fc.integer({ min: 1, max: 90 }) }),
    fc.record({
      kind: fc.constant('monthly' as const),
      dayOfMonth: fc.integer({ min: 1, max: 31 }),
      units,
    }),
  );
  fc.assert(
    fc.property(fc.array(item, { maxLength: 20 }), units, fc.nat(3), (items, amount, back) => {
      // A first run that a correction can be of.
      const first: SeriesItem = { kind: 'days', first: 1n, step: 0n, count: 5 };
      const offset = back === 0 ? 0 : -back;
      const revision: SeriesItem = { kind: 'revision', day: 4, offset, units: amount };
      const all = [first, ...items, revision];
      expect(parseSeries(formatSeries(all))).toEqual(all);
    }),
  );
});
