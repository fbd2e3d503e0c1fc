/** What is remembered of alerts: read and written in one transaction, and bounded. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openAlertStore } from '../../../packs/finance/adapters/sqlite/alerts-store.ts';
import { MIGRATIONS } from '../../../packs/finance/adapters/sqlite/schema.ts';
import { NOTHING } from '../../../packs/finance/core/alert-state/memory.ts';
import { delivered } from '../../../packs/finance/core/notices/outcome.ts';
import { fakeContext } from '../../../src/sdk/testing.ts';
import { alertStoreHere, deliver, stepAt } from '../../support/alert-store.ts';
import { reading, watched } from '../../support/alert-timeline.ts';
import { temporaryFolder } from '../../support/host.ts';

const T = Date.parse('2026-03-02T07:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const high = (rule: string) => watched(rule, { evaluation: reading(100) });

it('a run finds what the one before it left', async () => {
  const { store } = await alertStoreHere();
  const first = stepAt(store, T, [high('a'), watched('b')]);
  expect(first).toMatchObject({ kind: 'advanced', queued: 1 });
  const { memory, undelivered } = store.peek();
  expect(first.kind === 'advanced' && first.result.memory).toEqual(memory);
  expect([...undelivered]).toEqual(store.outbox().map(({ row }) => row.key));
  expect(stepAt(store, T + 1000, [high('a'), watched('b')])).toMatchObject({ queued: 0 });
});

it('only what changed is written', async () => {
  const { store, sql } = await alertStoreHere();
  stepAt(store, T, [high('a'), watched('b')]);
  for (const verb of ['INSERT', 'UPDATE', 'DELETE']) {
    const row = verb === 'DELETE' ? 'OLD' : 'NEW';
    sql('CREATE TABLE IF NOT EXISTS touched (rule TEXT)');
    sql(
      `CREATE TRIGGER t${verb} AFTER ${verb} ON alerts BEGIN
         INSERT INTO touched VALUES (${row}.fingerprint); END`,
    );
  }
  stepAt(store, T + 5000, [high('a'), watched('b', { evaluation: reading(7) })]);
  expect(sql('SELECT rule FROM touched')).toEqual([{ rule: expect.stringContaining('"b"') }]);
});

it('what the body throws undoes everything', async () => {
  const { store } = await alertStoreHere();
  stepAt(store, T, [high('a')]);
  const before = store.peek();
  const broken = () => stepAt(store, T + DAY, [high('a'), high('a')]);
  expect(broken).toThrow('watched twice');
  expect(store.peek()).toEqual(before);
  expect(stepAt(store, T + 1, [high('a')]).kind).toBe('advanced');
});

it('peek needs no database and makes none', async () => {
  const path = `${temporaryFolder()}/data/finance/state.db`;
  const store = await openAlertStore(fakeContext(), path, { readOnly: true });
  expect(store.peek()).toEqual({
    memory: NOTHING,
    silences: [],
    windows: [],
    undelivered: new Set(),
  });
  expect(store.outbox()).toEqual([]);
  store.close();
  expect(existsSync(path)).toBe(false);
});

it('a run that began before the last one does not take back what that one knows', async () => {
  const { store } = await alertStoreHere();
  stepAt(store, T, [high('a')]);
  const before = store.peek();
  const late = stepAt(store, T - 1000, [watched('a')]);
  expect(late).toEqual({ kind: 'superseded', atMs: T });
  expect(store.peek()).toEqual(before);
});

it('a clock that was set back by hours is believed, and nothing is told twice', async () => {
  const { store } = await alertStoreHere();
  stepAt(store, T, [high('a')]);
  expect(deliver(store, T, delivered())).toBeDefined();
  expect(stepAt(store, T - 5 * HOUR, [high('a')])).toMatchObject({ kind: 'advanced', queued: 0 });
  expect(stepAt(store, T - 4 * HOUR, [watched('a')])).toMatchObject({ queued: 1 });
});

it('a group that is forgotten may say the same again', async () => {
  const { store } = await alertStoreHere();
  stepAt(store, T, [high('a')]);
  const key = deliver(store, T, delivered({ ts: '1' }));
  // Without its route the group is gone; with it again it counts from one.
  stepAt(store, T + HOUR, [watched('a', { routes: [] })], { routes: [] });
  expect(store.outbox()).toEqual([]);
  expect(stepAt(store, T + 2 * HOUR, [high('a')])).toMatchObject({ queued: 1 });
  // Whoever never forgets an id must not take the new notice for the old one.
  const again = deliver(store, T + 2 * HOUR, delivered());
  expect([typeof again, again === key]).toEqual([typeof key, false]);
});

it('what has ended does not pile up', async () => {
  const { store, sql } = await alertStoreHere();
  for (let day = 0; day < 200; day += 1) {
    const at = T + day * DAY;
    const span = { label: `d${day}`, endMs: at + DAY, closesMs: at + DAY };
    stepAt(store, at, [watched('a', { span, evaluation: reading(100) })]);
    while (deliver(store, at, delivered({ day })) !== undefined);
  }
  expect(sql('SELECT count(*) AS n FROM alerts')[0]!.n).toBeLessThanOrEqual(2);
  expect(sql('SELECT count(*) AS n FROM alert_handles')).toEqual([{ n: 1 }]);
  const [kept] = sql('SELECT count(*) AS n, min(ended_at) AS oldest FROM outbox');
  expect(Number(kept!.oldest)).toBeGreaterThanOrEqual(T + (199 - 90) * DAY);
  expect(kept!.n).toBeLessThanOrEqual(2 * 91);
});

it.each([
  ['alerts', `UPDATE alerts SET alert = replace(alert, '"phase"', '"fase"')`],
  ['alerts', `UPDATE alerts SET fingerprint = 'x'`],
  ['alert_groups', `UPDATE alert_groups SET content = '{'`],
  ['alert_groups', `UPDATE alert_groups SET key = 'x'`],
  ['outbox', `UPDATE outbox SET content = replace(content, '"all"', '"al"')`],
  ['outbox', `UPDATE outbox SET channel = 'another'`],
  ['outbox', `UPDATE outbox SET content = 'null'`],
  ['alert_silences', `UPDATE alert_silences SET silence = '[]'`],
  ['alert_silences', 'UPDATE alert_silences SET ends_at = 1'],
  ['alert_windows', 'UPDATE alert_windows SET closes_at = 1'],
])('a row of %s that does not read is an error that names the table: %s', async (table, change) => {
  const { store, sql } = await alertStoreHere();
  stepAt(store, T, [high('a')]);
  store.addSilence({
    id: 's',
    matchers: [{ label: 'a', operator: '=', value: 'b' }],
    author: 'x',
    comment: 'y',
    startsMs: T,
    endsMs: T + HOUR,
  });
  store.openWindow({ name: 'w', openedMs: T, closesMs: null, author: null, comment: null });
  sql(change);
  const error = { kind: 'integrity', message: expect.stringContaining(`table ${table} holds`) };
  const look = table === 'outbox' ? store.outbox : store.peek;
  expect(() => look()).toThrow(expect.objectContaining(error));
  if (table === 'outbox') {
    const asked = { claim: 'me', nowMs: T, leaseMs: 1000, limit: 9 };
    expect(() => store.claim(asked)).toThrow(expect.objectContaining(error));
  } else expect(() => stepAt(store, T + 1, [])).toThrow(expect.objectContaining(error));
});

it('a file of an older pack is read as if it were migrated, and left alone', async () => {
  const path = `${temporaryFolder()}/state.db`;
  const old = new DatabaseSync(path);
  old.exec(MIGRATIONS[0]!);
  old.exec(`INSERT INTO imports VALUES ('i', 'aws', 1, 2, '{"skipped": 3}')`);
  old.exec(`INSERT INTO periods VALUES ('aws', '2026-01', 'i', 20000, 1767225600000)`);
  old.exec('PRAGMA user_version = 1');
  old.close();
  const store = await openAlertStore(fakeContext(), path, { readOnly: true });
  expect(store.peek().memory).toEqual(NOTHING);
  store.close();
  const { openState } = await import('../../../packs/finance/adapters/sqlite/state.ts');
  const state = await openState(fakeContext(), path, { readOnly: true });
  expect(state.freshness()).toMatchObject([{ source: 'aws', skipped: 3, completeThrough: 20000 }]);
  state.close();
  const left = new DatabaseSync(path);
  expect(left.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
  left.close();
});

it.each(MIGRATIONS.map((_, version) => version))('so is one of version %i', async (version) => {
  const path = `${temporaryFolder()}/state.db`;
  const old = new DatabaseSync(path);
  for (const migration of MIGRATIONS.slice(0, version)) old.exec(migration);
  old.exec(`PRAGMA user_version = ${version}`);
  if (version > 1) {
    old.exec(`INSERT INTO alert_windows VALUES (5, 'w', ${T}, NULL, 'ops', NULL)`);
    old.exec(`INSERT INTO sqlite_sequence VALUES ('outbox', 7)`);
  }
  old.close();
  const store = await openAlertStore(fakeContext(), path, { readOnly: true });
  expect(store.peek().windows.map(({ name }) => name)).toEqual(version > 1 ? ['w'] : []);
  store.close();
});

it('a file that another process keeps is an error that says so', async () => {
  const { store, path } = await alertStoreHere();
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  try {
    expect(() => stepAt(store, T, [])).toThrow(expect.objectContaining({ kind: 'locked' }));
    expect(store.peek().memory).toEqual(NOTHING);
  } finally {
    other.close();
  }
  expect(stepAt(store, T, []).kind).toBe('advanced');
});

it('a full disk undoes the step and leaves the store usable', async () => {
  const { store, path } = await alertStoreHere();
  stepAt(store, T, [high('a')]);
  const before = store.peek();
  const many = Array.from({ length: 2000 }, (_, i) => high(`rule-${i}`));
  const limited = await openAlertStore(
    {
      sqlite: async () => {
        const sqlite = await import('node:sqlite');
        class Small extends sqlite.DatabaseSync {
          override exec(text: string): void {
            super.exec(text);
            if (text.includes('journal_mode')) super.exec('PRAGMA max_page_count = 60');
          }
        }
        return { ...sqlite, DatabaseSync: Small };
      },
    },
    path,
  );
  expect(() => stepAt(limited, T + 1, many)).toThrow(
    expect.objectContaining({
      kind: 'operational',
      message: expect.stringContaining('disk is full'),
    }),
  );
  expect(limited.peek()).toEqual(before);
  expect(stepAt(limited, T + 2, [high('a')]).kind).toBe('advanced');
  limited.close();
});
