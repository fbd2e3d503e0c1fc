/** A report that cannot be made, and schedules whose times were changed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { reportChannel } from '../../../packs/finance/core/alert-config/report-channel.ts';
import { billingPeriod } from '../../../packs/finance/core/billing-period.ts';
import { reportMail } from '../../../packs/finance/report/send/content.ts';
import { planReports } from '../../../packs/finance/report/send/plan.ts';
import type { OpenReportSend, ReportSendPorts } from '../../../packs/finance/report/send/ports.ts';
import { openReportSend } from '../../../packs/finance/wire-reports.ts';
import { BrctlError, operationalError } from '../../../src/sdk/index.ts';
import { mailServer, reply } from '../../support/mail-server.ts';
import { type SendTarget, sendTarget } from '../../support/report-send.ts';

const config = (weekly: string, more = ''): string => `
global:
  notification_channels:
    - { type: email, recipients: [ops@example.com] }
    - { type: file, name: log, path: told.jsonl }
  fallback: [log]
reporting:
  weekly_report: { schedule: "${weekly}", recipients: [cfo@example.com] }
${more}`;

const MONTHLY = '  monthly_report: { schedule: 0 9 1 * *, recipients: [ceo@example.com] }';
const SEEN = '2025-12-23T10:00:00Z';
const FIRST = '2026-01-01T10:00:00Z';

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

const toldIn = ({ root }: SendTarget): string[] =>
  readFileSync(join(root, 'data/finance/told.jsonl'), 'utf8').trim().split('\n');

const DECEMBER = billingPeriod('2025-12');

/** The real ports, but for charges of December, which nobody can read. */
const failing =
  (problem: Error): OpenReportSend =>
  async (context, options) => {
    const ports = await openReportSend(context, options);
    const { warehouse } = ports.report;
    const aggregate: typeof warehouse.aggregate = async (question) => {
      const { start, end } = question.period;
      if (start === DECEMBER.start && end === DECEMBER.end) throw problem;
      return warehouse.aggregate(question);
    };
    return { ...ports, report: { ...ports.report, warehouse: { ...warehouse, aggregate } } };
  };

const BROKEN = operationalError('report-too-large', 'it has 7 bytes too many', 'have fewer');
const open = failing(BROKEN);

describe('a report that cannot be made', () => {
  it('holds up no other, is told once, and is tried again', async () => {
    let isBusy = true;
    const server = await mailServer({
      onMailFrom: (_, __, done) => done(isBusy ? reply(451, 'later') : null),
    });
    const more = '  early: { schedule: 0 8 * * *, recipients: [early@example.com] }';
    const target = sendTarget(config('0 9 * * MON', `${MONTHLY}\n${more}`), envOf(server.port));
    await target.send(SEEN);
    await target.send('2025-12-29T09:05:00Z');
    isBusy = false;
    const dry = await target.send(FIRST, { open, dryRun: true });
    expect(dry.outcome).toBe(
      'operational: 1 report was not made: monthly_report: it has 7 bytes too many',
    );
    expect(dry.text).toContain('monthly_report  cannot be made, due 2026-01-01T09:00:00Z');
    expect(dry.text).toContain('hint      have fewer');
    const { outcome, json } = await target.send(FIRST, { open });
    expect(outcome).toBe(dry.outcome);
    expect(json.reports.map((each: { state: string }) => each.state)).toEqual([
      'not-due',
      'not-made',
      'due',
    ]);
    expect(json.reports[1]).toMatchObject({ period: '2025-12', problem: BROKEN.message });
    validate(json);
    expect(validate.errors).toBeNull();
    // Those that waited since Monday, and the one of that morning.
    expect(server.mails.map(({ to }) => to[0]).sort()).toEqual([
      'cfo@example.com',
      'early@example.com',
      'early@example.com',
    ]);
    expect(toldIn(target)).toHaveLength(1);
    expect(JSON.parse(toldIn(target)[0]!).alerts[0].message).toBe(
      'the report "monthly_report of 2025-12", due 2026-01-01 09:00 UTC, was not delivered to ' +
        'reporting/monthly_report: it could not be made: it has 7 bytes too many',
    );
    await target.send('2026-01-01T10:30:00Z', { open });
    expect(toldIn(target)).toHaveLength(1);
    const mended = await target.send('2026-01-01T11:00:00Z');
    expect([mended.outcome, mended.json.reports[1].state]).toEqual(['ok', 'due']);
    expect(server.mails.at(-1)!.to).toEqual(['ceo@example.com']);
  });

  it('is told by the next run where a run was killed before it told', async () => {
    const target = sendTarget(config('0 9 * * MON', MONTHLY), {});
    await target.send(SEEN);
    const silent: OpenReportSend = async (context, options) => {
      const ports = await open(context, options);
      const sent = { sent: [], blocked: [], waiting: 0, untried: 0, nextMs: null, dead: 0 };
      return { ...ports, send: async () => sent };
    };
    await target.send(FIRST, { open: silent });
    await target.send('2026-01-01T10:30:00Z', { open });
    await target.send('2026-01-01T11:00:00Z', { open });
    expect(toldIn(target)).toHaveLength(1);
  });

  it('tells nobody of what another command holds for now, and keeps its exit code', async () => {
    const target = sendTarget(config('0 9 * * MON', MONTHLY), {});
    await target.send(SEEN);
    const held = new BrctlError('locked', { code: 'state-locked', message: 'an import runs' });
    const { outcome, json } = await target.send(FIRST, { open: failing(held) });
    expect(outcome).toBe('locked: 1 report was not made: monthly_report: an import runs');
    expect(json.sending.sent).toEqual([]);
  });

  it('for its size is told with a way out', async () => {
    const target = sendTarget(config('0 9 * * MON', MONTHLY), {});
    const context = target.contextAt(Date.parse(FIRST));
    const ports: ReportSendPorts = await openReportSend(context, { readOnly: true });
    const alerts = await ports.settings.alerts();
    const options = { name: 'weekly_report', askedMs: Date.parse(FIRST), now: context.now };
    const [planned] = await planReports(options, alerts, ports);
    await ports.close();
    if (planned?.row === undefined) throw new Error('nothing planned');
    expect(reportChannel(alerts, planned.schedule).name).toBe('reporting/weekly_report');
    const { schedule, days, answer, row } = planned;
    const [finding] = answer.report.findings;
    const findings = [{ ...finding!, message: 'x'.repeat(6_000_000) }];
    const large = { ...answer, report: { ...answer.report, findings } };
    const due = { occurrenceMs: row.report.occurrenceMs, missed: 0 };
    const make = (format: 'json' | 'md') => () =>
      reportMail({
        ...{ schedule: { ...schedule, format }, due, days, answer: large },
        generated: context.now,
      });
    const way = ', or read it with brctl finance report --week 2025-W52';
    expect(make('json')).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          /^2025-W52 has 60\d{5} bytes to attach; the limit is 5242880/,
        ),
        hint: `leave sections out with include, which format: csv allows${way}`,
      }),
    );
    expect(make('md')).toThrow(
      expect.objectContaining({ hint: `leave sections out with include${way}` }),
    );
  });
});

describe('a schedule that was changed', () => {
  async function changed(from: string, to: string) {
    const server = await mailServer();
    const target = sendTarget(config(from), envOf(server.port));
    const edit = () =>
      writeFileSync(join(target.root, 'config/finance/usage-alerts-config.yaml'), config(to));
    const state = async (now: string, flags = {}) => {
      const { json, text } = await target.send(now, { flags });
      validate(json);
      expect(validate.errors).toBeNull();
      return [json.reports[0].state, json.reports[0].missed, text] as const;
    };
    return { server, edit, state };
  }

  it('only in its words loses nothing', async () => {
    const { server, edit, state } = await changed('0 9 * * MON', '0 9 * * 1');
    await state(SEEN);
    edit();
    expect((await state('2025-12-29T09:05:00Z'))[0]).toBe('due');
    expect(server.mails).toHaveLength(1);
  });

  it('to another time does not send the same days twice, and goes on after them', async () => {
    const { server, edit, state } = await changed('0 9 * * MON', '0 10 * * MON');
    await state(SEEN);
    await state('2025-12-29T09:05:00Z');
    edit();
    expect((await state('2025-12-29T09:30:00Z'))[0]).toBe('first-seen');
    const named = await state('2025-12-29T10:04:00Z', { name: 'weekly_report' });
    expect(named[0]).toBe('reported-before');
    const [passed, , text] = await state('2025-12-29T10:05:00Z');
    expect(passed).toBe('not-due');
    expect(named[2]).toContain('2025-W52 was reported before its times were changed');
    expect(text).not.toContain('missed');
    expect((await state('2026-01-05T10:05:00Z')).slice(0, 2)).toEqual(['due', 0]);
    expect(server.mails).toHaveLength(2);
  });

  it('is sent again where the one of before never arrived', async () => {
    const refusing = await mailServer({
      onMailFrom: (_, __, done) => done(reply(550, 'not from you')),
    });
    const target = sendTarget(config('0 9 * * MON'), envOf(refusing.port));
    await target.send(SEEN);
    await target.send('2025-12-29T09:05:00Z');
    const file = join(target.root, 'config/finance/usage-alerts-config.yaml');
    writeFileSync(file, config('0 10 * * MON'));
    await target.send('2025-12-29T09:30:00Z');
    const { json } = await target.send('2025-12-29T10:05:00Z');
    expect(json.reports[0].state).toBe('due');
  });

  it('may report the same days as often as its times say', async () => {
    const { server, edit, state } = await changed('0 9 * * *', '0 10,12,14 * * *');
    await state('2025-12-28T10:00:00Z');
    await state('2025-12-29T09:05:00Z');
    edit();
    await state('2025-12-29T09:30:00Z');
    expect((await state('2025-12-29T10:00:00Z'))[0]).toBe('reported-before');
    expect((await state('2025-12-29T12:00:00Z'))[0]).toBe('due');
    expect((await state('2025-12-29T14:00:00Z'))[0]).toBe('due');
    expect(server.mails).toHaveLength(3);
  });
});
