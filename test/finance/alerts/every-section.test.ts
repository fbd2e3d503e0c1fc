/**
 * A config that is in real use, unchanged: each of its sections does its work, from ledger and
 * readings to a mail server, Slack, PagerDuty and Grafana on loopback. Its reports are sent in
 * reports/send.test.ts.
 */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openAlertStore } from '../../../packs/finance/adapters/sqlite/alerts-store.ts';
import { alertsCheckCommand } from '../../../packs/finance/alerts/check.ts';
import { alertsEvaluateCommand } from '../../../packs/finance/alerts/evaluate.ts';
import { windowOpenCommand } from '../../../packs/finance/alerts/window/open.ts';
import { usageImportCommand } from '../../../packs/finance/usage/import.ts';
import {
  openAlertCheck,
  openEvaluate,
  openUsage,
  openWindows,
} from '../../../packs/finance/wire.ts';
import type { PackContext } from '../../../src/sdk/index.ts';
import { fakeContext } from '../../../src/sdk/testing.ts';
import { alertTarget, answer } from '../../support/alert-command.ts';
import { readExposition, shownSamples } from '../../support/exposition.ts';
import { SHARED } from '../../support/finance.ts';
import { ROOT } from '../../support/host.ts';
import { mailServer } from '../../support/mail-server.ts';
import { chargeMarch } from '../../support/march-charges.ts';
import { scriptedServer } from '../../support/scripted-server.ts';

const REAL = join(SHARED, 'intelliflow/usage-alerts-config.yaml');

/** Two calm weeks of OpenAI from Monday the 2nd, and one that is not. */
const CALM = Array.from({ length: 14 }, () => 6);
const WILD = [30, 110, 20, 100, 60, 60, 20];

const day = (date: number): string => `2026-03-${String(date).padStart(2, '0')}`;
const noon = (date: number): number => Date.parse(`${day(date)}T12:00:00Z`);

type Read = Readonly<{ atMs: number; line: string }>;

/** Storage that grows by 10 MB a day and then by 60, and commands that on one day are many. */
const READINGS: readonly Read[] = Array.from({ length: 23 }, (_, i) => {
  const date = 2 + i;
  const [storage, commands] = [250 + 10 * i + (i > 15 ? 60 : 0), i === 16 ? 9500 : 300];
  const at = (clock: string): string => `${day(date)}T${clock}:00:00Z`;
  return [
    `supabase,database_storage_mb,${storage},MB,level,,${at('06')}`,
    `upstash,daily_commands,${commands},commands,amount,${at('00')},${at('11')}`,
  ].map((line) => ({ atMs: Date.parse(line.slice(-20)), line }));
}).flat();
const HEAD = 'service,metric,value,unit,kind,start,at';

/** PagerDuty is where it always is: its name leads to the server of the test. */
function answeringFor(context: PackContext, pager: string): PackContext {
  const fetch: typeof globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const to = url.hostname === 'events.pagerduty.com' ? new URL(url.pathname, pager) : url;
    return globalThis.fetch(to, init);
  };
  return { ...context, fetch };
}

async function world() {
  const [mail, slack, pager, grafana] = await Promise.all([
    mailServer(),
    scriptedServer({ status: 200, body: 'ok' }),
    scriptedServer({ status: 202, body: '{"status":"success"}' }),
    scriptedServer({ status: 200, body: '{"id":7,"message":"Annotation added"}' }),
  ]);
  const here = alertTarget(readFileSync(REAL, 'utf8'), {
    SLACK_FINOPS_WEBHOOK: `${slack.origin}/services/T0/B0/x`,
    PAGERDUTY_FINOPS_KEY: 'r0uting0000000000000000000000000',
    SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
    SMTP_FROM: 'finops@example.com',
    GRAFANA_URL: grafana.origin,
    GRAFANA_TOKEN: 'glsa_nobody',
  });
  cpSync(
    join(ROOT, 'packs/finance/config/budgets.yaml'),
    join(here.root, 'config/finance/budgets.yaml'),
  );
  const contextAt = (nowMs: number) => answeringFor(here.contextAt(nowMs), pager.origin);
  return { here, contextAt, mail, slack, pager, grafana };
}

type World = Awaited<ReturnType<typeof world>>;
type Told = Readonly<{ channel: string; why: string; rules: readonly string[] }>;

/** What the ledger and the readings know by the noon of a day, and what is told then. */
async function live({ here, contextAt }: World, date: number, atMs = noon(date)) {
  await chargeMarch(here.root, [...CALM, ...WILD.slice(0, Math.max(date - 16, 0))]);
  const file = join(here.root, 'readings.csv');
  const known = READINGS.filter((each) => each.atMs <= atMs).map(({ line }) => line);
  writeFileSync(file, `${[HEAD, ...known].join('\n')}\n`);
  const said = { arguments: [file], flags: { source: 'dashboards' } };
  const read = await answer(usageImportCommand(openUsage), contextAt(atMs), said);
  expect(read.outcome).toBe('ok');
  return tell({ here, contextAt }, atMs);
}

async function tell({ here, contextAt }: Pick<World, 'here' | 'contextAt'>, atMs: number) {
  const before = new Set((await rowsOf(here.state)).map(({ id }) => id));
  const command = alertsEvaluateCommand(openEvaluate);
  const { text } = await answer(command, contextAt(atMs), { format: 'json' });
  const { rules } = JSON.parse(text);
  const rows = (await rowsOf(here.state)).filter(({ id }) => !before.has(id));
  const told = rows.flatMap(({ row, status }): Told[] => {
    expect(status).toBe('delivered');
    if (row.report !== undefined) return [];
    const fresh = row.alerts.filter(({ why }) => why !== 'still' || row.headline === 'repeat');
    const names = fresh.map(({ rule, labels }) => (labels.data === 'missing' ? 'data' : rule));
    return [{ channel: row.channel, why: row.headline, rules: names }];
  });
  const firing = rules.filter(({ state }: { state: string }) => state === 'firing');
  return { told, firing: new Set<string>(firing.map(({ id }: { id: string }) => id)) };
}

async function rowsOf(state: string) {
  const store = await openAlertStore(fakeContext(), state);
  const entries = store.outbox();
  store.close();
  return entries;
}

/** The channels that were told of a rule for that reason, sorted. */
function heardOf(told: readonly Told[], rule: string, why?: string): readonly string[] {
  const fitting = told.filter((each) => why === undefined || each.why === why);
  const found = fitting.filter(({ rules }) => rules.includes(rule));
  return [...new Set(found.map(({ channel }) => channel))].sort();
}

const PEOPLE = ['email', 'slack'];
const ALL = ['email', 'grafana', 'pagerduty', 'slack'];
const MINUTE = 60_000;

it.skipIf(!existsSync(REAL))(
  'a config in real use does its work, section by section',
  async () => {
    const here = await world();
    await live(here, 16);

    // service_alerts by amount, anomaly_detection; pagerduty from critical on.
    const tuesday = await live(here, 17);
    expect(heardOf(tuesday.told, 'service/openai/daily_cost/15.00', 'first')).toEqual(ALL);
    expect(heardOf(tuesday.told, 'service/openai/daily_cost/12.00')).toEqual([]);
    expect(tuesday.firing).toContain('forecast/tier_upgrade_needed');

    // budget_alerts, escalation, variance, forecast_alerts, and readings that reach 90 %.
    const wednesday = await live(here, 18);
    expect(heardOf(wednesday.told, 'budget/weekly_spend/100', 'first')).toEqual(ALL);
    expect(heardOf(wednesday.told, 'anomaly/cost_spike')).toEqual(['email', 'grafana', 'slack']);
    expect(heardOf(wednesday.told, 'service/supabase/storage/90')).toEqual(ALL);
    const found = ['variance/budget_variance', 'forecast/projected_overage'];
    expect([...wednesday.firing]).toEqual(expect.arrayContaining(found));
    // automated_actions: the audit of a weekly budget that is spent.
    const reports = readdirSync(join(here.here.root, 'data/finance/reports'));
    expect(reports.filter((name) => /^audit-.*\.csv$/.test(name))).toHaveLength(1);

    // escalation: an emergency every 15 minutes, what is critical every hour.
    const thursday = await live(here, 19);
    expect(heardOf(thursday.told, 'budget/weekly_spend/120', 'new step')).toEqual(ALL);
    const soon = await tell(here, noon(19) + 14 * MINUTE);
    expect(heardOf(soon.told, 'budget/weekly_spend/120')).toEqual([]);
    const later = await tell(here, noon(19) + 15 * MINUTE);
    expect(heardOf(later.told, 'budget/weekly_spend/120', 'repeat')).toEqual(
      [...PEOPLE, 'pagerduty'].sort(),
    );
    expect(heardOf(later.told, 'service/openai/monthly_cost/100')).toEqual([]);
    expect(thursday.firing).toContain('service/upstash/commands/90');
    expect((await live(here, 20)).firing).toContain('anomaly/usage_spike');

    // maintenance_windows: warnings wait for the end of the weekend, what is critical does not.
    const saturday = await live(here, 21);
    expect(saturday.firing).toContain('budget/monthly_spend/75');
    expect(heardOf(saturday.told, 'budget/monthly_spend/75')).toEqual([]);
    expect(heardOf(saturday.told, 'service/openai/daily_cost/15.00', 'first')).toEqual(ALL);
    expect(await live(here, 22)).toBeDefined();

    // One that is opened by hand holds back what is critical too.
    const opened = noon(23) - MINUTE;
    const window = { arguments: ['Planned Maintenance'], flags: { for: '2h' } };
    const open = await answer(windowOpenCommand(openWindows), here.contextAt(opened), window);
    expect(open.outcome).toBe('ok');
    const monday = await live(here, 23);
    expect(monday.firing).toContain('service/openai/daily_cost/15.00');
    expect(heardOf(monday.told, 'service/openai/daily_cost/15.00', 'first')).toEqual([]);
    const over = await tell(here, noon(23) + 2 * 60 * MINUTE);
    expect(heardOf(over.told, 'service/openai/daily_cost/15.00', 'first')).toEqual(ALL);
    const afterwards = await live(here, 24);
    expect(heardOf(afterwards.told, 'budget/monthly_spend/90')).toEqual([
      'email',
      'grafana',
      'slack',
    ]);

    // integrations
    const { mail, slack, pager, grafana } = here;
    for (const { received } of [slack, pager, grafana]) expect(received.length).toBeGreaterThan(0);
    expect(mail.mails.length).toBeGreaterThan(0);
    const file = join(here.here.root, 'data/finance/metrics/intelliflow_finops.prom');
    const samples = shownSamples(readExposition(readFileSync(file, 'utf8')));
    expect(samples.filter((line) => line.includes('_budget_limit'))).toHaveLength(2);
  },
  120_000,
);

it.skipIf(!existsSync(REAL))(
  'and what it says for people is shown, or said to be left',
  async () => {
    const here = await world();
    const { text } = await answer(alertsCheckCommand(openAlertCheck), here.contextAt(noon(16)), {
      format: 'json',
    });
    const { metadata, findings } = JSON.parse(text);
    expect(metadata.length ?? Object.keys(metadata).length).toBeGreaterThan(3);
    const codes = new Set(findings.map(({ code }: { code: string }) => code));
    expect(codes).not.toContain('not-built');
    expect([...codes]).toEqual(
      expect.arrayContaining(['action-undefined', 'report-format', 'report-section']),
    );
  },
);
