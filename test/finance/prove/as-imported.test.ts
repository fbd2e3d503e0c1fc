/**
 * `alerts test` tells what importing the same days, and evaluating after each, really tells: gaps,
 * corrections, and months that end in between.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { alertsEvaluateCommand } from '../../../packs/finance/alerts/evaluate.ts';
import { alertsTestCommand } from '../../../packs/finance/alerts/prove/test-config.ts';
import { addDays, type Day, formatDay, parseDay } from '../../../packs/finance/core/day.ts';
import { openEvaluate } from '../../../packs/finance/wire.ts';
import { openProve } from '../../../packs/finance/wire-prove.ts';
import { answer } from '../../support/alert-command.ts';
import { contextOf, deployment, importFiles } from '../../support/finance.ts';
import { cost, focusCsv } from '../../support/focus-csv.ts';

/** Each kind of rule that looks at how far the charges are complete. */
const CONFIG = `
global:
  notification_channels: [{ type: stdout, name: pm }]
  escalation: { warning: { notify: [pm], repeat_interval: 2d }, critical: { notify: [pm] } }
budget_alerts:
  weekly_spend:
    budget: 40
    currency: USD
    freshness: 2d
    alerts:
      - { threshold_percent: 50, severity: warning }
      - { threshold_percent: 90, severity: critical }
  daily_spend: { amount: 9, severity: warning, currency: USD }
service_alerts:
  openai:
    provider: OpenAI
    alerts:
      daily_cost:
        metric: daily_spend
        limit: 8
        thresholds: [{ amount: 8, severity: critical }]
anomaly_detection:
  enabled: true
  baseline_period_days: 7
  algorithms: [{ type: moving_average, window: 5, deviation_threshold: 2.0 }]
  alerts: { cost_spike: { threshold_percent: 50, severity: warning } }
`;

const HOUR = 3_600_000;

/** Cents would say no more. */
type Charged = readonly (number | undefined)[];
type Correction = Readonly<{ with: number; of: number; units: number }>;
type Course = Readonly<{ start: Day; days: Charged; corrections: readonly Correction[] }>;

const COURSE = fc
  .record({
    start: fc.constantFrom('2026-02-23', '2026-03-27', '2026-04-01').map(parseDay),
    first: fc.integer({ min: 0, max: 12 }),
    days: fc.array(fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined, freq: 5 }), {
      minLength: 7,
      maxLength: 8,
    }),
    picks: fc.array(fc.tuple(fc.nat(20), fc.nat(20), fc.integer({ min: 1, max: 20 })), {
      maxLength: 2,
    }),
  })
  .map(({ start, first, days, picks }): Course => {
    const charged: Charged = [first, ...days];
    const told = charged.flatMap((units, i) => (units === undefined ? [] : i));
    const corrections = picks.map(([a, b, units]) => {
      const [x, y] = [told[a % told.length]!, told[b % told.length]!];
      return { with: Math.max(x, y), of: Math.min(x, y), units };
    });
    return { start, days: charged, corrections };
  });

function series({ days, corrections }: Course): string {
  const revised = corrections.map((each) => {
    return `rev(${each.with},${each.of - each.with || '0'},+${each.units})`;
  });
  return [...days.map((units) => units ?? '_'), ...revised].join(' ');
}

/** All days that are known with that one, as an export would have them. */
function exported({ start, days, corrections }: Course, last: number): string {
  return focusCsv(
    days.slice(0, last + 1).flatMap((units, i) => {
      if (units === undefined) return [];
      const more = corrections.filter((each) => each.with <= last && each.of === i);
      const total = more.reduce((sum, each) => sum + each.units, units);
      const month = formatDay(addDays(start, i)).slice(0, 7);
      const next = formatDay(addDays(parseDay(`${month}-28`), 4)).slice(0, 7);
      return {
        ...cost(String(total)),
        BillingPeriodStart: `${month}-01T00:00:00Z`,
        BillingPeriodEnd: `${next}-01T00:00:00Z`,
        ChargePeriodStart: `${formatDay(addDays(start, i))}T00:00:00Z`,
        ChargePeriodEnd: `${formatDay(addDays(start, i + 1))}T00:00:00Z`,
        ...{ ServiceName: 'OpenAI', ServiceProviderName: 'OpenAI' },
      };
    }),
  );
}

type Told = Readonly<{ rule: string; scope: string; period: string | null; status: string }>;

const text = (at: string, channel: string, reason: string, alerts: readonly Told[]) => {
  const told = alerts.map(({ rule, scope, period, status }) =>
    [rule, scope, period, status].join(' '),
  );
  return [at, channel, reason, ...told.sort()].join(' | ');
};

async function really(course: Course, end: Day): Promise<readonly string[]> {
  const here = deployment();
  configure(here.root);
  const found: string[] = [];
  const evaluate = async (ms: number) => {
    const at = new Date(ms).toISOString().replace('.000Z', 'Z');
    const context = contextOf(here.root, at);
    const done = await answer(alertsEvaluateCommand(openEvaluate), context, { format: 'json' });
    expect(done.outcome).toMatch(/^(ok|findings)$/);
    for (const { channel, why, alerts } of JSON.parse(done.text).notices) {
      found.push(text(at, channel, why, alerts));
    }
  };
  for (let i = 0; addDays(course.start, i + 1) <= end; i += 1) {
    const ms = addDays(course.start, i + 1) * 24 * HOUR;
    if (i > 0) await evaluate(ms);
    if (course.days[i] === undefined) continue;
    const now = new Date(ms + 8 * HOUR).toISOString();
    const file = here.file('charges.csv', exported(course, i));
    await importFiles(here, [file], { source: 'openai', now });
    await evaluate(ms + 8 * HOUR);
  }
  return found;
}

async function tested(course: Course, end: Day): Promise<readonly string[]> {
  const here = deployment();
  configure(here.root);
  const file = here.file(
    't.yaml',
    `tests:
  - name: course
    start: ${formatDay(course.start)}
    until: ${formatDay(end)}T00:00:00Z
    series: [{ provider: OpenAI, values: "${series(course)}" }]
    expect: []
`,
  );
  const command = alertsTestCommand(openProve);
  const said = { arguments: [file], format: 'json' };
  const done = await answer(command, contextOf(here.root), said);
  const [{ unexpected }] = JSON.parse(done.text).files[0].tests;
  return unexpected.map(
    (each: { at: string; channel: string; reason: string; rules: readonly Told[] }) =>
      text(each.at, each.channel, each.reason, each.rules),
  );
}

function configure(root: string): void {
  const folder = join(root, 'config/finance');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'usage-alerts-config.yaml'), CONFIG);
  const line = '{ name: AI, amount: 40, per: week, match: [{ ServiceProviderName: OpenAI }] }';
  writeFileSync(join(folder, 'budgets.yaml'), `currency: USD\nlines: [${line}]\n`);
}

it('tells the same', async () => {
  await fc.assert(
    fc.asyncProperty(COURSE, async (course) => {
      const end = addDays(course.start, course.days.length + 4);
      const real = await really(course, end);
      expect(real.length).toBeGreaterThan(0);
      expect((await tested(course, end)).toSorted()).toEqual(real.toSorted());
    }),
    { numRuns: 2, endOnFailure: true },
  );
}, 60_000);
