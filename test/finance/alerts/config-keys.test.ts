/** The page that names every key of the alert config, read as the config itself is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkConfig } from '../../support/config-check.ts';
import { ROOT } from '../../support/host.ts';

const README = readFileSync(join(ROOT, 'packs/finance/README.md'), 'utf8');
const SCHEMA = JSON.parse(
  readFileSync(join(ROOT, 'schemas/finance/usage-alerts-config.schema.json'), 'utf8'),
);
const SHIPPED = readFileSync(join(ROOT, 'packs/finance/config/usage-alerts-config.yaml'), 'utf8');

const page = /^## The alert config, key by key$.*?^```yaml$(.*?)^```$/ms.exec(README)![1]!;

/** `actions` has a place of its own. */
const ELSEWHERE = ['recipe', 'recipes'];

/** Every key that the schema knows, with the part of the config that has it. */
const KEYS = [
  ...Object.keys(SCHEMA.properties).map((key) => ['the file', key]),
  ...Object.entries<{ properties?: object }>(SCHEMA.$defs)
    .filter(([name]) => !ELSEWHERE.includes(name))
    .flatMap(([name, { properties = {} }]) => Object.keys(properties).map((key) => [name, key])),
].filter(([, key]) => key !== 'actions') as [string, string][];

describe('the alert config, key by key', () => {
  it('is a config that is right', async () => {
    const { json, text } = await checkConfig(page);
    expect(json.problems, text).toEqual([]);
    const codes = json.findings.map(({ code }: { code: string }) => code);
    expect(codes.filter((code: string) => code === 'secret-in-file')).toEqual([]);
    expect(json.rules.map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining(['budget', 'variance', 'service', 'anomaly', 'forecast']),
    );
  });

  it('names each key that there is', () => {
    expect(KEYS.length).toBeGreaterThan(90);
    const missing = KEYS.filter(([, key]) => !new RegExp(`(^|[\\s{,])${key}: ?`, 'm').test(page));
    expect(missing.map((each) => each.join(': '))).toEqual([]);
  });

  it('has the defaults that it says', async () => {
    const config = parse(page);
    expect(config.anomaly_detection.baseline_period_days).toBe(14);
    const { json } = await checkConfig(`budget_alerts:
  weekly_spend: { budget: 1, currency: USD, alerts: [{ threshold_percent: 1, severity: info }] }
  lines: { threshold_percent: 10, severity: warning }
anomaly_detection: { alerts: { cost_spike: { threshold_percent: 1, severity: info } } }
forecast_alerts: { alerts: { f: { trigger: projected_spend > budget, severity: info } } }
global: { notification_channels: [{ type: email, recipients: [growth-catalyst] }] }
reporting: { w: { schedule: manual, recipients: [growth-catalyst] } }
`);
    expect(json.anomaly_detection).toMatchObject({ enabled: true, baseline_period_days: 14 });
    expect(json.forecast).toEqual({ enabled: true, horizon_days: 30 });
    expect(json.rules).toMatchObject([
      { basis: 'effective', for: '0s', keep_firing_for: '0s', owner: null },
      { direction: 'over', period: 'week' },
      { kind: 'anomaly' },
      { lead_time_days: 30 },
    ]);
    expect(json.channels[0]).toMatchObject({ name: 'email', severity_threshold: 'info' });
    expect(json.reports[0]).toMatchObject({ format: 'csv', include: [], enabled: true });
  });
});

describe('the config that is shipped', () => {
  it('has a fallback, which is a file that needs nothing', async () => {
    const { json, codes, outcome } = await checkConfig(SHIPPED);
    expect(json.fallback).toEqual(['kept']);
    expect(outcome).toBe('ok');
    expect(codes.filter((each) => !each.startsWith('role-unreached'))).toEqual([]);
  });

  // The YAML language server reads it, and so do IDEs that do not read its own modeline.
  it('names its schema as editors read it, like the other files', () => {
    for (const name of ['budgets', 'usage-alerts-config', 'usage-alerts-test']) {
      const text = readFileSync(join(ROOT, `packs/finance/config/${name}.yaml`), 'utf8');
      expect(text).toMatch(/^# \$schema: \.\.\/\.\.\/\S+\.schema\.json$/m);
    }
  });

  it('shows examples that may be uncommented', async () => {
    const [, tail] = SHIPPED.split('# There may also be ');
    const lines = tail!.split('\n').filter((line) => line.startsWith('#   '));
    const shown = lines.map((line) => line.slice(4)).join('\n');
    const { json, text } = await checkConfig(`${SHIPPED}\n${shown}\n`);
    expect(json.problems, text).toEqual([]);
    expect(json.reports).toHaveLength(1);
    expect(json.windows).toHaveLength(1);
  });
});
