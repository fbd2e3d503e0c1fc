/** A state.db that was damaged: one way to say it, whoever reads it first, and what to do. */
import { closeSync, copyFileSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openAlertStore } from '../../packs/finance/adapters/sqlite/alerts-store.ts';
import { openReportOutbox } from '../../packs/finance/adapters/sqlite/report-outbox.ts';
import { openState } from '../../packs/finance/adapters/sqlite/state.ts';
import { contextOf, deployment, importFiles } from '../support/finance.ts';
import { cost, focusCsv } from '../support/focus-csv.ts';

const PAGE = 4096;

async function imported() {
  const here = deployment();
  await importFiles(here, [here.file('a.csv', focusCsv([cost('1')]))]);
  const path = join(here.root, 'data/finance/state.db');
  const database = new DatabaseSync(path);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  return { here, path, context: contextOf(here.root) };
}

function noise(path: string, page: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(2 * PAGE, 0xa5), 0, 2 * PAGE, page * PAGE);
  closeSync(file);
}

const DAMAGED = {
  kind: 'integrity',
  code: 'state-damaged',
  hint: expect.stringMatching(/^put a backup in its place, or move it away: /),
};

type Opened = Awaited<ReturnType<typeof imported>>;

const READERS = {
  freshness: async ({ context, path }: Opened) => {
    const state = await openState(context, path, { readOnly: true });
    return [state.freshness(), state.reports(), state.restatements(), state.unfinishedImports()];
  },
  alerts: async ({ context, path }: Opened) => {
    const store = await openAlertStore(context, path, { readOnly: true });
    return [store.peek(), store.outbox(), store.silences(), store.windows()];
  },
  schedules: async ({ context, path }: Opened) =>
    (await openReportOutbox(context, path, { readOnly: true })).schedules(),
  'an import': async ({ here }: Opened) =>
    importFiles(here, [here.file('b.csv', focusCsv([cost('2')]))]),
};

describe.each(Object.entries(READERS))('%s', (_, read) => {
  it('says that a truncated file is damaged, and what to do', async () => {
    const opened = await imported();
    truncateSync(opened.path, PAGE + 100);
    await expect(read(opened)).rejects.toMatchObject(DAMAGED);
  });

  it('says the same of an empty one beside a ledger; who has none is new', async () => {
    const opened = await imported();
    truncateSync(opened.path, 0);
    await expect(read(opened)).rejects.toMatchObject({
      ...DAMAGED,
      message: expect.stringContaining('it is empty, and the ledger beside it is not'),
    });
    rmSync(opened.path);
    await expect(read(opened)).resolves.toBeDefined();
  });
});

it('noise in any page is damage, or was not read', async () => {
  const opened = await imported();
  const whole = `${opened.path}.whole`;
  copyFileSync(opened.path, whole);
  let found = 0;
  for (let page = 0; page < 30; page += 1) {
    copyFileSync(whole, opened.path);
    noise(opened.path, page);
    for (const read of [READERS.freshness, READERS.alerts, READERS.schedules]) {
      const failure = await read(opened).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined) continue;
      found += 1;
      expect(failure, `page ${page}`).toMatchObject(DAMAGED);
    }
  }
  expect(found).toBeGreaterThan(5);
});
