/** Budgets and costs of services, worked out by hand: each basis, each period, each edge. */
import { describe, expect, it } from 'vitest';
import type { AlertMemory } from '../../../packs/finance/core/alert-state/memory.ts';
import { evaluate, rowsOf, type Scene } from '../../support/alert-evaluation.ts';
import { charge } from '../../support/charge.ts';

const BUDGET = (period: string, options = '') => `budget_alerts:
  spend:
    budget: 100
    currency: USD
    period: ${period}
    ${options}
    alerts: [{ threshold_percent: 80, severity: warning }]
`;

const DAILY = `service_alerts:
  openai:
    provider: OpenAI
    currency: USD
    alerts:
      daily: { metric: daily_spend, limit: 15, thresholds: [{ amount: 15, severity: critical }] }
`;

const openai = (day: string, cost: string) =>
  charge({ source: 'openai', day, cost, ServiceProviderName: 'OpenAI', ServiceName: 'GPT' });

function scene(change: Partial<Scene>): Scene {
  return {
    config: BUDGET('week'),
    now: '2026-03-05T07:00:00Z',
    through: { demo: '2026-03-04' },
    ...change,
  };
}

function annotationsOf({ alerts }: AlertMemory, label: string) {
  return alerts.find(({ span }) => span?.label === label)!.annotations;
}

describe('a budget', () => {
  it('is compared in money, to the last unit', async () => {
    const at = (cost: string) => rowsOf(scene({ charges: [charge({ day: '2026-03-03', cost })] }));
    expect(await at('80')).toEqual(['budget/spend/80 2026-W10 firing 80.00/80.00 USD']);
    const below = '79.999999999999';
    expect(await at(below)).toEqual([`budget/spend/80 2026-W10 inactive ${below}/80.00 USD`]);
  });

  it('says how much of it is spent, by what, and how fresh that is', async () => {
    const { rows, memory } = await evaluate(
      scene({
        charges: [
          charge({ day: '2026-03-02', cost: '60', ServiceName: 'Big' }),
          charge({
            day: '2026-03-03',
            cost: '30',
            ServiceName: 'Small',
            x_CostSource: 'provider_estimated',
          }),
        ],
      }),
    );
    expect(rows[0]!.reason).toBe('90.00 USD, 90 % of 100.00 USD; 30.00 USD of it estimated');
    expect(annotationsOf(memory, '2026-W10')).toMatchObject({
      contributors: 'Big 60.00 USD; Small 30.00 USD',
      freshness: 'complete through 2026-03-04 (demo)',
      estimate: 'estimated',
      limit: '100000000000000',
      period: '2026-W10',
    });
  });

  it.each([
    ['day', '2026-03-05', ['2026-03-05'], '2026-03-05'],
    ['week', '2026-01-03', ['2025-12-29', '2026-01-03'], '2026-W01'],
    ['week', '2027-01-03', ['2026-12-28', '2027-01-03'], '2026-W53'],
    ['month', '2026-02-28', ['2026-02-01', '2026-02-28'], '2026-02'],
    ['month', '2025-12-31', ['2025-12-01', '2025-12-31'], '2025-12'],
  ])('of a %s on %s counts %j', async (period, today, days, label) => {
    const charges = days.map((day) => charge({ day, cost: '40' }));
    const around = [`${days[0]}T00:00:00Z`, `${days.at(-1)}T00:00:00Z`];
    const before = new Date(Date.parse(around[0]!) - 86_400_000).toISOString().slice(0, 10);
    const rows = await rowsOf(
      scene({
        config: BUDGET(period),
        charges: [...charges, charge({ day: before, cost: '7' })],
        through: { demo: today },
        now: `${today}T23:00:00Z`,
      }),
    );
    const state = days.length === 2 ? 'firing' : 'inactive';
    const value = days.length * 40;
    expect(rows).toContain(`budget/spend/80 ${label} ${state} ${value}.00/80.00 USD`);
  });

  it('does not see what came after the day that is looked at', async () => {
    const charges = [
      charge({ day: '2026-03-03', cost: '10' }),
      charge({ day: '2026-03-04', cost: '90' }),
    ];
    const looked = scene({ charges, asOf: '2026-03-03', now: '2026-03-03T23:59:59.999Z' });
    expect(await rowsOf(looked)).toEqual(['budget/spend/80 2026-W10 inactive 10.00/80.00 USD']);
  });

  it('is of the charges that it says are its own', async () => {
    const config = BUDGET('week', 'match: [{ Tags.team: web }]');
    const charges = [
      charge({ day: '2026-03-03', cost: '85', tags: { team: 'WEB' } }),
      charge({ day: '2026-03-03', cost: '50', tags: { team: 'core' } }),
    ];
    expect(await rowsOf(scene({ config, charges }))).toEqual([
      'budget/spend/80 2026-W10 firing 85.00/80.00 USD',
    ]);
  });

  it('spreads a long charge when effective and books it whole when billed', async () => {
    const yearly = charge({ day: '2026-03-02', days: 14, cost: '140' });
    const by = (basis: string) =>
      rowsOf(scene({ config: BUDGET('week', `basis: ${basis}`), charges: [yearly] }));
    expect(await by('effective')).toEqual(['budget/spend/80 2026-W10 inactive 40.00/80.00 USD']);
    expect(await by('billed')).toEqual(['budget/spend/80 2026-W10 firing 140.00/80.00 USD']);
  });
});

describe('a projection', () => {
  const spend = (...costs: string[]) =>
    costs.map((cost, i) => charge({ day: `2026-03-0${i + 2}`, cost }));
  const config = BUDGET('week', 'basis: forecast');

  it('goes on at the rate of the complete days', async () => {
    // 3 of 7 days cost 36: 84 by Sunday. Today, with 5, is not complete.
    const charges = spend('10', '12', '14', '5');
    expect(await rowsOf(scene({ config, charges }))).toEqual([
      'budget/spend/80 2026-W10 firing 84.00/80.00 USD',
    ]);
  });

  it('is never less than what is spent', async () => {
    expect(await rowsOf(scene({ config, charges: spend('0', '0', '0', '99') }))).toEqual([
      'budget/spend/80 2026-W10 firing 99.00/80.00 USD',
    ]);
  });

  it('is refused on the first day, and wakes nobody', async () => {
    const { judged, notices } = await evaluate(
      scene({
        config,
        charges: spend('50'),
        through: { demo: '2026-03-02' },
        now: '2026-03-03T07:00:00Z',
      }),
    );
    const week = judged.find(({ period }) => period!.span.label === '2026-W10')!;
    expect(week.verdict).toMatchObject({ kind: 'waiting', value: undefined });
    const reason = 'a week is projected from 2 complete days on, and 1 are there';
    expect(week.verdict.reason).toBe(reason);
    expect(notices).toEqual([]);
  });
});

describe('a pace', () => {
  const config = BUDGET('week', 'basis: pace').replace('80', '150');

  it('is used by elapsed, through the last complete day', async () => {
    // 3 of 7 days are 42.86 % of the time; 60 % are used: 140 %.
    const charges = [
      charge({ day: '2026-03-02', cost: '60' }),
      charge({ day: '2026-03-05', cost: '9' }),
    ];
    expect(await rowsOf(scene({ config, charges }))).toEqual([
      'budget/spend/150 2026-W10 inactive 140.00/150.00 %',
    ]);
  });

  it('is exact on the line', async () => {
    // 64.285714285714… of 100 in three sevenths is 150 %; a unit less is not.
    const at = async (cost: string) =>
      (await evaluate(scene({ config, charges: [charge({ day: '2026-03-02', cost })] }))).rows[0]!
        .state;
    expect(await at('64.285714285715')).toBe('firing');
    expect(await at('64.285714285714')).toBe('inactive');
  });
});

describe('the cost of a service on a day', () => {
  const config = DAILY;
  const through = { openai: '2026-03-03' };

  it('fires for yesterday when the charges of yesterday come today', async () => {
    const charges = [openai('2026-03-03', '4')];
    const first = await evaluate({ config, charges, through, now: '2026-03-05T07:00:00Z' });
    expect(first.rows.map(({ period, state }) => [period, state])).toEqual([
      ['2026-03-03', 'inactive'],
    ]);
    const late = [...charges, openai('2026-03-04', '15')];
    const second = await rowsOf({
      ...{ config, charges: late, through: { openai: '2026-03-04' }, memory: first.memory },
      now: '2026-03-05T15:00:00Z',
    });
    expect(second).toContain('service/openai/daily/15.00 2026-03-04 firing 15.00/15.00 USD');
  });

  it('is not looked at any more once nothing is expected', async () => {
    const charges = [openai('2026-03-01', '99'), openai('2026-03-04', '1')];
    const rows = await rowsOf({
      config,
      charges,
      through: { openai: '2026-03-04' },
      now: '2026-03-05T07:00:00Z',
    });
    expect(rows).toEqual(['service/openai/daily/15.00 2026-03-04 inactive 1.00/15.00 USD']);
  });

  it('is found by provider or by service, whatever the case', async () => {
    const by = (names: object) =>
      rowsOf({
        ...{ config, through: { openai: '2026-03-05' }, now: '2026-03-05T20:00:00Z' },
        charges: [charge({ source: 'openai', day: '2026-03-05', cost: '20', ...names })],
      });
    const fires = ['service/openai/daily/15.00 2026-03-05 firing 20.00/15.00 USD'];
    expect(await by({ ServiceProviderName: 'OPENAI' })).toEqual(fires);
    expect(await by({ ServiceName: 'openai' })).toEqual(fires);
    expect(await by({ ServiceName: 'openai 2' })).not.toEqual(fires);
  });
});

it('a pace that falls because days fill up is no revision, and keeps firing', async () => {
  const config = BUDGET('week', 'basis: pace\n    keep_firing_for: 36h').replace('80', '105');
  let memory: AlertMemory | undefined;
  const states: string[] = [];
  // Of the day that ends half is there, and of the days before all.
  for (const [count, cost] of [12, 8, 40, 1, 1, 1].entries()) {
    const charges = [12, 8, 40, 1, 1, 1]
      .slice(0, count)
      .map((each, i) => charge({ day: `2026-03-0${i + 2}`, cost: `${each}` }));
    const today = charge({ day: `2026-03-0${count + 2}`, cost: `${cost / 2}` });
    const done = await evaluate({
      ...{ config, charges: [...charges, today], now: `2026-03-0${count + 2}T20:00:00Z` },
      ...{ through: { demo: `2026-03-0${count + 1}` }, ...(memory && { memory }) },
    });
    memory = done.memory;
    const alert = memory.alerts.find(({ span }) => span?.label === '2026-W10');
    states.push(`${alert?.state.phase} ${alert?.state.end}`);
  }
  expect(states).toEqual([
    'inactive null',
    'inactive null',
    'inactive null',
    'firing null',
    'firing null',
    'clearing null',
  ]);
});

it('a service that no charge is of says so, beside its zero', async () => {
  const at = (ServiceProviderName: string) =>
    evaluate(
      scene({
        config: DAILY,
        charges: [charge({ day: '2026-03-05', cost: '1', ServiceProviderName })],
      }),
    );
  const { rows } = await at('Someone');
  expect(rows[0]!.reason).toBe('0.00 USD, 0 % of 15.00 USD; no charge is of OpenAI');
  expect((await at('OpenAI')).rows[0]!.reason).toBe('1.00 USD, 6.7 % of 15.00 USD');
});

describe('who has to look', () => {
  it('is a role, or whom the tag of most of the money names', async () => {
    const owner = async (words: string) => {
      const charges = ['web', 'core', 'core'].map((team, i) =>
        charge({ day: `2026-03-0${i + 2}`, cost: '30', tags: { team } }),
      );
      const { memory } = await evaluate(
        scene({ config: BUDGET('week', `owner: ${words}`), charges }),
      );
      return annotationsOf(memory, '2026-W10').owner;
    };
    expect(await owner('growth-catalyst')).toBe('growth-catalyst');
    expect(await owner('Tags.team')).toBe('core, web');
    expect(await owner('Tags.nobody')).toBeUndefined();
  });
});
