/** Every way to get usage-alerts-config.yaml wrong, each with the line and column it is told at. */
import { describe, expect, it } from 'vitest';
import { problemsIn } from '../../../packs/finance/adapters/yaml-config/check.ts';
import { variable } from '../../../packs/finance/core/alert-config/variable.ts';

function problems(text: string): string[] {
  const found = problemsIn({ path: 'usage-alerts-config.yaml', text });
  return found.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`);
}

describe('a file that is wrong as a whole', () => {
  it.each([
    ['', '1:1 wrong-type must be a map of keys and values'],
    ['- a\n', '1:1 wrong-type must be a map of keys and values'],
    ['global: {}\nglobal: {}\n', '2:1 config-syntax this key is given twice'],
    [
      'budget_alert: {}\n',
      '1:1 unknown-key unknown key "budget_alert" (did you mean "budget_alerts"?)',
    ],
    ['metadata: text\n', '1:11 wrong-type metadata: must be a map of keys and values'],
    ['global:\n', '1:1 wrong-type global: must be a map of keys and values'],
    ['maintenance_windows: {}\n', '1:22 wrong-type maintenance_windows: must be a list'],
  ])('%j', (text, expected) => {
    expect(problems(text)).toEqual([expected]);
  });

  it('is told with all its problems at once', () => {
    const text = `global: { enabled: maybe }
budget_alerts: { weekly: { budget: $5, curency: USD, alerts: [{ severity: bad }] } }
reporting: { weekly: { schedule: 0 9 * *, recipients: [] } }
`;
    expect(problems(text).map((each) => each.split(' ')[0])).toEqual([
      '1:20',
      '2:36',
      '2:40',
      '2:63',
      '2:75',
      '3:34',
      '3:55',
    ]);
  });
});

/** One budget, whose fields stand in row 3 from column 5. */
const budget = (fields: string) => `budget_alerts:\n  weekly_spend:\n    ${fields}\n`;
/** A ladder of 9 USD, whose steps stand in row 3 from column 37. */
const steps = (text: string) => budget(`{ budget: 9, currency: USD, alerts: ${text} }`);

describe('a budget that is wrong', () => {
  it.each([
    ['{ budget: 9, alerts: [{ threshold_percent: 1, severity: info }] }', '3:5 missing-key', 'c'],
    ['{ currency: USD, severity: info }', '3:5 missing-key', 'amount'],
    ['{ currency: USD, alerts: [{ threshold_percent: 1, severity: info }] }', '3:5 miss', 'budget'],
    ['{ amount: 1, budget: 1, currency: USD, severity: info }', '3:18 misplaced-key', 'both'],
    ['{ amount: 0, currency: USD, severity: info }', '3:15 bad-number', 'more than 0'],
    ['{ amount: -1, currency: USD, severity: info }', '3:15 bad-number', '-1 is negative'],
    ['{ amount: 1e3, currency: USD, severity: info }', '3:15 bad-number', 'no plain decimal'],
    ['{ amount: 0.0000000000001, currency: USD, severity: info }', '3:15 bad-number', 'decimals'],
    ['{ amount: 1, currency: usd, severity: info }', '3:28 bad-currency', '"usd" is no currency'],
    ['{ amount: 1, currency: ZZZ, severity: info }', '3:28 bad-currency', '"ZZZ" is no currency'],
    [
      '{ amount: 1, currency: USD, severity: fatal }',
      '3:43 wrong-value',
      'info, warning, critical',
    ],
    ['{ amount: 1, currency: USD, severity: infos }', '3:43 wrong-value', 'did you mean "info"?'],
    ['{ amount: 1, currency: USD }', '3:5 missing-key', 'missing key "severity"'],
    ['{ amount: 1, currency: USD, severity: info, period: year }', '3:57 wrong-value', 'day, week'],
    ['{ amount: 1, currency: USD, severity: info, direction: over }', '3:49 misplaced', 'flat'],
    ['{ threshold_percent: 1, severity: info, amount: 3 }', '3:45 misplaced-key', 'a variance'],
    ['{ threshold_percent: 1, severity: info, basis: pace }', '3:5 basis-impossible', 'a variance'],
    ['{ threshold_percent: 1, severity: info, clear_percent: 2 }', '3:5 clear-impossible', '1 %'],
    ['{ threshold_percent: 1, severity: info, match: [] }', '3:45 misplaced-key', '"match"'],
    ['{ amount: 1, currency: USD, severity: info, basis: pace }', '3:5 basis-impossible', 'amount'],
    ['{ amount: 1, currency: USD, severity: info, for: 2 }', '3:54 bad-duration', '"2" is no dur'],
    ['{ amount: 1, currency: USD, severity: info, owner: Some One }', '3:56 bad-owner', 'role'],
    ['{ amount: 1, currency: USD, severity: info, match: [{}] }', '3:57 empty-rule', 'columns'],
    ['{ amount: 1, currency: USD, severity: info, message: "a\\nb" }', '3:58 wrong-form', 'line'],
  ])('%s', (fields, where, what) => {
    const found = problems(budget(fields));
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${where}`))]);
    expect(found[0]).toContain(what);
  });

  it.each([
    ['[]', '3:41 missing-value', 'at least one threshold'],
    ['{}', '3:41 wrong-type', 'must be a list'],
    ['[{ severity: info }]', '3:42 missing-key', 'threshold_percent'],
    ['[{ threshold_percent: 80 }]', '3:42 missing-key', 'severity'],
    ['[{ treshold_percent: 80, severity: info }]', '3:44 unknown-key', '"threshold_percent"?'],
    ['[{ threshold_percent: 80%, severity: info }]', '3:63 bad-number', '"80%"'],
    ['[{ threshold_percent: 8, severity: info, clear_percent: 9 }]', '3:42 clear-impos', '8 %'],
    [
      '[{ threshold_percent: 80, severity: info }, { threshold_percent: 80.0, severity: critical }]',
      '3:85 duplicate-threshold',
      'the threshold 80 is given twice',
    ],
  ])('a ladder %s', (text, where, what) => {
    const found = problems(steps(text));
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${where}`))]);
    expect(found[0]).toContain(what);
  });

  it.each([
    ['a b', '2:3 bad-name'],
    ['a/b', '2:3 bad-name'],
    ['yearly_spend', '3:5 period-unknown'],
  ])('by its name %s', (name, where) => {
    const text = budget('{ amount: 1, currency: USD, severity: info }');
    const found = problems(text.replace('weekly_spend', name));
    expect(found[0]).toMatch(new RegExp(`^${where}`));
  });

  it('by the name of another in other letters', () => {
    const one = '{ amount: 1, currency: USD, severity: info }';
    expect(problems(`budget_alerts:\n  daily_a: ${one}\n  Daily_A: ${one}\n`)).toEqual([
      '3:3 duplicate-name budget_alerts: the name "Daily_A" is given twice',
    ]);
  });
});

/** One alert of a service; its fields stand in row 3 from column 22. */
const metric = (fields: string) => `service_alerts:\n  db:\n    alerts: { it: { ${fields} } }\n`;

describe('a limit that is wrong', () => {
  it.each([
    ['metric: disk_mb', '3:19 missing-key', 'thresholds'],
    ['thresholds: [{ amount: 1, severity: info }]', '3:19 missing-key', 'metric'],
    [
      'metric: disk_mb, thresholds: [{ percent: 9, severity: info }]',
      '3:19 limit-unknown',
      'limit',
    ],
    ['metric: disk_mb, thresholds: [{ severity: info }]', '3:51 threshold-unclear', 'neither'],
    ['metric: d, thresholds: [{ amount: 1, percent: 1, severity: info }]', '3:45 thresh', 'both'],
    [
      'metric: daily_cost, thresholds: [{ amount: 1, severity: info }]',
      '3:19 currency-unk',
      'money',
    ],
    [
      'metric: cost, currency: USD, thresholds: [{ amount: 1, severity: info }]',
      '3:19 period',
      'd',
    ],
    [
      'metric: d, basis: billed, thresholds: [{ amount: 1, severity: info }]',
      '3:60 basis',
      'money',
    ],
    ['metric: d, basis: forecast, thresholds: [{ amount: 1, severity: info }]', '3:62 basis', 'p'],
    [
      'metric: d, thresholds: [{ amount: 1, severity: info, clear_percent: 1 }]',
      '3:45 clear',
      'wi',
    ],
    [
      'metric: d, limit: 10, thresholds: [{ amount: 5, severity: info, clear_percent: 50.1 }]',
      '3:56 clear-impossible',
      'clear_percent 50.1 is above the threshold of 5',
    ],
    [
      'metric: d, limit: 9, thresholds: [{ amount: 5, severity: info }, { percent: 9, severity: info }]',
      '3:86 mixed-thresholds',
      'all percentages or all amounts',
    ],
  ])('%s', (fields, where, what) => {
    const found = problems(metric(fields));
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${where}`))]);
    expect(found[0]).toContain(what);
  });

  it('clears at its threshold at most, whatever a division would leave', () => {
    const at = (clear: string) =>
      metric(
        `metric: d, limit: 3, thresholds: [{ amount: 1, severity: info, clear_percent: ${clear} }]`,
      );
    expect(problems(at('33.333333333333'))).toEqual([]);
    expect(problems(at('33.333333333334'))).toHaveLength(1);
  });
});

const CHANNELS = `global:
  notification_channels:
    - { type: email, recipients: [growth-catalyst] }
    - `;

describe('a channel that is wrong', () => {
  it.each([
    ['{ name: a }', '4:7 missing-key', 'type'],
    ['{ type: sms }', '4:15 wrong-value', 'email, slack'],
    ['{ type: email, name: e }', '4:7 missing-key', 'recipients'],
    ['{ type: email, recipients: [growth-catalyst] }', '4:7 duplicate-name', '"email" is given'],
    ['{ type: email, name: e, recipients: [] }', '4:43 missing-value', 'at least one recipient'],
    ['{ type: email, name: e, recipients: [Some One] }', '4:44 bad-recipient', 'nobody'],
    ['{ type: email, name: e, recipients: ["a@b@c"] }', '4:44 bad-recipient', 'nobody'],
    ['{ type: slack }', '4:7 missing-key', '"webhook_url" or "token"'],
    ['{ type: slack, token: a, webhook_url: b }', '4:29 misplaced-key', 'webhook_url is given too'],
    ['{ type: slack, token: a }', '4:7 missing-key', 'channel'],
    ['{ type: slack, webhook_url: a, path: b }', '4:38 misplaced-key', '"path" means nothing'],
    ['{ type: pagerduty }', '4:7 missing-key', 'routing_key'],
    ['{ type: webhook, url: a }', '4:7 missing-key', 'secret'],
    ['{ type: file }', '4:7 missing-key', 'path'],
    ['{ type: stdout, name: a b }', '4:29 bad-name', '"a b"'],
    ['{ type: stdout, severity_threshold: high }', '4:43 wrong-value', 'emergency'],
    [`{ type: slack, webhook_url: "$\{A B}" }`, '4:35 bad-variable', 'not well formed'],
  ])('%s', (text, where, what) => {
    const found = problems(`${CHANNELS}${text}\n`);
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${where}`))]);
    expect(found[0]).toContain(what);
  });

  it('or an escalation that names none', () => {
    const text = `${CHANNELS}{ type: stdout }
  escalation:
    warning: { notify: [emial], repeat_interval: 0s }
    high: { notify: [] }
`;
    expect(problems(text)).toEqual([
      '6:25 channel-unknown global.escalation.warning.notify[0]: "emial" is no channel of ' +
        'notification_channels (did you mean "email"?)',
      '6:50 bad-duration global.escalation.warning.repeat_interval: must be longer than nothing',
      '7:5 unknown-key global.escalation: unknown key "high"',
    ]);
  });

  it('is one problem, also where others name it', () => {
    const text = `${CHANNELS}{ type: stdout, name: a b }\n  fallback: stdout\n`;
    expect(problems(text)).toHaveLength(1);
    const actions = 'automated_actions: { a: [{ trigger: weekly_exceeded, action: b }] }\n';
    expect(problems(steps('[{ threshold_percent: x, severity: info }]') + actions)).toHaveLength(1);
  });

  it('never repeats what may be a secret', () => {
    const planted = 'xoxb-planted';
    const fields = `token: "${planted}\${", channel: "#a", tokn: "${planted}"`;
    const wrong = `${CHANNELS}{ type: slack, ${fields} }\n`;
    const found = JSON.stringify(problemsIn({ path: 'usage-alerts-config.yaml', text: wrong }));
    expect(found).toContain('bad-variable');
    expect(found).not.toContain(planted);
    expect(problems(`integrations: { datadog: { api_key: "${variable('K')}$\{" } }\n`)[0]).toMatch(
      /^1:37 bad-variable/,
    );
  });
});

describe('the other sections', () => {
  it.each([
    ['anomaly_detection: { enabled: "true" }', '1:31 wrong-value', 'true or false'],
    ['anomaly_detection: { baseline_period_days: 0 }', '1:44 bad-number', 'from 1 to'],
    ['anomaly_detection: { algorithms: [] }', '1:34 missing-value', 'algorithm'],
    ['anomaly_detection: { algorithms: [{ type: magic }] }', '1:43 wrong-value', '"magic"'],
    [
      'anomaly_detection: { algorithms: [{ type: moving_average, window: 7 }] }',
      '1:35 miss',
      'dev',
    ],
    ['anomaly_detection: { algorithms: [{ type: trend_detection, window: 7 }] }', '1:68', 'to tre'],
    [
      'anomaly_detection: { algorithms: [{ type: moving_average, window: 15, deviation_threshold: 2 }] }',
      '1:67 window-too-long',
      '15 days are more than the baseline of 14',
    ],
    ['anomaly_detection: { alerts: { a: { severity: info } } }', '1:35 missing-key', 'threshold'],
    ['forecast_alerts: { alerts: { a: { severity: info } } }', '1:33 missing-key', 'trigger'],
    ['forecast_alerts: { alerts: { a: { trigger: usage > 9, severity: info } } }', '1:44', 'known'],
    [
      'forecast_alerts: { alerts: { a: { trigger: projected_spend > budget, severity: info, lead_time_days: 31 } } }',
      '1:102 lead-too-long',
      'beyond the horizon of 30',
    ],
    ['reporting: { w: { schedule: manual } }', '1:17 missing-key', 'recipients'],
    ['reporting: { w: { schedule: "0 9 * * MUN", recipients: [a] } }', '1:29 bad-schedule', 'MUN'],
    [
      'reporting: { w: { schedule: "0 9 30 2 *", recipients: [a] } }',
      '1:29 bad-schedule',
      'no mon',
    ],
    ['reporting: { w: { schedule: manual, recipients: [a], format: doc } }', '1:62 wrong', 'csv'],
    ['integrations: { grafna: {} }', '1:17 unknown-key', 'did you mean "grafana"?'],
    ['integrations: { grafana: { api_key: a } }', '1:28 unknown-key', 'api_key'],
    ['integrations: { prometheus: { scrape_interval: soon } }', '1:48 bad-duration', 'soon'],
    [
      'maintenance_windows: [{ name: a, schedule: 0 0 * * SAT, suppress_severity: [info] }]',
      '1:23 missing-key',
      'needs a duration',
    ],
    ['maintenance_windows: [{ name: a, schedule: manual, suppress_severity: [] }]', '1:71', 'one'],
    [
      'maintenance_windows: [&a { name: a, schedule: manual, suppress_severity: [info] }, *a]',
      '1:84 duplicate-name',
      '"a" is given twice',
    ],
  ])('%s', (text, where, what) => {
    const found = problems(`${text}\n`);
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${where}`))]);
    expect(found[0]).toContain(what);
  });
});
