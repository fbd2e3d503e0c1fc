import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openWarehouse } from '../../packs/finance/adapters/duckdb/warehouse.ts';
import { fakeContext } from '../../src/sdk/testing.ts';
import { writeLedger } from '../support/parquet-ledger.ts';
import { runWarehouseContract } from './warehouse.ts';

const folder = mkdtempSync(join(tmpdir(), 'brctl-contract-'));
let ledgers = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

runWarehouseContract('duckdb', async (charges) => {
  ledgers += 1;
  const root = join(folder, String(ledgers));
  await writeLedger(root, charges);
  return openWarehouse({ context: fakeContext(), root });
});
