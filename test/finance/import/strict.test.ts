/** The fast way in takes nothing that the careful one would not, and gives the same value. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deployment, importFiles } from '../../support/finance.ts';
import { cost, type FocusRow, focusCsv } from '../../support/focus-csv.ts';

/** A spelling that the fast way leaves to the careful one, in a row of no cost. */
const SURVEYED: FocusRow = { ...cost('0'), ChargeCategory: 'usage' };
/** A sample with this is read in the wide form. */
const WIDE = cost('2000000');

async function takes(rows: readonly FocusRow[]) {
  const here = deployment();
  const file = join(here.root, 'charges.csv');
  writeFileSync(file, focusCsv(rows));
  const { json } = await importFiles(here, [file], { dryRun: true });
  return { status: json.status, totals: json.totals };
}

describe.each([
  ['narrow', []],
  ['wide', [WIDE]],
])('an amount among %s ones', (_, others) => {
  it.each([
    ...['1_000', '1.234.567', '1..5', '0x10', '0b11', '-', '.', '1.', '.5', '-.5', '--1', '1-'],
    ...['+5', ' 5', '5 ', '5\t', '1,5', '1e3', '1E-3', '-0', '007', '1.10', 'nan', 'inf', '٣'],
    ...['0.1234567890123', '999999.999999999999', '-12345678.000000000001', '1e400'],
  ])('%j', async (amount) => {
    const rows = [...others, cost(amount)];
    expect(await takes(rows)).toEqual(await takes([...rows, SURVEYED]));
  });
});

describe('a currency', () => {
  it.each(['US$', 'B12', 'usd', 'USDX', 'ÄÖÜ'])('%s', async (BillingCurrency) => {
    const rows = [{ ...cost('1.25'), BillingCurrency }];
    expect(await takes(rows)).toEqual(await takes([...rows, { ...SURVEYED, BillingCurrency }]));
  });
});

describe('times', () => {
  it.each([
    ['2025-12-23T00:00:00Z', '2025-12-22T00:00:00Z'],
    ['2025-12-22T00:00:00Z', '2025-12-22T00:00:00Z'],
    ['2025-12-22 00:00:00', '2025-12-23T00:00:00Z'],
    ['2025-12-22T00:00:00+02:00', '2025-12-23T00:00:00Z'],
    ['2025-12-22T00:00:0xZ', '2025-12-23T00:00:00Z'],
    ['2025-13-22T00:00:00Z', '2025-13-23T00:00:00Z'],
    ['2025-12-22T00:00:00Z', '9999-12-31T23:00:00Z'],
    ['1969-12-31T00:00:00Z', '2025-12-23T00:00:00Z'],
  ])('from %s until %s', async (ChargePeriodStart, ChargePeriodEnd) => {
    const rows = [{ ...cost('1.25'), ChargePeriodStart, ChargePeriodEnd }];
    expect(await takes(rows)).toEqual(await takes([...rows, SURVEYED]));
  });
});

it('a file is read by exactly its name, also where others fit it as a pattern', async () => {
  const here = deployment();
  const named = join(here.root, 'a*b[1]?.csv');
  writeFileSync(named, focusCsv([cost('1.25')]));
  writeFileSync(join(here.root, 'aXb1y.csv'), focusCsv([cost('9')]));
  const { json } = await importFiles(here, [named]);
  expect(json).toMatchObject({ status: 'imported', rows: 1, totals: { USD: '1.25' } });
});
