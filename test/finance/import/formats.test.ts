/** The same charges in every format give the same ledger, and both ways in give the same values. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Deployment, deployment, FIXTURES, importFiles } from '../../support/finance.ts';
import { type FocusRow, focusCsv } from '../../support/focus-csv.ts';

async function query(sql: string): Promise<string[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`SET TimeZone = 'America/Los_Angeles'`);
  const rows = (await connection.runAndReadAll(sql)).getRowsJson() as string[][];
  connection.closeSync();
  instance.closeSync();
  return rows;
}

/** Every row of a ledger as text, amounts at full width, whatever their type in the file. */
async function rowsOf(here: Deployment, source: string): Promise<string[]> {
  const files = `'${join(here.ledger, `source=${source}`, '*', 'charges.parquet')}'`;
  const amounts = ['BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost', 'ConsumedQuantity'];
  const wide = amounts.map((name) => `CAST(${name} AS DECIMAL(38,18)) AS ${name}`).join(', ');
  const rows = await query(
    `SELECT * REPLACE (${wide}) FROM read_parquet(${files}, hive_partitioning = false)`,
  );
  return rows.map((row) => JSON.stringify(row)).sort();
}

const ROWS: FocusRow[] = [
  { BilledCost: '0.1', EffectiveCost: '0.3', ConsumedQuantity: '12.5', Tags: '{"team":"core"}' },
  { BilledCost: '-7.25', ConsumedQuantity: '0.000000000000000001' },
  { BilledCost: '0.00001605990', EffectiveCost: '', Tags: '{"a":"b, \\"c\\""}' },
];

describe('the same charges', () => {
  it('give the same ledger from CSV, CSV.gz, JSONL, JSONL.gz and Parquet', async () => {
    const here = deployment();
    const csv = focusCsv(ROWS);
    const file = here.file('a.csv', csv);
    const texts = await query(
      `SELECT to_json(t)::VARCHAR FROM read_csv('${file}', all_varchar = true) t`,
    );
    const jsonl = texts.map(([line]) => `${line}\n`).join('');
    const parquet = join(here.root, 'inputs', 'a.parquet');
    await query(
      `COPY (SELECT * REPLACE (
          BilledCost::DOUBLE AS BilledCost, EffectiveCost::DECIMAL(30,4) AS EffectiveCost,
          ChargePeriodStart::TIMESTAMPTZ AS ChargePeriodStart,
          ChargePeriodEnd::TIMESTAMPTZ AS ChargePeriodEnd,
          BillingPeriodStart::TIMESTAMP AS BillingPeriodStart)
        FROM read_csv('${file}', all_varchar = true)) TO '${parquet}' (FORMAT parquet)`,
    );
    const inputs = {
      csv: file,
      'csv-gz': here.file('a.csv.gz', gzipSync(csv)),
      jsonl: here.file('a.jsonl', jsonl),
      'jsonl-gz': here.file('odd-name', gzipSync(jsonl)),
      parquet,
    };
    for (const [source, path] of Object.entries(inputs)) {
      const { json } = await importFiles(here, [path], { source });
      expect(json).toMatchObject({ status: 'imported', rows: 3, problem_count: 0 });
    }
    const expected = await rowsOf(here, 'csv');
    expect(expected).toHaveLength(3);
    for (const source of Object.keys(inputs)) {
      expect({ source, rows: await rowsOf(here, source) }).toEqual({ source, rows: expected });
    }
  });

  it('give the same values through the strict way in and through the survey', async () => {
    const whole = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n });
    const amount = fc
      .tuple(fc.oneof(whole, fc.bigInt({ min: -999_999n, max: 999_999n })), fc.nat({ max: 12 }))
      .map(([digits, places]) => decimal(digits, places));
    const row = fc.record({ BilledCost: amount, EffectiveCost: amount, ConsumedQuantity: amount });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (rows) => {
        const here = deployment();
        const plain = here.file('a.csv', focusCsv(rows));
        // One folded spelling sends the whole file to the survey.
        const odd = rows.map((each, i) => (i === 0 ? { ...each, ChargeCategory: 'usage' } : each));
        await importFiles(here, [plain], { source: 'strict' });
        const { json } = await importFiles(here, [here.file('b.csv', focusCsv(odd))], {
          source: 'survey',
        });
        expect(json.warnings).toContainEqual(expect.objectContaining({ code: 'value-folded' }));
        expect(await rowsOf(here, 'survey')).toEqual(await rowsOf(here, 'strict'));
        const billed = rows.reduce((sum, { BilledCost }) => sum + units(BilledCost), 0n);
        expect(units(json.totals.USD)).toBe(billed);
      }),
      { numRuns: 20 },
    );
  });
});

describe('legacy exports', () => {
  it.each([
    ['aws-cur.csv', 'aws-cur'],
    ['aws-cur-underscore.csv', 'aws-cur'],
    ['azure-ea.csv', 'azure-ea'],
    ['azure-ea-padded-dates.csv', 'azure-ea'],
  ])('%s is recognised by its header', async (name, format) => {
    const { json } = await importFiles(deployment(), [join(FIXTURES, 'legacy', name)]);
    expect(json).toMatchObject({ status: 'imported', format, problem_count: 0 });
  });

  it('both header styles of the CUR give the same billed and effective cost', async () => {
    const here = deployment();
    const sums = [];
    for (const [source, name] of [
      ['slash', 'aws-cur.csv'],
      ['underscore', 'aws-cur-underscore.csv'],
    ] as const) {
      await importFiles(here, [join(FIXTURES, 'legacy', name)], { source });
      const files = `'${join(here.ledger, `source=${source}`, '*', '*.parquet')}'`;
      sums.push(
        await query(
          `SELECT sum(BilledCost)::VARCHAR, sum(EffectiveCost)::VARCHAR FROM read_parquet(${files})`,
        ),
      );
    }
    expect(sums[1]).toEqual(sums[0]);
  });
});

function decimal(digits: bigint, places: number): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0');
  const whole = text.slice(0, text.length - places);
  return `${digits < 0n ? '-' : ''}${whole}${places === 0 ? '' : `.${text.slice(-places)}`}`;
}

function units(text: string): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(12, '0'));
  return text.startsWith('-') ? -value : value;
}

it.each([
  ['0.00000000055', '5000000', '0.002750000000'],
  ['0.5', '2000000000', '1000000000.000000000000'],
  ['0.0468', '0.1234567891', '0.005777777730'],
  ['0.1234567890123', '0.1234567890123', null],
])('the list cost of an EA export is exact or unknown: %s × %s', async (price, quantity, cost) => {
  const here = deployment();
  const text = readFileSync(join(FIXTURES, 'legacy', 'azure-ea.csv'), 'utf8');
  const [header, row] = text.split('\n');
  const changed = row!.replace(',24,', `,${quantity},`).replace(',0.0468,', `,${price},`);
  await importFiles(here, [here.file('ea.csv', `${header}\n${changed}\n`)], { source: 'ea' });
  const files = `'${join(here.ledger, 'source=ea', '*', '*.parquet')}'`;
  const [[listed] = []] = await query(
    `SELECT CAST(CAST(ListCost AS DECIMAL(38,12)) AS VARCHAR) FROM read_parquet(${files})`,
  );
  expect(listed).toBe(cost);
});
