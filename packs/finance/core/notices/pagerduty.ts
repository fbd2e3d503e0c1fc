/**
 * A notice as events of PagerDuty (Events API v2), one for each alert: an incident there is one
 * alert here, opened, kept up to date and resolved under the same key.
 */

import type { Severity } from '../alert-config/severity.ts';
import type { NoticeAlert, NoticeRow } from '../alert-state/notice.ts';
import { oneLine } from '../one-line.ts';
import { clipped } from './clip.ts';
import { dedupKey, type Sha256 } from './id.ts';
import { type AlertEntry, alertEntry } from './json.ts';
import { type AlertMessage, dataIsMissing, type MessageAlert, summaryOf } from './message.ts';

/** Of PagerDuty: https://developer.pagerduty.com/docs/send-alert-event */
export const PAGERDUTY_LIMITS = { summary: 1024, bytes: 512 * 1024 } as const;

const NAME_MAX = 255;
const LABEL_MAX = 1024;
const LABELS_MAX = 50;

export type PagerDutySeverity = 'critical' | 'error' | 'warning' | 'info';

/** What pages somebody is the most severe that PagerDuty has. */
const SEVERITY: Readonly<Record<Severity, PagerDutySeverity>> = {
  emergency: 'critical',
  critical: 'error',
  warning: 'warning',
  info: 'info',
};

export type PagerDutyEvent = Readonly<
  | {
      routing_key: string;
      event_action: 'trigger';
      dedup_key: string;
      payload: Readonly<{
        summary: string;
        source: string;
        severity: PagerDutySeverity;
        timestamp?: string;
        component?: string;
        group: string;
        class: string;
        custom_details: Readonly<Record<string, unknown>>;
      }>;
      links?: Readonly<{ href: string; text: string }>[];
      client: string;
    }
  | { routing_key: string; event_action: 'resolve'; dedup_key: string }
>;

type Asked = Readonly<{ routingKey: string; sha256: Sha256 }>;

/** In the order of the message: what is new and severe first. */
export function pagerDutyEvents(
  row: NoticeRow,
  message: AlertMessage,
  { routingKey, sha256 }: Asked,
): PagerDutyEvent[] {
  const events = message.alerts.map((each): PagerDutyEvent => {
    const dedup_key = keyOf(each.alert, sha256);
    return each.alert.status === 'resolved'
      ? { routing_key: routingKey, event_action: 'resolve', dedup_key }
      : triggerEvent(row, each, { routing_key: routingKey, dedup_key });
  });
  // Where two alerts share an incident, one that fires keeps it open.
  const open = new Set(events.flatMap((e) => (e.event_action === 'trigger' ? e.dedup_key : [])));
  return events.filter((e) => e.event_action === 'trigger' || !open.has(e.dedup_key));
}

/** That data is missing is an incident of its own, beside that of the same rule. */
function keyOf(alert: NoticeAlert, sha256: Sha256): string {
  return dedupKey(dataIsMissing(alert) ? { ...alert, period: 'data' } : alert, sha256);
}

function triggerEvent(
  row: NoticeRow,
  each: MessageAlert,
  keys: Readonly<{ routing_key: string; dedup_key: string }>,
): PagerDutyEvent {
  const { alert, severity, runbookUrl } = each;
  const { service, kind } = alert.labels;
  const name = (text: string): string => clipped(oneLine(text), NAME_MAX);
  const entry = alertEntry(each);
  return {
    routing_key: keys.routing_key,
    event_action: 'trigger',
    dedup_key: keys.dedup_key,
    payload: {
      summary: clipped(summaryOf(each), PAGERDUTY_LIMITS.summary),
      source: name(`finance/${alert.scope}`),
      severity: SEVERITY[severity],
      ...(entry.started === null ? {} : { timestamp: entry.started }),
      ...(service === undefined || service === '' ? {} : { component: name(service) }),
      group: name(alert.rule.split('/').slice(0, 2).join('/')),
      class: name(kind ?? 'finance'),
      custom_details: detailsOf(row, each, entry),
    },
    ...(runbookUrl === undefined ? {} : { links: [{ href: runbookUrl, text: 'Runbook' }] }),
    client: 'brctl finance',
  };
}

/** Every text in it is bounded, and so the whole of it is: far below PAGERDUTY_LIMITS.bytes. */
function detailsOf(row: NoticeRow, each: MessageAlert, entry: AlertEntry): Record<string, unknown> {
  const labels = Object.entries(entry.labels)
    .slice(0, LABELS_MAX)
    .map(([label, text]) => [clipped(label, NAME_MAX), clipped(oneLine(text), LABEL_MAX)]);
  return {
    why: each.why,
    notice: row.headline,
    ...(each.message === undefined ? {} : { message: each.message }),
    ...Object.fromEntries(each.fields.map(({ key, text }) => [key, text])),
    labels: Object.fromEntries(labels),
  };
}
