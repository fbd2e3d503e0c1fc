/** Ways in which money could be lost or doubled in silence, each with the words that prevent it. */
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ask, deployment, importFiles } from '../../support/finance.ts';
import { cost, focusCsv } from '../../support/focus-csv.ts';

const DECEMBER = { from: '2025-12-01', until: '2026-01-01' };
const codes = ({ json }: { json: { warnings: { code: string }[] } }): string[] =>
  json.warnings.map(({ code }) => code);

describe('an amount', () => {
  it.each([
    ['123456789012345678901234567890', 'is out of range: "123456789012345678901234567890"'],
    ['1e400', 'is out of range: "1e400"'],
    ['1e26', 'is out of range: "1e26"'],
    ['-2.5e25', 'is out of range: "-2.5e25"'],
    ['100000000000000000000', 'is out of range: "100000000000000000000"'],
  ])('of %s is refused, never read as unknown', async (amount, message) => {
    const here = deployment();
    const csv = here.file('a.csv', focusCsv([cost('75'), { ...cost('1'), BilledCost: amount }]));
    const { json } = await importFiles(here, [csv]);
    expect(json).toMatchObject({ status: 'rejected', problem_count: 1 });
    expect(json.problems[0]).toMatchObject({ row: 3, column: 'BilledCost', message });
  });

  it.each([
    ['1.5E8', '150000000.00'],
    ['1E+8', '100000000.00'],
    ['99999999.5e0', '99999999.50'],
    ['-2.5e19', '-25000000000000000000.00'],
    ['12345678901234567890.123456789012', '12345678901234567890.123456789012'],
    ['0E-6176', '0.00'],
  ])('of %s is exact', async (amount, total) => {
    const here = deployment();
    const row = { ...cost(amount), PricingQuantity: '1e9' };
    const { json } = await importFiles(here, [here.file('a.csv', focusCsv([row]))]);
    expect(json).toMatchObject({ status: 'imported', totals: { USD: total } });
  });
});

it.each(['0001-12-01T00:00:00Z', '1969-12-01T00:00:00Z'])('a time of %s is none', async (time) => {
  const here = deployment();
  const csv = here.file('a.csv', focusCsv([{ ...cost('1'), BillingPeriodStart: time }]));
  const { json } = await importFiles(here, [csv]);
  expect(json.problems[0]).toMatchObject({ row: 2, column: 'BillingPeriodStart' });
});

describe('the same charges', () => {
  it('named twice, or once plain and once compressed, are refused', async () => {
    const here = deployment();
    const csv = here.file('a.csv', focusCsv([cost('75')]));
    const zipped = here.file('b.csv.gz', gzipSync(focusCsv([cost('75')])));
    for (const [paths, message] of [
      [[csv, csv], /^is named twice$/],
      [[csv, zipped], /^says the same as .*a\.csv: name one of them$/],
      [[join(here.root, 'inputs')], /^says the same as .*a\.csv: name one of them$/],
    ] as const) {
      const { json } = await importFiles(here, paths);
      expect(json.status).toBe('rejected');
      expect(json.problems[0].message).toMatch(message);
    }
  });

  it('under a second source are taken with a warning', async () => {
    const here = deployment();
    const csv = here.file('a.csv', focusCsv([cost('75')]));
    expect(codes(await importFiles(here, [csv], { source: 'one' }))).toEqual([]);
    expect(codes(await importFiles(here, [csv], { source: 'one' }))).toEqual([]);
    expect(codes(await importFiles(here, [csv], { source: 'two' }))).toEqual(['file-known']);
  });
});

describe('the CSV of skipped rows', () => {
  it('is refused as an export: alone it would replace the month', async () => {
    const here = deployment();
    const csv = here.file('a.csv', focusCsv([cost('1'), cost('$2'), cost('4')]));
    const { json } = await importFiles(here, [csv], { skip: true });
    const mended = here.file('b.csv', readFileSync(json.rejects, 'utf8').replaceAll('$2', '2'));
    const again = await importFiles(here, [mended]);
    expect(again.json.status).toBe('rejected');
    expect(again.json.problems[0].column).toBe('brctl_reason');
    expect(await ask(here, DECEMBER)).toEqual(['= 5.00 USD']);
  });
});

describe('a ledger file that something else damaged', () => {
  it.each(['cut', 'emptied', 'overwritten'])(
    '(%s) is replaced by importing its month',
    async (how) => {
      const here = deployment();
      const csv = here.file('a.csv', focusCsv([cost('75')]));
      await importFiles(here, [csv]);
      const file = join(here.ledger, 'source=aws/period=2025-12/charges.parquet');
      const damage: Record<string, () => void> = {
        cut: () => truncateSync(file, 500),
        emptied: () => truncateSync(file, 0),
        overwritten: () => writeFileSync(file, 'PAR1 is not enough of a file PAR1'),
      };
      damage[how]!();
      await expect(ask(here, DECEMBER)).rejects.toMatchObject({ kind: 'integrity' });
      expect((await importFiles(here, [csv])).json.status).toBe('imported');
      expect(await ask(here, DECEMBER)).toEqual(['= 75.00 USD']);
    },
  );
});

describe('a header', () => {
  it('in another case is the same header', async () => {
    const here = deployment();
    const [header, ...rows] = focusCsv([cost('2')]).split('\n');
    const csv = here.file('a.csv', [header!.toLowerCase(), ...rows].join('\n'));
    const { json } = await importFiles(here, [csv]);
    expect(json).toMatchObject({ status: 'imported', totals: { USD: '2.00' } });
  });

  it('with a few of the required columns is told which are missing', async () => {
    const here = deployment();
    const csv = here.file('a.csv', 'BilledCost,EffectiveCost,ListCost\n1,1,1\n');
    const { json } = await importFiles(here, [csv]);
    expect(json.problem_count).toBe(9);
  });

  it('with hundreds of unknown columns is one warning', async () => {
    const here = deployment();
    const extra = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`col${i}`, 'x']));
    const { json } = await importFiles(here, [here.file('a.csv', focusCsv([extra]))]);
    expect(json.warnings).toHaveLength(1);
    expect(json.warnings[0].message).toContain('and 292 more are no FOCUS columns');
  });
});

it('a yen has no decimals', async () => {
  const here = deployment();
  const csv = here.file('a.csv', focusCsv([{ ...cost('37200'), BillingCurrency: 'JPY' }]));
  expect((await importFiles(here, [csv])).json.totals).toEqual({ JPY: '37200' });
});

it('a source where a credit of 400 becomes 40 shrinks too', async () => {
  const here = deployment();
  await importFiles(here, [here.file('a.csv', focusCsv([cost('-400')]))]);
  const { json } = await importFiles(here, [here.file('b.csv', focusCsv([cost('-40')]))]);
  expect(json.status).toBe('refused');
});

it('rows behind a lost quote are never skipped: nobody knows how many they are', async () => {
  const here = deployment();
  const [header, ...lines] = focusCsv(Array.from({ length: 5 }, () => cost('1'))).split('\n');
  const torn = [header, lines[0], lines[1]?.replace('Compute', '"Compute'), ...lines.slice(2)];
  const { json } = await importFiles(here, [here.file('a.csv', torn.join('\n'))], { skip: true });
  expect(json).toMatchObject({ status: 'rejected', skipped: 0, periods: [] });
  expect(json.problems[0]).toMatchObject({ row: 3, message: expect.stringContaining('quote') });
});

it('skipping every row is no import', async () => {
  const here = deployment();
  const csv = here.file('a.csv', focusCsv([cost('$1'), cost('$2')]));
  const { outcome, json } = await importFiles(here, [csv], { skip: true });
  expect(outcome).toBe('findings');
  expect(json).toMatchObject({ status: 'rejected', rows: 0, skipped: 0, rejects: null });
  expect(json.problem_count).toBeGreaterThan(0);
});

it('a Parquet file that is cut is said to be', async () => {
  const here = deployment();
  const { json } = await importFiles(here, [here.file('a.parquet', 'PAR1 and then nothing')]);
  expect(json).toMatchObject({
    status: 'rejected',
    problems: [{ row: null, message: 'is a damaged or truncated Parquet file' }],
  });
});
