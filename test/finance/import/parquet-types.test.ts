/** A Parquet file has types of its own: what they cannot mean is a problem with row and column. */
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { deployment, importFiles } from '../../support/finance.ts';
import { cost, focusCsv } from '../../support/focus-csv.ts';

async function importedWith(column: string, sql: string) {
  const here = deployment();
  const csv = here.file(
    'a.csv',
    focusCsv([{ ...cost('1'), x_CostSource: 'provider_billed', ConsumedQuantity: '1' }]),
  );
  const file = join(here.root, 'a.parquet');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT * REPLACE (${sql} AS ${column}) FROM read_csv('${csv}', all_varchar = true))
     TO '${file}' (FORMAT parquet)`,
  );
  connection.closeSync();
  const { json } = await importFiles(here, [file]);
  return json;
}

it.each([
  ['BilledCost', 'true', 'is not a plain decimal: "true"'],
  ['BilledCost', `DATE '2025-12-01'`, 'is not a plain decimal: "2025-12-01"'],
  ['BilledCost', '1e30::DOUBLE', 'is out of range: "1e+30"'],
  ['BillingCurrency', '840', 'is not an ISO 4217 code: "840"'],
  ['ChargePeriodEnd', `'infinity'::TIMESTAMP`, /is not an ISO 8601 time in UTC .*"infinity"/],
  ['BillingPeriodStart', `TIMESTAMP '20000-01-01'`, /is not an ISO 8601 time in UTC .*"20000-/],
  ['x_CostSource', '7', 'is no cost source: "7"'],
])('%s as %s', async (column, sql, message) => {
  const { status, problems } = await importedWith(column, sql);
  expect(status).toBe('rejected');
  expect(problems[0]).toMatchObject({ row: 1, column });
  expect(problems[0].message).toMatch(message);
});

it.each([
  ['BilledCost', '1.0000000000004::DECIMAL(20,13)', 12],
  ['BilledCost', '1e-13::DOUBLE', 12],
  ['ConsumedQuantity', '0.0000000000000000001::DECIMAL(38,19)', 18],
])('%s as %s is rounded, and said', async (column, sql, kept) => {
  const { status, warnings } = await importedWith(column, sql);
  const message = `${column} has more than ${kept} decimals in 1 row; rounded to ${kept}`;
  expect(status).toBe('imported');
  expect(warnings.map((one: { message: string }) => one.message)).toContainEqual(
    expect.stringContaining(message),
  );
});

it.each(['1.5000000000000::DECIMAL(20,13)', '0.1::DOUBLE', '12::BIGINT'])(
  'BilledCost as %s loses nothing',
  async (sql) => {
    const { status, warnings } = await importedWith('BilledCost', sql);
    expect({ status, warnings }).toEqual({ status: 'imported', warnings: [] });
  },
);
