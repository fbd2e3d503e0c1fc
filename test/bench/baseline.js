/**
 * What brctl is measured against, each as a process of its own with nothing else in it. Plain
 * JavaScript: stripping types at start would be charged to the baseline.
 *
 *     node baseline.js empty                     start Node, load DuckDB, end
 *     node baseline.js copy FILE.csv OUT         DuckDB's own CSV -> Parquet
 *     node baseline.js aggregate FILE.parquet    effective cost of week 52 by service
 *     node baseline.js loop FILE.csv             sum of BilledCost with csv-parse
 */
import { createReadStream } from 'node:fs';

const [task, file = '', out = ''] = process.argv.slice(2);

const TASKS = {
  empty: () => withDuckDB(async () => []),
  copy: () =>
    withDuckDB((connection) =>
      rows(connection, `COPY (FROM read_csv('${file}')) TO '${out}' (FORMAT parquet)`),
    ),
  aggregate: () =>
    withDuckDB((connection) =>
      rows(
        connection,
        `SELECT ServiceName, BillingCurrency, sum(EffectiveCost) FROM '${file}'
         WHERE ChargePeriodStart >= '2025-12-22' AND ChargePeriodStart < '2025-12-29'
         GROUP BY ALL ORDER BY ALL`,
      ),
    ),
  loop: async () => {
    const { parse } = await import('csv-parse');
    let sum = 0;
    for await (const row of createReadStream(file).pipe(parse({ columns: true }))) {
      sum += Number(row.BilledCost);
    }
    return [[sum]];
  },
};

/** @param {(connection: import('@duckdb/node-api').DuckDBConnection) => Promise<unknown[]>} use */
async function withDuckDB(use) {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  // Timestamps of the file are UTC, whatever zone the machine is in.
  await connection.run("SET TimeZone = 'UTC'");
  return use(connection);
}

/**
 * @param {import('@duckdb/node-api').DuckDBConnection} connection
 * @param {string} sql
 */
async function rows(connection, sql) {
  return (await connection.runAndReadAll(sql)).getRowsJson();
}

const result = await TASKS[/** @type {keyof typeof TASKS} */ (task)]();
process.stdout.write(`${result.length} rows\n`);
