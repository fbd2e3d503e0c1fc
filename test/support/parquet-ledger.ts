/** Charges as the ledger's Parquet files, written without any code of the import. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ChargeRecord } from '../../packs/finance/adapters/memory/charge-record.ts';
import { type ColumnKind, FOCUS_COLUMNS } from '../../packs/finance/core/focus.ts';

/** Every other file has the wide amounts, so that readers meet both. */
const COST_TYPES = ['DECIMAL(38,12)', 'DECIMAL(18,12)'];

export async function writeLedger(root: string, charges: readonly ChargeRecord[]): Promise<void> {
  const files = Map.groupBy(charges, ({ source, period }) => `source=${source}/period=${period}`);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  let index = 0;
  for (const [folder, rows] of files) {
    const path = join(root, 'charges', folder, 'charges.parquet');
    const draft = `${path}.jsonl`;
    const costs = rows.flatMap(({ columns }) => [columns.BilledCost, columns.EffectiveCost]);
    const areNarrow = costs.every((cost) => Math.abs(Number(cost ?? 0)) < 900_000);
    const costType = COST_TYPES[areNarrow ? index % 2 : 0]!;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, rows.map(({ columns }) => `${JSON.stringify(columns)}\n`).join(''));
    await connection.run(copySql(draft, path, { rows, costType }));
    index += 1;
  }
  connection.closeSync();
  instance.closeSync();
}

function copySql(
  draft: string,
  path: string,
  { rows, costType }: { rows: readonly ChargeRecord[]; costType: string },
): string {
  const kinds = new Map<string, ColumnKind>(FOCUS_COLUMNS.map(({ name, kind }) => [name, kind]));
  const extras = rows.flatMap(({ columns }) => Object.keys(columns)).filter((n) => !kinds.has(n));
  const names = [...new Set([...kinds.keys(), 'x_CostSource', ...extras])];
  const values = names.map((name) => {
    if (name === 'x_CostSource') return `coalesce("${name}", 'provider_billed') AS "${name}"`;
    return `CAST("${name}" AS ${typeOf(kinds.get(name), costType)}) AS "${name}"`;
  });
  const columns = names.map((name) => `'${name}': 'VARCHAR'`).join(', ');
  const texts = `read_ndjson('${draft}', columns = {${columns}})`;
  return `COPY (SELECT ${values.join(', ')} FROM ${texts}) TO '${path}' (FORMAT parquet)`;
}

function typeOf(kind: ColumnKind | undefined, costType: string): string {
  if (kind === 'cost') return costType;
  if (kind === 'number') return 'DECIMAL(38,18)';
  return kind === 'time' ? 'TIMESTAMP' : 'VARCHAR';
}
