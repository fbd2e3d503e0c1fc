/** A reading from texts: each field, the three kinds, and the time it is of. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatExact } from '../../../packs/finance/core/money.ts';
import { formatInstant, parseInstant } from '../../../packs/finance/core/usage/instant.ts';
import {
  compareReadings,
  mergeReadings,
  periodStartMs,
  READING_FIELDS,
  type ReadingText,
  readingKey,
  readingMonth,
  readReading,
  usageName,
} from '../../../packs/finance/core/usage/usage.ts';
import { someReadings } from '../../support/readings.ts';

const NOW = '2026-03-10T12:00:00Z';
const LEVEL: ReadingText = {
  service: 'supabase',
  metric: 'storage',
  value: '7.2',
  unit: 'GB',
  at: '2026-03-02T12:00:00Z',
};

function read(change: ReadingText) {
  return readReading({ ...LEVEL, ...change }, { source: 'manual', nowMs: parseInstant(NOW) });
}

function problems(change: ReadingText): string[] {
  return (read(change).problems ?? []).map(({ field, message }) => `${field} ${message}`);
}

/** `kind from until` */
function span(change: ReadingText): string | undefined {
  const found = read(change);
  if (found.problems !== undefined) return undefined;
  const { kind, startMs, endMs } = found.reading;
  return [kind, formatInstant(startMs), formatInstant(endMs)].join(' ');
}

describe('the fields', () => {
  it('are taken as typed, names in lower case', () => {
    const read1 = read({
      service: 'Supabase',
      metric: ' Storage ',
      unit: 'k  requests',
      limit: '8',
    });
    expect(read1).toMatchObject({
      reading: {
        ...{ service: 'supabase', metric: 'storage', unit: 'k requests', source: 'manual' },
        ...{ value: 7_200_000_000_000n, limit: 8_000_000_000_000n, kind: 'level' },
        recordedMs: parseInstant(NOW),
      },
    });
  });

  it.each([
    ['7.2', '7.2'],
    ['0', '0'],
    ['1e3', '1000'],
    ['1.5E-7', '0.00000015'],
    ['12.34e1', '123.4'],
    ['5e-12', '0.000000000005'],
    ['00012.50', '12.5'],
    ['99999999999999999999.999999999999', '99999999999999999999.999999999999'],
  ])('a value may be %s', (value, expected) => {
    const { reading } = read({ value }) as { reading: { value: bigint } };
    expect(formatExact(reading.value, 0)).toBe(expected);
  });

  it.each([
    [{ value: '' }, 'value is missing'],
    [{ value: '-1' }, 'value -1 is negative'],
    [{ value: '1,5' }, 'value "1,5" is no plain decimal'],
    [{ value: '1 000' }, 'value "1 000" is no plain decimal'],
    [{ value: 'NaN' }, 'value "NaN" is no plain decimal'],
    [{ value: '.5' }, 'value ".5" is no plain decimal'],
    [{ value: '1e999' }, 'value "1e999" is no plain decimal'],
    [{ value: '1e21' }, 'value 1e21 is beyond any amount'],
    [{ value: '1e-13' }, 'value more than 12 decimals: "0.0000000000001"'],
    [{ limit: '0' }, 'limit must be more than 0'],
    [{ limit: '-8' }, 'limit -8 is negative'],
    [{ unit: ' ' }, 'unit is missing'],
    [{ unit: 'gb' }, 'unit "gb" is no unit in these letters: write GB'],
    [{ kind: 'gauge' }, 'kind "gauge" is none of level, amount, running'],
    [{ service: 'a/b' }, 'service "a/b" is no name'],
    [{ service: 'a\nb' }, 'service "a\\nb" is no name'],
    [{ service: '../x' }, 'service "../x" is no name'],
    [{ metric: 'a\u001b[31m' }, 'metric "a\\u001b[31m" is no name'],
    [{ metric: 'a\u202eb' }, 'metric "a\u202eb" is no name'],
    [{ metric: 'x'.repeat(101) }, `metric "${'x'.repeat(101)}" is no name`],
    [{ at: '' }, 'at is missing: level of when?'],
    [
      { at: '2026-03-02T12:00:00' },
      'at "2026-03-02T12:00:00" names no time zone: end it with Z for UTC',
    ],
    [{ at: '02.03.2026' }, 'at "02.03.2026" is no instant such as 2026-03-01T12:00:00Z'],
    [{ at: '2026-02-30' }, 'at "2026-02-30" is a day that there is not'],
    [{ at: '2026-03-02T24:00:00Z' }, 'at "2026-03-02T24:00:00Z" is no time of a day'],
    [{ at: '1969-12-31' }, 'at "1969-12-31" lies before 1970'],
    [
      { at: '2026-03-02T12:00:00.0001Z' },
      'at "2026-03-02T12:00:00.0001Z" is finer than a millisecond',
    ],
    [{ at: '2026-03-10T12:05:00.001Z' }, 'at 2026-03-10T12:05:00.001Z is in the future'],
    [{ end: '2026-03-01' }, 'at and end are two instants: give one of them'],
  ])('%j is refused', (change, message) => {
    expect(problems(change)).toEqual([message]);
  });

  it('are all looked at', () => {
    expect(problems({ value: 'x', unit: '', at: 'y' })).toHaveLength(3);
  });

  it('may lie a little ahead, as clocks do', () => {
    expect(problems({ at: '2026-03-10T12:05:00Z' })).toEqual([]);
  });

  it.each([
    ['2026-03-02T14:00:00+02:00', '2026-03-02T12:00:00Z'],
    ['2026-03-02 12:00Z', '2026-03-02T12:00:00Z'],
    ['2026-03-02T12:00:00.120000Z', '2026-03-02T12:00:00.120Z'],
    ['2026-03-02', '2026-03-02T00:00:00Z'],
  ])('at %s is %s', (at, expected) => {
    expect(span({ at })).toBe(`level ${expected} ${expected}`);
  });
});

describe('the kinds', () => {
  it.each([
    [{ kind: 'level' }, 'level 2026-03-02T12:00:00Z 2026-03-02T12:00:00Z'],
    [{ at: '', end: '2026-03-02' }, 'level 2026-03-02T00:00:00Z 2026-03-02T00:00:00Z'],
    [{ start: '2026-03-01' }, 'amount 2026-03-01T00:00:00Z 2026-03-02T12:00:00Z'],
    [{ kind: 'Running' }, 'running 2026-03-01T00:00:00Z 2026-03-02T12:00:00Z'],
    [{ kind: 'running', start: '2026-02-15' }, 'running 2026-02-15T00:00:00Z 2026-03-02T12:00:00Z'],
    [
      { kind: 'running', metric: 'daily_commands' },
      'running 2026-03-02T00:00:00Z 2026-03-02T12:00:00Z',
    ],
    [
      { kind: 'running', metric: 'weekly_commands', at: '2026-03-08T23:00:00Z' },
      'running 2026-03-02T00:00:00Z 2026-03-08T23:00:00Z',
    ],
  ])('%j is %s', (change, expected) => {
    expect(span(change)).toBe(expected);
  });

  it.each([
    [{ kind: 'level', start: '2026-03-01' }, 'start makes no sense for a level'],
    [{ kind: 'amount' }, 'start is missing: an amount is used up between two instants'],
    [{ start: '2026-03-01', at: '' }, 'end is missing: amount of when?'],
    [{ start: '2026-03-03' }, 'start does not lie before the end'],
    [{ start: '2026-03-02T12:00:00Z' }, 'start does not lie before the end'],
    [{ metric: 'weekly_x', kind: 'running', at: '1970-01-02' }, 'start lies before 1970'],
    [{ start: '2025-02-01' }, 'start lies more than a year before the end'],
    [{ start: '2026-03-01', unit: '%' }, 'unit is a share, and shares do not add up'],
    [
      { kind: 'running', at: '2026-03-01' },
      'start is needed: at 2026-03-01T00:00:00Z a month ends and one begins',
    ],
  ])('%j is refused', (change, message) => {
    expect(problems(change).join()).toContain(message);
  });

  it('a period starts at or before any instant of it, and the next after it', () => {
    const ms = fc.integer({ min: parseInstant('1970-01-05'), max: parseInstant('2100-01-01') });
    fc.assert(
      fc.property(ms, fc.constantFrom('day', 'week', 'month' as const), (at, period) => {
        const start = periodStartMs(at, period);
        expect(start <= at && at - start < 31 * 86_400_000).toBe(true);
        expect(periodStartMs(start, period)).toBe(start);
        if (period === 'week') expect(new Date(start).getUTCDay()).toBe(1);
      }),
    );
  });
});

describe('readings together', () => {
  it('are filed by the month they begin in', () => {
    expect(readingMonth({ startMs: parseInstant('2026-02-28T23:59:59.999Z') })).toBe('2026-02');
    expect(readingMonth({ startMs: parseInstant('2026-03-01') })).toBe('2026-03');
  });

  it('are found in whatever case', () => {
    expect(usageName('Supabase', 'Storage')).toBe(usageName('supabase', 'storage'));
    expect(usageName('a', 'b,c')).not.toBe(usageName('a,b', 'c'));
  });

  it('of one time are one: the later, and the same again changes nothing', () => {
    fc.assert(
      fc.property(someReadings(), someReadings(), (before, incoming) => {
        const once = mergeReadings(before, incoming);
        expect(mergeReadings(once, incoming)).toEqual(once);
        expect(new Set(once.map(readingKey)).size).toBe(once.length);
        expect([...once].sort(compareReadings)).toEqual(once);
        const last = new Map(incoming.map((each) => [readingKey(each), each.value]));
        for (const each of once) {
          expect(last.get(readingKey(each)) ?? each.value).toBe(each.value);
        }
      }),
    );
  });

  it('whatever is typed gives a reading or says which field is wrong', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('1', 'GB', '2026-03-01', 'running', ''));
    const texts = fc.record(Object.fromEntries(READING_FIELDS.map((field) => [field, text])));
    fc.assert(
      fc.property(texts, (given) => {
        const found = readReading(given, { source: 's', nowMs: parseInstant(NOW) });
        if (found.problems === undefined)
          expect(found.reading.startMs <= found.reading.endMs).toBe(true);
        else expect(found.problems.length).toBeGreaterThan(0);
      }),
    );
  });
});
