/** Limits of services against readings: kinds, units, periods, freshness, growth. */
import { describe, expect, it } from 'vitest';
import { addDays, formatDay, parseDay } from '../../../packs/finance/core/day.ts';
import type { Reading } from '../../../packs/finance/core/usage/usage.ts';
import { evaluate, rowsOf } from '../../support/alert-evaluation.ts';
import { usage } from '../../support/readings.ts';

const alerts = (lines: string) => `service_alerts:
  supabase:
    alerts:
${lines}
`;
const STORAGE = alerts(`      storage:
        metric: database_storage_mb
        limit: 500
        thresholds: [{ percent: 90, severity: critical }]`);
const DAILY = alerts(`      commands:
        metric: daily_commands
        limit: 1000
        thresholds: [{ percent: 70, severity: info }, { amount: 5, severity: info }]`).replace(
  ', { amount: 5, severity: info }',
  '',
);
const NOW = '2026-03-02T18:00:00Z';

describe('a level', () => {
  const rows = (readings: readonly Reading[], now = NOW) =>
    rowsOf({ config: STORAGE, readings, now });

  it('is the latest, in the unit that the metric says', async () => {
    const readings = [
      usage({ value: '0.4', at: '2026-03-01T12:00:00Z' }),
      usage({ value: '0.45', at: '2026-03-02T12:00:00Z' }),
    ];
    expect(await rows(readings)).toEqual(['service/supabase/storage/90 firing 450.00/450.00 MB']);
    expect(await rows(readings, '2026-03-02T11:00:00Z')).toEqual([
      'service/supabase/storage/90 inactive 400.00/450.00 MB',
    ]);
  });

  it('is found by the metric before its key', async () => {
    const readings = [
      usage({ value: '499', unit: 'MB' }),
      usage({ metric: 'database_storage_mb', value: '1', unit: 'MB' }),
    ];
    expect(await rows(readings)).toEqual(['service/supabase/storage/90 inactive 1.00/450.00 MB']);
  });

  it('is stale after two days, and without a reading', async () => {
    expect(await rows([usage({ value: '0.45' })], '2026-03-04T12:00:00Z')).toEqual([
      'service/supabase/storage/90 firing 450.00/450.00 MB',
    ]);
    const old = await evaluate({
      config: STORAGE,
      readings: [usage({ value: '0.45' })],
      now: '2026-03-04T12:00:01Z',
    });
    expect(old.rows[0]).toMatchObject({ state: 'stale', value: undefined });
    expect(old.rows[0]!.reason).toBe('stale: read 2026-03-02T12:00:00Z (manual)');
    expect(await rows([])).toEqual(['service/supabase/storage/90 stale -/450.00 MB']);
  });

  it('in a unit that does not convert is not known', async () => {
    const { rows: found } = await evaluate({
      config: STORAGE,
      readings: [usage({ unit: 'requests' })],
      now: NOW,
    });
    expect(found[0]!.state).toBe('stale');
    expect(found[0]!.reason).toMatch(
      /^unknown: its readings are in requests, which does not convert/,
    );
  });
});

describe('what is used in a day', () => {
  const hour = (from: number, value: string) =>
    usage({
      ...{ metric: 'daily_commands', kind: 'amount', unit: 'commands', value },
      start: `2026-03-02T${String(from).padStart(2, '0')}:00:00Z`,
      at: `2026-03-02T${String(from + 1).padStart(2, '0')}:00:00Z`,
    });

  it('adds up', async () => {
    const readings = [hour(9, '300'), hour(10, '400')];
    expect(await rowsOf({ config: DAILY, readings, now: NOW })).toContain(
      'service/supabase/commands/70 2026-03-02 firing 700.00/700.00 commands',
    );
  });

  it('is the latest of a counter of that day', async () => {
    const counter = (at: string, value: string) =>
      usage({
        metric: 'daily_commands',
        kind: 'running',
        unit: 'commands',
        value,
        at,
        start: `${at.slice(0, 10)}T00:00:00Z`,
      });
    const readings = [
      counter('2026-03-01T23:00:00Z', '999'),
      counter('2026-03-02T08:00:00Z', '100'),
      counter('2026-03-02T16:00:00Z', '300'),
    ];
    const rows = await rowsOf({ config: DAILY, readings, now: NOW });
    expect(rows[0]).toBe('service/supabase/commands/70 2026-03-02 inactive 300.00/700.00 commands');
    expect(rows).toContain('service/supabase/commands/70 2026-03-01 firing 999.00/700.00 commands');
  });
});

describe('usage of a month', () => {
  const config = (basis: string) =>
    alerts(`      bandwidth:
        metric: bandwidth_gb
        limit: 310
        period: month
        basis: ${basis}
        thresholds: [{ percent: 100, severity: info }]`);
  const readings = [
    usage({
      metric: 'bandwidth_gb',
      kind: 'running',
      value: '110',
      start: '2026-03-01T00:00:00Z',
      at: '2026-03-11T00:00:00Z',
    }),
  ];
  const now = '2026-03-11T06:00:00Z';

  it('is projected to its end, and paced by the time of its reading', async () => {
    // 110 in 10 of 31 days: 341 by the end, 110 % of pace.
    expect(await rowsOf({ config: config('forecast'), readings, now })).toEqual([
      'service/supabase/bandwidth/100 2026-03 firing 341.00/310.00 GB',
    ]);
    expect(await rowsOf({ config: config('pace'), readings, now })).toEqual([
      'service/supabase/bandwidth/100 2026-03 firing 110.00/100.00 %',
    ]);
  });
});

describe('a limit whose config says no period', () => {
  const config = alerts(`      compute:
        metric: compute_hours
        limit: 500
        thresholds: [{ percent: 85, severity: warning }]`);
  const hours = (value: string, from: string, at: string, kind: 'amount' | 'running') =>
    usage({ metric: 'compute_hours', unit: 'h', kind, value, start: from, at });
  const rows = (readings: readonly Reading[], now: string) => rowsOf({ config, readings, now });
  const [march, april] = ['2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'];

  it('adds amounts up within the month', async () => {
    const readings = [
      hours('400', march, '2026-03-20T00:00:00Z', 'amount'),
      hours('50', '2026-03-20T00:00:00Z', '2026-03-30T00:00:00Z', 'amount'),
    ];
    expect(await rows(readings, '2026-03-30T06:00:00Z')).toEqual([
      'service/supabase/compute/85 2026-03 firing 450.00/425.00 h',
    ]);
  });

  it('begins a counter of the month anew with the month', async () => {
    const counted = [hours('495', march, '2026-03-31T20:00:00Z', 'running')];
    expect(await rows(counted, '2026-03-31T21:00:00Z')).toEqual([
      'service/supabase/compute/85 2026-03 firing 495.00/425.00 h',
    ]);
    const after = [...counted, hours('5', april, '2026-04-01T06:00:00Z', 'running')];
    expect(await rows(after, '2026-04-01T07:00:00Z')).toContain(
      'service/supabase/compute/85 2026-04 inactive 5.00/425.00 h',
    );
  });

  it('takes a counter of another time as it stands', async () => {
    const counted = [hours('495', '2026-03-17T00:00:00Z', '2026-04-02T06:00:00Z', 'running')];
    expect(await rows(counted, '2026-04-02T07:00:00Z')).toEqual([
      'service/supabase/compute/85 firing 495.00/425.00 h',
    ]);
  });
});

it('days before the first reading of all are not missing', async () => {
  const reading = usage({
    ...{ metric: 'daily_commands', kind: 'amount', unit: 'commands', value: '950' },
    start: '2026-03-02T09:00:00Z',
    at: '2026-03-02T10:00:00Z',
  });
  const { rows, notices } = await evaluate({ config: DAILY, readings: [reading], now: NOW });
  expect(rows.map(({ period, state }) => [period, state])).toEqual([['2026-03-02', 'firing']]);
  expect(
    notices.flatMap(({ alerts: told }) => told).map(({ labels }) => labels.data),
  ).not.toContain('missing');
});

const daily = (values: readonly number[], first = '2026-02-16') =>
  values.map((value, i) =>
    usage({
      value: String(value),
      at: `${formatDay(addDays(parseDay(first), i))}T12:00:00Z`,
      unit: 'MB',
      metric: 'database_storage_mb',
    }),
  );

describe('a forecast of usage', () => {
  const config = `${STORAGE}forecast_alerts:
  alerts: { tier: { trigger: projected_usage > tier_limit, severity: info, lead_time_days: 10 } }
`;

  it('goes on as a level has grown, and says when the limit is reached', async () => {
    // 10 MB a day: 440 on 2 March, 500 six days later.
    const readings = daily(Array.from({ length: 15 }, (_, i) => 300 + i * 10));
    const { rows } = await evaluate({ config, readings, now: '2026-03-02T12:00:00Z' });
    const [, forecast] = rows;
    expect(forecast).toMatchObject({ state: 'firing', scope: 'supabase/storage', unit: 'MB' });
    expect(forecast!.reason).toBe('540 MB by 2026-03-12; reaches 500 MB on 2026-03-08');
  });

  it('is told with the digits that the table has', async () => {
    const at = async (values: readonly number[]) =>
      (await evaluate({ config, readings: daily(values), now: '2026-02-20T13:00:00Z' })).rows[1]!;
    expect((await at([400, 400, 400, 400, 400.0001])).reason).toMatch(/^400\.0004 MB by /);
    const near = await at([499.9, 499.9, 499.9, 499.9, 499.92848]);
    expect(near.state).toBe('inactive');
    expect(near.reason).toMatch(/^499\.9999 MB by .*; does not reach 500 MB$/);
  });

  it('of what shrinks is what it is', async () => {
    const readings = daily([490, 480, 470, 460, 450, 440]);
    const { rows } = await evaluate({ config, readings, now: '2026-02-21T13:00:00Z' });
    expect(rows[1]).toMatchObject({ state: 'inactive', value: 440_000_000_000_000n });
  });
});

describe('a spike of usage', () => {
  const config = `anomaly_detection:
  algorithms: [{ type: moving_average, window: 7, deviation_threshold: 2 }]
  alerts: { usage_spike: { threshold_percent: 100, severity: warning } }
`;

  it('is a day beside the days before, of each metric', async () => {
    const readings = daily([10, 10, 10, 10, 10, 10, 10, 20]);
    const { rows } = await evaluate({ config, readings, now: '2026-02-24T07:00:00Z' });
    expect(rows.map(({ scope, period, state }) => [scope, period, state])).toEqual([
      ['supabase/database_storage_mb', '2026-02-23', 'firing'],
    ]);
    expect(rows[0]!.reason).toBe('20 MB, 100 % above normal 10 MB ± 0 MB (mean of 7 days)');
  });

  it('of a counter is how much it grew', async () => {
    const grown = [10, 20, 30, 40, 50, 60, 70, 80, 120];
    const readings = daily(grown).map((each) => ({
      ...each,
      kind: 'running' as const,
      startMs: Date.parse('2026-02-01T00:00:00Z'),
    }));
    const { rows } = await evaluate({ config, readings, now: '2026-02-25T07:00:00Z' });
    expect(rows[0]).toMatchObject({
      period: '2026-02-24',
      state: 'firing',
      value: 40_000_000_000_000n,
    });
  });

  it('without readings of a day that is over is not known', async () => {
    expect(await rowsOf({ config, now: NOW })).toEqual(['anomaly/usage_spike stale -/- ?']);
    const { rows } = await evaluate({ config, readings: daily([10]), now: '2026-02-16T20:00:00Z' });
    expect(rows[0]!.reason).toBe('unknown: no day that is over has a reading yet');
  });
});
