/** The small texts of a report: days, amounts, bars, wrapping, file names, CSV cells. */

import { describe, expect, it } from 'vitest';
import { dayRange, parseDay } from '../../../packs/finance/core/day.ts';
import { oneLine } from '../../../packs/finance/core/one-line.ts';
import {
  plainAmount,
  plainPercent,
  printed,
  printedProse,
} from '../../../packs/finance/report/render/amount-text.ts';
import { usageBar } from '../../../packs/finance/report/render/bar.ts';
import { toCsv } from '../../../packs/finance/report/render/csv.ts';
import {
  isoRange,
  spokenDay,
  spokenRange,
} from '../../../packs/finance/report/render/period-text.ts';
import { wrapPieces, wrapWords } from '../../../packs/finance/report/render/wrap.ts';

const range = (first: string, end: string) => dayRange(parseDay(first), parseDay(end));

describe('days', () => {
  it.each([
    ['2025-12-22', '2025-12-29', 'Mon 22 – Sun 28 Dec 2025'],
    ['2025-09-29', '2025-10-06', 'Mon 29 Sep – Sun 5 Oct 2025'],
    ['2025-12-29', '2026-01-05', 'Mon 29 Dec 2025 – Sun 4 Jan 2026'],
    ['2024-12-01', '2025-12-29', 'Sun 1 Dec 2024 – Sun 28 Dec 2025'],
    ['2025-12-01', '2025-12-02', 'Mon 1 Dec 2025'],
  ])('from %s until %s are %s', (first, end, text) => {
    expect(spokenRange(range(first, end))).toBe(text);
  });

  it('have a year only where it is not the year of the report', () => {
    const week = range('2025-12-29', '2026-01-05');
    expect(spokenDay(parseDay('2026-01-04'), week)).toBe('4 Jan');
    expect(spokenDay(parseDay('2025-12-31'), week)).toBe('31 Dec 2025');
  });

  it('name the last day that is in', () => {
    expect(isoRange(range('2025-12-22', '2025-12-29'))).toBe('2025-12-22 to 2025-12-28');
  });
});

describe('amounts', () => {
  it('are empty when they are not known', () => {
    expect(plainAmount(undefined, 2)).toBe('');
    expect(plainPercent(undefined)).toBe('');
    expect(plainPercent(-663n)).toBe('-66.3');
  });

  it('have the minus of typography for people', () => {
    expect(printed('-82.85')).toBe('\u221282.85');
    expect(printed('82.85')).toBe('82.85');
    expect(printed('')).toBe('');
  });
});

it('a sentence has that minus too, and its dates and names keep their hyphens', () => {
  const text = '-1.00 of 2025-12-22: gpt-4 -0.15, a -b';
  expect(printedProse(text)).toBe('\u22121.00 of 2025-12-22: gpt-4 \u22120.15, a -b');
});

describe('the bar of a budget', () => {
  it.each([
    [0n, 100n, '··········'],
    [1n, 100n, '··········'],
    [50n, 100n, '█████·····'],
    [99n, 100n, '█████████▉'],
    [100n, 100n, '██████████'],
    [101n, 100n, '██████████▸'],
    [-5n, 100n, '··········'],
    [5n, 0n, ''],
  ])('of %d of %d is %s', (actual, budget, bar) => {
    expect(usageBar(actual, budget)).toBe(bar);
  });
});

describe('wrapping', () => {
  it('breaks between pieces and never inside one', () => {
    const pieces = ['aaa', 'bbb', 'a piece longer than the width'];
    expect(wrapPieces(pieces, { separator: ' · ', width: 9 })).toEqual([
      'aaa · bbb',
      'a piece longer than the width',
    ]);
  });

  it('indents all lines of a sentence but the first', () => {
    expect(wrapWords('one two three four', 9, '  ')).toEqual(['one two', '  three', '  four']);
  });
});

describe('names of providers', () => {
  it('lose what would move a cursor or break a line', () => {
    expect(oneLine('a\u001b[31m\r\nb\u2028c')).toBe('a [31m b c');
    expect(oneLine('Amazon   S3')).toBe('Amazon S3');
  });

  it.each([
    ['=1+1', "'=1+1\n"],
    ['+1', "'+1\n"],
    ['-1', "'-1\n"],
    ['@cmd', "'@cmd\n"],
    ['\tx', '"\'\tx"\n'],
    ['\rx', '"\'\rx"\n'],
    ['a-b', 'a-b\n'],
    ['a,"b"', '"a,""b"""\n'],
    ['', '\n'],
  ])('%j is the CSV %j', (text, csv) => {
    expect(toCsv([[text]])).toBe(csv);
  });

  it('are guarded, and numbers are not', () => {
    expect(toCsv([['-x', { number: '-82.85' }]])).toBe("'-x,-82.85\n");
  });
});
