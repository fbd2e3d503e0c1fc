/** `integrations`: what each of them does, from file to wire, and that nobody waits for it. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alertsCheckCommand } from '../../../packs/finance/alerts/check.ts';
import { alertsEvaluateCommand } from '../../../packs/finance/alerts/evaluate.ts';
import { notifyTestCommand } from '../../../packs/finance/alerts/notify/channel-test.ts';
import { outboxListCommand } from '../../../packs/finance/alerts/outbox/list.ts';
import { outboxRetryCommand } from '../../../packs/finance/alerts/outbox/retry.ts';
import {
  deliveryChannels,
  integrationChannels,
} from '../../../packs/finance/core/alert-config/integration.ts';
import { channelsFor } from '../../../packs/finance/core/alert-config/route.ts';
import { variable } from '../../../packs/finance/core/alert-config/variable.ts';
import { routesOf } from '../../../packs/finance/core/alert-rules/delivery.ts';
import {
  openAlertCheck,
  openEvaluate,
  openNotify,
  openOutbox,
} from '../../../packs/finance/wire.ts';
import { type AlertTarget, alertTarget, answer } from '../../support/alert-command.ts';
import { configOf } from '../../support/alert-evaluation.ts';
import { readExposition, shownSamples } from '../../support/exposition.ts';
import { chargeMarch } from '../../support/march-charges.ts';
import { type ScriptedStep, scriptedServer } from '../../support/scripted-server.ts';

const TOKEN = 'glsa_PLANTED0001token';
const KEY = 'PLANTEDkey0123456789';
const ENV = { GRAFANA_TOKEN: TOKEN, DATADOG_API_KEY: KEY };
const BUDGETS = 'currency: USD\nlines:\n  - { name: Reserve, amount: 100.00, per: week }\n';

const config = (grafana: string, datadog: string): string => `
global:
  notification_channels:
    - { type: file, name: ops, path: told.jsonl }
  escalation:
    warning: { notify: [ops], repeat_interval: 1h }
budget_alerts:
  weekly_spend:
    budget: 100.00
    currency: USD
    alerts:
      - { threshold_percent: 80, severity: warning }
integrations:
  grafana: { dashboard_id: finops-main, url: "${grafana}" }
  prometheus: { metrics_prefix: finops, scrape_interval: 60s }
  datadog: { api_key: "${variable('DATADOG_API_KEY')}", url: "${datadog}" }
`;

const command = alertsEvaluateCommand(openEvaluate);
const at = (day: string, time = '08:00'): number => Date.parse(`2026-03-${day}T${time}:00Z`);
const METRICS = 'data/finance/metrics';

type World = Readonly<{ grafana?: readonly ScriptedStep[]; datadog?: readonly ScriptedStep[] }>;

const ADDED = { status: 200, body: '{"id":41,"message":"Annotation added"}' };

async function world({ grafana = [ADDED], datadog = [{ status: 202 }] }: World = {}) {
  const [annotations, events] = await Promise.all([
    scriptedServer(...grafana),
    scriptedServer(...datadog),
  ]);
  const here = alertTarget(config(annotations.origin, events.origin), ENV);
  writeFileSync(join(here.root, 'config/finance/budgets.yaml'), BUDGETS);
  const run = (nowMs: number) => answer(command, here.contextAt(nowMs));
  const asked = () => annotations.received.map(({ method, path }) => `${method} ${path}`);
  const types = () => events.received.map(({ body }) => JSON.parse(body).alert_type);
  return { here, run, asked, types };
}

const metrics = ({ root }: AlertTarget): readonly string[] =>
  shownSamples(readExposition(readFileSync(join(root, METRICS, 'finops.prom'), 'utf8')));

const toldTo = ({ root }: AlertTarget): string[] =>
  readFileSync(join(root, 'data/finance/told.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).headline);

function expectNoSecret({ root }: AlertTarget, texts: readonly string[]): void {
  const folder = join(root, 'data/finance');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => readFileSync(join(each.parentPath, each.name), 'latin1'));
  for (const text of [...files, ...texts]) expect(text).not.toContain('PLANTED');
}

describe('an evaluation with all of them', () => {
  it('marks one region, tells each change once, and is measured', async () => {
    const { here, run, asked, types } = await world();
    await chargeMarch(here.root, [40, 30, 15]);
    const first = await run(at('05'));
    expect(first.outcome).toBe('findings');
    const rule = 'id=budget/weekly_spend/80 scope=all severity=warning basis=effective';
    const budget = 'budget=budget/weekly_spend scope=all period=2026-W10 currency=USD';
    expect(metrics(here)).toEqual([
      `finops_rule_value ${rule} period=2026-W10 currency=USD 85`,
      `finops_rule_threshold ${rule} period=2026-W10 currency=USD 80`,
      `finops_rule_firing ${rule} period=2026-W10 1`,
      `finops_rule_stale ${rule} period=2026-W10 0`,
      `finops_budget_limit ${budget} 100`,
      `finops_budget_used ${budget} basis=effective 85`,
      expect.stringMatching(/^finops_source_complete_timestamp_seconds source=\w+ \d+$/),
      expect.stringMatching(/^finops_source_import_timestamp_seconds source=\w+ \d+(\.\d+)?$/),
      `finops_evaluation_timestamp_seconds ${at('05') / 1000}`,
    ]);
    // The operator's channel repeats, and these do not.
    await run(at('05', '10:00'));
    expect(asked()).toEqual(['POST /api/annotations']);
    await chargeMarch(here.root, [40, 10, 15]);
    const last = await run(at('05', '11:00'));
    expect(last.outcome).toBe('ok');
    expect(toldTo(here)).toEqual(['first', 'repeat', 'revised']);
    expect(asked()).toEqual(['POST /api/annotations', 'PATCH /api/annotations/41']);
    expect(types()).toEqual(['warning', 'success']);
    expect(metrics(here)[2]).toMatch(/^finops_rule_firing .* 0$/);
    expectNoSecret(here, [first.text, first.outcome, last.text]);
  });

  it('tells people although nothing else answers, and the fallback nothing of it', async () => {
    const refusing = (request: { headers: object; body: string }) => ({
      status: 401,
      body: JSON.stringify(request.headers) + request.body,
    });
    const { here, run } = await world({ grafana: [refusing], datadog: ['reset'] });
    const file = join(here.root, 'config/finance/usage-alerts-config.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('  escalation:', '  fallback: ops\n  escalation:'));
    await chargeMarch(here.root, [40, 30, 15]);
    const { text: said, outcome } = await run(at('05'));
    expect(outcome).toMatch(/^auth: 1 notice was not delivered: grafana: Grafana answered 401/);
    expect(toldTo(here)).toEqual(['first']);
    expect(said).toContain('delivered  ops: first');
    const open = (command: typeof listed | typeof retried, words = {}) =>
      answer(command, here.contextAt(at('05', '12:00')), words);
    const listed = outboxListCommand(openOutbox);
    const retried = outboxRetryCommand(openOutbox);
    const list = await open(listed);
    expect(list.text).toMatch(/grafana/);
    expect(list.text).toMatch(/datadog/);
    const again = await open(retried, { flags: { dead: true } });
    expect(again.outcome).toMatch(/^auth: .*grafana/);
    expectNoSecret(here, [said, outcome, list.text, again.text, again.outcome]);
  });

  it('is not undone where the metrics cannot be written, and says so last', async () => {
    const { here, run, asked } = await world();
    await chargeMarch(here.root, [40, 30, 15]);
    writeFileSync(join(here.root, METRICS), 'in the way');
    const { outcome, text } = await run(at('05'));
    expect(outcome).toMatch(/^operational: the metrics for Prometheus were not written: /);
    expect(text).toContain('delivered  ops: first');
    expect(asked()).toHaveLength(1);
    rmSync(join(here.root, METRICS));
    expect((await run(at('05', '08:01'))).outcome).toBe('findings');
    expect(toldTo(here)).toEqual(['first']);
    expect(metrics(here)).not.toEqual([]);
  });

  it('writes and asks nothing on a dry run', async () => {
    const { here, asked, types } = await world();
    await chargeMarch(here.root, [40, 30, 15]);
    const dry = await answer(command, here.contextAt(at('05')), { dryRun: true });
    expect(dry.text).toContain('would tell grafana (first): budget/weekly_spend/80 2026-W10');
    expect([...asked(), ...types()]).toEqual([]);
    expect(readdirSync(join(here.root, 'data/finance'))).not.toContain('metrics');
  });

  it('waits for a variable that is missing', async () => {
    const { here } = await world();
    await chargeMarch(here.root, [40, 30, 15]);
    const context = { ...here.contextAt(at('05')), env: { DATADOG_API_KEY: KEY } };
    const { outcome } = await answer(command, context);
    expect(outcome).toContain(
      `nothing was sent to grafana: ${variable('GRAFANA_TOKEN')}: GRAFANA_TOKEN is not set`,
    );
    expect(toldTo(here)).toEqual(['first']);
  });
});

describe('notify test', () => {
  const test = notifyTestCommand(openNotify);
  it('draws a region in Grafana, and sends Datadog one event', async () => {
    const { here, asked, types } = await world();
    const tell = (name: string) => answer(test, here.contextAt(at('05')), { arguments: [name] });
    const { text, outcome } = await tell('grafana');
    expect(text).toContain('delivered to grafana (grafana: finops-main)\nresolved at grafana');
    expect(outcome).toBe('ok');
    expect((await tell('datadog')).outcome).toBe('ok');
    expect(asked()).toEqual(['POST /api/annotations', 'PATCH /api/annotations/41']);
    expect(types()).toEqual(['info']);
  });
});

describe('routes', () => {
  const text = config('https://grafana.example.com', 'https://api.datadoghq.com');
  it('lead to them besides, and never instead', () => {
    const found = configOf(text);
    const told = routesOf(found, 0).map(({ name, channels }) => [
      name,
      channels.map((each) => each.name).join(),
    ]);
    expect(told).toEqual([
      ['info', 'grafana,datadog'],
      ['warning', 'ops,grafana,datadog'],
      ['critical', 'grafana,datadog'],
      ['emergency', 'grafana,datadog'],
    ]);
    expect(channelsFor(found, 'critical')).toEqual([]);
  });

  it('tell them from a channel of the operator that has their name', () => {
    const found = configOf(text.replace('name: ops', 'name: Grafana').replace('[ops]', 'Grafana'));
    expect(deliveryChannels(found).map(({ name }) => name)).toEqual([
      ...['Grafana', 'integration/grafana', 'datadog'],
    ]);
  });

  it('lead nowhere where they are off, or have nothing to send', () => {
    const off = text.replaceAll('{ dashboard_id', '{ alert_annotations: false, dashboard_id');
    const channels = integrationChannels(
      configOf(off.replace('{ api_key', '{ enabled: false, api_key')),
    );
    expect(channels).toEqual([]);
  });

  it('know the sites of Datadog', () => {
    const url = 'url: "https://api.datadoghq.com"';
    const [, to] = integrationChannels(configOf(text.replace(url, 'site: datadoghq.eu')));
    expect(to!.to).toMatchObject({ url: { text: 'https://api.datadoghq.eu' } });
    const [, usual] = integrationChannels(configOf(text.replace(`, ${url}`, '')));
    expect(usual!.to).toMatchObject({ url: { text: 'https://api.datadoghq.com' } });
  });
});

describe('a check', () => {
  const check = async (integrations: string) => {
    const here = alertTarget(`integrations:\n${integrations}`, ENV);
    const asked = alertsCheckCommand(openAlertCheck);
    const { text } = await answer(asked, here.contextAt(at('05')));
    const json = await answer(asked, here.contextAt(at('05')), { format: 'json' });
    return { text, json: JSON.parse(json.text) };
  };

  it('says what each of them will do', async () => {
    const { text, json } = await check(`
  grafana: { dashboard_id: main, url: "https://grafana.example.com" }
  prometheus: { metrics_prefix: finops, scrape_interval: 60s }
  datadog: { api_key: "${variable('DATADOG_API_KEY')}", enabled: false }
`);
    expect(json.integrations.map(({ does }: { does: string }) => does)).toEqual([
      'shows when each alert began and ended: channel grafana',
      'alerts evaluate writes data/finance/metrics/finops.prom, at least every 1m',
      'off',
    ]);
    expect(text).toContain('alerts evaluate writes data/finance/metrics/finops.prom');
    expect(text).toMatch(/GRAFANA_TOKEN +set/);
    expect(json.findings.map(({ code }: { code: string }) => code)).toEqual(['evaluate-often']);
  });

  it('says what Grafana needs, or that it gets nothing', async () => {
    const { json, text } = await check('  grafana: { dashboard_id: main }\n');
    expect(json.findings).toEqual([]);
    expect(text).toMatch(/GRAFANA_URL +not set/);
    const none = await check('  grafana: { alert_annotations: false }\n');
    expect(none.json.findings).toMatchObject([{ code: 'nothing-to-send' }]);
    expect(none.json.variables).toEqual([]);
  });

  it('says that a site of Datadog needs its address, which the file has to name', async () => {
    const key = `api_key: "${variable('DATADOG_API_KEY')}"`;
    const { json } = await check(`  datadog: { ${key}, site: datadoghq.eu }\n`);
    expect(json.findings).toMatchObject([{ code: 'host-unnamed', severity: 'warning' }]);
    expect(json.findings[0].message).toContain('add url: "https://api.datadoghq.eu"');
    const named = `${key}, site: datadoghq.eu, url: "https://api.datadoghq.eu"`;
    expect((await check(`  datadog: { ${named} }\n`)).json.findings).toEqual([]);
    expect((await check(`  datadog: { ${key} }\n`)).json.findings).toEqual([]);
  });

  it.each([
    ['datadog: {}', 'missing-key', 'api_key'],
    ['datadog: { api_key: a, site: datadoghq.de }', 'wrong-value', 'datadoghq.eu'],
    ['prometheus: { metrics_prefix: a-b }', 'bad-name', 'a-b'],
    ['prometheus: { metrics_prefix: 1a }', 'bad-name', '1a'],
    ['prometheus: { metrics_prefix: ../a }', 'bad-name', '../a'],
  ])('refuses %s', async (text, code, said) => {
    const { json } = await check(`  ${text}\n`);
    expect(json.problems).toMatchObject([{ code, message: expect.stringContaining(said) }]);
  });
});
