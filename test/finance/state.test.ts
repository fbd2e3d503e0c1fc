/** state.db as a reader meets it: without a right to write, and written by a newer pack. */
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openState } from '../../packs/finance/adapters/sqlite/state.ts';
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
