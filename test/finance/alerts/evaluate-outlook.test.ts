/** Variances, anomalies and forecasts of money, worked out by hand. */
import { describe, expect, it } from 'vitest';
import { normalOf, squareRoot } from '../../../packs/finance/core/alert-rules/normal.ts';
import {
  paceOf,
  projectRunRate,
  shareOf,
} from '../../../packs/finance/core/alert-rules/project.ts';
import { addDays, formatDay, parseDay } from '../../../packs/finance/core/day.ts';
import { ONE, parseUnits } from '../../../packs/finance/core/money.ts';
import { evaluate, rowsOf, rowText, type Scene } from '../../support/alert-evaluation.ts';
import { allowance, budgets, rule } from '../../support/budgets.ts';
import { charge } from '../../support/charge.ts';

const PLAN = budgets({
  lines: [
    { name: 'Apps', allowance: allowance('70'), match: [rule({ ServiceName: 'App*' })] },
    { name: 'None', allowance: allowance('0'), match: [rule({ ServiceName: 'Gift' })] },
    { name: 'Spare', allowance: allowance('10'), match: [] },
  ],
});
const VARIANCE = (direction: string) => `budget_alerts:
  budget_variance: { threshold_percent: 10, direction: ${direction}, severity: warning }
`;
const app = (day: string, cost: string, name = 'App') => charge({ day, cost, ServiceName: name });

describe('a variance', () => {
  const at = (direction: string, change: Partial<Scene>) =>
    evaluate({
      ...{ config: VARIANCE(direction), budgets: PLAN, through: { demo: '2026-03-08' } },
      ...{ now: '2026-03-08T20:00:00Z', ...change },
    });
  const told = async (direction: string, change: Partial<Scene>) =>
    (await at(direction, change)).rows
      .filter(({ period }) => period === '2026-W10')
      .map(({ scope, state, reason }) => `${scope} ${state}: ${reason}`);

  it('is over as soon as it is, line by line', async () => {
    const charges = [app('2026-03-02', '77')];
    expect(await told('over', { charges })).toEqual([
      'Apps firing: 77.00 USD, 10 % over its budget of 70.00 USD',
      'None inactive: 0.00 USD of a budget of 0.00 USD',
    ]);
    const less = [app('2026-03-02', '76.999999999999'), app('2026-03-02', '0.01', 'Gift')];
    expect(await told('over', { charges: less })).toEqual([
      'Apps inactive: 77.00 USD, 10 % over its budget of 70.00 USD',
      'None firing: 0.01 USD of a budget of 0.00 USD',
    ]);
  });

  it('is under only when its period is over and complete', async () => {
    const charges = [app('2026-03-02', '20')];
    const [early] = (await at('under', { charges, through: { demo: '2026-03-07' } })).judged;
    expect(early!.verdict).toMatchObject({ kind: 'waiting', value: undefined });
    const monday = { charges, now: '2026-03-09T07:00:00Z' };
    expect(await told('under', monday)).toContain(
      'Apps firing: 20.00 USD, 71.4 % under its budget of 70.00 USD',
    );
    const enough = { charges: [app('2026-03-02', '63.01')], now: '2026-03-09T07:00:00Z' };
    expect(await told('under', enough)).toContain(
      'Apps inactive: 63.01 USD, 10 % under its budget of 70.00 USD',
    );
  });

  it('of both sides is two alerts of one rule', async () => {
    const { judged } = await at('both', { charges: [app('2026-03-02', '20')] });
    const sides = judged.filter(
      ({ scope, period }) => scope === 'Apps' && period!.span.label === '2026-W10',
    );
    expect(sides.map(({ side }) => side)).toEqual(['over', 'under']);
  });
});

const days = (amounts: readonly number[], first = '2026-02-10') =>
  amounts.map((each, i) => app(formatDay(addDays(parseDay(first), i)), String(each)));

describe('an anomaly', () => {
  const config = (algorithms: string) => `anomaly_detection:
  baseline_period_days: 14
  algorithms: ${algorithms}
  alerts: { cost_spike: { threshold_percent: 50, severity: warning } }
`;
  const MEAN = '[{ type: moving_average, window: 7, deviation_threshold: 2.0 }]';
  const at = (amounts: readonly number[], algorithms = MEAN) => {
    const last = formatDay(addDays(parseDay('2026-02-10'), amounts.length - 1));
    const now = `${formatDay(addDays(parseDay(last), 1))}T07:00:00Z`;
    return rowsOf({
      config: config(algorithms),
      charges: days(amounts),
      through: { demo: last },
      now,
    });
  };

  it('is above so many deviations and so many percent of the mean', async () => {
    // Mean 10, deviation 0: 50 % above is 15.
    expect(await at([10, 10, 10, 10, 10, 10, 10, 15])).toEqual([
      'anomaly/cost_spike 2026-02-17 firing 15.00/15.00 USD',
    ]);
    // Mean 10, deviation 4: two of them are 18, though 50 % are 15.
    expect(await at([6, 14, 6, 14, 6, 14, 10, 17])).toEqual([
      expect.stringMatching(/^anomaly\/cost_spike 2026-02-17 inactive 17\.00\/17\.4\d+ USD$/),
    ]);
  });

  it('needs a week before it, and money that matters', async () => {
    const { judged } = await evaluate({
      ...{ config: config(MEAN), charges: days([10, 10, 10, 10, 10, 99]) },
      ...{ through: { demo: '2026-02-15' }, now: '2026-02-16T07:00:00Z' },
    });
    expect(judged.map(({ verdict }) => verdict.reason)).toContain(
      'learning: 5 of 7 days are known before it',
    );
    const cents = [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.9];
    expect(await at(cents)).toEqual(['anomaly/cost_spike 2026-02-17 inactive 0.90/1.01 USD']);
  });

  it('follows a trend where it is asked for one', async () => {
    const rising = Array.from({ length: 15 }, (_, i) => 10 + i * 5);
    // The mean is a few days late: 60, where the trend says 80.
    expect((await at(rising))[0]).toBe('anomaly/cost_spike 2026-02-24 inactive 80.00/90.00 USD');
    expect((await at(rising, '[{ type: trend_detection }]'))[0]).toBe(
      'anomaly/cost_spike 2026-02-24 inactive 80.00/120.00 USD',
    );
  });

  it('waits for a day to be complete', async () => {
    const rows = await rowsOf({
      ...{ config: config(MEAN), charges: days([10, 10, 10, 10, 10, 10, 10, 10, 99]) },
      ...{ through: { demo: '2026-02-17' }, now: '2026-02-18T20:00:00Z' },
    });
    expect(rows).toEqual(['anomaly/cost_spike 2026-02-17 inactive 10.00/15.00 USD']);
  });

  it('of each service on its own says what was normal', async () => {
    const quiet = days([1, 1, 1, 1, 1, 1, 1, 1]).map((each) => ({
      ...each,
      columns: { ...each.columns, ServiceName: 'Quiet' },
    }));
    const { rows } = await evaluate({
      ...{ config: config(MEAN), charges: [...days([10, 10, 10, 10, 10, 10, 10, 30]), ...quiet] },
      ...{ through: { demo: '2026-02-17' }, now: '2026-02-18T07:00:00Z' },
    });
    expect(rows.map(({ scope, state }) => `${scope} ${state}`)).toEqual([
      'App firing',
      'Quiet inactive',
    ]);
    expect(rows[0]!.reason).toBe(
      '30.00 USD, 200 % above normal 10.00 USD ± 0.00 USD (mean of 7 days)',
    );
  });

  it('takes roots exactly, rounded down', () => {
    for (const root of [0n, 1n, 2n, 3n, 10n ** 12n, 123_456_789_012_345n]) {
      expect(squareRoot(root * root)).toBe(root);
      if (root > 1n) expect(squareRoot(root * root - 1n)).toBe(root - 1n);
    }
    const asked = { algorithms: [], percent: 50n * ONE, floor: 0n };
    expect(normalOf([parseUnits('2'), parseUnits('4')], asked).line).toBe(parseUnits('4.5'));
  });
});

describe('shares', () => {
  it('of a limit are rounded up, so that reaching them is reaching the share', () => {
    expect(shareOf(3n, 50n * ONE)).toBe(2n);
    expect(shareOf(4n, 50n * ONE)).toBe(2n);
  });

  it('of the time are rounded down', () => {
    expect(paceOf({ units: 1n, limit: 3n, elapsed: 1, whole: 1 })).toBe(33_333_333_333_333n);
    expect(paceOf({ units: -1n, limit: 3n, elapsed: 1, whole: 1 })).toBe(-33_333_333_333_334n);
  });
});

describe('a forecast of spend', () => {
  const config = `budget_alerts:
  month_spend: { amount: 310, currency: USD, period: month, severity: info }
forecast_alerts:
  alerts:
    overage: { trigger: projected_spend > budget, severity: warning, lead_time_days: 7 }
`;
  const at = async (daily: string, count: number) => {
    const charges = Array.from({ length: count }, (_, i) =>
      app(formatDay(addDays(parseDay('2026-03-01'), i)), daily),
    );
    const today = addDays(parseDay('2026-03-01'), count);
    const { rows } = await evaluate({
      ...{ config, charges, through: { demo: formatDay(addDays(today, -1)) } },
      now: `${formatDay(today)}T07:00:00Z`,
    });
    return rows.filter(({ id }) => id === 'forecast/overage');
  };

  it('fires when the crossing is within the lead time, and says its day', async () => {
    // 15 a day cross 310 on the 21st day: told from the 14th on.
    const [far] = await at('15', 12);
    expect(rowText(far!)).toBe('forecast/overage 2026-03 inactive 300.00/310.00 USD');
    const [near] = await at('15', 13);
    expect(rowText(near!)).toBe('forecast/overage 2026-03 firing 315.00/310.00 USD');
    expect(near!.reason).toBe(
      '315.00 USD by 2026-03-21 at the rate of 13 of 31 days; crosses 310.00 USD on 2026-03-21',
    );
  });

  it('is no crossing where it comes out even', async () => {
    const [row] = await at('10', 28);
    expect(row).toMatchObject({ state: 'inactive', value: parseUnits('310') });
    expect(row!.reason).toContain('does not cross 310.00 USD by then');
  });

  it('of too few days is refused', () => {
    const asked = { units: 5n, complete: 2, until: 31, period: 'month' } as const;
    expect(projectRunRate(asked).reason).toMatch(/3 complete days on, and 2 are there$/);
    expect(projectRunRate({ ...asked, complete: 3 })).toEqual({ units: 52n });
  });

  it('is explained by the budget once that is spent', async () => {
    const text = `global:
  notification_channels: [{ type: stdout, name: out }]
  fallback: out
${config}`;
    const charges = [app('2026-03-01', '400'), app('2026-03-03', '1')];
    const { notices } = await evaluate({
      ...{ config: text, charges, through: { demo: '2026-03-03' }, now: '2026-03-04T07:00:00Z' },
    });
    const told = notices.flatMap(({ alerts }) => alerts.map((each) => each.rule));
    expect(told).toEqual(['budget/month_spend/310.00']);
  });
});
