/** usage-alerts-config.yaml as an operator may write it: what each of its sections becomes. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readUsageAlerts } from '../../../packs/finance/adapters/yaml-config/alerts/config.ts';
import { openSource } from '../../../packs/finance/adapters/yaml-config/part.ts';
import { yamlSettings } from '../../../packs/finance/adapters/yaml-config/settings.ts';
import type { AlertConfig } from '../../../packs/finance/core/alert-config/config.ts';
import { type AlertRule, alertRules } from '../../../packs/finance/core/alert-config/rule.ts';
import { variable } from '../../../packs/finance/core/alert-config/variable.ts';
import { parseUnits } from '../../../packs/finance/core/money.ts';

const root = new URL('../../../', import.meta.url);
const pathOf = (path: string) => fileURLToPath(new URL(path, root));
const SHIPPED = pathOf('packs/finance/config/usage-alerts-config.yaml');
const SCHEMA = JSON.parse(
  readFileSync(pathOf('schemas/finance/usage-alerts-config.schema.json'), 'utf8'),
);
/** A config that is in real use, where it lies beside the checkout; never part of the project. */
const REAL = pathOf('../shared/data/intelliflow/usage-alerts-config.yaml');

const validate = new Ajv2020({ allErrors: true, strict: true }).compile(SCHEMA);

function read(text: string): AlertConfig {
  const source = openSource(text, 'usage-alerts-config.yaml');
  const config = readUsageAlerts(source);
  expect(source.problems).toEqual([]);
  validate(parse(text));
  expect(validate.errors).toBeNull();
  return config!;
}

function rulesIn(text: string): ReadonlyMap<string, AlertRule> {
  return new Map(alertRules(read(text)).map((each) => [each.id, each]));
}

describe('the other sections', () => {
  const TEXT = `metadata: { anything: [goes, { here: true }] }
global:
  notification_channels:
    - { type: email, recipients: [a@example.com, growth-catalyst, "${variable('WHO')}"] }
    - { type: slack, name: team, webhook_url: "${variable('HOOK')}" }
    - { type: slack, name: bot, token: "${variable('BOT')}", channel: "#ops" }
    - { type: pagerduty, service_key: "${variable('PD')}", severity_threshold: critical }
    - { type: webhook, url: "${variable('URL')}", secret: "${variable('SIGN')}" }
    - { type: file, path: alerts.jsonl }
    - { type: stdout }
  fallback: stdout
  escalation:
    emergency: { notify: [slack, email, team], repeat_interval: 15m }
    warning: { notify: email }
budget_alerts:
  weekly_spend: { budget: 9, currency: USD, alerts: [{ threshold_percent: 100, severity: info }] }
anomaly_detection:
  enabled: false
  algorithms:
    - { type: moving_average, window: 7, deviation_threshold: 2.5 }
    - { type: trend_detection, sensitivity: high }
  alerts:
    usage_spike: { threshold_percent: 100, severity: info }
    cost_spike: { threshold_percent: 50, severity: warning }
forecast_alerts:
  horizon_days: 60
  alerts:
    overage: { trigger: projected_spend>budget, severity: warning, lead_time_days: 7 }
    tier: { trigger: projected_usage > tier_limit, severity: info }
automated_actions:
  costs:
    - { trigger: weekly_budget_exceeded, action: notify_and_audit, enabled: true }
    - { trigger: cost_spike, action: mine }
reporting:
  weekly:
    schedule: 0 9 * * MON
    recipients: [growth-catalyst]
    format: md
    include: [cost_by_service]
integrations:
  grafana: { enabled: true, dashboard_id: main }
  datadog: { enabled: false, api_key: "${variable('DD')}" }
maintenance_windows:
  - { name: Weekend, schedule: 0 0 * * SAT, duration: 48h, suppress_severity: [warning, info] }
  - { name: By hand, schedule: manual, suppress_severity: [critical] }
`;

  it('become channels and escalations: the name of a type is all of its channels', () => {
    const { channels, escalation, fallback, metadata } = read(TEXT);
    expect(channels.map(({ name, minSeverity }) => [name, minSeverity])).toEqual([
      ['email', 'info'],
      ['team', 'info'],
      ['bot', 'info'],
      ['pagerduty', 'critical'],
      ['webhook', 'info'],
      ['file', 'info'],
      ['stdout', 'info'],
    ]);
    expect(channels[0]!.to).toEqual({
      type: 'email',
      recipients: [
        { by: 'address', address: { text: 'a@example.com', isSecret: false } },
        { by: 'role', role: 'growth-catalyst' },
        { by: 'address', address: { text: variable('WHO'), isSecret: false } },
      ],
      smtpUrl: { text: variable('SMTP_URL'), isSecret: true },
      from: { text: variable('SMTP_FROM'), isSecret: false },
    });
    expect(escalation.get('emergency')).toMatchObject({
      notify: ['team', 'bot', 'email'],
      repeatMs: 900_000,
    });
    expect(escalation.get('warning')).toMatchObject({ notify: ['email'], repeatMs: undefined });
    expect(escalation.has('info')).toBe(false);
    expect(fallback).toEqual(['stdout']);
    expect(metadata).toEqual(['anything']);
  });

  it('become rules of anomalies and forecasts, which a switch turns off', () => {
    const rules = rulesIn(TEXT);
    expect(rules.get('anomaly/usage_spike')).toMatchObject({
      isEnabled: false,
      metric: { of: 'usage', name: undefined },
      threshold: { by: 'percent', percent: parseUnits('100') },
    });
    expect(rules.get('anomaly/cost_spike')).toMatchObject({ metric: { of: 'cost' } });
    expect(rules.get('forecast/overage')).toMatchObject({
      isEnabled: true,
      scope: { of: 'budgets' },
      leadDays: 7,
    });
    expect(rules.get('forecast/tier')).toMatchObject({ scope: { of: 'limits' }, leadDays: 60 });
    const { anomaly, forecast } = read(TEXT);
    expect(anomaly).toMatchObject({ isEnabled: false, baselineDays: 14 });
    expect(anomaly!.algorithms[0]).toMatchObject({ windowDays: 7, deviations: parseUnits('2.5') });
    expect(forecast).toEqual({ isEnabled: true, horizonDays: 60 });
  });

  it('become actions that name one rule each, and are off unless told', () => {
    expect(read(TEXT).actions.map((each) => [each.group, each.rule, each.isEnabled])).toEqual([
      ['costs', 'budget/weekly_spend/100', true],
      ['costs', 'anomaly/cost_spike', false],
    ]);
  });

  it('become schedules and windows', () => {
    const { reports, windows, integrations } = read(TEXT);
    expect(reports).toMatchObject([
      { format: 'md', include: ['cost_by_service'], isEnabled: true },
    ]);
    expect(windows).toMatchObject([
      { name: 'Weekend', durationMs: 172_800_000, suppress: ['info', 'warning'] },
      { name: 'By hand', schedule: 'manual', durationMs: undefined, suppress: ['critical'] },
    ]);
    expect(integrations.map(({ name, isEnabled }) => [name, isEnabled])).toEqual([
      ['grafana', true],
      ['datadog', false],
    ]);
  });

  it('may all be absent', () => {
    expect(read('{}\n')).toMatchObject({ isEnabled: true, ladders: [], channels: [] });
  });
});

describe('what the pack ships', () => {
  it('is right, and has the thresholds that the pack promises', async () => {
    const rules = rulesIn(readFileSync(SHIPPED, 'utf8'));
    expect([...rules.values()].map(({ id, severity }) => `${id} ${severity}`)).toEqual([
      'budget/weekly_spend/50 info',
      'budget/weekly_spend/80 warning',
      'budget/weekly_spend/100 critical',
      'budget/weekly_spend/120 emergency',
      'service/supabase/storage/90 critical',
      'service/openai/daily_cost/15.00 critical',
      'service/railway/compute/85 warning',
    ]);
    const { actions } = await yamlSettings(pathOf('packs/finance/config')).alerts();
    expect(actions).toMatchObject([
      { rule: 'service/openai/daily_cost/15.00', action: 'switch_to_ollama', isEnabled: false },
    ]);
  });

  it('names roles, and nobody', () => {
    const { channels } = read(readFileSync(SHIPPED, 'utf8'));
    const recipients = channels.flatMap(({ to }) => (to.type === 'email' ? to.recipients : []));
    expect(recipients).toEqual([
      { by: 'role', role: 'growth-catalyst' },
      { by: 'role', role: 'policy-steward' },
    ]);
  });
});

describe.skipIf(!existsSync(REAL))('the config in real use beside the checkout', () => {
  it('is read as it is: every section, and every trigger names its rule', () => {
    const config = read(readFileSync(REAL, 'utf8'));
    expect(alertRules(config)).toHaveLength(34);
    expect(config.actions.map(({ rule }) => rule)).toEqual([
      'service/openai/daily_cost/15.00',
      'budget/weekly_spend/100',
      'service/supabase/storage/90',
      'service/vercel/bandwidth/90',
    ]);
    expect(config.channels).toHaveLength(3);
    expect(config.services).toHaveLength(5);
    expect(config.anomaly!.algorithms).toHaveLength(2);
    expect(config.reports).toHaveLength(2);
    expect(config.integrations).toHaveLength(3);
    expect(config.windows).toHaveLength(2);
    expect([...config.escalation.keys()]).toEqual(['warning', 'critical', 'emergency']);
  });
});
