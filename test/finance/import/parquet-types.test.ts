/** A Parquet file has types of its own: what they cannot mean is a problem with row and column. */
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { deployment, importFiles } from '../../support/finance.ts';
import { cost, focusCsv } from '../../support/focus-csv.ts';

async function refusedWith(column: string, sql: string) {
  const here = deployment();
  const csv = here.file('a.csv', focusCsv([{ ...cost('1'), x_CostSource: 'provider_billed' }]));
  const file = join(here.root, 'a.parquet');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `COPY (SELECT * REPLACE (${sql} AS ${column}) FROM read_csv('${csv}', all_varchar = true))
     TO '${file}' (FORMAT parquet)`,
  );
  connection.closeSync();
  const { json } = await importFiles(here, [file]);
  expect(json.status).toBe('rejected');
  return json.problems[0];
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
  const problem = await refusedWith(column, sql);
  expect(problem).toMatchObject({ row: 1, column });
  expect(problem.message).toMatch(message);
});
