/**
 * A notice as JSON, for machines: what a webhook is sent and what a file gets a line of. Amounts
 * are exact decimals, every alert is there, every key is always there and in this order. The
 * contract is schemas/finance/alert-notice.schema.json.
 */

import type { NoticeRow } from '../alert-state/notice.ts';
import { formatExact } from '../money.ts';
import { compareText } from '../order.ts';
import { type AlertNotes, unitsIn } from './annotation.ts';
import {
  type AlertMessage,
  dataIsMissing,
  type MessageAlert,
  percentOf,
  turned,
} from './message.ts';

export const NOTICE_SCHEMA = 'brctl.finance/alert-notice/v1';

export type AlertEntry = Readonly<{
  fingerprint: string;
  rule: string;
  scope: string;
  basis: string;
  step: string;
  period: string | null;
  status: 'firing' | 'resolved';
  why: string;
  severity: string;
  started: string | null;
  ended: string | null;
  unit: string | null;
  value: string | null;
  threshold: string | null;
  limit: string | null;
  percent: string | null;
  estimate: string | null;
  freshness: string | null;
  owner: string | null;
  runbook: string | null;
  message: string | null;
  contributors: string | null;
  labels: Readonly<Record<string, string>>;
}>;

export type NoticeJson = Readonly<{
  schema: typeof NOTICE_SCHEMA;
  id: string;
  channel: string;
  route: string;
  group: string;
  sequence: number;
  reason: string;
  headline: string;
  at: string;
  title: string;
  status: 'firing' | 'resolved';
  severity: string;
  firing: number;
  resolved: number;
  alerts: readonly AlertEntry[];
}>;

export function noticeJson(row: NoticeRow, message: AlertMessage, id: string): NoticeJson {
  return {
    schema: NOTICE_SCHEMA,
    id,
    channel: row.channel,
    route: row.route,
    group: row.group,
    sequence: row.sequence,
    reason: row.reason,
    headline: row.headline,
    at: isoInstant(row.atMs) ?? '',
    title: message.title,
    status: message.status,
    severity: message.severity,
    firing: message.firing,
    resolved: message.resolved,
    alerts: message.alerts.map(alertEntry),
  };
}

export function alertEntry({ alert, notes, severity }: MessageAlert): AlertEntry {
  const { fingerprint, rule, scope, basis, threshold, period, status, why, labels } = alert;
  const isAboutData = dataIsMissing(alert);
  const exact = (text: string | null): string | null =>
    isAboutData ? null : decimal(unitsIn(text), notes);
  const percent = isAboutData ? undefined : percentOf(alert, notes);
  return {
    fingerprint,
    rule,
    scope,
    basis: notes.basis ?? basis,
    step: threshold,
    period,
    status,
    why,
    severity,
    started: isoInstant(alert.startedMs),
    ended: isoInstant(alert.endedMs),
    unit: notes.currency ?? notes.unit ?? null,
    value: exact(alert.value),
    threshold: exact(isAboutData ? null : thresholdOf(alert, notes)),
    limit: notes.limit === undefined ? null : formatExact(notes.limit, 0),
    percent: percent === undefined ? null : formatExact(percent, 0),
    estimate: notes.estimate ?? null,
    freshness: notes.freshness ?? null,
    owner: notes.owner ?? null,
    runbook: notes.runbook ?? null,
    message: notes.message ?? null,
    contributors: notes.contributors ?? null,
    labels: Object.fromEntries(Object.entries(labels).sort(([a], [b]) => compareText(a, b))),
  };
}

/** What has to be over a limit fires one 1e-12 above it: the limit is what is said. */
function thresholdOf({ fire }: MessageAlert['alert'], { limit }: AlertNotes): string | null {
  const units = unitsIn(fire);
  return limit !== undefined && units === limit + 1n ? `${limit}` : fire;
}

function decimal(units: bigint | undefined, notes: AlertNotes): string | null {
  return units === undefined ? null : formatExact(turned(units, notes), 0);
}

const INSTANT_MAX_MS = 8_640_000_000_000_000;

function isoInstant(ms: number | null): string | null {
  return ms === null || !(Math.abs(ms) <= INSTANT_MAX_MS) ? null : new Date(ms).toISOString();
}
