/** `brctl finance alerts backtest` over a real ledger, and readings. */
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { alertsBacktestCommand } from '../../../packs/finance/alerts/backtest/backtest.ts';
import { openBacktest } from '../../../packs/finance/wire-prove.ts';
import { answer } from '../../support/alert-command.ts';
import { SHIPPED } from '../../support/alert-tests.ts';
import {
  bytesBelow,
  contextOf,
  type Deployment,
  deployment,
  FIXTURES,
  importFiles,
} from '../../support/finance.ts';
import { cost, focusCsv } from '../../support/focus-csv.ts';
import { ROOT } from '../../support/host.ts';
import { recordUsage } from '../../support/usage.ts';

const NOW = '2026-01-04T12:00:00Z';
const CONFIG = readFileSync(join(SHIPPED, 'usage-alerts-config.yaml'), 'utf8');
const schema = join(ROOT, 'schemas/finance/alerts-backtest.schema.json');
const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(schema, 'utf8')),
);

async function demo(): Promise<Deployment> {
  const at = deployment();
  cpSync(SHIPPED, join(at.root, 'config/finance'), { recursive: true });
  for (const [source, file] of [
    ['openai', 'openai.csv'],
    ['railway', 'railway.csv'],
    ['github', 'github.csv'],
  ] as const) {
    await importFiles(at, [join(FIXTURES, 'charges', file)], { source });
  }
  return at;
}

type Flags = Readonly<Record<string, string>>;

async function run({ root }: Deployment, flags: Flags, format = 'table') {
  return answer(alertsBacktestCommand(openBacktest), contextOf(root, NOW), { flags, format });
}

async function json(at: Deployment, flags: Flags) {
  const { text, outcome } = await run(at, flags, 'json');
  expect(outcome).toBe('ok');
  const found = JSON.parse(text);
  validate(found);
  expect(validate.errors).toBeNull();
  return found;
}

/** Without what SQLite keeps beside a file that is read. */
function kept({ root }: Deployment) {
  return Object.entries(bytesBelow(root)).filter(([name]) => !/-(shm|wal)$/.test(name));
}

const DECEMBER = { since: '2025-12-22', until: '2025-12-28' };

describe('the demo ledger', () => {
  it('tells what the config would have told, and changes nothing', async () => {
    const at = await demo();
    const before = kept(at);
    const found = await json(at, DECEMBER);
    expect(found).toMatchObject({ since: '2025-12-22', config: null, changes: [] });
    expect(found.notices.candidate).toBeNull();
    expect(kept(at)).toEqual(before);
  });

  it('with a lower limit has new notices, each with its instant', async () => {
    const at = await demo();
    const file = at.file('mine.yaml', CONFIG.replaceAll('15.00', '5.00'));
    const found = await json(at, { ...DECEMBER, config: file });
    const added = found.changes.filter(
      ({ change, reason }: Record<string, string>) => change === 'new' && reason === 'first',
    );
    expect(added[0]).toMatchObject({ channel: 'cfo' });
    expect(added[0].rules[0]).toMatchObject({ rule: 'service/openai/daily_cost/5.00' });
    expect(added[0].at).toMatch(/^2025-12-2\dT08:00:00Z$/);
    // The charge of a day is known the morning after it, not before.
    const [{ period }] = added[0].rules;
    expect(Date.parse(added[0].at) - Date.parse(period)).toBe(32 * 3_600_000);
    const { text } = await run(at, { ...DECEMBER, config: file });
    expect(text).toMatch(/Channel +Rule +Reason +Current +New\n/);
    expect(text).toMatch(
      /\+ 2025-12-2\dT08:00:00Z {2}cfo first: service\/openai\/daily_cost\/5\.00/,
    );
    expect(text).toMatch(/\nassumes: evaluated every 1d and when a day comes in; days known 8h/);
  });

  it('with the same config has no difference, however it is spelled', async () => {
    const at = await demo();
    const found = await json(at, { ...DECEMBER, config: at.file('mine.yaml', CONFIG) });
    expect(found.notices.candidate).toBe(found.notices.current);
    expect(found.changes).toEqual([]);
    const { text } = await run(at, { ...DECEMBER, config: at.file('mine.yaml', CONFIG) });
    expect(text).toMatch(/: the same\n/);
  });

  it('with another severity has changes, though the same rules are told of', async () => {
    const at = await demo();
    const low = CONFIG.replaceAll('15.00', '5.00');
    const file = join(at.root, 'config/finance/usage-alerts-config.yaml');
    writeFileSync(file, low);
    const text = low.replace(/(amount: 5\.00\n +severity:) critical/, '$1 emergency');
    expect(text).not.toBe(low);
    const { changes } = await json(at, { ...DECEMBER, config: at.file('mine.yaml', text) });
    const told = changes.map(({ rules }: { rules: { severity: string }[] }) => rules[0]!.severity);
    expect(new Set(told)).toEqual(new Set(['critical', 'emergency']));
  });

  it('with readings follows them from their instant on', async () => {
    const at = await demo();
    for (const [day, value] of [
      ['23', '100'],
      ['24', '460'],
      ['26', '100'],
    ] as const) {
      const flags = { service: 'supabase', metric: 'storage', value, unit: 'MB' };
      await recordUsage(at, { ...flags, at: `2025-12-${day}T06:00:00Z` });
    }
    const found = await json(at, DECEMBER);
    const counted = found.counts
      .filter((each: { rule: string }) => each.rule === 'service/supabase/storage/90')
      .map((each: { reason: string; current: number }) => `${each.reason} ${each.current}`);
    expect(counted).toEqual(['first 1', 'repeat 3', 'resolved 1']);
  });

  it('what fired before the first day is no news', async () => {
    const at = await demo();
    const file = at.file('mine.yaml', CONFIG.replace('budget: 125.00', 'budget: 10.00'));
    const early = await json(at, { ...DECEMBER, config: file });
    const late = await json(at, { since: '2025-12-27', until: '2025-12-28', config: file });
    const firsts = (found: { counts: readonly Record<string, unknown>[] }) =>
      found.counts.filter(({ rule, reason, candidate }) => {
        return String(rule).startsWith('budget/') && reason === 'first' && candidate !== 0;
      });
    expect(firsts(early).length).toBeGreaterThan(0);
    expect(firsts(late)).toEqual([]);
  });
});

it('of a young ledger begins with its first day: nothing was missing before', async () => {
  const at = deployment();
  cpSync(SHIPPED, join(at.root, 'config/finance'), { recursive: true });
  const rows = ['20', '21', '22', '23'].map((day) => ({
    ...{ ...cost('16'), ServiceName: 'OpenAI', ServiceProviderName: 'OpenAI' },
    ChargePeriodStart: `2025-12-${day}T00:00:00Z`,
    ChargePeriodEnd: `2025-12-${Number(day) + 1}T00:00:00Z`,
  }));
  const now = '2025-12-24T08:00:00Z';
  await importFiles(at, [at.file('young.csv', focusCsv(rows))], { source: 'openai', now });
  const { counts } = await json(at, { since: '2025-12-20', until: '2025-12-24' });
  const ofDaily = counts.filter(({ rule }: { rule: string }) => /^service\/openai/.test(rule));
  expect(ofDaily.length).toBeGreaterThan(0);
  expect(ofDaily.filter((each: { data_missing: boolean }) => each.data_missing)).toEqual([]);
});

it('an empty deployment has nothing to be told of, and nothing is created', async () => {
  const at = deployment();
  cpSync(SHIPPED, join(at.root, 'config/finance'), { recursive: true });
  const { outcome, text } = await run(at, { since: '2026-01-01' });
  expect(outcome).toBe('ok');
  expect(text).toContain('2026-01-01 to 2026-01-04: nothing is recorded of these days or before\n');
  expect(existsSync(join(at.root, 'data/finance/state.db'))).toBe(false);
});

it.each([
  [{}, 'say from which day on'],
  [{ since: '2025-02-30' }, '--since 2025-02-30: not a day'],
  [{ since: '2026-01-05' }, '--since 2026-01-05 is after 2026-01-04'],
  [{ since: '2025-12-01', until: '2026-02-01' }, 'has not come yet'],
  [{ since: '2025-12-01', interval: '10s' }, 'less than a minute'],
  [{ since: '2020-01-01', interval: '1m' }, 'more than 20000 evaluations'],
  [{ since: '2025-12-01', config: 'absent.yaml' }, 'absent.yaml is not there'],
])('%j is refused', async (flags, message) => {
  const at = deployment();
  cpSync(SHIPPED, join(at.root, 'config/finance'), { recursive: true });
  expect((await run(at, flags as Flags)).outcome).toContain(message);
});

it('a config that is wrong is refused with its place', async () => {
  const at = deployment();
  cpSync(SHIPPED, join(at.root, 'config/finance'), { recursive: true });
  const file = at.file('mine.yaml', CONFIG.replace('budget: 125.00', 'budgett: 125.00'));
  const { outcome } = await run(at, { since: '2026-01-01', config: file });
  expect(outcome).toMatch(/^usage: /);
});
