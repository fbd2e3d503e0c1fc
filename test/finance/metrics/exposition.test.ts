/** Gauges as text, read back by a strict reader of the format. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertRow } from '../../../packs/finance/core/alert-rules/row.ts';
import { alertMetrics, type Measured } from '../../../packs/finance/core/metrics/alert-metrics.ts';
import { exposition } from '../../../packs/finance/core/metrics/exposition.ts';
import { parseUnits } from '../../../packs/finance/core/money.ts';
import { readExposition, shownSamples } from '../../support/exposition.ts';

const row = (change: Partial<AlertRow> = {}): AlertRow => ({
  ...{ id: 'budget/weekly_spend/80', scope: 'all', severity: 'warning', state: 'firing' },
  ...{ value: parseUnits('112.6'), threshold: parseUnits('100'), unit: 'USD', isMoney: true },
  ...{ period: '2026-W09', basis: 'effective', side: 'over', reason: 'x' },
  ...change,
});

const NOW = Date.parse('2026-03-02T07:00:00.250Z');

const measured = (change: Partial<Measured> = {}): Measured => ({
  ...{ rows: [], judged: [], freshness: [], nowMs: NOW },
  ...change,
});

const read = (change: Partial<Measured>) =>
  shownSamples(readExposition(alertMetrics('finops', measured(change))));

const RULE = 'id=budget/weekly_spend/80 scope=all severity=warning basis=effective period=2026-W09';

describe('an evaluation', () => {
  it('has value, threshold and state of each rule', () => {
    expect(read({ rows: [row()] })).toEqual([
      `finops_rule_value ${RULE} currency=USD 112.6`,
      `finops_rule_threshold ${RULE} currency=USD 100`,
      `finops_rule_firing ${RULE} 1`,
      `finops_rule_stale ${RULE} 0`,
      'finops_evaluation_timestamp_seconds 1772434800.25',
    ]);
  });

  it('has no sample for what is not known, and never a 0', () => {
    const rows = [row({ state: 'stale', value: undefined, threshold: undefined })];
    expect(read({ rows })).toEqual([
      `finops_rule_stale ${RULE} 1`,
      'finops_evaluation_timestamp_seconds 1772434800.25',
    ]);
    expect(read({ rows: [row({ state: 'off' })] })).toHaveLength(1);
  });

  it.each([
    ['firing', '1'],
    ['clearing', '1'],
    ['pending', '0'],
    ['inactive', '0'],
    ['resolved', '0'],
  ] as const)('counts %s as %s', (state, value) => {
    expect(read({ rows: [row({ state })] })).toContain(`finops_rule_firing ${RULE} ${value}`);
  });

  it('has all digits of an amount, and its unit', () => {
    const value = parseUnits('12345678901234567890.000000000001');
    const rows = [row({ value, unit: 'GB', isMoney: false }), row({ side: 'under', value: -1n })];
    expect(read({ rows }).slice(0, 2)).toEqual([
      `finops_rule_value ${RULE} unit=GB 12345678901234567890.000000000001`,
      `finops_rule_value ${RULE} side=under currency=USD -0.000000000001`,
    ]);
  });

  it('says how fresh each source is', () => {
    const importedAt = new Date('2026-03-01T06:30:00Z');
    const freshness = [
      { source: 'aws', completeThrough: 20_513 as never, importedAt },
      { source: 'openai', completeThrough: undefined, importedAt },
    ];
    expect(read({ freshness }).slice(0, 3)).toEqual([
      'finops_source_complete_timestamp_seconds source=aws 1772409600',
      'finops_source_import_timestamp_seconds source=aws 1772346600',
      'finops_source_import_timestamp_seconds source=openai 1772346600',
    ]);
  });
});

describe('the text', () => {
  it('survives whatever an id or a scope may hold', () => {
    const id = 'a"b\\c\nd\\n"} 1\n# TYPE evil counter';
    const samples = readExposition(alertMetrics('p', measured({ rows: [row({ id, scope: id })] })));
    expect(samples[0]!.labels).toMatchObject({ id, scope: id });
    expect(samples).toHaveLength(5);
  });

  it('gives back every label, each series once', () => {
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 8 });
    fc.assert(
      fc.property(texts, (labels) => {
        const samples = labels.map((a) => ({ labels: { a, b: 'x' }, value: '1' }));
        const read = readExposition(exposition([{ name: 'm', help: labels.join(''), samples }]));
        const given = [...new Set(labels.map((text) => text.toWellFormed()))];
        expect(read.map((sample) => sample.labels.a ?? '')).toEqual(given);
      }),
    );
  });

  it('has a series once: the first, as rows come with the current period first', () => {
    const rows = [row({ value: parseUnits('1') }), row({ value: parseUnits('2') })];
    expect(read({ rows }).filter((line) => line.includes('_value'))).toEqual([
      `finops_rule_value ${RULE} currency=USD 1`,
    ]);
  });

  it('has no name and no value that the format does not have', () => {
    const gauge = (name: string, value: string, label = 'a') =>
      exposition([{ name, help: '', samples: [{ labels: { [label]: 'x' }, value }] }]);
    for (const name of ['', '1a', 'a-b', 'a b', 'ä']) {
      expect(() => gauge(name, '1')).toThrow(RangeError);
    }
    for (const value of ['NaN', '', '1 2', '+Inf']) {
      expect(() => gauge('a', value)).toThrow(RangeError);
    }
    expect(() => gauge('a', '1', '__name__')).toThrow(RangeError);
    expect(exposition([{ name: 'a', help: '', samples: [] }])).toBe('');
  });
});

describe('the reader of these tests', () => {
  it.each([
    'm 1',
    '# HELP m x\n# TYPE m gauge\nm 1',
    '# HELP m x\n# TYPE m gauge\nm NaN\n',
    '# HELP m x\n# TYPE m gauge\nm{a="b"c"} 1\n',
    '# HELP m x\n# TYPE m gauge\nm{a="\\q"} 1\n',
    '# HELP m x\n# TYPE m gauge\nm 1\nm 2\n',
    '# HELP m x\n# TYPE m gauge\nm 1 1700000000000\n',
    '# TYPE m gauge\n# HELP m x\nm 1\n',
    '# HELP m x\n# TYPE m gauge\nm 1\n\n',
    '# HELP m x\n# TYPE m gauge\nn 1\n',
  ])('refuses %j', (text) => {
    expect(() => readExposition(text)).toThrow();
  });
});
