/** SIGKILL at any moment of an import: the old period or the new one, never neither, never both. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openState } from '../../packs/finance/adapters/sqlite/state.ts';
import { FINANCE_CONSENT } from '../support/consent.ts';
import {
  ask,
  bytesBelow,
  contextOf,
  type Deployment,
  deployment,
  importFiles,
} from '../support/finance.ts';
import { cost, focusCsv } from '../support/focus-csv.ts';
import { ROOT } from '../support/host.ts';
import { brctl, start } from '../support/program.ts';

const execute = promisify(execFile);
const ROWS = 2_000;
const BOTH = { from: '2025-11-01', until: '2026-01-01', by: ['BillingPeriodStart'] };

/** Two billing periods of rows that cost `amount` each. */
function twoMonths(amount: string): string {
  const november = {
    BillingPeriodStart: '2025-11-01T00:00:00Z',
    BillingPeriodEnd: '2025-12-01T00:00:00Z',
    ChargePeriodStart: '2025-11-10T00:00:00Z',
    ChargePeriodEnd: '2025-11-11T00:00:00Z',
  };
  const row = cost(amount);
  return focusCsv(Array.from({ length: ROWS }, (_, i) => (i % 2 ? row : { ...row, ...november })));
}

const totals = (november: number, december: number): string[] => [
  `2025-11-01 00:00:00 = ${november}.00 USD`,
  `2025-12-01 00:00:00 = ${december}.00 USD`,
];
const OLD = ROWS / 2;
const NEW = ROWS;

async function isConsistent(here: Deployment): Promise<void> {
  const now = await ask(here, BOTH);
  const allowed = [totals(OLD, OLD), totals(NEW, OLD), totals(OLD, NEW), totals(NEW, NEW)];
  expect(allowed).toContainEqual(now);
}

async function finishesCleanly(here: Deployment, file: string): Promise<void> {
  await importFiles(here, [file]);
  expect(await ask(here, BOTH)).toEqual(totals(NEW, NEW));
  const left = Object.keys(bytesBelow(join(here.root, 'data/finance')));
  expect(left.filter((name) => name.startsWith('.staging'))).toEqual([]);
  const state = await openState(contextOf(here.root), join(here.root, 'data/finance/state.db'));
  expect(state.unfinishedImports()).toEqual([]);
  state.close();
}

describe('an import that is killed', () => {
  it('before or after any step leaves whole periods, and the next import finishes', async () => {
    const driver = join(import.meta.dirname, 'import-until.ts');
    const until = (here: Deployment, file: string, step: number) =>
      execute(process.execPath, [driver, here.root, file, String(step)], { cwd: ROOT });
    const clean = deployment();
    const { stdout } = await until(clean, clean.file('new.csv', twoMonths('2')), 0);
    const steps = Number.parseInt(stdout, 10);
    expect(steps).toBeGreaterThanOrEqual(12);
    for (let step = 1; step <= steps; step += 1) {
      const here = deployment();
      await importFiles(here, [here.file('old.csv', twoMonths('1'))]);
      const file = here.file('new.csv', twoMonths('2'));
      await expect(until(here, file, step)).rejects.toMatchObject({ signal: 'SIGKILL' });
      await isConsistent(here);
      await finishesCleanly(here, file);
    }
  });

  it('at any moment of the real program leaves whole periods', async () => {
    const here = deployment();
    await brctl(['pack', 'install', 'finance', FINANCE_CONSENT, `--target=${here.root}`]);
    const old = here.file('old.csv', twoMonths('1'));
    const file = here.file('new.csv', twoMonths('2'));
    const words = ['finance', 'import', file, '--source', 'aws', `--target=${here.root}`];
    await importFiles(here, [old]);
    const began = performance.now();
    await brctl(words);
    const usual = performance.now() - began;
    let killed = 0;
    for (let trial = 0; trial < 20; trial += 1) {
      await importFiles(here, [old]);
      const running = start(words);
      await sleep((usual * (trial + 1)) / 20);
      running.process.kill('SIGKILL');
      const { signal } = await running.ended;
      killed += signal === 'SIGKILL' ? 1 : 0;
      await isConsistent(here);
    }
    expect(killed).toBeGreaterThan(5);
    await finishesCleanly(here, file);
  });
});
