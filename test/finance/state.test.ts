/** state.db as a reader meets it: without a right to write, and written by a newer pack. */
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openState } from '../../packs/finance/adapters/sqlite/state.ts';
import { dayRange, formatDay, parseDay } from '../../packs/finance/core/day.ts';
import { contextOf, deployment, importFiles } from '../support/finance.ts';
import { cost, focusCsv } from '../support/focus-csv.ts';

async function imported() {
  const here = deployment();
  await importFiles(here, [here.file('a.csv', focusCsv([cost('1')]))]);
  return { here, path: join(here.root, 'data/finance/state.db') };
}

it('a newer one is refused, also by who only reads', async () => {
  const { here, path } = await imported();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
  for (const readOnly of [true, false]) {
    const opening = openState(contextOf(here.root), path, { readOnly });
    await expect(opening).rejects.toThrow('was written by a newer finance pack');
  }
});

const NOBODY = 65534;
const READ = `
  const { openState } = await import(process.argv[1]);
  const sqlite = () => import('node:sqlite');
  process.setgid(${NOBODY});
  process.setuid(${NOBODY});
  const state = await openState({ sqlite }, process.argv[2], { readOnly: true });
  console.log(state.freshness().map(({ source }) => source).join());`;

it.skipIf(process.getuid?.() !== 0)('needs no right to write for reading', async () => {
  const { here, path } = await imported();
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  for (const folder of [here.root, join(here.root, 'data'), join(here.root, 'data/finance')]) {
    chmodSync(folder, 0o755);
  }
  chmodSync(path, 0o644);
  const module = join(import.meta.dirname, '../../packs/finance/adapters/sqlite/state.ts');
  const words = ['--input-type=module', '-e', READ, module, path];
  expect(execFileSync(process.execPath, words, { encoding: 'utf8' })).toBe('aws\n');
});

it.each([
  '{"periods": [oops',
  '{}',
  'null',
  '[]',
  '{"id": "a", "source": "aws", "startedAt": "2026-01-01", "files": [], "periods": [{}]}',
])('a record that is damaged is an error of integrity, not a bug: %s', async (record) => {
  const { here, path } = await imported();
  const database = new DatabaseSync(path);
  database.prepare('UPDATE imports SET finished_at = NULL, record = ?').run(record);
  database.close();
  const again = importFiles(here, [here.file('b.csv', focusCsv([cost('2')]))]);
  await expect(again).rejects.toMatchObject({
    kind: 'integrity',
    message: expect.stringContaining('state.db holds an import that cannot be read'),
  });
});

it('also where only a query looks into it', async () => {
  const { here, path } = await imported();
  const database = new DatabaseSync(path);
  database.exec(`UPDATE imports SET record = '{"periods": ['`);
  database.close();
  const state = await openState(contextOf(here.root), path, { readOnly: true });
  expect(() => state.freshness()).toThrow('state.db holds an import that cannot be read');
  state.close();
});

it('a file that is no database is an error of integrity with a way out', async () => {
  const { here, path } = await imported();
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  writeFileSync(path, 'not a database at all, but long enough to be looked at'.repeat(20));
  for (const readOnly of [true, false]) {
    const opening = openState(contextOf(here.root), path, { readOnly });
    await expect(opening).rejects.toMatchObject({
      kind: 'integrity',
      hint: expect.stringContaining('put a backup in its place'),
    });
  }
});

it('says since when a billing period is known; one that was over is complete', async () => {
  const here = deployment();
  const path = join(here.root, 'data/finance/state.db');
  const day = (text: string) => parseDay(text);
  const state = await openState(contextOf(here.root), path);
  const record = (id: string, at: string, months: Readonly<Record<string, string | null>>) => {
    const periods = Object.entries(months).map(([period, through]) => ({
      ...{ period, change: 'new' as const, rows: 1, totals: [], replaced: undefined },
      completeThrough: through === null ? undefined : day(through),
      touches: dayRange(day(`${period}-01`), day(`${period}-28`)),
      staged: undefined,
    }));
    const startedAt = new Date(at);
    const terms = { format: 'focus', files: [], warnings: 0, skipped: 0 };
    state.beginImport({ id, source: 'aws', startedAt, periods, ...terms });
    const done = { periods: Object.keys(months), restatements: [], at: startedAt };
    state.finishImport(id, done);
  };
  record('a', '2025-01-02T00:00:00Z', { '2024-12': '2024-12-31' });
  record('b', '2025-02-02T00:00:00Z', { '2025-01': '2025-01-31' });
  record('c', '2026-03-02T00:00:00Z', { '2026-03': null });
  record('d', '2026-03-25T00:00:00Z', { '2026-03': '2026-03-23' });
  record('e', '2026-04-07T00:00:00Z', { '2026-03': '2026-03-29', '2026-04': '2026-04-05' });
  const [{ learnt = [] } = {}] = state.freshness();
  state.close();
  expect(
    learnt.map(({ month, through, atMs }) => [
      formatDay(month),
      through === undefined ? null : formatDay(through),
      new Date(atMs).toISOString().slice(0, 10),
    ]),
  ).toEqual([
    // The first of all; what lies between is older than anything that is waited for.
    ['2024-12-01', '2024-12-31', '2025-01-02'],
    ['2026-03-01', null, '2026-03-02'],
    ['2026-03-01', '2026-03-23', '2026-03-25'],
    ['2026-03-01', '2026-03-31', '2026-04-07'],
    ['2026-04-01', '2026-04-05', '2026-04-07'],
  ]);
});
