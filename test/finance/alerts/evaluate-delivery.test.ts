/** Who hears of what, what explains what, and when windows hold it back. */
import { describe, expect, it } from 'vitest';
import { parseCron } from '../../../packs/finance/core/alert-config/cron.ts';
import { openIntervals } from '../../../packs/finance/core/alert-config/window-times.ts';
import { routesOf } from '../../../packs/finance/core/alert-rules/delivery.ts';
import { configOf, evaluate, noticesOf, type Scene } from '../../support/alert-evaluation.ts';
import { allowance, budgets, rule } from '../../support/budgets.ts';
import { charge } from '../../support/charge.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const intervals = (text: string, hours: number, now: string) =>
  openIntervals(parseCron(text), hours * HOUR, Date.parse(now)).map(({ startMs, endMs }) =>
    [startMs, endMs].map((ms) => new Date(ms).toISOString().slice(0, 16)).join(' '),
  );

describe('a maintenance window', () => {
  it('is open from its beginning until before its end', () => {
    const at = (now: string) => intervals('0 0 * * SAT', 48, now);
    expect(at('2026-03-06T23:59:59.999Z')).toEqual([]);
    expect(at('2026-03-07T00:00:00Z')).toEqual(['2026-03-07T00:00 2026-03-09T00:00']);
    expect(at('2026-03-08T23:59:59.999Z')).toEqual(['2026-03-07T00:00 2026-03-09T00:00']);
    expect(at('2026-03-09T00:00:00Z')).toEqual([]);
  });

  it('that begins again before it has ended has both', () => {
    expect(intervals('0 0 * * SAT-SUN', 48, '2026-03-09T12:00:00Z')).toEqual([
      '2026-03-08T00:00 2026-03-10T00:00',
    ]);
    expect(intervals('0 0 * * SAT-SUN', 48, '2026-03-08T12:00:00Z')).toEqual([
      '2026-03-07T00:00 2026-03-09T00:00',
      '2026-03-08T00:00 2026-03-10T00:00',
    ]);
  });

  it('knows days of months, steps, and that either day is enough', () => {
    expect(intervals('30 6 29 2 *', 2, '2028-02-29T07:00:00Z')).toHaveLength(1);
    expect(intervals('0 */6 * * *', 1, '2026-03-05T12:30:00Z')).toHaveLength(1);
    expect(intervals('0 0 1 * MON', 24, '2026-03-01T10:00:00Z')).toHaveLength(1);
    expect(intervals('0 0 1 * MON', 24, '2026-03-02T10:00:00Z')).toHaveLength(1);
    expect(intervals('0 0 1 * MON', 24, '2026-03-03T10:00:00Z')).toEqual([]);
  });
});

const GLOBAL = `global:
  notification_channels:
    - { type: stdout, name: ops }
    - { type: file, name: log, path: a.jsonl }
  fallback: log
  escalation:
    warning: { notify: ops, repeat_interval: 1d }
    critical: { notify: [ops, log] }
`;

describe('routes', () => {
  it('are the escalations; what has none falls back, once', () => {
    const routes = routesOf(configOf(GLOBAL), 0);
    const told = routes.map(({ name, channels, repeatIntervalMs }) => [
      name,
      channels.map((each) => each.name).join(),
      repeatIntervalMs === Number.MAX_SAFE_INTEGER ? 'once' : repeatIntervalMs / MINUTE,
    ]);
    expect(told).toEqual([
      ['info', 'log', 'once'],
      // A day, less what cron may be early.
      ['warning', 'ops', 24 * 60 - 5],
      ['critical', 'ops,log', 'once'],
      ['emergency', 'log', 'once'],
    ]);
  });
});

const PLAN = budgets({
  lines: [{ name: 'Apps', allowance: allowance('10'), match: [rule({ ServiceName: '*' })] }],
});
const CONFIG = `${GLOBAL}budget_alerts:
  weekly_spend: { amount: 50, currency: USD, severity: critical }
  line_variance: { threshold_percent: 10, severity: warning }
`;
const scene = (change: Partial<Scene>): Scene => ({
  ...{ config: CONFIG, budgets: PLAN, through: { demo: '2026-03-04' } },
  ...{ now: '2026-03-05T07:00:00Z', ...change },
});
const spent = (cost: string) => [charge({ day: '2026-03-03', cost })];

describe('a budget that is spent', () => {
  it('explains that its lines are over', async () => {
    const before = await evaluate(scene({ charges: spent('20') }));
    expect(noticesOf(before)).toEqual(['ops first: variance/line_variance']);
    const over = await evaluate(scene({ charges: spent('60') }));
    expect(noticesOf(over)).toEqual([
      'log first: budget/weekly_spend/50.00',
      'ops first: budget/weekly_spend/50.00',
    ]);
    expect(over.rows.map(({ state }) => state)).toEqual(['firing', 'firing']);
  });
});

describe('missing data', () => {
  it('of all charges explains that of parts', async () => {
    const missing = await evaluate(scene({ through: {} }));
    expect(noticesOf(missing)).toEqual(['ops first: budget/weekly_spend']);
  });

  it('is repeated as its escalation says, and held back by a window', async () => {
    const first = await evaluate(scene({ through: {} }));
    const at = (now: string, config = CONFIG) =>
      evaluate(scene({ through: {}, memory: first.memory, now, config })).then(noticesOf);
    expect(await at('2026-03-06T06:54:59Z')).toEqual([]);
    expect(await at('2026-03-06T06:59:59Z')).toEqual(['ops repeat: budget/weekly_spend']);
    expect(await at('2026-03-06T07:00:00Z')).toEqual(['ops repeat: budget/weekly_spend']);
    const quiet = `${CONFIG}maintenance_windows:
  - { name: Friday, schedule: 0 0 * * FRI, duration: 24h, suppress_severity: [warning] }
`;
    expect(await at('2026-03-06T07:00:00Z', quiet)).toEqual([]);
    expect(await at('2026-03-07T00:00:00Z', quiet)).toEqual(['ops repeat: budget/weekly_spend']);
  });
});
