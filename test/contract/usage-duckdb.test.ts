import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openUsageStore } from '../../packs/finance/adapters/duckdb/usage/usage-store.ts';
import { fakeContext } from '../../src/sdk/testing.ts';
import { runUsageContract } from './usage.ts';

const folder = mkdtempSync(join(tmpdir(), 'brctl-usage-'));
let stores = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

runUsageContract('duckdb', async () => {
  stores += 1;
  return openUsageStore({ context: fakeContext(), root: join(folder, String(stores)) });
});
