/**
 * A notice as Slack blocks, within Slack's limits: 50 blocks, a header of 150 characters, a section
 * of 3000 with at most 10 fields of 2000. What does not fit is counted, never cut in silence.
 *
 * Only & < > are escaped, as Slack asks for; `verbatim` keeps it from making links and mentions of
 * what a provider wrote.
 */

import type { Severity } from '../alert-config/severity.ts';
import { clipped } from './clip.ts';
import type { AlertMessage, FieldKey, MessageAlert } from './message.ts';

export const SLACK_LIMITS = {
  blocks: 50,
  header: 150,
  section: 3000,
  fields: 10,
  field: 2000,
  text: 3000,
} as const;

/** A whole message has a limit too, which Slack does not publish; this stays far below. */
const SHOWN_MAX = 20;
const ALERT_TEXT_MAX = 600;
const FIELD_MAX = 300;

export type SlackText = Readonly<
  | { type: 'plain_text'; text: string; emoji: false }
  | { type: 'mrkdwn'; text: string; verbatim: true }
>;

export type SlackBlock = Readonly<
  | { type: 'header'; text: SlackText }
  | { type: 'section'; text: SlackText; fields?: SlackText[] }
  | { type: 'context'; elements: SlackText[] }
>;

/** `text` is what notifications and screen readers say. */
export type SlackMessage = Readonly<{ text: string; blocks: SlackBlock[] }>;

const MARK: Readonly<Record<Severity | 'ended', string>> = {
  emergency: ':rotating_light:',
  critical: ':red_circle:',
  warning: ':large_yellow_circle:',
  info: ':large_blue_circle:',
  ended: ':large_green_circle:',
};

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

export function escapeSlack(text: string): string {
  return text.replace(/[&<>]/g, (character) => ESCAPES[character]!);
}

/** The state of the group: what fires and what ended, with all there is to say. */
export function slackMessage(message: AlertMessage): SlackMessage {
  return { text: fallback(message), blocks: blocksOf(message, message.alerts, fullSection) };
}

/** What has changed since: goes to the thread. A repeat says all that fires, in brief. */
export function slackFollowUp(message: AlertMessage): SlackMessage {
  const news = message.alerts.filter(({ alert }) => alert.why !== 'still');
  const told = news.length > 0 ? news : message.alerts;
  return { text: fallback(message), blocks: blocksOf(message, told, briefSection) };
}

function fallback({ title }: AlertMessage): string {
  return clipped(title, SLACK_LIMITS.text, escapeSlack);
}

type Section = (alert: MessageAlert) => SlackBlock;

function blocksOf(
  { title, why, at }: AlertMessage,
  alerts: readonly MessageAlert[],
  section: Section,
): SlackBlock[] {
  const left = alerts.length - SHOWN_MAX;
  return [
    {
      type: 'header',
      text: { type: 'plain_text', text: clipped(title, SLACK_LIMITS.header), emoji: false },
    },
    contextOf(`Why: ${why} · ${at}`),
    ...alerts.slice(0, SHOWN_MAX).map(section),
    ...(left > 0 ? [contextOf(`And ${left} more.`)] : []),
  ];
}

function contextOf(text: string): SlackBlock {
  const shown = clipped(text, FIELD_MAX, escapeSlack);
  return { type: 'context', elements: [{ type: 'mrkdwn', text: shown, verbatim: true }] };
}

/** Those of SLACK_LIMITS.fields; the runbook is a link of the heading. */
const SHOWN: ReadonlySet<FieldKey> = new Set([
  'value',
  'threshold',
  'percent',
  'period',
  'basis',
  'freshness',
  'owner',
  'contributors',
  'since',
  'ended',
]);

function fullSection(each: MessageAlert): SlackBlock {
  const { message, why, fields } = each;
  const said = clipped(message ?? why, ALERT_TEXT_MAX, escapeSlack);
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: `${heading(each)}\n${said}`, verbatim: true },
    fields: fields
      .filter(({ key }) => SHOWN.has(key))
      .slice(0, SLACK_LIMITS.fields)
      .map(({ label, text }) => ({
        type: 'mrkdwn',
        text: `*${label}*\n${clipped(text, FIELD_MAX, escapeSlack)}`,
        verbatim: true,
      })),
  };
}

function briefSection(each: MessageAlert): SlackBlock {
  const text = (wanted: FieldKey): string =>
    each.fields.find(({ key }) => key === wanted)?.text ?? '';
  const amounts = `${text('value')}, threshold ${text('threshold')}`;
  const said = clipped(`${amounts}. ${each.why}`, ALERT_TEXT_MAX, escapeSlack);
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: `${heading(each)}\n${said}`, verbatim: true },
  };
}

function heading({ alert, severity, name, runbookUrl }: MessageAlert): string {
  const mark = MARK[alert.status === 'firing' ? severity : 'ended'];
  const link = runbookUrl !== undefined && runbookUrl.length <= ALERT_TEXT_MAX;
  const runbook = link ? ` · <${escapeSlack(runbookUrl)}|Runbook>` : '';
  return `${mark} *${clipped(name, ALERT_TEXT_MAX, escapeSlack)}* ${severity}${runbook}`;
}
