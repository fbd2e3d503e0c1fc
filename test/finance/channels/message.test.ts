/** Whole notices, compared with files that a person has read; `vitest -u` writes them anew. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseUnits } from '../../../packs/finance/core/money.ts';
import {
  ANNOTATIONS,
  alertAnnotations,
  notesOf,
} from '../../../packs/finance/core/notices/annotation.ts';
import { messageHtml } from '../../../packs/finance/core/notices/html.ts';
import { noticeId } from '../../../packs/finance/core/notices/id.ts';
import { noticeJson } from '../../../packs/finance/core/notices/json.ts';
import { type AlertMessage, alertMessage } from '../../../packs/finance/core/notices/message.ts';
import { pagerDutyEvents } from '../../../packs/finance/core/notices/pagerduty.ts';
import { sampleRow } from '../../../packs/finance/core/notices/sample.ts';
import { slackFollowUp, slackMessage } from '../../../packs/finance/core/notices/slack.ts';
import { messageText } from '../../../packs/finance/core/notices/text.ts';
import { mixedRow, noticeAlert, noticeRow } from '../../support/notice.ts';

const golden = (name: string) => `./golden/${name}.golden.txt`;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const printed = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

describe('a notice about something new, something known and something that ended', () => {
  const row = mixedRow();
  const message = alertMessage(row);

  it.each([
    ['text', messageText(message)],
    ['html', messageHtml(message)],
    ['slack', printed(slackMessage(message))],
    ['slack-follow-up', printed(slackFollowUp(message))],
    ['pagerduty', printed(pagerDutyEvents(row, message, { routingKey: 'KEY', sha256 }))],
    ['notice', printed(noticeJson(row, message, noticeId(row, sha256)))],
  ])('is written as %s', async (name, text) => {
    await expect(text).toMatchFileSnapshot(golden(name));
  });

  it('has what is new first, then what is known, then what ended', () => {
    expect(message.alerts.map(({ alert }) => alert.why)).toEqual(['new step', 'still', 'revised']);
  });
});

const fieldsOf = ({ alerts }: AlertMessage) =>
  Object.fromEntries(alerts[0]!.fields.map(({ key, text }) => [key, text]));
const fieldsFor = (options: Parameters<typeof noticeAlert>[0]) =>
  fieldsOf(alertMessage(noticeRow({ alerts: [noticeAlert(options)] })));

describe('an alert in a notice', () => {
  it.each([
    ['112.605', 'USD', '112.60 USD'],
    ['112.615', 'USD', '112.62 USD'],
    ['112.615', 'JPY', '113 JPY'],
    ['1.2345', 'KWD', '1.234 KWD'],
    ['-0.001', 'USD', '0.00 USD'],
    ['-12.5', 'USD', '−12.50 USD'],
  ])('shows %s %s as %s', (amount, currency, shown) => {
    expect(fieldsFor({ amount, notes: { currency } }).value).toBe(shown);
  });

  it('keeps the unit and every digit of a reading', () => {
    const notes = { currency: undefined, unit: 'GB', limit: parseUnits('8') };
    const fields = fieldsFor({ amount: '7.234567', at: '7.2', notes });
    expect(fields).toMatchObject({
      value: '7.234567 GB',
      threshold: '7.2 GB',
      percent: '90.4 % of 8 GB',
    });
  });

  it('shows a percentage with one decimal', () => {
    const notes = { currency: undefined, unit: '%', limit: undefined };
    const fields = fieldsFor({ amount: '123.456', at: '110', notes });
    expect(fields.value).toBe('123.5 %');
    expect(fields.threshold).toBe('110.0 %');
    expect(fields.percent).toBeUndefined();
  });

  it('names the limit where going over it is what fires', () => {
    const thresholdFor = (at: string) => {
      const row = noticeRow({ alerts: [noticeAlert({ amount: '61', at, notes: { limit } })] });
      return noticeJson(row, alertMessage(row), 'id').alerts[0]!.threshold;
    };
    const limit = parseUnits('60');
    expect(thresholdFor('60.000000000001')).toBe('60');
    expect(thresholdFor('60')).toBe('60');
    expect(thresholdFor('60.000000000002')).toBe('60.000000000002');
  });

  it('turns back what was negated because it is bad when low', () => {
    const notes = { direction: 'under', limit: parseUnits('100') } as const;
    const fields = fieldsFor({ amount: '-40', at: '-50', notes });
    expect(fields).toMatchObject({
      value: '40.00 USD',
      threshold: 'not under 50.00 USD',
      percent: '40.0 % of 100.00 USD',
    });
  });

  it('says what is not known, and never as zero', () => {
    const fields = fieldsFor({ value: null, annotations: {} });
    expect(fields).toEqual({
      value: 'unknown',
      threshold: '112.5',
      period: '2026-W09',
      basis: 'effective',
      freshness: 'freshness unknown',
      owner: 'nobody is named',
      since: '2026-03-01 06:00 UTC',
    });
  });

  it('of missing data shows no amount', () => {
    const alert = noticeAlert({ labels: { severity: 'warning', data: 'missing' }, period: null });
    const message = alertMessage(noticeRow({ alerts: [{ ...alert, value: '1', fire: '1' }] }));
    expect(fieldsOf(message)).toMatchObject({ value: 'no current data', period: 'none, a level' });
    expect(message.title).toBe('WARNING budget/weekly_spend/90: no current data (first)');
  });

  it.each(['first', 'new step', 'repeat', 'resolved', 'revised'] as const)(
    'says that it was sent because of: %s',
    (headline) => {
      const message = alertMessage(noticeRow({ headline }));
      expect(message.why).toMatch(new RegExp(`^${headline}: `));
      expect(message.title).toContain(headline);
    },
  );

  it('is told even of a row that makes little sense', () => {
    const alert = noticeAlert({ value: 'x', fire: '', startedMs: Number.NaN, endedMs: 1e300 });
    const fields = fieldsOf(alertMessage(noticeRow({ alerts: [alert], atMs: 1e300 })));
    expect(fields).toMatchObject({ value: 'unknown', threshold: 'unknown', ended: 'unknown' });
    expect(messageText(alertMessage(noticeRow({ alerts: [] })))).toContain('nothing');
  });
});

describe('annotations', () => {
  it('come back as they were written', () => {
    const notes = {
      currency: 'USD',
      unit: 'GB',
      limit: 5n,
      percent: -7n,
      direction: 'under',
      basis: 'billed',
      period: 'p',
      freshness: 'f',
      estimate: 'estimated',
      owner: 'o',
      runbook: 'r',
      message: 'm',
      contributors: 'c',
    } as const;
    expect(Object.keys(notes)).toEqual(ANNOTATIONS);
    expect(notesOf(alertAnnotations(notes))).toEqual(notes);
  });

  it('leave out what is not known', () => {
    expect(alertAnnotations({ owner: ' ', unit: undefined, limit: 0n })).toEqual({ limit: '0' });
  });

  it('that make no sense are not known', () => {
    const odd = { limit: '1e3', percent: '1.5', estimate: 'guessed', owner: '' };
    expect(notesOf(odd)).toMatchObject({ limit: undefined, percent: undefined, owner: undefined });
    expect(notesOf(odd).estimate).toBeUndefined();
  });
});

describe('the test of a channel', () => {
  const sampled = { channel: 'team', now: new Date('2026-03-02T07:00:00Z'), id: 'id0001' };
  const rows = (['firing', 'resolved'] as const).map((status) => sampleRow({ ...sampled, status }));

  it('says that it is one', () => {
    expect(messageText(alertMessage(rows[0]!))).toContain(
      'This is a test of the channel team. Nothing is wrong.',
    );
  });

  it('ends what it began', () => {
    const events = rows.map((row) =>
      pagerDutyEvents(row, alertMessage(row), { routingKey: 'KEY', sha256 }),
    );
    expect(events.map(([event]) => event!.event_action)).toEqual(['trigger', 'resolve']);
    expect(events[0]![0]!.dedup_key).toBe(events[1]![0]!.dedup_key);
    expect(noticeId(rows[0]!, sha256)).not.toBe(noticeId(rows[1]!, sha256));
  });
});
