/** The alert store over SQLite: its methods, each guarded and one transaction. */
import type { DatabaseSync } from 'node:sqlite';
import type { Context } from 'brctl/sdk';
import type { AlertStore } from '../../ports/alert-state.ts';
import { claimRows, dueChannels, markRow, renewClaim } from './alerts-claims.ts';
import { advanceMemory, readBefore } from './alerts-memory.ts';
import {
  addSilence,
  closeWindow,
  expireStored,
  openWindow,
  readSilences,
  readWindows,
} from './alerts-mutes.ts';
import { blockChannel, postponeChannel, readOutbox, retryRows } from './alerts-outbox.ts';
import { inTransaction, openDatabase, openReadOnly } from './database.ts';
import { guarded } from './guarded.ts';

export async function openAlertStore(
  context: Pick<Context, 'sqlite'>,
  path: string,
  options: Readonly<{ readOnly: boolean }> = { readOnly: false },
): Promise<AlertStore> {
  const open = options.readOnly ? openReadOnly : openDatabase;
  const database = await open(context, path);
  const read = <T>(work: () => T): T => guarded(path, work);
  const write = <T>(work: () => T): T => guarded(path, () => inTransaction(database, work));
  return {
    peek: () => read(() => inSnapshot(database, () => readBefore(database))),
    advance: (nowMs, body) => write(() => advanceMemory(database, nowMs, body)),
    silences: () => read(() => readSilences(database)),
    addSilence: (silence) => write(() => addSilence(database, silence)),
    expireSilence: (id, nowMs) => write(() => expireStored(database, id, nowMs)),
    windows: () => read(() => readWindows(database)),
    openWindow: (window) => write(() => openWindow(database, window)),
    closeWindow: (name, nowMs) => write(() => closeWindow(database, name, nowMs)),
    outbox: (statuses) => read(() => readOutbox(database, statuses)),
    dueChannels: (nowMs) => read(() => dueChannels(database, nowMs)),
    claim: (request) => write(() => claimRows(database, request)),
    renew: (claim, untilMs) => write(() => renewClaim(database, claim, untilMs)),
    mark: (marked) => write(() => markRow(database, marked)),
    postpone: (channel, untilMs) => write(() => postponeChannel(database, channel, untilMs)),
    block: (channel, why) => write(() => blockChannel(database, channel, why)),
    retry: (ids, nowMs) => write(() => retryRows(database, ids, nowMs)),
    close: () => database.close(),
  };
}

/** Several tables as they are at one moment. */
function inSnapshot<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN');
  try {
    return work();
  } finally {
    if (database.isTransaction) database.exec('COMMIT');
  }
}
