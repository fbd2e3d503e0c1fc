/** Notices that nobody is sent: in words (`budget/weekly_spend/80 2026-W10`), and as JSON. */
import type { NoticeAlert, NoticeRow } from '../core/alert-state/notice.ts';
import { formatExact } from '../core/money.ts';
import { notesOf, severityIn } from '../core/notices/annotation.ts';
import { dataIsMissing, thresholdText, turned, valueText } from '../core/notices/message.ts';
import { oneLine } from '../core/one-line.ts';
import { formatInstant } from '../core/usage/instant.ts';

export function nameOf(alert: NoticeAlert): string {
  const { rule, scope, period } = alert;
  const isSaid = scope === 'all' || rule.split('/').includes(scope);
  const data = dataIsMissing(alert) ? 'without data' : '';
  return oneLine([rule, isSaid ? '' : `(${scope})`, period ?? '', data].filter(Boolean).join(' '));
}

/** `90.00 USD at 100.00 USD`; of data that is missing, why it is. */
export function amountsOf(alert: NoticeAlert): string {
  const notes = notesOf(alert.annotations);
  if (dataIsMissing(alert)) return oneLine(notes.message ?? 'its data is there again');
  return `${valueText(alert, notes)} at ${thresholdText(alert, notes)}`;
}

export function noticeJson({ atMs, channel, headline, alerts }: NoticeRow): object {
  const at = formatInstant(atMs);
  return { at, channel, reason: headline, rules: alerts.map(alertJson) };
}

function alertJson(alert: NoticeAlert): object {
  const { rule, scope, period, status, value, fire, labels, annotations } = alert;
  const notes = notesOf(annotations);
  const isData = dataIsMissing(alert);
  const amount = (units: string | null) =>
    units === null || isData ? null : formatExact(turned(BigInt(units), notes), 0);
  return {
    ...{ rule, scope, period, status, severity: severityIn(labels), data_missing: isData },
    ...{
      value: amount(value),
      threshold: amount(fire),
      unit: notes.currency ?? notes.unit ?? null,
    },
  };
}
