/** Silences, and maintenance windows that somebody opened. */
import type { DatabaseSync } from 'node:sqlite';
import { decodeSilence, encodeSilence } from '../../core/alert-state/memory.ts';
import { expireSilence, type Silence } from '../../core/alert-state/silence.ts';
import type { OpenedWindow } from '../../ports/alert-state.ts';
import { damagedRow, reading } from './alerts-damage.ts';

export function readSilences(database: DatabaseSync): readonly Silence[] {
  return database
    .prepare('SELECT id, ends_at, silence FROM alert_silences ORDER BY ends_at, id')
    .all()
    .map(({ id, ends_at, silence }) => readSilence(String(id), Number(ends_at), String(silence)));
}

function readSilence(id: string, endsMs: number, text: string): Silence {
  const silence = reading('alert_silences', id, () => decodeSilence(text));
  if (silence.id !== id) throw damagedRow('alert_silences', id, 'it is about another silence');
  if (silence.endsMs !== endsMs) throw damagedRow('alert_silences', id, 'it ends at two instants');
  return silence;
}

export function addSilence(database: DatabaseSync, silence: Silence): void {
  database
    .prepare('INSERT INTO alert_silences (id, ends_at, silence) VALUES (?, ?, ?)')
    .run(silence.id, silence.endsMs, encodeSilence(silence));
}

export function expireStored(
  database: DatabaseSync,
  id: string,
  nowMs: number,
): Silence | undefined {
  const row = database.prepare('SELECT ends_at, silence FROM alert_silences WHERE id = ?').get(id);
  if (row === undefined) return undefined;
  const silence = expireSilence(readSilence(id, Number(row.ends_at), String(row.silence)), nowMs);
  database
    .prepare('UPDATE alert_silences SET ends_at = ?, silence = ? WHERE id = ?')
    .run(silence.endsMs, encodeSilence(silence), id);
  return silence;
}

export function readWindows(database: DatabaseSync): readonly OpenedWindow[] {
  return database
    .prepare('SELECT * FROM alert_windows ORDER BY opened_at, id')
    .all()
    .map((row) => {
      const window: OpenedWindow = {
        name: String(row.name),
        openedMs: Number(row.opened_at),
        closesMs: row.closes_at === null ? null : Number(row.closes_at),
        author: row.author === null ? null : String(row.author),
        comment: row.comment === null ? null : String(row.comment),
      };
      if (window.closesMs !== null && window.closesMs < window.openedMs) {
        throw damagedRow('alert_windows', window.name, 'it closes before it opens');
      }
      return window;
    });
}

/** Not yet over at that instant. */
const IS_OPEN = 'name = ? AND (closes_at IS NULL OR closes_at > ?)';

export function openWindow(database: DatabaseSync, window: OpenedWindow): boolean {
  const { name, openedMs, closesMs, author, comment } = window;
  const open = database.prepare(`SELECT 1 FROM alert_windows WHERE ${IS_OPEN}`);
  if (open.get(name, openedMs) !== undefined) return false;
  database
    .prepare(
      `INSERT INTO alert_windows (name, opened_at, closes_at, author, comment)
       VALUES (?, ?, ?, ?, ?)`,
    )
    .run(name, openedMs, closesMs, author, comment);
  return true;
}

export function closeWindow(
  database: DatabaseSync,
  name: string,
  nowMs: number,
): OpenedWindow | undefined {
  const open = readWindows(database).findLast(
    (window) => window.name === name && (window.closesMs === null || window.closesMs > nowMs),
  );
  if (open === undefined) return undefined;
  // A clock that was set back does not make it end before it began.
  const closesMs = Math.max(nowMs, open.openedMs);
  database
    .prepare(`UPDATE alert_windows SET closes_at = ? WHERE ${IS_OPEN}`)
    .run(closesMs, name, nowMs);
  return { ...open, closesMs };
}

const RETENTION_MS = 90 * 86_400_000;

/** What has been over for long. */
export function pruneMutes(database: DatabaseSync, nowMs: number): void {
  const before = nowMs - RETENTION_MS;
  database.prepare('DELETE FROM alert_silences WHERE ends_at < ?').run(before);
  database.prepare('DELETE FROM alert_windows WHERE closes_at < ?').run(before);
}
