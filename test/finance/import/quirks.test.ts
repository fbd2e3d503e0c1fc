/** Every quirk fixture, and what the import makes of it: the catalogue of messages. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, bytesBelow, deployment, FIXTURES, importFiles } from '../../support/finance.ts';
import { focusCsv } from '../../support/focus-csv.ts';

const QUIRKS = join(FIXTURES, 'quirks');

async function outcomeOf(name: string) {
  const here = deployment();
  const { json } = await importFiles(here, [join(QUIRKS, name)]);
  const places = json.problems.map((problem: Record<string, unknown>) => ({
    row: problem.row,
    column: problem.column,
    message: String(problem.message).replaceAll(QUIRKS, ''),
  }));
  return { here, json, places };
}

describe('a file that cannot be taken changes nothing and names the place', () => {
  it.each([
    ['money-dollar.csv', 3, 'BilledCost', 'is not a plain decimal: "$10,000.00 "'],
    ['money-comma.csv', 3, 'BilledCost', 'is not a plain decimal: "1,234.50"'],
    ['number-plus.csv', 3, 'BilledCost', 'is not a plain decimal: "+5"'],
    ['number-padded.csv', 3, 'BilledCost', 'is not a plain decimal: " 5 "'],
    ['billed-null.csv', 3, 'BilledCost', 'is empty'],
    [
      'category-unknown.csv',
      3,
      'ChargeCategory',
      'is not one of Usage, Purchase, Tax, Credit, Adjustment: "Refund"',
    ],
    ['column-missing.csv', 1, 'BillingCurrency', 'required column BillingCurrency is missing'],
    [
      'currency-two.csv',
      3,
      'BillingCurrency',
      'is "EUR", but 2025-11 began in "USD": one source and period has one currency',
    ],
    [
      'date-offset.csv',
      3,
      'ChargePeriodStart',
      'is not an ISO 8601 time in UTC (2025-12-01T00:00:00Z): "2025-11-04T00:00:00+02:00"',
    ],
    [
      'date-us.csv',
      3,
      'ChargePeriodEnd',
      'is not an ISO 8601 time in UTC (2025-12-01T00:00:00Z): "11/5/25"',
    ],
    ['header-duplicate.csv', 1, 'BilledCost', 'column BilledCost is there twice'],
    ['ragged.csv', 3, null, 'does not parse: Expected Number of Columns: 31 Found: 28'],
    ['quote-open.csv', 4, null, 'does not parse: Value with unterminated quote found.'],
    ['empty.csv', null, null, 'is empty'],
    ['gzip-cut.csv.gz', null, null, 'is a damaged or truncated gzip: unexpected end of file'],
    ['columns-no-cost.csv', 1, 'BilledCost', 'required column BilledCost is missing'],
  ])('%s', async (name, row, column, message) => {
    const { here, json, places } = await outcomeOf(name);
    expect(json.status).toBe('rejected');
    expect(places[0]).toEqual({ row, column, message });
    expect(bytesBelow(here.ledger)).toEqual({});
  });

  it('vercel-cut.jsonl: a cut last line is a failed pull, not the end of the data', async () => {
    const { json, places } = await outcomeOf('vercel-cut.jsonl');
    expect(json.status).toBe('rejected');
    expect(places[0].message).toMatch(
      /^does not parse: Malformed JSON .* in line 5: unexpected end/,
    );
  });
});

describe('a file that is odd but whole is taken, and the oddity said', () => {
  it.each([
    ['null-words.csv', { rows: 3, totals: { USD: '3.75' } }, []],
    ['bom-crlf.csv', { rows: 3, totals: { USD: '3.75' } }, []],
    ['semicolon.csv', { rows: 3, totals: { USD: '3.75' } }, []],
    ['newline-quotes.csv', { rows: 3, totals: { USD: '3.75' } }, []],
    ['columns-required.csv', { rows: 2, totals: { USD: '2.50' } }, []],
    ['decimals-padded.csv', { rows: 3, totals: { USD: '3.75' } }, []],
    ['amounts-large.csv', { totals: { USD: '98765432109876.543210987654' } }, undefined],
    ['e-notation.csv', { totals: { USD: '850.0000035252' } }, undefined],
    ['decimals-13.csv', { rows: 3 }, ['digits-rounded']],
    ['category-case.csv', { rows: 3 }, Array(4).fill('value-folded')],
    ['pricing-preview.csv', { rows: 2 }, ['value-folded', 'value-folded']],
    ['column-unknown.csv', { rows: 2 }, ['column-unknown']],
    ['column-shifted.csv', { rows: 2 }, ['zone-is-a-number']],
    ['region-name-only.csv', { rows: 3 }, ['region-without-id']],
    ['outside-billing-period.csv', { rows: 2 }, ['outside-billing-period']],
    ['list-price-off.csv', { rows: 3 }, ['price-times-quantity']],
    ['date-space.csv', { rows: 2 }, ['zone-assumed']],
    ['names-preview.csv', { rows: 2 }, Array(7).fill('column-renamed')],
    ['tag-late.jsonl', { rows: 120 }, []],
    ['vercel.jsonl', { rows: 4 }, ['gaps-filled']],
  ])('%s', async (name, expected, warnings) => {
    const { json } = await outcomeOf(name);
    expect(json).toMatchObject({ status: 'imported', problem_count: 0, ...expected });
    const codes = json.warnings.map(({ code }: { code: string }) => code);
    expect(codes).toEqual(warnings ?? codes);
  });
});

it('charges without a zone are named, also where the billing period has one', async () => {
  const here = deployment();
  const text = readFileSync(join(QUIRKS, 'date-space.csv'), 'utf8');
  const file = join(here.root, 'mixed.csv');
  writeFileSync(
    file,
    text
      .replaceAll('2025-11-01 00:00:00', '2025-11-01T00:00:00Z')
      .replaceAll('2025-12-01 00:00:00', '2025-12-01T00:00:00Z'),
  );
  const { json } = await importFiles(here, [file]);
  expect(json).toMatchObject({ status: 'imported', rows: 2 });
  expect(json.warnings.map(({ code }: { code: string }) => code)).toEqual(['zone-assumed']);
});

it('two names that differ only in letters a ledger cannot have are both kept', async () => {
  const here = deployment();
  const own = { 'team name': 'a', 'team-name': 'b', x_team_name: 'c' };
  const { json } = await importFiles(here, [here.file('a.csv', focusCsv([own]))]);
  expect(json.warnings).toMatchObject([
    {
      code: 'column-unknown',
      message: expect.stringContaining(
        'team name (as x_team_name_2), team-name (as x_team_name_3) are no FOCUS columns',
      ),
    },
  ]);
  const by = ['x_team_name', 'x_team_name_2', 'x_team_name_3'];
  expect(await ask(here, { from: '2025-12-22', until: '2025-12-23', by })).toEqual([
    'c a b = 1.25 USD',
  ]);
});

it('the cost source is known in any case, and no other column takes its name', async () => {
  const here = deployment();
  const rows = [{ x_costsource: 'derived_price_card', CostSource: 'meter' }];
  const { json } = await importFiles(here, [here.file('a.csv', focusCsv(rows))]);
  expect(json.status).toBe('imported');
  const by = ['x_CostSource', 'x_CostSource_2'];
  expect(await ask(here, { from: '2025-12-22', until: '2025-12-23', by })).toEqual([
    'derived_price_card meter = 1.25 USD',
  ]);
});

it('columns that become one extra are all kept', async () => {
  const here = deployment();
  const own = { ProviderName: 'p', x_ProviderName: 'own', Publisher: 'q', PublisherName: 'r' };
  await importFiles(here, [here.file('a.csv', focusCsv([own]))]);
  const by = ['x_ProviderName', 'x_ProviderName_2', 'x_PublisherName', 'x_PublisherName_2'];
  expect(await ask(here, { from: '2025-12-22', until: '2025-12-23', by })).toEqual([
    'own p r q = 1.25 USD',
  ]);
});
