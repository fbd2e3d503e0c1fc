/** The outbox: which rows there are, how they get in, and how they go. */
import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { OutboxRow } from '../../core/alert-state/notice.ts';
import type { SendCause } from '../../core/alert-state/send.ts';
import { decodeRow, encodeRow } from '../../core/alert-state/send-row.ts';
import { noticeId } from '../../core/notices/id.ts';
import { OUTBOX_STATUSES, type OutboxEntry, type OutboxStatus } from '../../ports/alert-state.ts';
import { damagedRow, reading } from './alerts-damage.ts';

type Columns = Readonly<Record<string, unknown>>;

export function readOutbox(
  database: DatabaseSync,
  statuses: readonly OutboxStatus[] = OUTBOX_STATUSES,
): readonly OutboxEntry[] {
  return database
    .prepare(
      `SELECT * FROM outbox WHERE status IN (SELECT value FROM json_each(?)) ORDER BY position`,
    )
    .all(JSON.stringify(statuses))
    .map(entryOf);
}

function entryOf(columns: Columns): OutboxEntry {
  const text = (name: string): string | null =>
    columns[name] === null ? null : String(columns[name]);
  const ms = (name: string): number | null =>
    columns[name] === null ? null : Number(columns[name]);
  return {
    id: String(columns.id),
    row: rowIn(columns),
    status: String(columns.status) as OutboxStatus,
    origin: text('origin'),
    attempts: Number(columns.attempts),
    nextMs: Number(columns.next_at),
    claimedUntilMs: ms('claimed_until'),
    maybe: columns.maybe === 1,
    cause: text('cause') as SendCause | null,
    note: text('note'),
    createdMs: Number(columns.created_at),
    endedMs: ms('ended_at'),
  };
}

/** The notice itself; what stands beside it in columns must be what it says. */
export function rowIn(columns: Columns): OutboxRow {
  const id = String(columns.id);
  const row = reading('outbox', id, () => decodeRow(String(columns.content)));
  const said = [row.key, row.channel, row.route, row.group, row.sequence, idOf(row)];
  const stored = [
    columns.key,
    columns.channel,
    columns.route,
    columns.group_key,
    columns.sequence,
    id,
  ];
  if (said.some((each, i) => each !== stored[i])) {
    throw damagedRow('outbox', id, 'it is another notice');
  }
  return row;
}

export function idOf(row: Pick<OutboxRow, 'key'>): string {
  return noticeId(row, (key) => createHash('sha256').update(key).digest('hex'));
}

export function undeliveredKeys(database: DatabaseSync): ReadonlySet<string> {
  const rows = database
    .prepare(`SELECT key FROM outbox WHERE status IN ('queued', 'sending')`)
    .all();
  return new Set(rows.map(({ key }) => String(key)));
}

/**
 * False for a key that is there already. A dead row of the same key is what a group wrote before it
 * was forgotten: this one takes its place.
 */
export function queueRow(
  database: DatabaseSync,
  row: OutboxRow,
  nowMs: number,
  notBeforeMs = nowMs,
): boolean {
  database.prepare(`DELETE FROM outbox WHERE key = ? AND status = 'dead'`).run(row.key);
  return insertRow(database, row, { nowMs, notBeforeMs, origin: null });
}

export function insertRow(
  database: DatabaseSync,
  row: OutboxRow,
  given: Readonly<{ nowMs: number; notBeforeMs?: number; origin: string | null }>,
): boolean {
  const { key, channel, route, group, sequence } = row;
  const { nowMs, notBeforeMs = nowMs, origin } = given;
  const { changes } = database
    .prepare(
      `INSERT INTO outbox (id, key, channel, route, group_key, sequence, content, origin, status,
         attempts, next_at, maybe, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'queued', 0, ?, 0, ?) ON CONFLICT DO NOTHING`,
    )
    .run(
      ...[idOf(row), key, channel, route, group, sequence, encodeRow(row), origin],
      ...[Math.max(nowMs, notBeforeMs), nowMs],
    );
  return changes === 1;
}

/**
 * A group that is forgotten counts from 1 again, so the keys of what it once said must be free.
 * What has not arrived yet is still to be sent.
 */
export function forgetDelivered(database: DatabaseSync, group: string): void {
  database.prepare(`DELETE FROM outbox WHERE group_key = ? AND status = 'delivered'`).run(group);
}

const DAY_MS = 86_400_000;
/** No key comes again while its group lives; delivered rows are kept for people to look at. */
const DELIVERED_MS = 90 * DAY_MS;
const DEAD_MS = 400 * DAY_MS;

export function pruneOutbox(database: DatabaseSync, nowMs: number): void {
  const prune = database.prepare('DELETE FROM outbox WHERE status = ? AND ended_at < ?');
  prune.run('delivered', nowMs - DELIVERED_MS);
  prune.run('dead', nowMs - DEAD_MS);
  database.exec(
    `DELETE FROM alert_handles WHERE group_key NOT IN (SELECT key FROM alert_groups)
       AND group_key NOT IN (SELECT json_array('action', key) FROM actions)
       AND group_key NOT IN (SELECT group_key FROM outbox WHERE status IN ('queued', 'sending'))`,
  );
}

export function postponeChannel(database: DatabaseSync, channel: string, untilMs: number): void {
  database
    .prepare(`UPDATE outbox SET next_at = max(next_at, ?) WHERE channel = ? AND status = 'queued'`)
    .run(untilMs, channel);
}

export function blockChannel(database: DatabaseSync, channel: string, why: string): void {
  database
    .prepare(`UPDATE outbox SET cause = 'config', note = ? WHERE channel = ? AND status = 'queued'`)
    .run(why, channel);
}

/** What was told later must not be followed by what was so before. */
export function retryRows(database: DatabaseSync, ids: readonly string[], nowMs: number): number {
  const { changes } = database
    .prepare(
      `UPDATE outbox SET status = 'queued', attempts = 0, next_at = ?, ended_at = NULL
       WHERE id IN (SELECT value FROM json_each(?)) AND status IN ('queued', 'dead')
         AND NOT EXISTS (
           SELECT 1 FROM outbox later WHERE later.channel = outbox.channel
             AND later.route = outbox.route AND later.group_key = outbox.group_key
             AND later.position > outbox.position AND later.status IN ('delivered', 'sending'))`,
    )
    .run(nowMs, JSON.stringify(ids));
  return Number(changes);
}
