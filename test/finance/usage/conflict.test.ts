/** What new readings say against each other and against what is there. */
import { describe, expect, it } from 'vitest';
import { findConflicts, withoutRepeats } from '../../../packs/finance/core/usage/conflict.ts';
import { recordWords } from '../../../packs/finance/core/usage/record-words.ts';
import type { Reading } from '../../../packs/finance/core/usage/usage.ts';
import { type ReadingChange, usage } from '../../support/readings.ts';

/** `0 problem unit` */
function found(incoming: readonly Reading[], there: readonly Reading[] = []): string[] {
  return findConflicts(incoming, there).map(
    ({ index, severity, field }) => `${index} ${severity} ${field}`,
  );
}

const amount = (start: string, at: string, change: ReadingChange = {}) =>
  usage({ kind: 'amount', start, at, unit: 'requests', ...change });
const counter = (at: string, value: string, change: ReadingChange = {}) =>
  usage({ kind: 'running', start: '2026-03-01', at, value, ...change });

describe('units', () => {
  it('must convert to those that are there, of any source', () => {
    expect(found([usage({ at: '2026-03-03', unit: 'MB' })], [usage()])).toEqual([]);
    const requests = usage({ at: '2026-03-03', unit: 'requests', source: 'api' });
    expect(found([requests], [usage()])).toEqual(['0 problem unit']);
    expect(findConflicts([requests], [usage()])[0]!.message).toBe(
      '"requests" does not convert to "GB", which the reading of 2026-03-02T12:00:00Z from ' +
        'manual has; if that is the slip, replace it first: brctl finance usage record --service ' +
        'supabase --metric storage --value 7.2 --unit requests --at 2026-03-02T12:00:00Z',
    );
  });

  it('must convert to each other', () => {
    const readings = [usage(), usage({ at: '2026-03-03', unit: 'h' })];
    expect(found(readings)).toEqual(['1 problem unit']);
  });

  it('are told how to replace a slip that is there, of whatever kind', () => {
    const words = (there: Reading) =>
      findConflicts([usage({ at: '2026-03-09', unit: 'h' })], [there])[0]!.message.split('first: ');
    const used = amount('2026-03-01', '2026-03-02', { limit: '8', metric: 'storage' });
    expect(words(used)[1]).toBe(
      'brctl finance usage record --service supabase --metric storage --value 7.2 --unit h ' +
        '--limit 8 --start 2026-03-01T00:00:00Z --end 2026-03-02T00:00:00Z',
    );
    expect(words(counter('2026-03-02', '3', { source: 'api' }))[1]).toMatch(
      /--kind running --start 2026-03-01T00:00:00Z --at 2026-03-02T00:00:00Z --source api$/,
    );
    expect(recordWords(usage({ metric: "o'k m", unit: 'k requests' }))).toContain(
      "--metric 'o'\\''k m' --value 7.2 --unit 'k requests' --at",
    );
  });

  it('of a slip can be corrected at the same time', () => {
    expect(found([usage({ unit: 'requests' })], [usage()])).toEqual([]);
  });

  it('of other metrics do not matter', () => {
    expect(found([usage({ metric: 'egress', unit: 'h' })], [usage()])).toEqual([]);
  });
});

describe('amounts', () => {
  const [first, second] = [amount('2026-03-01', '2026-03-02'), amount('2026-03-02', '2026-03-03')];

  it('may touch', () => {
    expect(found([second], [first])).toEqual([]);
    expect(found([second, first])).toEqual([]);
  });

  it.each([
    ['2026-03-01T12:00:00Z', '2026-03-03'],
    ['2026-02-28', '2026-03-01T00:00:01Z'],
    ['2026-03-01T06:00:00Z', '2026-03-01T07:00:00Z'],
    ['2026-02-01', '2026-04-01'],
    ['2026-03-01', '2026-03-01T12:00:00Z'],
  ])('from %s until %s would count twice', (start, at) => {
    expect(found([amount(start, at)], [first])).toEqual(['0 problem start']);
    expect(found([first, amount(start, at)])).toEqual(['1 problem start']);
    expect(found([amount(start, at, { source: 'api' })], [first])).toEqual([]);
  });

  it('overlap one that reaches further than its neighbour', () => {
    const month = amount('2026-03-01', '2026-04-01', { value: '1' });
    expect(found([second, amount('2026-03-05', '2026-03-06')], [month])).toEqual([
      '0 problem start',
      '1 problem start',
    ]);
  });

  it('of the same time replace one another', () => {
    expect(found([amount('2026-03-01', '2026-03-02', { value: '9' })], [first])).toEqual([]);
  });
});

describe('readings', () => {
  it('of one time may repeat, not contradict', () => {
    expect(found([usage(), usage({ recorded: '2026-03-04' })])).toEqual([]);
    expect(found([usage(), usage({ value: '7.3' })])).toEqual(['1 problem value']);
    expect(withoutRepeats([usage(), usage()])).toEqual([usage()]);
  });

  it('of another kind are told', () => {
    expect(found([counter('2026-03-03', '1'), counter('2026-03-04', '2')], [usage()])).toEqual([
      '0 warning kind',
    ]);
  });

  it('of a counter that falls are told, within one period', () => {
    const there = [counter('2026-03-02', '80')];
    expect(found([counter('2026-03-03', '5')], there)).toEqual(['0 warning value']);
    expect(found([counter('2026-03-03', '80')], there)).toEqual([]);
    expect(found([counter('2026-03-03', '79999', { unit: 'MB' })], there)).toHaveLength(1);
    expect(found([counter('2026-03-03', '80001', { unit: 'MB' })], there)).toEqual([]);
    expect(found([counter('2026-03-03', '5', { start: '2026-03-02T01:00:00Z' })], there)).toEqual(
      [],
    );
  });
});
