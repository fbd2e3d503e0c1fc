/** Which rule a trigger names: one, or none with the reason. */
import { describe, expect, it } from 'vitest';
import { readUsageAlerts } from '../../../packs/finance/adapters/yaml-config/alerts/config.ts';
import { problemsIn } from '../../../packs/finance/adapters/yaml-config/check.ts';
import { openSource } from '../../../packs/finance/adapters/yaml-config/part.ts';
import { ruleNamed } from '../../../packs/finance/core/alert-config/trigger.ts';

const TEXT = `budget_alerts:
  weekly_spend:
    budget: 100
    currency: USD
    alerts:
      - { threshold_percent: 120, severity: emergency }
      - { threshold_percent: 82.5, severity: warning }
      - { threshold_percent: 90, severity: warning }
      - { threshold_percent: 100, severity: critical }
  budget_variance: { threshold_percent: 10, severity: warning }
  weekly_stop: { amount: 500, currency: USD, severity: emergency }
service_alerts:
  openai:
    provider: OpenAI Inc
    alerts:
      daily_cost:
        metric: daily_spend
        limit: 15
        thresholds: [{ amount: 10, severity: info }, { amount: 15, severity: critical }]
      monthly_cost:
        metric: monthly_spend
        limit: 200
        thresholds: [{ percent: 80, severity: warning }, { percent: 100, severity: critical }]
      rate_limit:
        metric: requests_per_minute
        limit: 60
        thresholds: [{ percent: 80, severity: warning }]
  db:
    alerts:
      storage: { metric: disk_mb, limit: 5, thresholds: [{ percent: 90, severity: critical }] }
anomaly_detection: { alerts: { cost_spike: { threshold_percent: 50, severity: warning } } }
`;

const ladders = (() => {
  const source = openSource(TEXT, 'usage-alerts-config.yaml');
  const config = readUsageAlerts(source)!;
  if (source.problems.length > 0) throw new Error(JSON.stringify(source.problems));
  return config.ladders;
})();

describe('a trigger', () => {
  it.each([
    ['budget/weekly_spend/82.5', 'budget/weekly_spend/82.5'],
    ['variance/budget_variance', 'variance/budget_variance'],
    ['budget_variance', 'variance/budget_variance'],
    ['cost_spike', 'anomaly/cost_spike'],
    ['weekly_stop', 'budget/weekly_stop/500.00'],
    ['weekly_spend_exceeded', 'budget/weekly_spend/100'],
    ['weekly_spend_limit_reached', 'budget/weekly_spend/100'],
    ['weekly_spend_90_percent', 'budget/weekly_spend/90'],
    ['weekly-spend-82.5-percent', 'budget/weekly_spend/82.5'],
    ['weekly_spend_82.50_percent', 'budget/weekly_spend/82.5'],
    ['Weekly_Spend_WARNING', 'budget/weekly_spend/82.5'],
    ['openai_daily_limit_reached', 'service/openai/daily_cost/15.00'],
    ['openai_inc_monthly_exceeded', 'service/openai/monthly_cost/100'],
    ['openai_monthly_critical', 'service/openai/monthly_cost/100'],
    ['requests_per_minute_warning', 'service/openai/rate_limit/80'],
    ['openai_rate_limit', 'service/openai/rate_limit/80'],
    ['db_storage_90_percent', 'service/db/storage/90'],
    ['db', 'service/db/storage/90'],
    ['disk_usage_critical', 'service/db/storage/90'],
    ['budget_variance_exceeded', 'variance/budget_variance'],
  ])('%s names %s', (trigger, id) => {
    expect(ruleNamed(trigger, ladders)).toEqual({ by: 'rule', id });
  });

  it('with a word that no rule has names none', () => {
    expect(ruleNamed('opnai_daily_limit_reached', ladders)).toMatchObject({
      by: 'unknown-word',
      word: 'opnai',
    });
  });

  it.each(['', '_', 'exceeded', '90_percent', 'critical'])(
    'that says only which step names none: %j',
    (trigger) => {
      expect(ruleNamed(trigger, ladders)).toEqual({ by: 'no-ladder' });
    },
  );

  it('whose words belong to two rules together names none', () => {
    expect(ruleNamed('openai_storage_critical', ladders)).toEqual({ by: 'no-ladder' });
  });

  it('that asks for a step that is not there is told which are', () => {
    expect(ruleNamed('openai_daily_90_percent', ladders)).toEqual({
      by: 'no-step',
      rules: ['service/openai/daily_cost/10.00', 'service/openai/daily_cost/15.00'],
    });
    expect(ruleNamed('openai_daily', ladders)).toMatchObject({ by: 'no-step' });
    expect(ruleNamed('db_storage_exceeded', ladders)).toMatchObject({ by: 'no-step' });
  });

  it('that could be two rules names none, and is told both', () => {
    expect(ruleNamed('openai_critical', ladders)).toEqual({
      by: 'ambiguous',
      rules: ['service/openai/daily_cost/15.00', 'service/openai/monthly_cost/100'],
    });
    expect(ruleNamed('weekly_budget_emergency', ladders)).toEqual({
      by: 'ambiguous',
      rules: ['budget/weekly_spend/120', 'budget/weekly_stop/500.00'],
    });
  });

  it('does not depend on the order of the file', () => {
    const turned = ladders.toReversed();
    for (const trigger of ['openai_daily_limit_reached', 'db', 'weekly_spend_warning']) {
      expect(ruleNamed(trigger, turned)).toEqual(ruleNamed(trigger, ladders));
    }
  });

  it.each([
    ['opnai_daily_exceeded', 'none has the word "opnai" (did you mean "openai"?)'],
    ['openai_storage_critical', 'names no rule: none has all of its words'],
    ['openai_critical', 'could be 2 rules'],
    ['openai_daily_90_percent', 'names no threshold of the rules that have its words'],
  ])('%s is a problem of the file, at its place', (trigger, message) => {
    const actions = `automated_actions: { costs: [{ trigger: ${trigger}, action: mine }] }\n`;
    const found = problemsIn({ path: 'usage-alerts-config.yaml', text: TEXT + actions });
    expect(found).toMatchObject([{ code: 'trigger-unknown', line: 32, column: 41 }]);
    expect(found[0]!.message).toContain(message);
    expect(found[0]!.hint).toBeDefined();
  });
});
