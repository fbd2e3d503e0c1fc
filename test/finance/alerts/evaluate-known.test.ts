/** What is not known: stale, missing, late, restated, in two currencies. Never 0. */
import { describe, expect, it } from 'vitest';
import {
  evaluate,
  noticesOf,
  rowsOf,
  rowText,
  type Scene,
} from '../../support/alert-evaluation.ts';
import { budgets, line, rule } from '../../support/budgets.ts';
import { charge } from '../../support/charge.ts';

const CONFIG = `global:
  notification_channels: [{ type: stdout, name: out }]
  fallback: out
budget_alerts:
  spend:
    budget: 100
    currency: USD
    period: week
    alerts:
      - { threshold_percent: 80, severity: warning }
      - { threshold_percent: 100, severity: critical }
`;
const NOW = '2026-03-05T07:00:00Z';
const cost = (day: string, amount: string, change: object = {}) =>
  charge({ source: 'aws', day, cost: amount, ...change });
const scene = (change: Partial<Scene>): Scene => ({
  ...{ config: CONFIG, now: NOW, through: { aws: '2026-03-04' } },
  ...change,
});
const states = async (change: Partial<Scene>) =>
  (await evaluate(scene(change))).rows.map(({ state }) => state);

describe('an empty ledger', () => {
  it('is stale, and told once', async () => {
    const first = await evaluate(scene({ through: {} }));
    expect(first.rows.map(rowText)).toEqual([
      'budget/spend/80 2026-W10 stale -/80.00 USD',
      'budget/spend/100 2026-W10 stale -/100.00 USD',
    ]);
    expect(first.rows[0]!.reason).toBe('unknown: nothing has been imported yet');
    expect(noticesOf(first)).toEqual(['out first: budget/spend']);
    const again = await evaluate(scene({ through: {}, memory: first.memory }));
    expect(again.notices).toEqual([]);
  });
});

it('a ledger whose only source has been silent for months is not an empty one', async () => {
  const { rows } = await evaluate(scene({ through: { aws: '2025-09-30' } }));
  expect(rows[0]!.reason).toBe(
    'unknown: nothing has come in for two months: complete through 2025-09-30 (aws)',
  );
});

describe('data that is too old', () => {
  const charges = [cost('2026-03-02', '110')];

  it('is stale beyond three days, or what the rule says', async () => {
    const at = (now: string, config = CONFIG) =>
      states({ charges, through: { aws: '2026-03-02' }, now, config });
    expect(await at('2026-03-05T07:00:00Z')).toEqual(['firing', 'firing']);
    expect(await at('2026-03-06T07:00:00Z')).toEqual(['stale', 'stale']);
    const patient = CONFIG.replace('period: week', 'period: week\n    freshness: 5d');
    expect(await at('2026-03-06T07:00:00Z', patient)).toEqual(['firing', 'firing']);
    const strict = CONFIG.replace('period: week', 'period: week\n    freshness: 1d');
    expect(await at('2026-03-04T07:00:00Z', strict)).toEqual(['stale', 'stale']);
  });

  it('resolves nothing, and the end of it is told', async () => {
    const first = await evaluate(scene({ charges }));
    expect(noticesOf(first)).toEqual(['out first: budget/spend/100']);
    const stale = await evaluate(
      scene({
        charges: [],
        through: { aws: undefined },
        memory: first.memory,
        now: '2026-03-05T08:00:00Z',
      }),
    );
    expect(stale.rows.map(({ state }) => state)).toEqual(['stale', 'stale']);
    expect(stale.rows[0]!.reason).toMatch(/it was firing$/);
    expect(noticesOf(stale)).toEqual(['out first: budget/spend']);
    const back = await evaluate(
      scene({ charges, memory: stale.memory, now: '2026-03-05T09:00:00Z' }),
    );
    expect(back.rows.map(({ state }) => state)).toEqual(['firing', 'firing']);
    expect(noticesOf(back)).toEqual(['out resolved: budget/spend ended']);
  });

  it('of one source is enough to fire on what the others say, and for nothing else', async () => {
    const through = { aws: '2026-03-04', openai: '2026-02-25' };
    const known = await evaluate(scene({ charges: [cost('2026-03-03', '85')], through }));
    const week = known.rows.filter(({ period }) => period === '2026-W10');
    expect(week.map(({ state }) => state)).toEqual(['firing', 'stale']);
    expect(week[0]!.reason).toContain('stale: complete through 2026-02-25 (openai)');
  });

  it('of a source that has been silent for months is past', async () => {
    const through = { aws: '2026-03-04', old: '2025-06-30' };
    expect(await states({ charges, through })).toEqual(['firing', 'firing']);
    const still = [...charges, charge({ source: 'old', day: '2026-03-02', cost: '1' })];
    expect(await states({ charges: still, through })).toContain('stale');
  });

  it('is only waited for while nobody is late', async () => {
    const monday = await evaluate(
      scene({ through: { aws: '2026-03-01' }, now: '2026-03-02T07:00:00Z' }),
    );
    const week = monday.rows.filter(({ period }) => period === '2026-W10');
    expect([...week, ...monday.rows].some(({ state }) => state === 'stale')).toBe(false);
    expect(monday.notices).toEqual([]);
  });

  it('of a service without charges is that of its own source, else of all', async () => {
    const config = `service_alerts:
  openai:
    currency: USD
    alerts: { a: { metric: weekly_spend, thresholds: [{ amount: 1, severity: info }] } }
`;
    const through = { aws: '2026-03-04', OpenAI: '2026-02-20' };
    expect(await states({ config, through })).toEqual(['stale']);
    expect(
      await states({ config, through: { ...through, OpenAI: '2026-03-04', aws: '2026-02-20' } }),
    ).toEqual(['inactive']);
    expect(await states({ config, through: { aws: '2026-02-20', b: '2026-03-04' } })).toEqual([
      'stale',
    ]);
  });
});

describe('a restatement', () => {
  it('that takes a crossing back is resolved as revised, and crosses anew', async () => {
    const first = await evaluate(scene({ charges: [cost('2026-03-02', '90')] }));
    expect(noticesOf(first)).toEqual(['out first: budget/spend/80']);
    const revised = await evaluate(
      scene({
        charges: [cost('2026-03-02', '40')],
        memory: first.memory,
        now: '2026-03-05T09:00:00Z',
      }),
    );
    expect(noticesOf(revised)).toEqual(['out revised: budget/spend/80 ended']);
    const again = await evaluate(
      scene({
        charges: [cost('2026-03-02', '95')],
        memory: revised.memory,
        now: '2026-03-05T10:00:00Z',
      }),
    );
    expect(noticesOf(again)).toEqual(['out first: budget/spend/80']);
  });

  it('is none where a credit of a later day brings it down', async () => {
    const first = await evaluate(scene({ charges: [cost('2026-03-02', '90')] }));
    const credited = await evaluate(
      scene({
        charges: [cost('2026-03-02', '90'), cost('2026-03-06', '-50')],
        ...{ memory: first.memory, through: { aws: '2026-03-06' }, now: '2026-03-06T20:00:00Z' },
      }),
    );
    expect(noticesOf(credited)).toEqual(['out resolved: budget/spend/80 ended']);
  });
});

describe('a step', () => {
  it('is told once, mutes the ones below it, and is reset when its period closes', async () => {
    const low = await evaluate(scene({ charges: [cost('2026-03-02', '85')] }));
    expect(noticesOf(low)).toEqual(['out first: budget/spend/80']);
    const charges = [cost('2026-03-02', '85'), cost('2026-03-04', '20')];
    const high = await evaluate(
      scene({ charges, memory: low.memory, now: '2026-03-05T08:00:00Z' }),
    );
    expect(noticesOf(high)).toEqual(['out new step: budget/spend/100']);
    const later = { charges, through: { aws: '2026-03-13' } };
    const open = await evaluate(
      scene({ ...later, memory: high.memory, now: '2026-03-13T23:00:00Z' }),
    );
    expect(noticesOf(open)).toEqual([]);
    const over = await evaluate(
      scene({ ...later, memory: open.memory, now: '2026-03-14T00:00:00Z' }),
    );
    expect(noticesOf(over).toSorted()).toEqual([
      'out reset: budget/spend/100 ended',
      'out reset: budget/spend/80 ended',
    ]);
  });
});

describe('two currencies', () => {
  const other = (amount: string) => cost('2026-03-03', amount, { BillingCurrency: 'EUR' });
  const usd = (amount: string) => cost('2026-03-02', amount);

  it('are never added: what is besides may be what is missing', async () => {
    const done = await evaluate(scene({ charges: [usd('3'), other('500')] }));
    const { rows } = done;
    expect(rows.map(rowText)).toEqual([
      'budget/spend/80 2026-W10 stale -/80.00 USD',
      'budget/spend/100 2026-W10 stale -/100.00 USD',
    ]);
    expect(rows[0]!.reason).toBe(
      'unknown: 500.00 EUR besides is not converted (match BillingCurrency: USD to leave ' +
        'it out); so far 3.00 USD, 3 % of 100.00 USD',
    );
    expect(noticesOf(done)).toEqual(['out first: budget/spend']);
  });

  it('keep nothing from firing that fires by its own, and resolve nothing', async () => {
    const first = await evaluate(scene({ charges: [usd('85'), other('1')] }));
    expect(first.rows.map(({ state }) => state)).toEqual(['firing', 'stale']);
    expect(first.rows[0]!.reason).toContain('1.00 EUR besides, not converted');
    const now = '2026-03-05T09:00:00Z';
    const after = { charges: [usd('10'), other('1')], memory: first.memory, now };
    const next = await evaluate(scene(after));
    expect(next.rows[0]!.reason).toMatch(/it was firing$/);
    expect(noticesOf(next)).toEqual([]);
  });

  it('are known apart: by a match, and where nothing is besides', async () => {
    const match = 'period: week\n    match: [{ BillingCurrency: USD }]';
    const config = CONFIG.replace('period: week', match);
    expect(await states({ config, charges: [usd('3'), other('500')] })).toEqual([
      'inactive',
      'inactive',
    ]);
    expect(await states({ charges: [usd('3'), other('0')] })).toEqual(['inactive', 'inactive']);
  });

  it('are not known for a variance and a projection either', async () => {
    const config = `${CONFIG}    # below
  any_variance: { threshold_percent: 10, direction: both, severity: info }
forecast_alerts:
  alerts: { over: { trigger: projected_spend > budget, severity: info } }
`;
    const plan = budgets({ lines: [line('Everything', '3', rule({ ServiceName: '*' }))] });
    const at = { config, budgets: plan, now: '2026-03-12T07:00:00Z' };
    const charges = [usd('1'), other('500'), cost('2026-03-10', '1')];
    const more = cost('2026-03-10', '5', { BillingCurrency: 'EUR' });
    const through = { aws: '2026-03-11' };
    const { rows } = await evaluate(scene({ ...at, through, charges: [...charges, more] }));
    const others = rows.filter(({ id }) => !id.startsWith('budget/spend/'));
    expect(
      others.map(({ id, period, side, state }) => [id, period, side, state].join(' ')),
    ).toEqual([
      'variance/any_variance 2026-W11 over stale',
      'variance/any_variance 2026-W11 under inactive',
      'variance/any_variance 2026-W10 under stale',
      'forecast/over 2026-W11 over stale',
    ]);
  });
});

it('a charge without an amount is not nothing', async () => {
  const charges = [
    cost('2026-03-02', '3'),
    charge({ source: 'aws', day: '2026-03-03', cost: null }),
  ];
  const { rows } = await evaluate(scene({ charges }));
  expect(rows[0]!.reason).toBe(
    'unknown: 1 of its charges without an amount; so far 3.00 USD, 3 % of 100.00 USD',
  );
});

describe('currencies', () => {
  it('that do not meet are not known', async () => {
    const charges = [cost('2026-03-03', '70', { BillingCurrency: 'EUR' })];
    const { rows } = await evaluate(scene({ charges }));
    expect(rows[0]).toMatchObject({ state: 'stale', value: undefined });
    expect(rows[0]!.reason).toBe('unknown: it is in USD, and its charges in EUR');
  });
});

describe('charges without an amount', () => {
  it('are said, and where there are no others nothing is known', async () => {
    const none = cost('2026-03-03', '1', { EffectiveCost: null });
    const some = await evaluate(scene({ charges: [none, cost('2026-03-03', '90')] }));
    expect(some.rows[0]).toMatchObject({ state: 'firing' });
    expect(some.rows[0]!.reason).toContain('charges without an amount are not in it');
    expect(await states({ charges: [none] })).toEqual(['stale', 'stale']);
  });
});

describe('alerts that are switched off', () => {
  it('are listed as off', async () => {
    const config = CONFIG.replace('global:', 'global:\n  enabled: false');
    expect(await rowsOf(scene({ config, charges: [cost('2026-03-02', '999')] }))).toEqual([
      'budget/spend/80 off -/- USD',
      'budget/spend/100 off -/- USD',
    ]);
  });
});
