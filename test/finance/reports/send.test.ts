/** Reports that go out: to whom, what is in them, once each, whatever the mail server does. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openAlertStore } from '../../../packs/finance/adapters/sqlite/alerts-store.ts';
import { openReportOutbox } from '../../../packs/finance/adapters/sqlite/report-outbox.ts';
import { parseCron } from '../../../packs/finance/core/alert-config/cron.ts';
import type { ReportRow } from '../../../packs/finance/core/alert-state/notice.ts';
import { fakeContext } from '../../../src/sdk/testing.ts';
import { SHARED } from '../../support/finance.ts';
import { temporaryFolder } from '../../support/host.ts';
import { mailServer, reply } from '../../support/mail-server.ts';
import { sendTarget } from '../../support/report-send.ts';

const CONFIG = (more = ''): string => `
global:
  notification_channels:
    - { type: email, recipients: [ops@example.com] }
    - { type: file, name: log, path: told.jsonl }
  fallback: [log]
reporting:
  weekly_report:
    schedule: 0 9 * * MON
    recipients: [cfo@example.com, pm@example.com]
    include: [executive_summary, cost_by_service, projections]
${more}`;

const SEEN = '2025-12-23T10:00:00Z';
const MONDAY = '2025-12-29T09:05:00Z';

const envOf = (port: number) => ({
  SMTP_URL: `smtp://127.0.0.1:${port}`,
  SMTP_FROM: 'FinOps <finops@example.com>',
});

const validate = (() => {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  formats.default(ajv);
  const path = '../../../schemas/finance/report-send.schema.json';
  return ajv.compile(JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')));
})();

type Part = Readonly<{ head: string; text: string }>;

/** The parts of a mail, decoded. */
function partsOf(raw: string): readonly Part[] {
  const [, boundary] = /boundary="([^"]+)"/.exec(raw)!;
  return raw
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const end = part.indexOf('\r\n\r\n');
      const [head, body] = [part.slice(0, end), part.slice(end + 4)];
      const isBase64 = /transfer-encoding: base64/i.test(head);
      const plain = body
        .replace(/=\r\n/g, '')
        .replace(/(?:=[0-9A-F]{2})+/g, (run) =>
          Buffer.from(run.replaceAll('=', ''), 'hex').toString('utf8'),
        );
      return { head, text: isBase64 ? Buffer.from(body, 'base64').toString('utf8') : plain };
    });
}

describe('a schedule', () => {
  it('is seen first, then sent once for each occurrence, then no more', async () => {
    const server = await mailServer();
    const target = sendTarget(CONFIG(), envOf(server.port));
    const first = await target.send(SEEN);
    expect(first.outcome).toBe('ok');
    expect(first.json.reports[0].state).toBe('first-seen');
    expect(server.mails).toEqual([]);
    const sent = await target.send(MONDAY);
    expect([sent.outcome, sent.json.sending.sent[0].outcome]).toEqual(['ok', 'delivered']);
    expect(server.mails.map(({ to }) => to)).toEqual([['cfo@example.com', 'pm@example.com']]);
    const again = await target.send(MONDAY);
    expect(again.json.reports[0].state).toBe('not-due');
    expect((await target.send('2026-01-04T00:00:00Z')).json.sending.sent).toEqual([]);
    expect(server.mails.length).toBe(1);
    const late = await target.send('2026-01-20T00:00:00Z');
    expect(late.json.reports[0]).toMatchObject({ missed: 2, period: '2026-W03' });
    expect(late.text).toContain('2 earlier ones were missed');
    expect(server.mails.length).toBe(2);
    for (const { json } of [first, sent, late]) {
      validate(json);
      expect(validate.errors).toBeNull();
    }
  });

  it('is a mail with what was asked for, and what it lacks is said', async () => {
    const server = await mailServer();
    const target = sendTarget(CONFIG(), envOf(server.port));
    await target.send(SEEN);
    await target.send(MONDAY);
    const [mail] = server.mails;
    expect(mail!.raw).toMatch(/^Subject: Cost report 2025-W52: not known of 125\.00 USD/m);
    expect(mail!.raw).toMatch(/^Auto-Submitted: auto-generated/m);
    const [text, csv, ...rest] = partsOf(mail!.raw);
    expect(rest).toEqual([]);
    expect(text!.text).toContain('Mon 22 – Sun 28 Dec 2025');
    expect(text!.text).toContain('projections is left out: projections are not reported yet');
    expect(csv!.head).toContain('weekly-cost-report-2025-W52.csv');
    expect(csv!.head).toContain('text/csv');
    expect(csv!.text).toContain('SECTION: EXECUTIVE SUMMARY');
    expect(csv!.text).toContain('SECTION: COST BY SERVICE');
    expect(csv!.text).not.toContain('SECTION: NOTES');
    expect(csv!.text).not.toContain('SECTION: COST BY CATEGORY');
  });

  it('that asks for pdf gets CSV and Markdown, with a word about it', async () => {
    const server = await mailServer();
    const monthly = [
      '  monthly_report:',
      '    schedule: 0 9 1 * *',
      '    recipients: [ceo@example.com]',
      '    format: pdf',
    ];
    const target = sendTarget(CONFIG(monthly.join('\n')), envOf(server.port));
    await target.send(SEEN);
    await target.send('2026-01-01T10:00:00Z');
    const mail = server.mails.find(({ to }) => to.includes('ceo@example.com'));
    const [text, csv, md] = partsOf(mail!.raw);
    expect(text!.text).toContain('pdf cannot be made yet: CSV and Markdown are attached');
    expect(csv!.head).toContain('cost-report-2025-12.csv');
    expect(csv!.text).toContain('SECTION: DATA FRESHNESS');
    expect(md!.text).toMatch(/^## 31 days/);
  });
});

describe('what goes wrong', () => {
  it('a mail server that is busy gets it again later, from any run', async () => {
    let isBusy = true;
    const server = await mailServer({
      onMailFrom: (_, __, done) => done(isBusy ? reply(451, 'later') : null),
    });
    const target = sendTarget(CONFIG(), envOf(server.port));
    await target.send(SEEN);
    const busy = await target.send(MONDAY);
    expect(busy.outcome).toMatch(/^operational: 1 report was not delivered: reporting\/weekly_/);
    isBusy = false;
    const later = await target.send('2025-12-29T10:00:00Z');
    expect([later.outcome, later.json.sending.waiting]).toEqual(['ok', 0]);
    expect(server.mails.length).toBe(1);
  });

  it('a report that is refused is dead, kept, and the fallback is told in words', async () => {
    const server = await mailServer({
      onMailFrom: (_, __, done) => done(reply(550, 'not from you')),
    });
    const target = sendTarget(CONFIG(), envOf(server.port));
    await target.send(SEEN);
    const refused = await target.send(MONDAY);
    expect(refused.outcome).toMatch(/^operational: 1 report was not delivered/);
    expect(refused.json.sending.sent.map((each: { channel: string }) => each.channel)).toEqual([
      'reporting/weekly_report',
      'log',
    ]);
    const told = readFileSync(join(target.root, 'data/finance/told.jsonl'), 'utf8');
    expect(JSON.parse(told).alerts[0].message).toMatch(
      /the report "Cost report 2025-W52.*was not delivered to reporting\/weekly_report: .*550/,
    );
    const store = await openAlertStore(fakeContext(), target.state);
    expect(store.outbox(['dead']).map(({ row }) => row.report?.period)).toEqual(['2025-W52']);
    store.close();
  });

  it('without a mail server it waits, and says what is missing', async () => {
    const target = sendTarget(CONFIG(), {});
    await target.send(SEEN);
    const { outcome, json } = await target.send(MONDAY);
    expect(outcome).toMatch(/^operational: nothing was sent to reporting\/weekly_report: .*SMTP_/);
    expect(json.sending.waiting).toBe(1);
    expect(json.reports[0].recipients).toEqual(['cfo@example.com', 'pm@example.com']);
  });
});

describe('--name', () => {
  const BY_HAND = '  by_hand: { schedule: manual, recipients: [cfo@example.com], period: day }';
  const OFF = '  off: { enabled: false, schedule: 0 9 * * MON, recipients: [cfo@example.com] }';

  it('sends the newest occurrence though it was never seen, once', async () => {
    const server = await mailServer();
    const target = sendTarget(CONFIG(), envOf(server.port));
    const flags = { name: 'weekly_report' };
    expect((await target.send(SEEN, { flags })).json.reports[0].period).toBe('2025-W51');
    expect((await target.send(SEEN, { flags })).json.reports[0].state).toBe('written-before');
    // A look back is another occurrence.
    const past = await target.send(SEEN, { flags: { ...flags, 'as-of': '2025-12-15' } });
    expect(past.json.reports[0].period).toBe('2025-W50');
    expect(server.mails.length).toBe(2);
    // The schedule itself goes on from where it was seen.
    expect((await target.send(MONDAY)).json.reports[0].period).toBe('2025-W52');
  });

  it('sends one by hand whenever it is asked', async () => {
    const server = await mailServer();
    const target = sendTarget(CONFIG(BY_HAND), envOf(server.port));
    expect((await target.send(SEEN)).json.reports[1].state).toBe('by-hand');
    const flags = { name: 'by_hand' };
    expect((await target.send(SEEN, { flags })).json.reports[0].period).toBe('2025-12-22');
    await target.send(MONDAY, { flags });
    expect(server.mails.length).toBe(2);
  });

  it.each([
    [{ name: 'wekly_report' }, /^usage: --name wekly_report: reporting has no such report/],
    [{ name: 'off' }, /^usage: --name off: this report is switched off/],
    [{ name: 'off', due: true }, /^usage: --due and --name/],
    [{ 'as-of': '2030-01-01' }, /^usage: --as-of 2030-01-01 has not come yet/],
    [{ 'as-of': 'monday' }, /^usage: --as-of: "monday" is no instant/],
  ])('refuses %j', async (flags, message) => {
    const target = sendTarget(CONFIG(OFF), {});
    expect((await target.send(SEEN, { flags })).outcome).toMatch(message);
  });
});

it('a dry run says what would go out, and leaves nothing behind', async () => {
  const target = sendTarget(CONFIG(), {});
  const flags = { name: 'weekly_report' };
  const { text, outcome } = await target.send(MONDAY, { flags, dryRun: true });
  expect(outcome).toBe('ok');
  expect(text).toContain('cfo@example.com, pm@example.com');
  expect(text).toContain('2025-W52 (Mon 22 – Sun 28 Dec 2025)');
  expect(existsSync(target.state)).toBe(false);
});

it('one that is switched off and on again begins anew', async () => {
  const server = await mailServer();
  const path = join(temporaryFolder(), 'state.db');
  const outbox = await openReportOutbox(fakeContext(), path, { readOnly: false });
  const weekly = { name: 'weekly', cron: parseCron('0 9 * * MON') };
  outbox.see([weekly], 1000);
  outbox.see([weekly], 2000);
  expect(outbox.schedules()).toMatchObject([{ sinceMs: 1000, lastMs: null }]);
  outbox.see([], 3000);
  outbox.see([weekly], 4000);
  expect(outbox.schedules()).toMatchObject([{ sinceMs: 4000 }]);
  outbox.see([{ ...weekly, cron: parseCron('0  09 * * 1') }], 4500);
  expect(outbox.schedules()).toMatchObject([{ sinceMs: 4000, cron: '0 09 * * 1' }]);
  outbox.see([{ ...weekly, cron: parseCron('0 8 * * MON') }], 5000);
  expect(outbox.schedules()).toMatchObject([{ sinceMs: 5000, cron: '0 8 * * MON' }]);
  outbox.close();
  expect(server.mails).toEqual([]);
});

it('two handles at once write an occurrence once', async () => {
  const path = join(temporaryFolder(), 'state.db');
  const open = () => openReportOutbox(fakeContext(), path, { readOnly: false });
  const [a, b] = [await open(), await open()];
  const key = JSON.stringify(['report', 'weekly', 7]);
  const row: ReportRow = {
    ...{ key, channel: 'reporting/weekly', route: 'reporting', group: key, sequence: 1, atMs: 9 },
    report: {
      ...{ schedule: 'weekly', occurrenceMs: 7, missed: 0, title: 't', text: 'x', period: 'p' },
      attachments: [],
    },
  };
  expect([a.queue(row, 9), b.queue(row, 9), a.queue(row, 10)]).toEqual([true, false, false]);
  expect([a.isWritten('weekly', 7), b.isWritten('weekly', 8)]).toEqual([true, false]);
  const store = await openAlertStore(fakeContext(), path);
  expect(store.outbox().map((entry) => entry.row)).toEqual([row]);
  for (const each of [a, b, store]) each.close();
});

const REAL = join(SHARED, 'intelliflow/usage-alerts-config.yaml');

it.skipIf(!existsSync(REAL))('the config in real use sends both of its reports', async () => {
  const server = await mailServer();
  const target = sendTarget(readFileSync(REAL, 'utf8'), envOf(server.port));
  await target.send('2025-11-30T10:00:00Z');
  const { json, outcome } = await target.send('2025-12-01T09:00:00Z');
  expect(outcome).toBe('ok');
  expect(json.reports.map((each: { period: string }) => each.period)).toEqual([
    '2025-W48',
    '2025-11',
  ]);
  expect(json.reports[0].notes.length).toBe(3);
  const { reporting } = parse(readFileSync(REAL, 'utf8'));
  const recipients = Object.values<{ recipients: string[] }>(reporting);
  expect(server.mails.map(({ to }) => to).sort()).toEqual(
    recipients.map((each) => each.recipients).sort(),
  );
  expect(server.mails.map(({ raw }) => partsOf(raw).length).sort()).toEqual([2, 3]);
});
