/**
 * The alerts of a notice as annotations of Grafana: a region from when an alert began to when it
 * ended. https://grafana.com/docs/grafana/latest/developers/http_api/annotations/
 */

import type { NoticeRow } from '../alert-state/notice.ts';
import { clipped } from './clip.ts';
import type { Sha256 } from './id.ts';
import { type AlertMessage, type MessageAlert, summaryOf } from './message.ts';
import { statusWord } from './text.ts';

/**
 * Grafana takes the tags of an annotation only where they are together no longer, as JSON, than
 * `tags_length` of its section `annotations`, which is 500 unless somebody raised it.
 */
export const GRAFANA_LIMITS = { tags: 500, text: 4000 } as const;

const TAG_MAX = 100;

export type GrafanaAlert = Readonly<{
  /** The same for the same alert in every notice of its group, however often it fires. */
  key: string;
  /** Of this time that it fires; what comes to be known later may move it back. */
  startedMs: number | null;
  /** Of this time that it fires, and among the tags: by it the annotation is found again. */
  tag: string;
  time: number;
  /** Null: it still fires. */
  timeEnd: number | null;
  text: string;
  tags: readonly string[];
}>;

/** In the order of the message. */
export function grafanaAlerts(
  { atMs }: Pick<NoticeRow, 'atMs'>,
  { alerts }: AlertMessage,
  sha256: Sha256,
): readonly GrafanaAlert[] {
  return alerts.map((each) => {
    const { alert, severity } = each;
    const { fingerprint, startedMs, endedMs, status, rule } = alert;
    const time = startedMs ?? atMs;
    const tag = `alert:${sha256(JSON.stringify([fingerprint, startedMs])).slice(0, 16)}`;
    return {
      key: sha256(fingerprint).slice(0, 32),
      startedMs,
      tag,
      time,
      timeEnd: status === 'firing' ? null : Math.max(endedMs ?? atMs, time),
      text: textOf(each),
      tags: ['brctl', tag, `severity:${severity}`, tagOf(`rule:${rule}`)],
    };
  });
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Grafana shows it as HTML, and a line break of the text as a space. */
function textOf(each: MessageAlert): string {
  const { alert, severity, message, why, fields } = each;
  const shown = fields.filter(({ key }) => key === 'freshness' || key === 'owner');
  const lines = [
    `${statusWord(alert.status)} ${severity} ${summaryOf(each)}`,
    ...(message === undefined ? [] : [message]),
    `Why: ${why}`,
    ...shown.map(({ label, text }) => `${label}: ${text}`),
  ];
  const line = (text: string): string =>
    clipped(text, GRAFANA_LIMITS.text / 8, (plain) =>
      plain.replace(/[&<>"]/g, (character) => ESCAPES[character]!),
    );
  return lines.map(line).join('<br>');
}

/** In ASCII, so that a character is a byte; Grafana splits a tag at its first colon. */
function tagOf(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, '_').slice(0, TAG_MAX);
}
