/** Budgets and limits of usage-alerts-config.yaml: what their ladders become. */
import { describe, expect, it } from 'vitest';
import { readUsageAlerts } from '../../../packs/finance/adapters/yaml-config/alerts/config.ts';
import { openSource } from '../../../packs/finance/adapters/yaml-config/part.ts';
import { type AlertRule, alertRules } from '../../../packs/finance/core/alert-config/rule.ts';
import { parseUnits } from '../../../packs/finance/core/money.ts';
import { rule as match } from '../../support/budgets.ts';

function rulesIn(text: string): ReadonlyMap<string, AlertRule> {
  const source = openSource(text, 'usage-alerts-config.yaml');
  const config = readUsageAlerts(source)!;
  expect(source.problems).toEqual([]);
  return new Map(alertRules(config).map((each) => [each.id, each]));
}

describe('budget_alerts', () => {
  it('become a rule for each step, with exact amounts and their place', () => {
    const rules = rulesIn(`budget_alerts:
  weekly_spend:
    budget: 125.10
    currency: EUR
    alerts:
      - threshold_percent: 82.5
        severity: warning
        message: "Nearly: there"
`);
    expect([...rules.values()]).toEqual([
      {
        id: 'budget/weekly_spend/82.5',
        ladder: 'budget/weekly_spend',
        kind: 'budget',
        name: 'weekly_spend',
        isEnabled: true,
        scope: { of: 'all' },
        metric: { of: 'cost', currency: 'EUR' },
        unit: 'EUR',
        period: 'week',
        limit: parseUnits('125.1'),
        direction: 'over',
        leadDays: undefined,
        threshold: { by: 'percent', percent: parseUnits('82.5') },
        severity: 'warning',
        message: 'Nearly: there',
        basis: 'effective',
        forMs: 0,
        keepFiringForMs: 0,
        clearPercent: undefined,
        owner: undefined,
        runbook: undefined,
        at: { line: 6, column: 9 },
      },
    ]);
  });

  it('may be a flat amount with one severity, by either name, or a variance', () => {
    const rules = rulesIn(`budget_alerts:
  stop: { amount: "1000.000000000001", currency: USD, period: month, severity: emergency }
  daily_stop: { budget: 40, currency: USD, severity: critical }
  budget_variance: { threshold_percent: 10, direction: both, severity: warning }
`);
    expect([...rules.keys()]).toEqual([
      'budget/stop/1000.000000000001',
      'budget/daily_stop/40.00',
      'variance/budget_variance',
    ]);
    expect(rules.get('budget/stop/1000.000000000001')).toMatchObject({
      period: 'month',
      threshold: { by: 'amount', units: parseUnits('1000.000000000001') },
      limit: parseUnits('1000.000000000001'),
    });
    expect(rules.get('variance/budget_variance')).toMatchObject({
      scope: { of: 'budget-lines' },
      period: 'week',
      direction: 'both',
      limit: undefined,
    });
  });

  it('an explicit period wins over the name, and match narrows the charges', () => {
    const rules = rulesIn(`budget_alerts:
  weekly_ai:
    budget: 5
    currency: USD
    period: day
    match: [{ Tags.team: ai }]
    alerts: [{ threshold_percent: 100, severity: info }]
`);
    expect(rules.get('budget/weekly_ai/100')).toMatchObject({
      period: 'day',
      scope: { of: 'charges', match: [match({ 'Tags.team': 'ai' })] },
    });
  });

  it('options of the ladder go for every step that has none of its own', () => {
    const rules = rulesIn(`budget_alerts:
  daily_spend:
    budget: 5
    currency: USD
    basis: pace
    for: 2h
    owner: Tags.team
    runbook: docs/spend.md
    alerts:
      - { threshold_percent: 120, severity: info, clear_percent: 110.5 }
      - { threshold_percent: 150, severity: warning, basis: billed, for: 0s, owner: policy-steward }
`);
    expect(rules.get('budget/daily_spend/120')).toMatchObject({
      basis: 'pace',
      forMs: 7_200_000,
      owner: { by: 'tag', tag: 'team' },
      clearPercent: parseUnits('110.5'),
      runbook: 'docs/spend.md',
    });
    expect(rules.get('budget/daily_spend/150')).toMatchObject({
      basis: 'billed',
      forMs: 0,
      owner: { by: 'role', role: 'policy-steward' },
      clearPercent: undefined,
      runbook: 'docs/spend.md',
    });
  });
});

describe('service_alerts', () => {
  it('tell money from usage, and know their provider', () => {
    const rules = rulesIn(`budget_alerts:
  monthly_spend: { budget: 9, currency: GBP, severity: info }
service_alerts:
  db:
    provider: A*c
    tier: free
    services: [disk]
    region: eu
    notes: |
      two
      lines
    owner: growth-catalyst
    alerts:
      cost: { metric: monthly_cost, limit: 25, thresholds: [{ amount: 20, severity: info }] }
      usd: { metric: daily_spend, currency: USD, thresholds: [{ amount: 1.5, severity: info }] }
      disk: { metric: disk_mb, limit: 500, thresholds: [{ percent: 90, severity: critical }] }
      calls: { metric: daily_calls, limit: 10, thresholds: [{ amount: 8, severity: critical }] }
`);
    expect([...rules.keys()].slice(1)).toEqual([
      'service/db/cost/20.00',
      'service/db/usd/1.50',
      'service/db/disk/90',
      'service/db/calls/8',
    ]);
    const service = {
      of: 'service',
      service: 'db',
      provider: 'A*c',
      match: [match({ ServiceProviderName: 'A\\*c' }), match({ ServiceName: 'A\\*c' })],
    };
    expect(rules.get('service/db/cost/20.00')).toMatchObject({
      scope: service,
      unit: 'GBP',
      period: 'month',
      owner: { by: 'role', role: 'growth-catalyst' },
    });
    expect(rules.get('service/db/usd/1.50')).toMatchObject({ unit: 'USD', limit: undefined });
    expect(rules.get('service/db/disk/90')).toMatchObject({
      metric: { of: 'usage', name: 'disk_mb' },
      period: undefined,
    });
    expect(rules.get('service/db/calls/8')).toMatchObject({ period: 'day', unit: 'daily_calls' });
  });

  it('have no currency to take where budgets differ', () => {
    const source = openSource(
      `budget_alerts:
  daily_a: { amount: 9, currency: GBP, severity: info }
  daily_b: { amount: 9, currency: EUR, severity: info }
service_alerts:
  db: { alerts: { a: { metric: daily_cost, thresholds: [{ amount: 9, severity: info }] } } }
`,
      'usage-alerts-config.yaml',
    );
    readUsageAlerts(source);
    expect(source.problems).toMatchObject([{ code: 'currency-unknown', line: 5, column: 22 }]);
  });

  it('may clear right at their threshold', () => {
    const rules = rulesIn(`service_alerts:
  db:
    clear_percent: 80
    alerts: { a: { metric: m, limit: 5, thresholds: [{ percent: 80, severity: info }] } }
`);
    expect(rules.get('service/db/a/80')!.clearPercent).toBe(parseUnits('80'));
  });
});
