/**
 * One step of all alerts in one transaction: what is remembered is read, handed to the pure body,
 * and what it returns is written, as far as it differs.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Advance } from '../../core/alert-state/advance.ts';
import type { Group } from '../../core/alert-state/group.ts';
import {
  type AlertMemory,
  type AlertRecord,
  decodeAlert,
  decodeGroup,
  encodeAlert,
  encodeGroup,
} from '../../core/alert-state/memory.ts';
import type { Advanced, AlertBefore } from '../../ports/alert-state.ts';
import { damagedRow, reading } from './alerts-damage.ts';
import { pruneMutes, readSilences, readWindows } from './alerts-mutes.ts';
import { forgetDelivered, pruneOutbox, queueRow, undeliveredKeys } from './alerts-outbox.ts';

export function readBefore(database: DatabaseSync): AlertBefore {
  return before(database, storedTexts(database));
}

type Texts = Readonly<{
  alerts: ReadonlyMap<string, string>;
  groups: ReadonlyMap<string, string>;
}>;

/** By key, in their order: bytes of UTF-8, as `compareText` has it. */
function storedTexts(database: DatabaseSync): Texts {
  const texts = (sql: string): Map<string, string> =>
    new Map(
      database
        .prepare(sql)
        .all()
        .map(({ key, content }) => [String(key), String(content)]),
    );
  return {
    alerts: texts('SELECT fingerprint AS key, alert AS content FROM alerts ORDER BY fingerprint'),
    groups: texts('SELECT key, content FROM alert_groups ORDER BY key'),
  };
}

function before(database: DatabaseSync, texts: Texts): AlertBefore {
  return {
    memory: {
      alerts: [...texts.alerts].map(([key, text]) => readAlert(key, text)),
      groups: [...texts.groups].map(([key, text]) => readGroup(key, text)),
    },
    silences: readSilences(database),
    windows: readWindows(database),
    undelivered: undeliveredKeys(database),
  };
}

function readAlert(key: string, text: string): AlertRecord {
  const alert = reading('alerts', key, () => decodeAlert(text));
  if (alert.fingerprint !== key) throw damagedRow('alerts', key, 'it is about another alert');
  return alert;
}

function readGroup(key: string, text: string): Group {
  const group = reading('alert_groups', key, () => decodeGroup(text));
  if (group.key !== key) throw damagedRow('alert_groups', key, 'it is about another group');
  return group;
}

/** A run that began longer than that before the last one comes from a clock that was set back. */
const LATE_MS_MAX = 10 * 60_000;

export function advanceMemory<T extends Pick<Advance, 'memory' | 'rows'>>(
  database: DatabaseSync,
  nowMs: number,
  body: (before: AlertBefore) => T,
): Advanced<T> {
  const last = database.prepare('SELECT at FROM alert_runs').get();
  const lastMs = last === undefined ? undefined : Number(last.at);
  if (lastMs !== undefined && lastMs > nowMs && lastMs - nowMs < LATE_MS_MAX) {
    return { kind: 'superseded', atMs: lastMs };
  }
  const texts = storedTexts(database);
  const result = body(before(database, texts));
  writeMemory(database, texts, result.memory);
  const queued = result.rows.filter((row) => queueRow(database, row, nowMs)).length;
  database
    .prepare('INSERT INTO alert_runs VALUES (1, ?) ON CONFLICT DO UPDATE SET at = excluded.at')
    .run(nowMs);
  pruneOutbox(database, nowMs);
  pruneMutes(database, nowMs);
  return { kind: 'advanced', result, queued };
}

function writeMemory(database: DatabaseSync, texts: Texts, memory: AlertMemory): void {
  writeChanged(texts.alerts, {
    after: memory.alerts.map((alert) => [alert.fingerprint, encodeAlert(alert)]),
    put: database.prepare(
      `INSERT INTO alerts (fingerprint, alert) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET alert = excluded.alert`,
    ),
    drop: database.prepare('DELETE FROM alerts WHERE fingerprint = ?'),
  });
  const forgotten = writeChanged(texts.groups, {
    after: memory.groups.map((group) => [group.key, encodeGroup(group)]),
    put: database.prepare(
      `INSERT INTO alert_groups (key, content) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET content = excluded.content`,
    ),
    drop: database.prepare('DELETE FROM alert_groups WHERE key = ?'),
  });
  for (const key of forgotten) forgetDelivered(database, key);
}

type Statement = ReturnType<DatabaseSync['prepare']>;

type Change = Readonly<{
  after: readonly (readonly [key: string, text: string])[];
  put: Statement;
  drop: Statement;
}>;

/** Returns the keys that are gone. */
function writeChanged(
  stored: ReadonlyMap<string, string>,
  { after, put, drop }: Change,
): readonly string[] {
  for (const [key, text] of after) if (stored.get(key) !== text) put.run(key, text);
  const kept = new Set(after.map(([key]) => key));
  const gone = [...stored.keys()].filter((key) => !kept.has(key));
  for (const key of gone) drop.run(key);
  return gone;
}
