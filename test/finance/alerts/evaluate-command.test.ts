/** `brctl finance alerts evaluate` over a real ledger: formats, exit codes, looking back. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { alertsEvaluateCommand } from '../../../packs/finance/alerts/evaluate.ts';
import { openEvaluate } from '../../../packs/finance/wire.ts';
import { plainPaint } from '../../../src/sdk/index.ts';
import {
  contextOf,
  type Deployment,
  deployment,
  FIXTURES,
  importFiles,
  SHARED,
} from '../../support/finance.ts';

const CONFIG = join(import.meta.dirname, '../../../packs/finance/config');
const REAL = join(SHARED, 'intelliflow/usage-alerts-config.yaml');
const SOURCES = {
  openai: 'openai.csv',
  railway: 'railway.csv',
  github: 'github.csv',
  ollama: 'ollama.csv',
  vercel: 'vercel.jsonl',
} as const;

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../schemas/finance/alerts.schema.json'), 'utf8'),
);
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
const validate = ajv.compile(schema);

type Words = Readonly<{ asOf?: string; dryRun?: boolean; now?: string }>;

async function run(
  at: Deployment,
  { asOf, dryRun = true, now = '2025-12-29T10:00:00Z' }: Words = {},
) {
  const context = contextOf(at.root, now);
  const command = alertsEvaluateCommand(openEvaluate);
  const flags = asOf === undefined ? {} : { 'as-of': asOf };
  const input = {
    ...{ arguments: [], flags, dryRun, inputFormat: undefined, format: 'table', out: undefined },
  };
  const plan = await command.plan(command.parse(input, context), context);
  const drawn = (format: string) =>
    command.render(plan, { format, width: 100, isTTY: false, paint: plainPaint });
  const json = JSON.parse(drawn('json'));
  validate(json);
  expect(validate.errors).toBeNull();
  await command.release!(plan, context);
  const texts = { table: drawn('table'), csv: drawn('csv'), md: drawn('md') };
  return { outcome: command.outcome(plan), json, ...texts };
}

function configure({ root }: Deployment, config: string): void {
  const folder = join(root, 'config/finance');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'usage-alerts-config.yaml'), config);
  writeFileSync(join(folder, 'budgets.yaml'), readFileSync(join(CONFIG, 'budgets.yaml')));
}

const SHIPPED = readFileSync(join(CONFIG, 'usage-alerts-config.yaml'), 'utf8');

async function demo(): Promise<Deployment> {
  const at = deployment();
  for (const [source, file] of Object.entries(SOURCES)) {
    await importFiles(at, [join(FIXTURES, 'charges', file)], { source });
  }
  return at;
}

describe('an empty deployment', () => {
  it('is stale throughout, and nothing is created', async () => {
    const at = deployment();
    configure(at, SHIPPED);
    const { outcome, json } = await run(at);
    expect(outcome).toBe('findings');
    const states = json.rules.map(({ state }: { state: string }) => state);
    expect([...new Set(states)]).toEqual(['stale']);
    expect(existsSync(join(at.root, 'data/finance/state.db'))).toBe(false);
  });

  it('that is switched off says so, and ends well', async () => {
    const at = deployment();
    configure(at, SHIPPED.replace('enabled: true', 'enabled: false'));
    const { outcome, json, table } = await run(at);
    expect(outcome).toBe('ok');
    expect(json.rules[0]).toMatchObject({ state: 'off', value: null });
    expect(table).toMatch(/alerts are switched off: global\.enabled is false\n$/);
  });

  it('takes no day that has not come, and none that there is not', async () => {
    const at = deployment();
    configure(at, SHIPPED);
    await expect(run(at, { asOf: '2025-12-30' })).rejects.toThrow('has not come yet');
    await expect(run(at, { asOf: '2025-02-30' })).rejects.toThrow('not a day');
  });
});

describe('the demo ledger', () => {
  it('has the value, threshold and reason of every rule', async () => {
    const at = await demo();
    configure(at, SHIPPED);
    const { json, csv, md, table } = await run(at, { asOf: '2025-12-28' });
    expect(json).toMatchObject({ schema: 'brctl.finance/alerts/v1', as_of: '2025-12-28' });
    expect(json.rules).toHaveLength(7);
    expect(json.rules[0]).toMatchObject({
      ...{ id: 'budget/weekly_spend/50', scope: 'all', severity: 'info', state: 'inactive' },
      ...{ threshold: '62.50', unit: 'USD', period: '2025-W52', basis: 'effective' },
    });
    expect(csv.split('\n')[0]).toBe(
      'rule,scope,severity,state,value,threshold,unit,period,basis,reason',
    );
    expect(csv.trimEnd().split('\n')).toHaveLength(8);
    expect(md).toContain('| budget/weekly_spend/50 | all | info | inactive |');
    expect(table).toMatch(/as of 2025-12-28 UTC: 7 rules, 2 stale\n$/);
  });

  it('is the same in every run', async () => {
    const at = await demo();
    configure(at, SHIPPED);
    const [first, second] = [await run(at), await run(at)];
    expect(second).toEqual(first);
  });

  it.skipIf(!existsSync(REAL))(
    'with the config in real use has every section at work',
    async () => {
      const at = await demo();
      configure(at, readFileSync(REAL, 'utf8'));
      const { outcome, json } = await run(at, { asOf: '2025-12-28' });
      expect(outcome).toBe('findings');
      const kinds = new Set(json.rules.map(({ id }: { id: string }) => id.split('/')[0]));
      expect(kinds).toEqual(new Set(['budget', 'variance', 'service', 'anomaly', 'forecast']));
      const stateOf = (id: string) =>
        json.rules.find((each: { id: string }) => each.id === id).state;
      expect(stateOf('service/railway/cost/20.00')).toBe('firing');
      expect(stateOf('service/openai/monthly_cost/50')).toBe('firing');
      expect(stateOf('service/openai/daily_cost/15.00')).toBe('inactive');
      expect(stateOf('service/supabase/storage/90')).toBe('stale');
      // Its week-end holds back what is no more than a warning.
      expect(json.notices).toEqual([]);
      const tuesday = await run(at, { now: '2025-12-30T10:00:00Z' });
      const channels = tuesday.json.notices.map(({ channel }: { channel: string }) => channel);
      expect(new Set(channels)).toEqual(new Set(['email', 'slack', 'grafana']));
    },
  );
});
