/**
 * Who sends which row: claims with a lease, so that no two senders have the same row, and a row of
 * a sender that died is free again.
 *
 * Of each (channel, route, group) only the first row that has not ended can be claimed.
 */
import type { DatabaseSync } from 'node:sqlite';
import { decodeHandle, encodeHandle } from '../../core/alert-state/send-row.ts';
import type { Handle } from '../../core/notices/outcome.ts';
import type { Claimed, ClaimRequest, Marked } from '../../ports/alert-state.ts';
import { reading } from './alerts-damage.ts';
import { insertRow, rowIn } from './alerts-outbox.ts';

/** Nothing waits longer: what lies further ahead was written before a clock was set back. */
const AHEAD_MS_MAX = 25 * 3_600_000;

const IS_FIRST = `NOT EXISTS (
  SELECT 1 FROM outbox earlier
  WHERE earlier.channel = outbox.channel AND earlier.route = outbox.route
    AND earlier.group_key = outbox.group_key AND earlier.position < outbox.position
    AND earlier.status IN ('queued', 'sending'))`;

const IS_DUE = `status IN ('queued', 'sending') AND CASE status
  WHEN 'queued' THEN next_at <= :now OR next_at > :now + ${AHEAD_MS_MAX}
  ELSE claimed_until <= :now OR claimed_until > :now + ${AHEAD_MS_MAX} END`;

export function dueChannels(database: DatabaseSync, nowMs: number): readonly string[] {
  return database
    .prepare(`SELECT DISTINCT channel FROM outbox WHERE ${IS_DUE} AND ${IS_FIRST} ORDER BY channel`)
    .all({ now: nowMs })
    .map(({ channel }) => String(channel));
}

export function claimRows(database: DatabaseSync, request: ClaimRequest): readonly Claimed[] {
  const { channel, claim, nowMs, leaseMs, limit } = request;
  const found = database
    .prepare(
      `SELECT outbox.*, handle FROM outbox LEFT JOIN alert_handles USING (channel, route, group_key)
       WHERE ${IS_DUE} AND ${IS_FIRST} AND (:channel IS NULL OR channel = :channel)
       ORDER BY position LIMIT :limit`,
    )
    .all({ now: nowMs, channel: channel ?? null, limit });
  // Who claimed it before and did not end may have sent it.
  const take = database.prepare(
    `UPDATE outbox SET maybe = maybe OR status = 'sending', status = 'sending', claim = ?,
       claimed_until = ?, attempts = attempts + 1 WHERE position = ?`,
  );
  return found.map((columns) => {
    take.run(claim, nowMs + leaseMs, columns.position as number);
    return {
      id: String(columns.id),
      row: rowIn(columns),
      origin: columns.origin === null ? null : String(columns.origin),
      handle: columns.handle === null ? null : handleIn(String(columns.handle)),
      attempts: Number(columns.attempts) + 1,
      createdMs: Number(columns.created_at),
    };
  });
}

function handleIn(text: string): Handle {
  return reading('alert_handles', 'handle', () => decodeHandle(text));
}

export function renewClaim(database: DatabaseSync, claim: string, untilMs: number): number {
  const { changes } = database
    .prepare(`UPDATE outbox SET claimed_until = ? WHERE claim = ? AND status = 'sending'`)
    .run(untilMs, claim);
  return Number(changes);
}

export function markRow(database: DatabaseSync, marked: Marked): boolean {
  const { id, claim, nowMs, outcome, fallback } = marked;
  const row = database
    .prepare('SELECT status, claim, channel, route, group_key FROM outbox WHERE id = ?')
    .get(id);
  if (row === undefined || row.status === 'delivered') return false;
  const isOurs = row.status === 'sending' && row.claim === claim;
  if (!isOurs && outcome.kind !== 'delivered') return false;
  if (outcome.handle !== undefined) {
    keepHandle(database, [row.channel, row.route, row.group_key].map(String), {
      handle: outcome.handle,
      nowMs,
    });
  }
  writeOutcome(database, marked);
  for (const each of fallback) insertRow(database, each, { nowMs, origin: id });
  return true;
}

function writeOutcome(database: DatabaseSync, { id, nowMs, outcome }: Marked): void {
  switch (outcome.kind) {
    case 'delivered':
      database
        .prepare(
          `UPDATE outbox SET status = 'delivered', claim = NULL, claimed_until = NULL, cause = NULL,
             note = ?, ended_at = ? WHERE id = ?`,
        )
        .run(outcome.note ?? null, nowMs, id);
      return;
    case 'dead':
      database
        .prepare(
          `UPDATE outbox SET status = 'dead', claim = NULL, claimed_until = NULL, cause = ?,
             note = ?, maybe = maybe OR ?, ended_at = ? WHERE id = ?`,
        )
        .run(outcome.cause, outcome.why, outcome.maybe ? 1 : 0, nowMs, id);
      return;
    case 'queued':
      database
        .prepare(
          `UPDATE outbox SET status = 'queued', claim = NULL, claimed_until = NULL, cause = ?,
             note = ?, maybe = maybe OR ?, next_at = ?, attempts = attempts - ? WHERE id = ?`,
        )
        .run(
          ...([outcome.cause, outcome.why, outcome.maybe ? 1 : 0, outcome.nextMs] as const),
          ...([outcome.isUncounted ? 1 : 0, id] as const),
        );
      return;
    default:
      outcome satisfies never;
  }
}

function keepHandle(
  database: DatabaseSync,
  place: readonly string[],
  { handle, nowMs }: Readonly<{ handle: Handle; nowMs: number }>,
): void {
  database
    .prepare(
      `INSERT INTO alert_handles (channel, route, group_key, handle, at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET handle = excluded.handle, at = excluded.at`,
    )
    .run(...place, encodeHandle(handle), nowMs);
}
