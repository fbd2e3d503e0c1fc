/**
 * A row of the outbox as people read it, before any medium: what fires and what ended, why this
 * was sent, and for each alert its value, threshold, period, basis, freshness, owner and top
 * contributors. Amounts are rounded here and nowhere else, half-even to the digits of the currency.
 */

import { compareSeverity, type Severity } from '../alert-config/severity.ts';
import type { NoticeAlert, NoticeRow, Why } from '../alert-state/notice.ts';
import { decimalsOf } from '../currency.ts';
import { divideHalfEven, formatExact, formatScaled, ONE, roundUnits } from '../money.ts';
import { oneLine } from '../one-line.ts';
import { compareText } from '../order.ts';
import { type AlertNotes, LABELS, notesOf, severityIn, unitsIn } from './annotation.ts';
import { clipped } from './clip.ts';

export const TITLE_MAX = 1024;
const NAME_MAX = 200;
const TEXT_MAX = 1000;

export type FieldKey =
  | 'value'
  | 'threshold'
  | 'percent'
  | 'period'
  | 'basis'
  | 'freshness'
  | 'owner'
  | 'contributors'
  | 'since'
  | 'ended'
  | 'runbook';

/** One line each. */
export type Field = Readonly<{ key: FieldKey; label: string; text: string }>;

export type MessageAlert = Readonly<{
  alert: NoticeAlert;
  notes: AlertNotes;
  severity: Severity;
  /** `budget/weekly_spend/90`, `budget/tagged/90 (web)` */
  name: string;
  /** `new step: a higher threshold was crossed` */
  why: string;
  message: string | undefined;
  /** In the order of FieldKey. */
  fields: readonly Field[];
  /** An http(s) address. */
  runbookUrl: string | undefined;
}>;

export type AlertMessage = Readonly<{
  /** At most TITLE_MAX. */
  title: string;
  /** Why this was sent. */
  why: string;
  status: 'firing' | 'resolved';
  /** Of what fires; of all where nothing does. */
  severity: Severity;
  firing: number;
  resolved: number;
  /** `2026-03-02 07:00 UTC` */
  at: string;
  /** What fires and is new first, then what fires, then what ended; the most severe first. */
  alerts: readonly MessageAlert[];
}>;

const WHY: Readonly<Record<Why | 'repeat', string>> = {
  first: 'first: it has just begun to fire',
  'new step': 'new step: a higher threshold was crossed',
  flapping: 'flapping: it keeps changing sides, and counts as firing until it is calm',
  still: 'still firing',
  action: 'action: what is done about it has moved on',
  repeat: 'repeat: it still fires',
  resolved: 'resolved: it is back below its threshold',
  revised: 'revised: the data it fired on was restated',
  reset: 'reset: its period is over',
  withdrawn: 'withdrawn: nobody watches it any more',
  rerouted: 'rerouted: it still fires, and others are told of it now',
};

export function alertMessage(row: NoticeRow): AlertMessage {
  const alerts = row.alerts.map(messageAlert).sort(byInterest);
  const firing = alerts.filter(({ alert }) => alert.status === 'firing');
  const severity = highest(firing.length > 0 ? firing : alerts);
  const status = firing.length > 0 ? 'firing' : 'resolved';
  const resolved = alerts.length - firing.length;
  return {
    title: titleOf(row, { alerts, status, severity, firing: firing.length, resolved }),
    why: WHY[row.headline],
    status,
    severity,
    firing: firing.length,
    resolved,
    at: instantText(row.atMs),
    alerts,
  };
}

function messageAlert(alert: NoticeAlert): MessageAlert {
  const notes = notesOf(alert.annotations);
  const severity = severityIn(alert.labels);
  const rule = clipped(oneLine(alert.rule), NAME_MAX);
  const scope = clipped(oneLine(alert.scope), NAME_MAX);
  const { message, runbook } = notes;
  return {
    alert,
    notes,
    severity,
    name: isSaid(scope, rule) ? rule : `${rule} (${scope})`,
    why: WHY[alert.why],
    message: message === undefined ? undefined : clipped(oneLine(message), TEXT_MAX),
    fields: fieldsOf(alert, notes).map((field) => ({
      ...field,
      text: clipped(oneLine(field.text), TEXT_MAX),
    })),
    runbookUrl: runbook === undefined ? undefined : webAddress(runbook),
  };
}

/** The name of the rule says it, or there is nothing to say. */
function isSaid(scope: string, rule: string): boolean {
  return scope === '' || scope === 'all' || rule.split('/').includes(scope);
}

function fieldsOf(alert: NoticeAlert, notes: AlertNotes): Field[] {
  const field = (key: FieldKey, label: string, text: string | undefined): Field[] =>
    text === undefined ? [] : [{ key, label, text }];
  const isAboutData = dataIsMissing(alert);
  const estimate = notes.estimate === undefined ? '' : `, ${notes.estimate}`;
  return [
    ...field('value', 'Value', isAboutData ? 'no current data' : valueText(alert, notes)),
    ...field('threshold', 'Threshold', isAboutData ? 'current data' : thresholdText(alert, notes)),
    ...field('percent', 'Of limit', isAboutData ? undefined : percentText(alert, notes)),
    ...field('period', 'Period', notes.period ?? alert.period ?? 'none, a level'),
    ...field('basis', 'Basis', `${notes.basis ?? alert.basis}${estimate}`),
    ...field('freshness', 'Data', notes.freshness ?? 'freshness unknown'),
    ...field('owner', 'Owner', notes.owner ?? 'nobody is named'),
    ...field('contributors', 'Top contributors', notes.contributors),
    ...field('since', 'Since', alert.startedMs === null ? undefined : instantText(alert.startedMs)),
    ...field('ended', 'Ended', alert.endedMs === null ? undefined : instantText(alert.endedMs)),
    ...field('runbook', 'Runbook', notes.runbook),
  ];
}

export function dataIsMissing({ labels }: NoticeAlert): boolean {
  return Object.hasOwn(labels, LABELS.data) && labels[LABELS.data] === 'missing';
}

export function valueText({ value }: NoticeAlert, notes: AlertNotes): string {
  const units = unitsIn(value);
  return units === undefined ? 'unknown' : amountText(turned(units, notes), notes);
}

export function thresholdText({ fire }: NoticeAlert, notes: AlertNotes): string {
  const units = unitsIn(fire);
  if (units === undefined) return 'unknown';
  const amount = amountText(turned(units, notes), notes);
  return notes.direction === 'under' ? `not under ${amount}` : amount;
}

function percentText(alert: NoticeAlert, notes: AlertNotes): string | undefined {
  const { limit } = notes;
  const percent = percentOf(alert, notes);
  const whole = limit === undefined ? '' : ` of ${amountText(limit, notes)}`;
  if (percent === undefined) return limit === undefined ? undefined : `unknown${whole}`;
  return `${amountText(percent, { unit: '%' })}${whole}`;
}

/** As it was said, else worked out; in 1e-12. */
export function percentOf({ value }: NoticeAlert, notes: AlertNotes): bigint | undefined {
  const { limit, percent } = notes;
  const units = unitsIn(value);
  if (percent !== undefined || units === undefined || limit === undefined || limit <= 0n) {
    return percent;
  }
  return divideHalfEven(turned(units, notes) * 100n * ONE, limit);
}

/** As people count it. */
export function turned(units: bigint, { direction }: AlertNotes): bigint {
  return direction === 'under' ? -units : units;
}

/** `112.60 USD`, `7.2 GB`, `90.1 %`; the sign is that of typography. */
export function amountText(units: bigint, { currency, unit }: AlertNotes): string {
  const minus = (text: string): string => (text.startsWith('-') ? `\u2212${text.slice(1)}` : text);
  if (currency !== undefined) {
    const decimals = decimalsOf(currency);
    return `${minus(formatScaled(roundUnits(units, decimals), decimals))} ${currency}`;
  }
  if (unit === '%') return `${minus(formatScaled(roundUnits(units, 1), 1))} %`;
  return `${minus(formatExact(units, 0))} ${unit ?? ''}`.trimEnd();
}

const INSTANT_MAX_MS = 8_640_000_000_000_000;

export function instantText(ms: number): string {
  return Math.abs(ms) <= INSTANT_MAX_MS
    ? `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
    : 'unknown';
}

function webAddress(text: string): string | undefined {
  if (!/^https?:\/\/[^\s<>"|\\^`{}]+$/i.test(text) || !URL.canParse(text)) return undefined;
  const { username, password, href } = new URL(text);
  return username === '' && password === '' ? href : undefined;
}

const isNew = ({ alert }: MessageAlert): boolean => alert.why !== 'still';
const isFiring = ({ alert }: MessageAlert): boolean => alert.status === 'firing';

function byInterest(a: MessageAlert, b: MessageAlert): number {
  return (
    Number(isFiring(b)) - Number(isFiring(a)) ||
    Number(isNew(b)) - Number(isNew(a)) ||
    compareSeverity(b.severity, a.severity) ||
    compareText(a.alert.fingerprint, b.alert.fingerprint)
  );
}

export function highest(alerts: readonly MessageAlert[]): Severity {
  const severities = alerts.map(({ severity }) => severity).sort(compareSeverity);
  return severities.at(-1) ?? 'info';
}

type Titled = Pick<AlertMessage, 'alerts' | 'status' | 'severity' | 'firing' | 'resolved'>;

/** `CRITICAL budget/weekly_spend/90: 112.60 USD, threshold 112.50 USD, 2026-W09 (new step)` */
function titleOf({ headline }: NoticeRow, message: Titled): string {
  const { alerts, status, severity, firing, resolved } = message;
  const mark = status === 'firing' ? severity.toUpperCase() : headline.toUpperCase();
  const [first] = alerts;
  if (first === undefined) return `${mark} nothing`;
  const told = summaryOf(first);
  if (alerts.length === 1) return clipped(`${mark} ${told} (${headline})`, TITLE_MAX);
  const counts = [
    ...(firing === 0 ? [] : [`${firing} firing`]),
    ...(resolved === 0 ? [] : [`${resolved} ended`]),
  ].join(', ');
  return clipped(`${mark} ${counts} (${headline}), among them ${told}`, TITLE_MAX);
}

/** One alert in a few words. */
export function summaryOf({ alert, notes, name, fields }: MessageAlert): string {
  if (dataIsMissing(alert)) return `${name}: no current data`;
  const text = (wanted: FieldKey): string => fields.find(({ key }) => key === wanted)?.text ?? '';
  const period = notes.period ?? alert.period;
  const when = period === null ? '' : `, ${oneLine(period)}`;
  return `${name}: ${text('value')}, threshold ${text('threshold')}${when}`;
}
