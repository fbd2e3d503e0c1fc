/**
 * Actions, their journal and approvals over SQLite; the lock of whoever acts is a file of its own.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Context } from 'brctl/sdk';
import { type ActionEntry, type ActionInstance, holds } from '../../core/actions/action.ts';
import { decodeAction, decodeEntry, encodeAction, encodeEntry } from '../../core/actions/codec.ts';
import type { ActionChange, ActionState } from '../../ports/action-state.ts';
import { damagedRow, reading } from './alerts-damage.ts';
import { queueRow } from './alerts-outbox.ts';
import { inTransaction, openDatabase, openReadOnly } from './database.ts';
import { guarded, isBusy } from './guarded.ts';

export type ActionStoreOptions = Readonly<{
  /** Of state.db. */
  path: string;
  /** Of the lock. */
  lock: string;
  readOnly: boolean;
}>;

/** 64 hexadecimal digits: what an action and its steps are called outside. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export async function openActionStore(
  context: Pick<Context, 'sqlite'>,
  { path, lock, readOnly }: ActionStoreOptions,
): Promise<ActionState> {
  const { DatabaseSync } = await context.sqlite();
  const database = await (readOnly ? openReadOnly : openDatabase)(context, path);
  const guard = <T>(work: () => T): T => guarded(path, work);
  return {
    instances: () => guard(() => readInstances(database)),
    journal: (key) => guard(() => readJournal(database, key)),
    change: (nowMs, body) =>
      guard(() => inTransaction(database, () => changed(database, nowMs, body))),
    lock: () => guarded(lock, () => tryLock(DatabaseSync, lock)),
    close: () => database.close(),
  };
}

function readInstances(database: DatabaseSync): readonly ActionInstance[] {
  return database
    .prepare('SELECT key, phase, content FROM actions ORDER BY key')
    .all()
    .map(({ key, phase, content }) => {
      const instance = reading('actions', String(key), () => decodeAction(String(content)));
      if (instance.key !== key || instance.phase !== phase) {
        throw damagedRow('actions', String(key), 'it is about another action, or another phase');
      }
      return instance;
    });
}

function readJournal(database: DatabaseSync, key: string | undefined): readonly ActionEntry[] {
  return database
    .prepare(
      `SELECT key, sequence, entry FROM action_journal WHERE ? IS NULL OR key = ?
       ORDER BY position`,
    )
    .all(key ?? null, key ?? null)
    .map((row) => {
      const place = `${row.key} ${row.sequence}`;
      const entry = reading('action_journal', place, () => decodeEntry(String(row.entry)));
      if (entry.key !== row.key || entry.sequence !== row.sequence) {
        throw damagedRow('action_journal', place, 'it is another entry');
      }
      return entry;
    });
}

function changed<T extends ActionChange>(
  database: DatabaseSync,
  nowMs: number,
  body: (instances: readonly ActionInstance[]) => T,
): T {
  const result = body(readInstances(database));
  const put = database.prepare(
    `INSERT INTO actions (key, phase, phase_at, content) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET phase = excluded.phase, phase_at = excluded.phase_at,
       content = excluded.content`,
  );
  for (const each of result.instances) {
    put.run(each.key, each.phase, each.phaseMs, encodeAction(each));
  }
  for (const entry of result.entries) writeEntry(database, entry);
  for (const { row, notBeforeMs } of result.rows) queueRow(database, row, nowMs, notBeforeMs);
  prune(database, nowMs);
  return result;
}

function writeEntry(database: DatabaseSync, entry: ActionEntry): void {
  const { key, sequence, atMs, from, by, comment } = entry;
  database
    .prepare(
      `INSERT INTO action_journal (key, sequence, at, entry) VALUES (?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    )
    .run(key, sequence, atMs, encodeEntry(entry));
  if (from !== 'waiting-approval' || by === null) return;
  database
    .prepare(
      `INSERT INTO action_approvals (key, sequence, who, comment, at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    )
    .run(key, sequence, by, comment ?? '', atMs);
}

const RETENTION_MS = 400 * 86_400_000;

/** What is long over; what can still be undone is kept however old it is. */
function prune(database: DatabaseSync, nowMs: number): void {
  const old = database
    .prepare('SELECT content FROM actions WHERE phase_at < ?')
    .all(nowMs - RETENTION_MS)
    .map(({ content }) => decodeAction(String(content)))
    .filter((each) => !holds(each) && each.before === null);
  for (const { key } of old) {
    for (const table of ['actions', 'action_journal', 'action_approvals']) {
      database.prepare(`DELETE FROM ${table} WHERE key = ?`).run(key);
    }
  }
}

function tryLock(Database: typeof DatabaseSync, path: string): (() => void) | undefined {
  mkdirSync(dirname(path), { recursive: true });
  const database = new Database(path);
  try {
    database.exec('BEGIN EXCLUSIVE');
    return () => database.close();
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}
