/**
 * A notice that its channel did not take, told to the channels of `global.fallback`: once each, in
 * one transaction with its death, and never on from there: what tells of a failure and fails is
 * only listed.
 */

import type { Channel } from '../alert-config/config.ts';
import { compareSeverity, type Severity } from '../alert-config/severity.ts';
import { severityIn } from '../notices/annotation.ts';
import type { OutboxRow } from './notice.ts';

export type Undelivered = Readonly<{
  row: OutboxRow;
  why: string;
  nowMs: number;
}>;

/** The rows to add; the same again for the same notice, so that a second death adds none. */
export function fallbackRows(
  undelivered: Undelivered,
  given: Readonly<{ channels: readonly Channel[]; fallback: readonly string[] }>,
): readonly OutboxRow[] {
  const { row } = undelivered;
  const severity = highest(row);
  return given.channels
    .filter(({ name, minSeverity }) => {
      const isAsked = given.fallback.includes(name) && name !== row.channel;
      return isAsked && compareSeverity(severity, minSeverity) >= 0;
    })
    .map(({ name }) => fallbackRow(undelivered, name));
}

function fallbackRow({ row, why, nowMs }: Undelivered, channel: string): OutboxRow {
  return {
    ...row,
    key: JSON.stringify([channel, 'undelivered', row.key]),
    channel,
    // Of its own for each channel that failed, so their notices are not each other's follow-ups.
    route: JSON.stringify(['undelivered', row.channel, row.route]),
    atMs: nowMs,
    alerts: row.alerts.map((alert) => {
      const said = alert.annotations.message ?? '';
      const told = `not delivered to ${row.channel}: ${why}`;
      const message = said === '' ? told : `${said} (${told})`;
      return { ...alert, annotations: { ...alert.annotations, message } };
    }),
  };
}

function highest({ alerts }: OutboxRow): Severity {
  const severities = alerts.map(({ labels }) => severityIn(labels));
  return severities.reduce((a, b) => (compareSeverity(a, b) >= 0 ? a : b), 'info');
}
