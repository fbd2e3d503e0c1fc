/**
 * A notice as one event of Datadog, with its limits: a text of 4000 characters, an aggregation key
 * of 100, nothing that happened more than 18 hours ago.
 * https://docs.datadoghq.com/api/latest/events/post-an-event/
 */

import type { Severity } from '../alert-config/severity.ts';
import type { NoticeRow } from '../alert-state/notice.ts';
import { clipped } from './clip.ts';
import type { Sha256 } from './id.ts';
import type { AlertMessage } from './message.ts';
import { messageText } from './text.ts';

export const DATADOG_LIMITS = {
  /** Datadog names none; this is more than anybody reads. */
  title: 500,
  text: 4000,
  aggregationKey: 100,
  ageMs: 18 * 3_600_000,
  tag: 200,
} as const;

/** More say nothing. */
const RULES_MAX = 20;
/** Between our clock and theirs. */
const MARGIN_MS = 600_000;

export type DatadogEvent = Readonly<{
  title: string;
  text: string;
  alert_type: 'error' | 'warning' | 'info' | 'success';
  aggregation_key: string;
  date_happened?: number;
  source_type_name: string;
  tags: readonly string[];
}>;

const TYPE: Readonly<Record<Severity, DatadogEvent['alert_type']>> = {
  emergency: 'error',
  critical: 'error',
  warning: 'warning',
  info: 'info',
};

export function datadogEvent(
  { group, atMs }: Pick<NoticeRow, 'group' | 'atMs'>,
  message: AlertMessage,
  { nowMs, sha256 }: Readonly<{ nowMs: number; sha256: Sha256 }>,
): DatadogEvent {
  const { title, status, severity, alerts } = message;
  const isRecent = nowMs - atMs < DATADOG_LIMITS.ageMs - MARGIN_MS;
  const names = (name: string, texts: readonly (string | undefined)[]): string[] =>
    [...new Set(texts.flatMap((text) => text || []))]
      .slice(0, RULES_MAX)
      .map((text) => tagOf(name, text));
  return {
    title: clipped(title, DATADOG_LIMITS.title),
    text: clipped(callingNobody(messageText(message)), DATADOG_LIMITS.text),
    alert_type: status === 'resolved' ? 'success' : TYPE[severity],
    aggregation_key: `finops:${sha256(group)}`,
    // Of what is older it would refuse the whole event; the text has the time in any case.
    ...(isRecent ? { date_happened: Math.floor(atMs / 1000) } : {}),
    source_type_name: 'my_apps',
    tags: [
      'tool:brctl',
      `severity:${severity}`,
      `status:${status}`,
      ...names(
        'rule',
        alerts.map(({ alert }) => alert.rule),
      ),
      ...names(
        'service',
        alerts.map(({ alert }) => alert.labels.service),
      ),
    ],
  };
}

/** In a text an @ before a name is a mention, and whoever is named there is told. */
function callingNobody(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}_.+-])@/gu, '(at)');
}

/** Letters, digits and some marks; what else there is Datadog would make an underscore itself. */
function tagOf(name: string, text: string): string {
  return `${name}:${text.replace(/[^\p{L}\p{N}_./:-]/gu, '_')}`.slice(0, DATADOG_LIMITS.tag);
}
