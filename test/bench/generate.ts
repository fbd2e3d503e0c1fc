/**
 * FOCUS rows of any number, for benchmarks: one month of hourly charges from 40 services with 200
 * resources each, tags on 70 % of the rows, amounts with 11 decimals, as AWS delivers them.
 *
 *     node test/bench/generate.ts --rows 5000000 --out charges.csv [--seed 1]
 *
 * DuckDB does the work, a row never passes through JavaScript. Rows, seed and the version of
 * DuckDB (its hash function) decide every byte.
 */
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';

export type Generation = Readonly<{ rows: number; seed: number; out: string }>;

export const PERIOD = '2025-12';
const HOURS = 31 * 24;

export async function generateFocusCsv(options: Generation): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    // A table is scanned in parallel, and its order kept; range() alone is read by one thread.
    await connection.run(`CREATE TEMP TABLE numbers AS FROM range(${options.rows}) t(i)`);
    await connection.run(
      `COPY (${focusSql(options)}) TO ${quoted(options.out)} ` +
        `(FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%SZ')`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Columns in the order of the file: FOCUS 1.0, and three that 1.1 and 1.2 added. */
const COLUMNS = [
  `CASE WHEN service % 4 = 0 THEN region || ['a', 'b', 'c'][1 + resource % 3] END
     AS AvailabilityZone`,
  `CASE WHEN committed THEN 0 ELSE cost END AS BilledCost`,
  `'111122223333' AS BillingAccountId`,
  `'Example organisation' AS BillingAccountName`,
  `'USD' AS BillingCurrency`,
  `TIMESTAMP '2026-01-01' AS BillingPeriodEnd`,
  `TIMESTAMP '2025-12-01' AS BillingPeriodStart`,
  `category AS ChargeCategory`,
  `NULL AS ChargeClass`,
  `'$' || price || ' per ' || unit || ' of ' || name || ' in ' || region AS ChargeDescription`,
  `CASE category WHEN 'Usage' THEN 'Usage-Based' ELSE 'One-Time' END AS ChargeFrequency`,
  `start + INTERVAL 1 HOUR AS ChargePeriodEnd`,
  `start AS ChargePeriodStart`,
  `CASE WHEN committed THEN 'Spend' END AS CommitmentDiscountCategory`,
  `CASE WHEN committed THEN 'arn:aws:savingsplans::111122223333:savingsplan/example' END
     AS CommitmentDiscountId`,
  `CASE WHEN committed THEN 'example' END AS CommitmentDiscountName`,
  `CASE WHEN committed THEN 'Used' END AS CommitmentDiscountStatus`,
  `CASE WHEN committed THEN 'ComputeSavingsPlans' END AS CommitmentDiscountType`,
  `quantity AS ConsumedQuantity`,
  `unit AS ConsumedUnit`,
  `cost AS ContractedCost`,
  `price AS ContractedUnitPrice`,
  `CASE WHEN committed THEN (quantity::DECIMAL(4,0) * price * 0.75)::DECIMAL(18,11) ELSE cost END
     AS EffectiveCost`,
  `NULL AS InvoiceId`,
  `'Amazon Web Services, Inc.' AS InvoiceIssuerName`,
  `cost AS ListCost`,
  `price AS ListUnitPrice`,
  `CASE WHEN committed THEN 'Committed' ELSE 'Standard' END AS PricingCategory`,
  `quantity AS PricingQuantity`,
  `unit AS PricingUnit`,
  `'AWS' AS ProviderName`,
  `'Amazon Web Services, Inc.' AS PublisherName`,
  `region AS RegionId`,
  `'Region ' || region AS RegionName`,
  `'arn:aws:service' || service || ':' || region || ':' || account || ':resource/' || resource
     AS ResourceId`,
  `CASE WHEN resource % 2 = 0 THEN 'resource-' || resource END AS ResourceName`,
  `'Type ' || service % 7 AS ResourceType`,
  `['Compute', 'Storage', 'Databases', 'Networking', 'Analytics'][1 + service % 5]
     AS ServiceCategory`,
  `name AS ServiceName`,
  `'Other' AS ServiceSubcategory`,
  `'SKU' || lpad((service * 31 + resource % 9)::VARCHAR, 13, '0') AS SkuId`,
  `'Meter:' || unit AS SkuMeter`,
  `'SKU' || lpad((service * 31 + resource % 9)::VARCHAR, 13, '0') || '.STANDARD01' AS SkuPriceId`,
  `account AS SubAccountId`,
  `'account ' || account AS SubAccountName`,
  `CASE WHEN a % 10 < 7 THEN '{"team":"team-' || resource % 12 || '","environment":"'
     || ['production', 'staging', 'development'][1 + resource % 3]
     || '","application":"application-' || resource % 60 || '"}' END AS Tags`,
];

/**
 * `a` and `b` are what is random about a row. Services are skewed as in a real bill: a quarter
 * of them has half of the rows. Prices are multiples of 4e-11, so that three quarters of a cost
 * has eleven decimals too.
 */
function focusSql({ rows, seed }: Generation): string {
  return `
    WITH random AS (
      SELECT i, (hash(i, ${seed}) >> 1)::BIGINT AS a, (hash(i, ${seed} + 1) >> 1)::BIGINT AS b
      FROM numbers
    ), chosen AS (
      SELECT a, b, TIMESTAMP '2025-12-01' + to_hours((i * ${HOURS}) // ${rows}) AS start,
        ((a % 1000) * (a % 1000) * 40) // 1000000 AS service,
        (a // 1000) % 200 AS resource,
        CASE WHEN b % 1000 < 5 THEN 'Credit' WHEN b % 1000 < 15 THEN 'Purchase' ELSE 'Usage' END
          AS category
      FROM random
    ), priced AS (
      SELECT a, start, service, resource, category,
        1 + (b // 1000) % 24 AS quantity,
        (((b // 65536) % 5000000000) * 4)::DECIMAL(18,0) * 0.00000000001::DECIMAL(18,11) AS price,
        category = 'Usage' AND service % 4 = 0 AND resource % 3 = 0 AS committed,
        'Example ' || ['Elastic Compute', 'Object Storage', 'Managed Database', 'Content Delivery',
          'Message Queue', 'Data Warehouse', 'Key Management', 'Load Balancing'][1 + service % 8]
          || ' ' || service AS name,
        ['Hours', 'GB', 'Requests', 'GB-Months'][1 + service % 4] AS unit,
        ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-southeast-2'][1 + resource % 5]
          AS region,
        lpad((100000000000 + 7919 * (resource % 25))::VARCHAR, 12, '0') AS account
      FROM chosen
    ), charged AS (
      SELECT *, ((CASE category WHEN 'Credit' THEN -1 ELSE 1 END * quantity)::DECIMAL(4,0) * price)
        ::DECIMAL(18,11) AS cost
      FROM priced
    )
    SELECT ${COLUMNS.join(',\n')} FROM charged`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string' },
    },
  });
  const rows = Number(values.rows);
  const seed = Number(values.seed);
  if (values.out === undefined || !(rows > 0) || !Number.isInteger(rows) || !(seed >= 0)) {
    process.stderr.write('usage: node test/bench/generate.ts --rows N --out FILE [--seed N]\n');
    process.exitCode = 2;
  } else {
    await generateFocusCsv({ rows, seed, out: values.out });
  }
}
