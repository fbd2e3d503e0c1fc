/** SIGKILL while readings are put: each month as before or as after; and writers in turn. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openUsageStore } from '../../packs/finance/adapters/duckdb/usage/usage-store.ts';
import { lockImports } from '../../packs/finance/adapters/sqlite/import-lock.ts';
import { readingMonth } from '../../packs/finance/core/usage/usage.ts';
import { FINANCE_CONSENT } from '../support/consent.ts';
import { bytesBelow, contextOf, type Deployment, deployment } from '../support/finance.ts';
import { ROOT } from '../support/host.ts';
import { brctl } from '../support/program.ts';
import { importUsage, listUsage, recordUsage } from '../support/usage.ts';

const MONTHS = 8;
const DAYS = 28;
const EVER = { startMs: 0, endMs: Date.UTC(2100, 0) };
const TRIALS = 10;

/** A reading a day, all of the same value. */
function year(value: string): string {
  const rows = Array.from({ length: MONTHS * DAYS }, (_, i) => {
    const at = new Date(Date.UTC(2025, Math.floor(i / DAYS), 1 + (i % DAYS))).toISOString();
    return `supabase,storage,${value},GB,${at}\n`;
  });
  return `service,metric,value,unit,at\n${rows.join('')}`;
}

/** The values of each month, which must all be one. */
async function monthsOf({ root }: Deployment): Promise<string[]> {
  const context = contextOf(root);
  const store = await openUsageStore({ context, root: join(root, 'data/finance') });
  try {
    const all = await store.series({ service: 'supabase', metric: 'storage', ...EVER });
    const months = [...Map.groupBy(all, readingMonth).values()];
    expect(months.map((each) => each.length)).toEqual(Array(MONTHS).fill(DAYS));
    return months.map((each) => [...new Set(each.map(({ value }) => value / 10n ** 12n))].join());
  } finally {
    await store.close();
  }
}

/** Starts an import; the time from its decision to its end, or until it was killed. */
async function putUntil(here: Deployment, file: string, killAfterMs: number): Promise<number> {
  const driver = join(import.meta.dirname, 'usage-until.ts');
  const child = spawn(process.execPath, [driver, here.root, file], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  const began = performance.now();
  if (killAfterMs < Infinity) {
    await sleep(killAfterMs);
    child.kill('SIGKILL');
  }
  await ended;
  return performance.now() - began;
}

describe('an import of readings that is killed', () => {
  it('leaves whole months, and the next one finishes', async () => {
    const here = deployment();
    const [old, file] = [here.file('old.csv', year('1')), here.file('new.csv', year('2'))];
    await importUsage(here, [old], { now: '2026-01-04T12:00:00Z' });
    const usual = await putUntil(here, file, Infinity);
    expect(await monthsOf(here)).toEqual(Array(MONTHS).fill('2'));
    let between = 0;
    for (let trial = 0; trial < TRIALS; trial += 1) {
      await importUsage(here, [old]);
      await putUntil(here, file, (usual * trial) / TRIALS);
      const months = await monthsOf(here);
      // Put one after the other: what is done is done, and the rest is as it was.
      expect(months.join('')).toMatch(/^2*1*$/);
      between += new Set(months).size - 1;
    }
    expect(between).toBeGreaterThan(1);
    await importUsage(here, [file]);
    expect(await monthsOf(here)).toEqual(Array(MONTHS).fill('2'));
    const left = Object.keys(bytesBelow(join(here.root, 'data/finance')));
    expect(left.filter((name) => !name.endsWith('/readings.parquet'))).toEqual(['usage-lock.db']);
  });
});

const reading = { service: 'supabase', value: '1', unit: 'GB' };

describe('writers of readings', () => {
  it('wait for each other, and lose nothing', async () => {
    const here = deployment();
    await brctl(['pack', 'install', 'finance', FINANCE_CONSENT, `--target=${here.root}`]);
    const record = ['finance', 'usage', 'record', `--target=${here.root}`, '--service', 'supabase'];
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const ended = await Promise.all(
      names.map((name) => brctl([...record, '--metric', name, '--value', '1', '--unit', 'GB'])),
    );
    expect(ended.map(({ code }) => code)).toEqual(names.map(() => 0));
    const { json } = await listUsage(here, {}, { now: '2100-01-01T00:00:00Z' });
    expect(json.metrics.map(({ metric }: { metric: string }) => metric)).toEqual(names);
  });

  it('do not wait for an import into the ledger', async () => {
    const here = deployment();
    const context = contextOf(here.root);
    const unlock = await lockImports(context, join(here.root, 'data/finance/import-lock.db'));
    const { json } = await recordUsage(here, { ...reading, metric: 'storage' });
    unlock();
    expect(json.status).toBe('recorded');
  });

  it('are not waited for by who only looks', async () => {
    const here = deployment();
    await recordUsage(here, { ...reading, metric: 'storage' });
    const context = contextOf(here.root);
    const unlock = await lockImports(context, join(here.root, 'data/finance/usage-lock.db'));
    const dry = await recordUsage(here, { ...reading, metric: 'egress' }, { dryRun: true });
    const { json } = await listUsage(here);
    unlock();
    expect([dry.json.status, json.metrics.length]).toEqual(['planned', 1]);
  });
});
