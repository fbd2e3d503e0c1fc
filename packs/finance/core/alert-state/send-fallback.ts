/**
 * A notice that its channel did not take, told to the channels of `global.fallback`: once each, in
 * one transaction with its death, and never on from there: what tells of a failure and fails is
 * only listed. Of a report it is told in words; the report itself stays in the outbox.
 */

import type { Channel } from '../alert-config/config.ts';
import { compareSeverity, type Severity } from '../alert-config/severity.ts';
import { alertAnnotations, severityIn } from '../notices/annotation.ts';
import { instantText } from '../notices/message.ts';
import type { NoticeAlert, NoticeRow, OutboxRow, ReportRow } from './notice.ts';

export type Undelivered = Readonly<{
  row: OutboxRow;
  why: string;
  nowMs: number;
}>;

/** The rows to add; the same again for the same notice, so that a second death adds none. */
export function fallbackRows(
  undelivered: Undelivered,
  given: Readonly<{ channels: readonly Channel[]; fallback: readonly string[] }>,
): readonly NoticeRow[] {
  const { row } = undelivered;
  const told = row.report === undefined ? toldOn(row, undelivered) : aboutReport(row, undelivered);
  const severity = highest(told);
  return given.channels
    .filter(({ name, minSeverity }) => {
      const isAsked = given.fallback.includes(name) && name !== row.channel;
      return isAsked && compareSeverity(severity, minSeverity) >= 0;
    })
    .map(({ name }) => fallbackRow(told, undelivered, name));
}

function fallbackRow(told: Told, { row, nowMs }: Undelivered, channel: string): NoticeRow {
  return {
    key: JSON.stringify([channel, 'undelivered', row.key]),
    channel,
    // Of its own for each channel that failed, so their notices are not each other's follow-ups.
    route: JSON.stringify(['undelivered', row.channel, row.route]),
    group: row.group,
    sequence: row.sequence,
    ...told,
    atMs: nowMs,
  };
}

type Told = Pick<NoticeRow, 'reason' | 'headline' | 'alerts'>;

function toldOn({ reason, headline, alerts, channel }: NoticeRow, { why }: Undelivered): Told {
  return {
    reason,
    headline,
    alerts: alerts.map((alert) => {
      const said = alert.annotations.message ?? '';
      const told = `not delivered to ${channel}: ${why}`;
      const message = said === '' ? told : `${said} (${told})`;
      return { ...alert, annotations: { ...alert.annotations, message } };
    }),
  };
}

/** As an alert about data that is missing, by those who should have had the report. */
function aboutReport({ report, channel }: ReportRow, { why, nowMs }: Undelivered): Told {
  const { schedule, period, title, occurrenceMs } = report;
  const due = `due ${instantText(occurrenceMs)}`;
  const alert: NoticeAlert = {
    fingerprint: JSON.stringify(['report', schedule, occurrenceMs]),
    rule: `report/${schedule}`,
    scope: 'all',
    threshold: 'delivered',
    basis: 'effective',
    period,
    status: 'firing',
    why: 'first',
    startedMs: nowMs,
    endedMs: null,
    value: null,
    fire: '0',
    clear: '0',
    labels: { severity: 'warning', data: 'missing', kind: 'report' },
    annotations: alertAnnotations({
      message: `the report "${title}", ${due}, was not delivered to ${channel}: ${why}`,
    }),
  };
  return { reason: 'first notification', headline: 'first', alerts: [alert] };
}

function highest({ alerts }: Told): Severity {
  const severities = alerts.map(({ labels }) => severityIn(labels));
  return severities.reduce((a, b) => (compareSeverity(a, b) >= 0 ? a : b), 'info');
}
