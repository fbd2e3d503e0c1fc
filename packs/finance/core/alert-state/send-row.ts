/** A row of the outbox and a channel's handle as text at rest: what was written, or refused. */

import type { Recipient } from '../alert-config/config.ts';
import type { Setting } from '../alert-config/variable.ts';
import type { Handle } from '../notices/outcome.ts';
import {
  flag,
  list,
  nullable,
  oneOf,
  parseWritten,
  type Reader,
  record,
  text,
  texts,
  whole,
} from './codec.ts';
import type { NoticeAlert, NoticeRow, OutboxRow, ReportRow } from './notice.ts';
import { ENDS } from './state.ts';

const WHYS = ['first', 'new step', 'flapping', 'still', 'action', 'rerouted', ...ENDS] as const;

const REASONS = [
  'none',
  'first notification',
  'new alerts added',
  'some alerts resolved',
  'all alerts resolved',
  'repeat interval elapsed',
  'flapping',
  'action',
] as const satisfies readonly NoticeRow['reason'][];

const units: Reader<string> = (value, at) => {
  const written = text(value, at);
  if (/^(0|-?[1-9]\d*)$/.test(written)) return written;
  throw new RangeError(`${at} is not a decimal integer`);
};

export const readNoticeAlert = record<NoticeAlert>({
  fingerprint: text,
  rule: text,
  scope: text,
  threshold: text,
  basis: text,
  period: nullable(text),
  status: oneOf(['firing', 'resolved']),
  why: oneOf(WHYS),
  startedMs: nullable(whole),
  endedMs: nullable(whole),
  value: nullable(units),
  fire: units,
  clear: units,
  labels: texts,
  annotations: texts,
});

const readAlertRow = record<Omit<NoticeRow, 'report'>>({
  key: text,
  channel: text,
  route: text,
  group: text,
  sequence: whole,
  reason: oneOf(REASONS),
  headline: oneOf([...WHYS, 'repeat']),
  atMs: whole,
  alerts: list(readNoticeAlert),
});

const readSetting = record<Setting>({ text, isSecret: flag });

const readRecipient: Reader<Recipient> = (value, at) =>
  hasKey(value, 'role')
    ? record<Extract<Recipient, { by: 'role' }>>({ by: oneOf(['role']), role: text })(value, at)
    : record<Extract<Recipient, { by: 'address' }>>({
        by: oneOf(['address']),
        address: readSetting,
      })(value, at);

type Mail = ReportRow['report'];

const MAIL = {
  schedule: text,
  occurrenceMs: whole,
  missed: whole,
  title: text,
  text,
  period: text,
  attachments: list(record({ name: text, mediaType: text, text })),
};

/** What was written before reports knew their recipients has none. */
const readMail: Reader<Mail> = (value, at) =>
  hasKey(value, 'recipients')
    ? record<Required<Mail>>({ ...MAIL, recipients: list(readRecipient) })(value, at)
    : record<Omit<Mail, 'recipients'>>(MAIL)(value, at);

const readReportRow = record<ReportRow>({
  key: text,
  channel: text,
  route: text,
  group: text,
  sequence: whole,
  atMs: whole,
  report: readMail,
});

/** What has no report is a notice: all rows were, before there were reports. */
const readRow: Reader<OutboxRow> = (value, at) => {
  return hasKey(value, 'report') ? readReportRow(value, at) : readAlertRow(value, at);
};

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

export function encodeRow(row: OutboxRow): string {
  return JSON.stringify(row);
}

/** @throws RangeError for anything that encodeRow did not write. */
export function decodeRow(written: string): OutboxRow {
  return readRow(parseWritten(written, 'a notice'), 'notice');
}

export function encodeHandle(handle: Handle): string {
  return JSON.stringify(handle);
}

/** @throws RangeError for anything that encodeHandle did not write. */
export function decodeHandle(written: string): Handle {
  const value = parseWritten(written, 'a handle');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RangeError('handle is not an object');
  }
  for (const [name, each] of Object.entries(value)) {
    const isList = Array.isArray(each) && each.every((item) => typeof item === 'string');
    if (isList || typeof each === 'string' || typeof each === 'number') continue;
    throw new RangeError(`handle.${name} is not text, a number or a list of texts`);
  }
  return value as Handle;
}
