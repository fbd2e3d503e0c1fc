/** The outbox for people and as `brctl.finance/outbox/v1`. */

import { renderTable, toJson, type View } from 'brctl/sdk';
import { headlineIn, type OutboxRow, type ReportMail } from '../../core/alert-state/notice.ts';
import { oneLine } from '../../core/one-line.ts';
import { formatInstant } from '../../core/usage/instant.ts';
import type { OutboxEntry, OutboxStatus } from '../../ports/alert-state.ts';
import { shortId } from '../send/render-report.ts';

export type OutboxList = Readonly<{
  entries: readonly OutboxEntry[];
  status: OutboxStatus | undefined;
  nowMs: number;
}>;

export function renderOutbox({ entries, status, nowMs }: OutboxList, view: View): string {
  if (view.format === 'json') {
    return toJson({
      schema: 'brctl.finance/outbox/v1',
      at: formatInstant(nowMs),
      status: status ?? null,
      notices: entries.map(entryJson),
    });
  }
  if (entries.length === 0) {
    return status === undefined ? 'every notice has arrived\n' : `no notice is ${status}\n`;
  }
  return outboxTable(entries, view);
}

export function outboxTable(entries: readonly OutboxEntry[], { paint }: View): string {
  const columns = ['Id', 'Written', 'Channel', 'Why', 'About', 'Status', 'Tries', 'Note'];
  return renderTable({
    columns: columns.map((title) => ({ title })),
    rows: entries.map((entry) => [
      shortId(entry.id),
      formatInstant(entry.createdMs),
      entry.row.channel,
      headlineIn(entry.row),
      aboutText(entry.row),
      statusText(entry),
      String(entry.attempts),
      noteText(entry),
    ]),
    title: paint.dim,
  });
}

/** `budget/weekly_spend/80 fires, 2 more`, `weekly_report of 2025-W52` */
function aboutText(row: OutboxRow): string {
  if (row.report !== undefined) return `${row.report.schedule} of ${row.report.period}`;
  const { alerts } = row;
  const [first] = alerts;
  if (first === undefined) return '-';
  const what = `${oneLine(first.rule)} ${first.status === 'firing' ? 'fires' : 'ended'}`;
  return alerts.length === 1 ? what : `${what}, ${alerts.length - 1} more`;
}

function statusText({ status, nextMs, endedMs, claimedUntilMs }: OutboxEntry): string {
  const at = (ms: number | null): string => (ms === null ? '' : formatInstant(ms));
  switch (status) {
    case 'queued':
      return `queued for ${at(nextMs)}`;
    case 'sending':
      return `sending, until ${at(claimedUntilMs)}`;
    case 'delivered':
    case 'dead':
      return `${status} ${at(endedMs)}`;
    default:
      return status satisfies never;
  }
}

function noteText({ note, maybe, origin, status }: OutboxEntry): string {
  const parts = [
    ...(note === null ? [] : [oneLine(note)]),
    ...(maybe && status !== 'delivered' ? ['may have arrived'] : []),
    ...(origin === null ? [] : [`instead of ${shortId(origin)}`]),
  ];
  return parts.length === 0 ? '-' : parts.join('; ');
}

export function entryJson(entry: OutboxEntry) {
  const { id, row, status, origin, attempts, nextMs, maybe, cause, note } = entry;
  return {
    id,
    channel: row.channel,
    route: row.route,
    group: row.group,
    sequence: row.sequence,
    reason: row.report === undefined ? row.reason : 'report',
    headline: headlineIn(row),
    alerts: (row.report === undefined ? row.alerts : []).map((alert) => ({
      rule: alert.rule,
      scope: alert.scope,
      period: alert.period,
      status: alert.status,
      why: alert.why,
    })),
    report: row.report === undefined ? null : reportJson(row.report),
    status,
    attempts,
    next_at: status === 'queued' ? formatInstant(nextMs) : null,
    maybe,
    cause,
    note,
    instead_of: origin,
    created_at: formatInstant(entry.createdMs),
    ended_at: entry.endedMs === null ? null : formatInstant(entry.endedMs),
  };
}

function reportJson({ schedule, occurrenceMs, missed, period, title, attachments }: ReportMail) {
  return {
    schedule,
    occurrence: formatInstant(occurrenceMs),
    missed,
    period,
    title,
    attachments: attachments.map(({ name }) => name),
  };
}
