/** `brctl finance alerts check`: what it says of a config, and how it ends. */
import { describe, expect, it } from 'vitest';
import { alertsCheckCommand } from '../../../packs/finance/alerts/check.ts';
import { variable } from '../../../packs/finance/core/alert-config/variable.ts';
import { openAlertCheck } from '../../../packs/finance/wire.ts';
import { fakePackContext } from '../../../src/sdk/testing.ts';
import { checkConfig as check } from '../../support/config-check.ts';
import { temporaryFolder } from '../../support/host.ts';

const CHANNELS = `  notification_channels:
    - { type: slack, webhook_url: "${variable('HOOK')}", channel: "#ops" }
    - { type: pagerduty, routing_key: "${variable('KEY')}", severity_threshold: critical }
  escalation:
    warning: { notify: [pagerduty] }
    critical: { notify: [slack, pagerduty], repeat_interval: 1h }
`;
const BUDGET = `budget_alerts:
  weekly_spend:
    budget: 100
    currency: USD
    alerts:
      - { threshold_percent: 80, severity: critical }
      - { threshold_percent: 90, severity: warning }
      - { threshold_percent: 100, severity: critical }
`;

describe('a config', () => {
  it('with nothing in it is honoured', async () => {
    const { outcome, text, json } = await check('{}\n');
    expect(outcome).toBe('ok');
    expect(text).toMatch(/usage-alerts-config\.yaml: valid, 0 rules, so no alert can ever fire\n$/);
    expect(json).toMatchObject({ valid: true, problems: [], rules: [], findings: [] });
  });

  it('that is switched off does nothing, and says so', async () => {
    const { outcome, codes, text } = await check(`global:\n  enabled: false\n${BUDGET}`);
    expect(text).toMatch(/valid, 3 rules, switched off as a whole\n$/);
    expect(outcome).toBe('ok');
    expect(codes).toEqual(['switched-off global']);
  });

  it('is told what works against itself', async () => {
    const { codes, outcome } = await check(`global:\n${CHANNELS}${BUDGET}`);
    expect(outcome).toBe('findings');
    expect(codes.filter((each) => !each.startsWith('not-built'))).toEqual([
      'webhook-bound slack',
      'unheard warning',
      'channel-refuses pagerduty',
      'step-mutes-more budget/weekly_spend',
    ]);
  });

  it('is told what is missing around it, and where its files lie', async () => {
    const file = '{ type: file, path: kept.jsonl }, { type: file, name: b, path: /var/log/b }';
    const { text, outcome } = await check(`global:
  notification_channels: [${file}, { type: email, recipients: [growth-catalyst] }]
  fallback: [file]
${BUDGET.replace(', severity: warning', ', severity: critical').replace(' 100, s', ' 9000, s')}`);
    expect(text).toMatch(/^file +file +everything +data\/finance\/kept\.jsonl$/m);
    expect(text).toMatch(/^b +file +everything +\/var\/log\/b$/m);
    expect(text).toContain('budget/weekly_spend/9000: fires at 90 times its limit');
    expect(text).toMatch(/valid, 3 rules, all honoured; still missing: 2 variables, 1 role\n$/);
    expect(outcome).toBe('ok');
  });

  it('is told of hours at which a severity is heard by nobody', async () => {
    const config = (...hours: string[]) => `global:
  notification_channels:
${hours.map((each, i) => `    - { type: stdout, name: c${i}${each} }\n`).join('')}
  escalation:
    critical: { notify: [${hours.map((_, i) => `c${i}`).join(', ')}] }
    warning: { notify: [c0] }
${BUDGET}`;
    const DAY = ', active_hours: { from: "06:00", to: "18:00" }';
    const NIGHT = ', active_hours: { from: "18:00", to: "06:00" }';
    const BERLIN = ', active_hours: { from: "18:00", to: "07:00", timezone: Europe/Berlin }';
    const gaps = async (...hours: string[]) =>
      (await check(config(...hours))).codes.filter((each) => each.startsWith('unheard'));
    expect(await gaps('')).toEqual([]);
    expect(await gaps(DAY)).toEqual(['unheard-hours warning', 'unheard-hours critical']);
    expect(await gaps(DAY, '')).toEqual(['unheard-hours warning']);
    expect(await gaps(DAY, NIGHT)).toEqual(['unheard-hours warning']);
    // All is well in winter, and in summer an hour is missing.
    expect(await gaps(DAY, BERLIN)).toEqual(['unheard-hours warning', 'unheard-hours critical']);
    const { text, json } = await check(config(DAY));
    expect(text).toContain('everything, every day 06:00-18:00 UTC');
    expect(text).toMatch(/active hours, such as from \S+T18:00:00Z until \S+T06:00:00Z/);
    expect(json.channels[0].active_hours).toEqual({
      ...{ days: ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] },
      ...{ from: '06:00', to: '18:00', timezone: 'UTC' },
    });
    expect((await check(config(''))).json.channels[0].active_hours).toBeNull();
  });

  it('is told which sections nothing carries out', async () => {
    const { codes } = await check(`budget_alerts: {}
anomaly_detection: { enabled: false }
forecast_alerts: { enabled: true }
integrations: { grafana: { enabled: false }, prometheus: { metrics_prefix: a } }
reporting:
  w: { schedule: manual, recipients: [growth-catalyst], format: pdf, enabled: false }
maintenance_windows:
  - { name: all, schedule: 0 0 * * *, duration: 24h, suppress_severity: [info] }
  - { name: weekend, schedule: 0 0 * * SAT-SUN, duration: 48h, suppress_severity: [info] }
`);
    expect(codes).toEqual(['window-never-ends all', 'window-runs-on weekend']);
  });

  it('is told of actions that nothing defines or that can never be triggered', async () => {
    const { codes } = await check(`${BUDGET}
anomaly_detection:
  enabled: false
  alerts: { cost_spike: { threshold_percent: 50, severity: critical } }
automated_actions:
  a:
    - { trigger: cost_spike, action: notify_and_audit, enabled: true }
    - { trigger: weekly_exceeded, action: mine, enabled: true }
    - { trigger: weekly_exceeded, action: yours }
`);
    expect(codes).toContain('trigger-off cost_spike');
    expect(codes).toContain('action-undefined weekly_exceeded');
    expect(codes.filter((each) => each.startsWith('action-undefined'))).toHaveLength(1);
  });

  it('that is wrong gives its problems and the same JSON shape', async () => {
    const good = await check('{}\n');
    const { outcome, text, json } = await check('global: { enable: true }\n', { file: 'a.yaml' });
    expect(outcome).toBe('findings');
    expect(text).toBe(
      'a.yaml:1:11: error: global: unknown key "enable" (did you mean "enabled"?) [unknown-key]\n' +
        '    hint: known keys: enabled, notification_channels, escalation, fallback\n1 problem\n',
    );
    expect(Object.keys(json)).toEqual(Object.keys(good.json));
    expect(json).toMatchObject({ valid: false, enabled: null, rules: [] });
    expect(json.problems).toMatchObject([{ code: 'unknown-key', line: 1, column: 11 }]);
  });

  it('that is not there is no finding but an error', async () => {
    const pack = { name: 'finance', version: '0.1.0', root: '/' };
    const context = fakePackContext(temporaryFolder(), pack);
    const command = alertsCheckCommand(openAlertCheck);
    await expect(command.plan({ file: 'none.yaml' }, context)).rejects.toMatchObject({
      kind: 'operational',
      code: 'config-missing',
      hint: undefined,
    });
    await expect(command.plan({ file: undefined }, context)).rejects.toMatchObject({
      hint: expect.stringContaining('brctl pack install finance'),
    });
  });
});

describe('variables and secrets', () => {
  it('are shown by name, and whether they are set, and never by value', async () => {
    const env = { HOOK: 'https://hooks.example/planted', KEY_FILE: '/run/planted' };
    const { text, json } = await check(`global:\n${CHANNELS}`, { env });
    expect(json.variables).toEqual([
      { name: 'HOOK', set: true },
      { name: 'KEY', set: true },
    ]);
    expect(text + JSON.stringify(json)).not.toContain('planted');
    expect((await check(`global:\n${CHANNELS}`)).json.variables[0].set).toBe(false);
  });

  it('that stand in the file are a finding, and are not shown either', async () => {
    const secret = 'https://hooks.example/planted';
    const { text, json, codes } = await check(
      `global: { notification_channels: [{ type: slack, webhook_url: "${secret}" }] }
integrations: { datadog: { api_key: planted, enabled: false } }
`,
    );
    expect(codes).toContain('secret-in-file slack');
    expect(codes).toContain('secret-in-file datadog');
    expect(text).toContain(variable('SLACK_WEBHOOK_URL'));
    expect(text + JSON.stringify(json)).not.toContain('planted');
  });
});

describe('the rules in JSON', () => {
  it('have exact numbers, their place and who is told', async () => {
    const { json } = await check(`global:\n${CHANNELS}${BUDGET.replace(' 80', ' 82.50')}`);
    expect(json.schema).toBe('brctl.finance/alerts-check/v1');
    expect(json.rules[0]).toEqual({
      id: 'budget/weekly_spend/82.5',
      ladder: 'budget/weekly_spend',
      kind: 'budget',
      enabled: true,
      scope: { of: 'all' },
      metric: { of: 'cost', name: null },
      period: 'week',
      severity: 'critical',
      threshold: { by: 'percent', value: '82.5' },
      direction: 'over',
      limit: '100',
      unit: 'USD',
      lead_time_days: null,
      basis: 'effective',
      for: '0s',
      keep_firing_for: '0s',
      clear_percent: null,
      freshness: null,
      owner: null,
      runbook: null,
      message: null,
      notifies: ['slack', 'pagerduty'],
      line: 13,
      column: 9,
    });
  });
});

it('a terminal shows no line wider than itself, and no control characters', async () => {
  const name = 'a'.repeat(80);
  const text = `maintenance_windows:
  - { name: "${name}\\e[31m", schedule: manual, suppress_severity: [info] }
`;
  const shown = (await check(text, { isTTY: true })).text;
  const table = shown.split('\n\n')[0]!;
  expect(table.split('\n').every((line) => line.length <= 60)).toBe(true);
  expect((await check(text)).text).toContain(`${name} [31m`);
});
