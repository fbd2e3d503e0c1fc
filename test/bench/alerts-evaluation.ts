/** The part of the alerts bench from the ledger to watched alerts. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openWarehouse } from '../../packs/finance/adapters/duckdb/warehouse.ts';
import type { AlertConfig } from '../../packs/finance/core/alert-config/config.ts';
import type { ChargeCell } from '../../packs/finance/core/alert-rules/charges.ts';
import {
  type AlertInput,
  judgeAlerts,
  watchAlerts,
} from '../../packs/finance/core/alert-rules/evaluate.ts';
import {
  type ChargeBasis,
  evaluationQuestion,
} from '../../packs/finance/core/alert-rules/question.ts';
import { NOTHING } from '../../packs/finance/core/alert-state/memory.ts';
import { formatDay, parseDay } from '../../packs/finance/core/day.ts';
import { ONE } from '../../packs/finance/core/money.ts';
import { fakePackContext } from '../../src/sdk/testing.ts';
import { configOf } from '../support/alert-evaluation.ts';
import { budgets } from '../support/budgets.ts';

const SERVICES = 50;
const STEPS = 4;
const TODAY = parseDay('2026-03-28');
const NOW_MS = Date.parse('2026-03-28T12:00:00Z');

/** Ladders of four steps over what services cost in a month. */
function configFor(rules: number): AlertConfig {
  const ladders = Array.from({ length: Math.ceil(rules / STEPS) }, (_, i) => {
    const count = Math.min(STEPS, rules - i * STEPS);
    const steps = Array.from(
      { length: count },
      (_, step) => `          - { percent: ${70 + step * 10}, severity: info }`,
    );
    return `  s${i}:
    provider: Service ${i % SERVICES}
    currency: USD
    alerts:
      cost:
        metric: monthly_cost
        limit: ${100 + i}
        thresholds:
${steps.join('\n')}`;
  });
  return configOf(`service_alerts:\n${ladders.join('\n')}\n`);
}

const FRESHNESS = [{ source: 'bench', completeThrough: TODAY }];

function inputFor(config: AlertConfig, cells: readonly ChargeCell[]): AlertInput {
  return {
    ...{ config, budgets: budgets(), asOf: TODAY, nowMs: NOW_MS, readings: [] },
    cells: new Map<ChargeBasis, readonly ChargeCell[]>([['effective', cells]]),
    freshness: FRESHNESS,
  };
}

/** Cells of every service on every day, as the question has them. */
function cellsFor(config: AlertConfig): readonly ChargeCell[] {
  const asked = { config, budgets: budgets(), asOf: TODAY, nowMs: NOW_MS, freshness: FRESHNESS };
  const [question] = evaluationQuestion(asked).charges;
  const { period, groupBy } = question!;
  return Array.from({ length: period.end - period.start }, (_, day) =>
    Array.from({ length: SERVICES }, (_, service): ChargeCell => {
      const name = `Service ${service}`;
      const key = groupBy.map((_, i) =>
        i === 0 ? formatDay((period.start + day) as typeof TODAY) : name,
      );
      const units = BigInt(1 + ((day * 7919 + service) % 5)) * ONE;
      return {
        ...{ key, source: 'bench', costSource: 'provider_billed', currency: 'USD', units },
        ...{ charges: 10, unknown: 0 },
      };
    }),
  ).flat();
}

export function evaluating(rules: number): (round: number) => number {
  const config = configFor(rules);
  const input = inputFor(config, cellsFor(config));
  return () => {
    const judged = judgeAlerts(input);
    return watchAlerts(judged, { config, nowMs: NOW_MS, memory: NOTHING }).evaluated.length;
  };
}

const ROWS_SQL = (rows: number, file: string): string => `
  COPY (
    SELECT 'Service ' || (i % ${SERVICES}) AS ServiceName,
      'Service ' || (i % ${SERVICES}) AS ServiceProviderName,
      CAST((i % 1000) / 1000.0 AS DECIMAL(38,12)) AS EffectiveCost,
      CAST((i % 1000) / 1000.0 AS DECIMAL(38,12)) AS BilledCost,
      'USD' AS BillingCurrency, 'provider_billed' AS x_CostSource,
      CAST(NULL AS VARCHAR) AS Tags,
      TIMESTAMP '2026-03-01' + INTERVAL (i % 672) HOUR AS ChargePeriodStart,
      TIMESTAMP '2026-03-01' + INTERVAL (i % 672 + CASE WHEN i % 5000 = 0 THEN 720 ELSE 1 END) HOUR
        AS ChargePeriodEnd
    FROM range(${rows}) AS numbers(i)
  ) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`;

/** One rule and all of them over a ledger of so many rows. */
export async function scanning(rules: number, rows: number): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'brctl-alerts-bench-'));
  try {
    const folder = join(root, 'charges/source=bench/period=2026-03');
    mkdirSync(folder, { recursive: true });
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(ROWS_SQL(rows, join(folder, 'charges.parquet')));
    connection.closeSync();
    instance.closeSync();
    const one = await fastest(root, 1);
    const all = await fastest(root, rules);
    const line = (what: number, ms: number): string =>
      `| ${what} | ${Math.round(ms)} | ${(ms / one).toFixed(2)} |\n`;
    process.stdout.write(`\n| rules over ${rows} rows | ms | of one rule |\n|---|---|---|\n`);
    process.stdout.write(line(1, one) + line(rules, all));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Milliseconds of the fastest of five. */
async function fastest(root: string, rules: number): Promise<number> {
  const config = configFor(rules);
  const context = fakePackContext(root, { name: 'finance', version: '0.1.0', root: '/' });
  const warehouse = await openWarehouse({ context, root });
  let best = Infinity;
  for (let i = 0; i < 5; i += 1) {
    const start = performance.now();
    const asked = { config, budgets: budgets(), asOf: TODAY, nowMs: NOW_MS, freshness: FRESHNESS };
    const [question] = evaluationQuestion(asked).charges;
    const cells = await warehouse.aggregate(question!);
    const judged = judgeAlerts(inputFor(config, cells));
    watchAlerts(judged, { config, nowMs: NOW_MS, memory: NOTHING });
    best = Math.min(best, performance.now() - start);
  }
  await warehouse.close();
  return best;
}
