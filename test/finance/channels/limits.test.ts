/** Whatever the names are and however many alerts: limits hold, and nothing breaks out. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipped } from '../../../packs/finance/core/notices/clip.ts';
import {
  alertEmail,
  isEmailAddress,
  mailboxIn,
  SUBJECT_MAX,
} from '../../../packs/finance/core/notices/email.ts';
import { escapeHtml } from '../../../packs/finance/core/notices/html.ts';
import { dedupKey } from '../../../packs/finance/core/notices/id.ts';
import { alertMessage } from '../../../packs/finance/core/notices/message.ts';
import {
  PAGERDUTY_LIMITS,
  pagerDutyEvents,
} from '../../../packs/finance/core/notices/pagerduty.ts';
import {
  escapeSlack,
  SLACK_LIMITS,
  type SlackBlock,
  slackFollowUp,
  slackMessage,
} from '../../../packs/finance/core/notices/slack.ts';
import { oneLine } from '../../../packs/finance/core/one-line.ts';
import { hugeRow, noticeAlert, noticeRow } from '../../support/notice.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const HUGE = alertMessage(hugeRow(500));

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", '!', 'a', '\n', '\u202e', '😀') }),
);

const anyRow = fc
  .array(
    fc.record({
      rule: anyText,
      scope: anyText,
      owner: anyText,
      message: anyText,
      runbook: anyText,
    }),
    { maxLength: 30 },
  )
  .map((alerts) =>
    noticeRow({
      alerts: alerts.map(({ rule, scope, ...notes }) => noticeAlert({ rule, scope, notes })),
    }),
  );

function checkSlack(blocks: readonly SlackBlock[]): void {
  expect(blocks.length).toBeLessThanOrEqual(SLACK_LIMITS.blocks);
  for (const block of blocks) {
    const texts =
      block.type === 'context'
        ? block.elements
        : [block.text, ...('fields' in block ? block.fields! : [])];
    const max = block.type === 'header' ? SLACK_LIMITS.header : SLACK_LIMITS.section;
    for (const { type, text } of texts) {
      expect(text.length).toBeGreaterThan(0);
      expect(text.length).toBeLessThanOrEqual(max);
      if (type === 'mrkdwn') checkMarkup(text);
    }
    if (block.type === 'section') {
      expect(block.fields?.length ?? 0).toBeLessThanOrEqual(SLACK_LIMITS.fields);
      for (const field of block.fields ?? []) {
        expect(field.text.length).toBeLessThanOrEqual(SLACK_LIMITS.field);
      }
    }
  }
}

/** Of what is between < and >, only our own link to a runbook. */
function checkMarkup(text: string): void {
  const rest = text.replace(/<https?:\/\/[^<>|\s]+\|Runbook>/g, '');
  expect(rest).not.toMatch(/[<>]/);
  expect(rest.replace(/&(amp|lt|gt);/g, '')).not.toContain('&');
}

const OUR_TAGS = [
  /<!doctype html>|<meta charset="utf-8">|<br>/g,
  /<\/?(html|head|title|body|h1|h2|p|table|tr|td)( (lang|style|cellpadding)="[^"<>]*")*>/g,
  /<a href="https?:[^"<>]*">|<\/a>/g,
];

describe('a notice of 500 alerts with long names', () => {
  it('fits Slack', () => {
    for (const { text, blocks } of [slackMessage(HUGE), slackFollowUp(HUGE)]) {
      checkSlack(blocks);
      expect(text.length).toBeLessThanOrEqual(SLACK_LIMITS.text);
      expect(JSON.stringify(blocks)).toContain('And 480 more.');
      expect(JSON.stringify(blocks).length).toBeLessThan(100_000);
    }
  });

  it('fits PagerDuty', () => {
    const events = pagerDutyEvents(hugeRow(500), HUGE, { routingKey: 'KEY', sha256 });
    expect(events).toHaveLength(500);
    expect(new Set(events.map(({ dedup_key }) => dedup_key)).size).toBe(500);
    for (const event of events) {
      expect(event.dedup_key.length).toBeLessThanOrEqual(255);
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(PAGERDUTY_LIMITS.bytes);
      if (event.event_action === 'trigger') {
        expect(event.payload.summary.length).toBeLessThanOrEqual(PAGERDUTY_LIMITS.summary);
      }
    }
  });

  it('fits an e-mail', () => {
    const { subject, text, html } = alertEmail(HUGE);
    expect(subject.length).toBeLessThanOrEqual(SUBJECT_MAX);
    expect(text).toContain('And 400 more.');
    expect(html).toContain('And 400 more.');
    expect(html.length).toBeLessThan(3_000_000);
  });

  it('has a title of at most 1024', () => {
    expect(HUGE.title.length).toBeLessThanOrEqual(1024);
  });
});

describe('whatever a provider calls its services', () => {
  it('Slack gets no markup of it', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        checkSlack(slackMessage(alertMessage(row)).blocks);
        checkSlack(slackFollowUp(alertMessage(row)).blocks);
        checkMarkup(slackMessage(alertMessage(row)).text);
      }),
    );
  });

  it('HTML has the tags that we write, and a subject is one line', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const { subject, html } = alertEmail(alertMessage(row));
        expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
        const rest = OUR_TAGS.reduce((left, tag) => left.replace(tag, ''), html);
        expect(rest).not.toMatch(/[<>"']/);
      }),
    );
  });

  it('no half of a character is left', () => {
    fc.assert(
      fc.property(anyText, fc.nat(40), (text, max) => {
        for (const escaping of [escapeSlack, escapeHtml]) {
          const short = clipped(oneLine(text), max, escaping);
          expect(short.length).toBeLessThanOrEqual(max);
          expect(short.isWellFormed()).toBe(true);
          expect(short).not.toMatch(/&[a-z#0-9]*(…|$)/);
          expect(clipped(oneLine(text), max).isWellFormed()).toBe(true);
        }
      }),
    );
  });
});

describe('a key of PagerDuty', () => {
  const part = fc.string({ unit: fc.constantFrom('a', ':', '%', '3', 'A', 'é'), maxLength: 100 });
  const alert = fc.record({ rule: part, scope: part, period: fc.option(part) });

  it('is that of one alert alone', () => {
    fc.assert(
      fc.property(alert, alert, (a, b) => {
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        // A period that is called what none is written as is nobody's.
        fc.pre(a.period !== '-' && b.period !== '-');
        expect(dedupKey(a, sha256) === dedupKey(b, sha256)).toBe(isSame);
      }),
    );
  });

  it('is short and printable', () => {
    fc.assert(
      fc.property(anyText, anyText, (rule, scope) => {
        expect(dedupKey({ rule, scope, period: null }, sha256)).toMatch(
          /^finops:[\x21-\x7e]{1,248}$/,
        );
      }),
    );
  });

  it('of missing data is not that of the value', () => {
    const level = noticeAlert({ period: null });
    const data = { ...level, labels: { severity: 'warning', data: 'missing' } };
    const row = noticeRow({ alerts: [level, { ...data, fingerprint: 'z' }] });
    const events = pagerDutyEvents(row, alertMessage(row), { routingKey: 'KEY', sha256 });
    expect(events.map(({ dedup_key }) => dedup_key)).toEqual([
      'finops:budget/weekly_spend/90:all:-',
      'finops:budget/weekly_spend/90:all:data',
    ]);
  });

  it('stays open while one of two alerts that share it fires', () => {
    const alerts = [
      noticeAlert({ threshold: '1' }),
      noticeAlert({ threshold: '2', status: 'resolved', why: 'resolved' }),
    ];
    const row = noticeRow({ alerts });
    const events = pagerDutyEvents(row, alertMessage(row), { routingKey: 'KEY', sha256 });
    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger']);
  });
});

describe('an address of e-mail', () => {
  it.each(['a@example.com', 'a.b+c@sub.example.com', 'jörg@exämple.de', 'a@localhost'])(
    'may be %s',
    (address) => expect(isEmailAddress(address)).toBe(true),
  );

  it.each([
    '',
    'a',
    '@b',
    'a@',
    'a@b@c',
    'a b@c.d',
    'a@b.c,d@e.f',
    'a@b.c\r\nBcc: d@e.f',
    '<a@b.c>',
    'a@b..c',
    '.a@b.c',
    'a@b.c.',
    'a@b\u0000c',
    `${'a'.repeat(65)}@b.c`,
    `a@${'b'.repeat(254)}`,
  ])('may not be %j', (address) => expect(isEmailAddress(address)).toBe(false));

  it.each([
    ['a@b.c', { name: '', address: 'a@b.c' }],
    ['FinOps <a@b.c>', { name: 'FinOps', address: 'a@b.c' }],
    ['"Fin, Ops" <a@b.c>', { name: 'Fin, Ops', address: 'a@b.c' }],
    ['<a@b.c>', { name: '', address: 'a@b.c' }],
    ['a\r\nBcc: x <a@b.c>', undefined],
    ['a@b.c <d@e.f>', undefined],
    ['FinOps <a@b.c> <d@e.f>', undefined],
  ])('of a sender is read from %j', (text, mailbox) => {
    expect(mailboxIn(text)).toEqual(mailbox);
  });
});
