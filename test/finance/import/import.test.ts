import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ask, bytesBelow, deployment, FIXTURES, importFiles } from '../../support/finance.ts';
import { cost, focusCsv } from '../../support/focus-csv.ts';

const DECEMBER = { from: '2025-12-01', until: '2026-01-01' };

describe('an import', () => {
  it('puts the charges of a file into the ledger with exact totals', async () => {
    const here = deployment();
    const csv = here.file('a.csv', focusCsv([cost('0.1'), cost('0.2'), cost('0.000000000001')]));
    const { outcome, json } = await importFiles(here, [csv]);
    expect(outcome).toBe('ok');
    expect(json).toMatchObject({
      schema: 'brctl.finance/import/v1',
      status: 'imported',
      source: 'aws',
      rows: 3,
      totals: { USD: '0.300000000001' },
      periods: [{ period: '2025-12', change: 'new', rows: 3, replaced: null }],
      warnings: [],
    });
    expect(await ask(here, DECEMBER)).toEqual(['= 0.300000000001 USD']);
  });

  it('prints the same keys when nothing came in', async () => {
    const here = deployment();
    const full = await importFiles(here, [here.file('a.csv', focusCsv([{}]))]);
    const none = await importFiles(here, [here.file('b.csv', focusCsv([]))], { source: 'b' });
    expect(Object.keys(none.json)).toEqual(Object.keys(full.json));
    expect(Object.keys(none.json)).toEqual([
      'schema',
      'status',
      'source',
      'format',
      'files',
      'rows',
      'periods',
      'totals',
      'providers',
      'warnings',
      'problem_count',
      'problems',
      'refusals',
      'skipped',
      'rejects',
      'restatements',
    ]);
    expect(none.json.warnings).toEqual([
      { code: 'no-rows', message: 'the files hold no charges; the ledger stays as it is' },
    ]);
  });

  it('of the same file again leaves the ledger byte for byte as it was', async () => {
    const here = deployment();
    const csv = here.file('a.csv', focusCsv([cost('1'), cost('1'), cost('2')]));
    await importFiles(here, [csv]);
    const before = bytesBelow(here.ledger);
    const again = await importFiles(here, [csv]);
    expect(again.json.status).toBe('unchanged');
    expect(bytesBelow(here.ledger)).toEqual(before);
  });

  it('of the same rows in another order and compressed is no change', async () => {
    const here = deployment();
    const rows = [cost('1'), cost('2'), cost('3')];
    await importFiles(here, [here.file('a.csv', focusCsv(rows))]);
    const zipped = here.file('b.csv.gz', gzipSync(focusCsv(rows.toReversed())));
    expect((await importFiles(here, [zipped])).json.status).toBe('unchanged');
  });

  it('keeps identical rows: they are legal and mean two charges', async () => {
    const here = deployment();
    await importFiles(here, [here.file('a.csv', focusCsv([cost('1'), cost('1')]))]);
    expect(await ask(here, DECEMBER)).toEqual(['= 2.00 USD']);
    const once = await importFiles(here, [here.file('b.csv', focusCsv([cost('1')]))]);
    expect(once.json.status).toBe('imported');
  });

  it('replaces the whole month of its source and no other', async () => {
    const here = deployment();
    await importFiles(here, [here.file('a.csv', focusCsv([cost('10')]))]);
    await importFiles(here, [here.file('b.csv', focusCsv([cost('5')]))], { source: 'other' });
    const { json } = await importFiles(here, [here.file('c.csv', focusCsv([cost('12')]))]);
    expect(json.periods).toEqual([
      {
        period: '2025-12',
        change: 'replaced',
        rows: 1,
        totals: { USD: '12.00' },
        replaced: { rows: 1, totals: { USD: '10.00' }, moved: { USD: '2.00' } },
        complete_through: '2025-12-22',
      },
    ]);
    expect(await ask(here, { ...DECEMBER, by: ['Source'] })).toEqual([
      'aws = 12.00 USD',
      'other = 5.00 USD',
    ]);
  });

  it('splits a file into its billing periods', async () => {
    const here = deployment();
    const november = {
      BillingPeriodStart: '2025-11-01T00:00:00Z',
      BillingPeriodEnd: '2025-12-01T00:00:00Z',
    };
    const csv = here.file('a.csv', focusCsv([cost('1'), { ...cost('2'), ...november }]));
    const { json } = await importFiles(here, [csv]);
    expect(json.periods.map(({ period, totals }: never) => [period, totals])).toEqual([
      ['2025-11', { USD: '2.00' }],
      ['2025-12', { USD: '1.00' }],
    ]);
    expect(Object.keys(bytesBelow(here.ledger))).toEqual([
      'source=aws/period=2025-11/charges.parquet',
      'source=aws/period=2025-12/charges.parquet',
    ]);
  });

  it('with --dry-run says the same and changes nothing', async () => {
    const here = deployment();
    const csv = here.file('a.csv', focusCsv([{}]));
    const dry = await importFiles(here, [csv], { dryRun: true });
    expect(bytesBelow(here.ledger)).toEqual({});
    const real = await importFiles(here, [csv]);
    expect({ ...dry.json, status: 'imported' }).toEqual(real.json);
  });

  it('leaves no scratch behind', async () => {
    const here = deployment();
    await importFiles(here, [here.file('a.csv', focusCsv([{}]))]);
    await importFiles(here, [here.file('b.csv', focusCsv([{ BilledCost: 'x' }]))]);
    const left = Object.keys(bytesBelow(join(here.root, 'data/finance')));
    expect(left.filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('a replacement that loses more than half', () => {
  const rows = (count: number) => Array.from({ length: count }, () => cost('1'));

  it('is refused and leaves the ledger as it was', async () => {
    const here = deployment();
    await importFiles(here, [here.file('a.csv', focusCsv(rows(5)))]);
    const before = bytesBelow(here.ledger);
    const { outcome, json } = await importFiles(here, [here.file('b.csv', focusCsv(rows(2)))]);
    expect(outcome).toBe('findings');
    expect(json.status).toBe('refused');
    expect(json.refusals).toEqual([
      '2025-12: 5 rows would become 2',
      '2025-12: the USD total would go from 5.00 to 2.00',
    ]);
    expect(bytesBelow(here.ledger)).toEqual(before);
  });

  it('goes through with --allow-shrink', async () => {
    const here = deployment();
    await importFiles(here, [here.file('a.csv', focusCsv(rows(5)))]);
    const csv = here.file('b.csv', focusCsv(rows(2)));
    expect((await importFiles(here, [csv], { allowShrink: true })).json.status).toBe('imported');
    expect(await ask(here, DECEMBER)).toEqual(['= 2.00 USD']);
  });

  it.each([
    ['30', '-30', '30.00', '-30.00'],
    ['-30', '30', '-30.00', '30.00'],
    ['-30', '-10', '-30.00', '-10.00'],
    ['30', '0', '30.00', '0.00'],
  ])('by its total: from %s to %s', async (before, after, from, to) => {
    const here = deployment();
    await importFiles(here, [here.file('a.csv', focusCsv([cost(before)]))]);
    const { json } = await importFiles(here, [here.file('b.csv', focusCsv([cost(after)]))]);
    expect(json.refusals).toEqual([`2025-12: the USD total would go from ${from} to ${to}`]);
  });

  it.each([
    ['-30', '-40'],
    ['0', '-40'],
    ['30', '15'],
  ])('is no fall from %s to %s', async (before, after) => {
    const here = deployment();
    await importFiles(here, [here.file('a.csv', focusCsv([cost(before)]))]);
    const { json } = await importFiles(here, [here.file('b.csv', focusCsv([cost(after)]))]);
    expect(json.status).toBe('imported');
  });

  it('of exactly half is accepted', async () => {
    const here = deployment();
    await importFiles(here, [here.file('a.csv', focusCsv(rows(4)))]);
    const { json } = await importFiles(here, [here.file('b.csv', focusCsv(rows(2)))]);
    expect(json.status).toBe('imported');
  });
});

describe('rows with problems', () => {
  it('are skipped on request, and written where they can be mended', async () => {
    const here = deployment();
    const csv = here.file('a.csv', focusCsv([cost('1'), { BilledCost: '$2.00' }, cost('4')]));
    const { outcome, json } = await importFiles(here, [csv], { skip: true });
    expect(outcome).toBe('ok');
    expect(json).toMatchObject({ status: 'imported', rows: 2, skipped: 1, problem_count: 1 });
    expect(await ask(here, DECEMBER)).toEqual(['= 5.00 USD']);
    const rejects = readFileSync(json.rejects, 'utf8');
    expect(rejects).toContain('brctl_file,brctl_row,brctl_reason,BilledCost');
    expect(rejects).toContain(',3,"BilledCost is not a plain decimal: ""$2.00""",$2.00,');
  });

  it('are counted in full and shown up to twenty', async () => {
    const here = deployment();
    const bad = Array.from({ length: 50 }, () => ({ BilledCost: 'NULL' }));
    const { json, text } = await importFiles(here, [here.file('a.csv', focusCsv(bad))]);
    expect(json.problem_count).toBe(50);
    expect(json.problems).toHaveLength(20);
    expect(text).toContain('… the first 20 of 50 problems');
  });
});

describe('the completeness watermark', () => {
  const daily = (day: string, next: string) => ({
    ChargePeriodStart: `${day}T00:00:00Z`,
    ChargePeriodEnd: `${next}T00:00:00Z`,
  });
  const month = daily('2025-12-01', '2026-01-01');

  it.each([
    ['a month that is over', [daily('2025-12-28', '2025-12-29')], '2026-01-04', '2025-12-28'],
    ['a month that is over, with a month-long charge', [month], '2026-01-04', '2025-12-31'],
    ['an open month', [daily('2025-12-20', '2025-12-21')], '2025-12-22', '2025-12-19'],
    [
      'an open month with a month-long charge',
      [month, daily('2025-12-20', '2025-12-21')],
      '2025-12-22',
      '2025-12-19',
    ],
    [
      'an open month with charges for tomorrow',
      [daily('2025-12-23', '2025-12-24')],
      '2025-12-22',
      '2025-12-21',
    ],
    ['the first day of an open month', [daily('2025-12-01', '2025-12-02')], '2025-12-01', null],
  ])('of %s', async (_, rows, today, expected) => {
    const here = deployment();
    const csv = here.file('a.csv', focusCsv(rows));
    const { json } = await importFiles(here, [csv], { now: `${today}T09:00:00Z` });
    expect(json.periods[0].complete_through).toBe(expected);
  });
});

describe('an export folder', () => {
  it('of AWS Data Exports reads what its manifest names and says what it left out', async () => {
    const here = deployment();
    const folder = join(FIXTURES, 'exports/aws-data-exports');
    const { json } = await importFiles(here, [folder]);
    expect(json.status).toBe('imported');
    expect(json.files).toHaveLength(2);
    expect(json.warnings[0]).toEqual({
      code: 'file-left-out',
      message: expect.stringMatching(
        /focus-daily-00003\.csv\.gz is named by no current manifest; left out$/,
      ),
    });
  });

  it('of Azure Cost Management reads the latest run only', async () => {
    const here = deployment();
    const folder = join(FIXTURES, 'exports/azure-cost-management');
    const { json } = await importFiles(here, [folder], { source: 'azure' });
    expect(json).toMatchObject({ status: 'imported', rows: 4 });
    expect(json.files).toHaveLength(2);
  });
});
