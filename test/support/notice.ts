/** Rows of the outbox for tests: valid as they are, each part to be said otherwise. */

import type { NoticeAlert, NoticeRow } from '../../packs/finance/core/alert-state/notice.ts';
import { parseUnits } from '../../packs/finance/core/money.ts';
import { type AlertNotes, alertAnnotations } from '../../packs/finance/core/notices/annotation.ts';

export type NoticeAlertOptions = Partial<NoticeAlert> &
  Readonly<{ amount?: string; at?: string; notes?: AlertNotes; severity?: string }>;

/** 112.60 USD of a weekly budget of 125.00 USD, at its step of 90 %. */
export function noticeAlert(options: NoticeAlertOptions = {}): NoticeAlert {
  const { amount = '112.60', at = '112.50', notes = {}, severity = 'critical', ...rest } = options;
  const rule = rest.rule ?? 'budget/weekly_spend/90';
  return {
    rule,
    scope: 'all',
    threshold: '90',
    basis: 'effective',
    fingerprint: JSON.stringify([rule, rest.scope ?? 'all', rest.period ?? '2026-W09']),
    period: '2026-W09',
    status: 'firing',
    why: 'first',
    startedMs: Date.parse('2026-03-01T06:00:00Z'),
    endedMs: null,
    value: `${parseUnits(amount)}`,
    fire: `${parseUnits(at)}`,
    clear: `${parseUnits(at)}`,
    labels: { severity, kind: 'budget', team: 'web' },
    annotations: alertAnnotations({
      currency: 'USD',
      limit: parseUnits('125'),
      freshness: 'complete through 2026-03-01 (aws), 2026-02-27 (openai)',
      estimate: 'reported',
      owner: 'growth-catalyst',
      runbook: 'https://wiki.example.com/runbooks/spend?step=90&x=1',
      message: 'Weekly spend is nearly used up',
      contributors: 'OpenAI 28.15 USD; Railway 5.00 USD',
      ...notes,
    }),
    ...rest,
  };
}

export function noticeRow(options: Partial<NoticeRow> = {}): NoticeRow {
  return {
    key: '["team","[\\"all\\"]",1,"first notification"]',
    channel: 'team',
    route: 'all',
    group: '["all"]',
    sequence: 1,
    reason: 'first notification',
    headline: 'first',
    atMs: Date.parse('2026-03-02T07:00:00Z'),
    alerts: [noticeAlert()],
    ...options,
  };
}

/** What a long-lived group says: something new, something known, something that ended. */
export function mixedRow(options: Partial<NoticeRow> = {}): NoticeRow {
  return noticeRow({
    key: '["team","[\\"all\\"]",2,"new alerts added"]',
    sequence: 2,
    reason: 'new alerts added',
    headline: 'new step',
    alerts: [
      noticeAlert({ why: 'still', severity: 'warning', rule: 'budget/weekly_spend/80', at: '100' }),
      noticeAlert({ why: 'new step' }),
      noticeAlert({
        rule: 'service/supabase/storage/90',
        scope: 'supabase',
        period: null,
        status: 'resolved',
        why: 'revised',
        amount: '7.2',
        at: '7.5',
        endedMs: Date.parse('2026-03-02T06:30:00Z'),
        notes: {
          currency: undefined,
          unit: 'GB',
          limit: parseUnits('8'),
          runbook: undefined,
          message: undefined,
          contributors: undefined,
          estimate: undefined,
        },
      }),
    ],
    ...options,
  });
}

/** Enough to break every limit that is not kept, in names that need escaping. */
export function hugeRow(count: number, filler = '<&>"\u{1f600}'): NoticeRow {
  const long = filler.repeat(400);
  const alerts = Array.from({ length: count }, (_, i) =>
    noticeAlert({
      rule: `budget/${i}/${long}`,
      scope: long,
      fingerprint: `${i}`.padStart(6, '0'),
      labels: { severity: 'critical', kind: long, service: long, [long]: long },
      notes: {
        contributors: long,
        message: long,
        owner: long,
        freshness: long,
        runbook: `https://example.com/${'a'.repeat(3000)}`,
      },
    }),
  );
  return noticeRow({ alerts });
}
