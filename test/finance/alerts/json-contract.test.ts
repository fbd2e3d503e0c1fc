/** What the commands print as JSON keeps to the schemas that are shipped. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect, it } from 'vitest';
import { openAlertStore } from '../../../packs/finance/adapters/sqlite/alerts-store.ts';
import { refused, retryLater } from '../../../packs/finance/core/notices/outcome.ts';
import finance from '../../../packs/finance/index.ts';
import { fakeContext } from '../../../src/sdk/testing.ts';
import { type AlertTarget, alertTarget, answer } from '../../support/alert-command.ts';
import { deliver, queue } from '../../support/alert-store.ts';
import { mixedRow, noticeRow } from '../../support/notice.ts';

const T = Date.parse('2026-03-02T07:00:00Z');

const CONFIG = `
global:
  notification_channels:
    - { type: file, name: log, path: log.jsonl }
maintenance_windows:
  - { name: Deployment, schedule: manual, suppress_severity: [info] }
  - { name: Weekend, schedule: 0 0 * * SAT, duration: 48h, suppress_severity: [info] }
`;

type Words = Parameters<typeof answer>[2];

async function print(here: AlertTarget, path: string, words: Words = {}): Promise<unknown> {
  const command = finance.commands.find((each) => each.path.join(' ') === path);
  if (command === undefined) throw new Error(`no command "${path}"`);
  const { text } = await answer(command, here.contextAt(T), { ...words, format: 'json' });
  return JSON.parse(text);
}

function keepsTo(name: string, value: unknown): void {
  const url = new URL(`../../../schemas/finance/${name}.schema.json`, import.meta.url);
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  formats.default(ajv);
  const schema = JSON.parse(readFileSync(url, 'utf8'));
  const validate = ajv.compile(schema);
  validate(value);
  expect(validate.errors).toBeNull();
  expect(Object.keys(value as object)).toEqual(schema.required);
}

it('silences', async () => {
  const here = alertTarget(CONFIG);
  keepsTo('alert-silences', await print(here, 'alerts silence list'));
  const flags = { for: '2h', author: 'ops', comment: 'x' };
  const words = { arguments: ['service=b', 'owner!~"d|e"'], flags };
  keepsTo('alert-silences', await print(here, 'alerts silence add', words));
  keepsTo('alert-silences', await print(here, 'alerts silence list', { flags: { all: true } }));
});

it('windows', async () => {
  const here = alertTarget(CONFIG);
  const words = { arguments: ['Deployment'] };
  keepsTo('alert-window', await print(here, 'alerts window open', { ...words, dryRun: true }));
  keepsTo('alert-window', await print(here, 'alerts window open', words));
  keepsTo('alert-windows', await print(here, 'alerts window list'));
  const without = alertTarget(CONFIG.replace('Deployment', 'Other'));
  keepsTo('alert-windows', await print(without, 'alerts window list'));
  keepsTo('alert-window', await print(here, 'alerts window close', words));
  keepsTo('alert-window', await print(here, 'alerts window close', words));
});

it('the outbox', async () => {
  const here = alertTarget(CONFIG);
  keepsTo('outbox', await print(here, 'alerts outbox list'));
  const store = await openAlertStore(fakeContext(), here.state);
  queue(store, [noticeRow({ key: 'a', group: 'a' }), mixedRow({ key: 'b', group: 'b' })], T);
  deliver(store, T, refused('auth', 'no'));
  deliver(store, T, retryLater('timeout', 'no', { maybe: true }));
  store.block('team', 'a variable is missing');
  store.close();
  keepsTo('outbox', await print(here, 'alerts outbox list'));
  keepsTo('outbox', await print(here, 'alerts outbox list', { flags: { status: 'dead' } }));
});

it('the test of a channel', async () => {
  const here = alertTarget(CONFIG);
  const words = { arguments: ['log'] };
  keepsTo('notify-test', await print(here, 'notify test', { ...words, dryRun: true }));
  keepsTo('notify-test', await print(here, 'notify test', words));
});

const RICH = `metadata: { owner: me }
global:
  notification_channels:
    - type: email
      name: pm
      recipients: [growth-catalyst, ops@example.com]
      active_hours: { days: [SAT, SUN], from: "22:00", to: "06:00", timezone: Europe/Berlin }
    - { type: stdout, severity_threshold: critical }
  fallback: stdout
  escalation:
    warning: { notify: [pm, stdout], repeat_interval: 1d }
budget_alerts:
  weekly_spend:
    budget: 100
    currency: USD
    alerts: [{ threshold_percent: 80, severity: warning, owner: Tags.team, for: 2h }]
  hard_stop: { amount: 1000, currency: USD, period: month, severity: emergency }
  drift: { threshold_percent: 10, severity: info }
service_alerts:
  supabase:
    provider: Supabase
    region: [eu]
    notes: small
    alerts:
      storage:
        metric: storage
        limit: 8
        thresholds: [{ percent: 90, severity: critical, clear_percent: 85, message: full }]
anomaly_detection:
  baseline_period_days: 14
  algorithms:
    - { type: moving_average, window: 7, deviation_threshold: 2.5 }
    - { type: trend_detection, sensitivity: high }
  alerts: { cost_spike: { threshold_percent: 50, severity: warning, freshness: 3d } }
forecast_alerts:
  horizon_days: 30
  alerts:
    projected: { trigger: projected_spend > budget, lead_time_days: 5, severity: warning }
automated_actions:
  controls:
    - { trigger: hard_stop_exceeded, action: hook, enabled: true }
actions:
  hook: { kind: exec, run: [/bin/true, -x], active_hours: 08:00-18:00 }
reporting:
  weekly: { schedule: 0 9 * * MON, recipients: [growth-catalyst], format: md }
integrations:
  prometheus: { metrics_prefix: brctl }
maintenance_windows:
  - { name: Weekend, schedule: 0 0 * * SAT, duration: 48h, suppress_severity: [info] }
  - { name: Deployment, schedule: manual, suppress_severity: [warning] }
`;

it('the check of a config, right, wrong and empty', async () => {
  const right = (await print(alertTarget(RICH), 'alerts check')) as { valid: boolean };
  expect(right.valid).toBe(true);
  keepsTo('alerts-check', right);
  keepsTo('alerts-check', await print(alertTarget('global: { on: 1 }\n'), 'alerts check'));
  keepsTo('alerts-check', await print(alertTarget('{}\n'), 'alerts check'));
  keepsTo('alerts-check', await print(alertTarget('global: { enabled: no }\n'), 'alerts check'));
});

it('routes', async () => {
  const here = alertTarget(RICH);
  keepsTo('alert-routes', await print(here, 'alerts routes'));
  for (const severity of ['info', 'warning', 'critical', 'emergency']) {
    const words = { arguments: [`severity=${severity}`], flags: { verify: 'pm' } };
    keepsTo('alert-routes', await print(here, 'alerts routes', words));
  }
  const silence = { for: '2h', author: 'ops', comment: 'x' };
  await print(here, 'alerts silence add', { arguments: ['severity=warning'], flags: silence });
  await print(here, 'alerts window open', { arguments: ['Deployment'] });
  keepsTo('alert-routes', await print(here, 'alerts routes', { arguments: ['severity=warning'] }));
  keepsTo('alert-routes', await print(alertTarget('{}\n'), 'alerts routes'));
});
