/** The alert store over SQLite: its methods, each guarded and one transaction. */
import type { DatabaseSync } from 'node:sqlite';
import { BrctlError, type Context, isBrctlError, operationalError } from 'brctl/sdk';
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

/** SQLITE_BUSY and SQLITE_LOCKED. */
const BUSY = [5, 6];
/** SQLITE_FULL */
const FULL = 13;
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED = [11, 26];

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { errcode, message } = cause as { errcode?: number; message: string };
    if (isBrctlError(cause) || errcode === undefined) throw cause;
    const code = errcode & 0xff;
    if (BUSY.includes(code)) {
      throw new BrctlError('locked', {
        code: 'state-busy',
        message: `another process is writing ${path} and does not end`,
        hint: 'try again when it has ended',
        cause,
      });
    }
    if (DAMAGED.includes(code)) {
      throw new BrctlError('integrity', {
        code: 'state-damaged',
        message: `${path} is damaged: ${message}`,
        hint: 'put a backup in its place',
        cause,
      });
    }
    const what = code === FULL ? 'the disk is full' : message;
    throw operationalError('state-unwritable', `cannot use ${path}: ${what}`);
  }
}
