/** Budgets, periods, gaps and revisions as timelines: seconds stand for days. */
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../packs/finance/core/alert-state/advance.ts';
import { alertSettings } from '../../../packs/finance/core/alert-state/state.ts';
import {
  type WatchedAlert,
  withDataAlerts,
} from '../../../packs/finance/core/alert-state/watch.ts';
import {
  channel,
  type Input,
  MISSING,
  ms,
  play,
  reading,
  route,
  silenced,
  watched,
} from '../../support/alert-timeline.ts';

const STEPS = [50, 80, 100] as const;
const DAILY: Partial<Delivery> = { routes: [route({ repeatIntervalMs: ms(100) })] };

type Spend = Readonly<{ revised?: boolean; lateS?: number; steps?: readonly number[] }>;

/** The steps of a weekly budget at a percentage of it; null is missing. Weeks are 7 s. */
function spent(
  percent: number | null,
  { revised = false, lateS = 0, steps = STEPS }: Spend = {},
): Input {
  return (world) => {
    for (const each of steps) {
      world.alerts.set(`step ${each}`, (now) => budgetStep(each, now, { lateS, percent, revised }));
    }
  };
}

function budgetStep(
  step: number,
  now: number,
  {
    lateS,
    percent,
    revised,
  }: Readonly<{ lateS: number; percent: number | null; revised: boolean }>,
): WatchedAlert {
  const week = Math.floor(now / ms(7));
  const endMs = ms((week + 1) * 7);
  return watched('week', {
    identity: { rule: 'week', scope: 'all', threshold: String(step), basis: 'effective' },
    span: { label: `W${week}`, endMs, closesMs: endMs + ms(lateS) },
    labels: {
      alertname: String(step),
      lbl: `W${week}`,
      severity: step < 100 ? 'warning' : 'critical',
    },
    step: { ladder: 'week', height: BigInt(step) },
    settings: alertSettings({ fire: BigInt(step), latch: 'period' }),
    evaluation: percent === null ? MISSING : reading(percent, { revised }),
  });
}

describe('the steps of a budget', () => {
  it('are told one by one as they are reached, each once, and end with the period', () => {
    const told = play({
      delivery: DAILY,
      inputs: [
        [0, spent(30)],
        [1, spent(55)],
        [2, spent(60)],
        [3, spent(85)],
        [4, spent(110)],
        [7, spent(0)],
      ],
      until: 13,
    });
    expect(told).toEqual([
      '1 webhook first notification: 50 W0(1)',
      '3 webhook new alerts added: 80 W0(3)',
      '4 webhook new alerts added: 100 W0(4)',
      '7 webhook all alerts resolved: 100 W0(4-7) reset, 50 W0(1-7) reset, 80 W0(3-7) reset',
    ]);
  });

  it('that are jumped over are told by the highest; what is left is told after it', () => {
    const told = play({
      delivery: DAILY,
      inputs: [
        [1, spent(110)],
        [3, spent(85, { revised: true })],
        [5, spent(85)],
      ],
      until: 6,
    });
    expect(told).toEqual([
      '1 webhook first notification: 100 W0(1)',
      '3 webhook new alerts added: 100 W0(1-3) revised, 80 W0(1)',
    ]);
  });

  it('are told once a week, whatever is restated, and again in the next', () => {
    const told = play({
      delivery: DAILY,
      inputs: [
        [1, spent(55)],
        [2, spent(40, { revised: true })],
        [3, spent(55)],
        [4, spent(45, { revised: true })],
        [5, spent(60)],
        [7, spent(10)],
        [9, spent(51)],
      ],
      until: 12,
    });
    expect(told).toEqual([
      '1 webhook first notification: 50 W0(1)',
      '2 webhook all alerts resolved: 50 W0(1-2) revised',
      '9 webhook first notification: 50 W1(9)',
    ]);
  });

  it('crossed by data that comes late are told of the week they belong to, without repeats', () => {
    // Sunday's charges arrive on Tuesday, when the next week has begun.
    const late: Input = (world) => {
      world.alerts.set('last week', (now) =>
        budgetStep(80, ms(6), { lateS: 3, percent: now >= ms(8) ? 90 : 70, revised: false }),
      );
    };
    const told = play({
      delivery: { routes: [route({ repeatIntervalMs: ms(1) })] },
      inputs: [
        [5, spent(70, { lateS: 3, steps: [80] })],
        [7, spent(0, { lateS: 3, steps: [80] })],
        [7, late],
        [8, () => undefined],
      ],
      until: 13,
    });
    expect(told).toEqual([
      '8 webhook first notification: 80 W0(8)',
      '10 webhook all alerts resolved: 80 W0(8-10) reset',
    ]);
  });
});

describe('data that is missing', () => {
  /** With the alert about the data, as an evaluation has it. */
  function fed(evaluation: WatchedAlert['evaluation']): Input {
    return (world) => {
      const gauge = watched('storage', { evaluation });
      const both = withDataAlerts([gauge], {
        severity: 'critical',
        routes: ['all'],
        forMs: ms(1),
        keepFiringForMs: 0,
      });
      for (const alert of both) {
        const name = alert.identity.threshold;
        const labels = { ...alert.labels, ...(name === 'data' ? { lbl: 'data' } : {}) };
        world.alerts.set(name, () => ({ ...alert, labels }));
      }
    };
  }

  it('resolves nothing, is no zero, and is told as what it is', () => {
    const told = play({
      delivery: DAILY,
      inputs: [
        [1, fed(reading(120))],
        [2, fed(MISSING)],
        [5, fed(MISSING)],
        [8, fed(reading(130))],
        [9, fed(reading(20))],
      ],
      until: 12,
    });
    expect(told).toEqual([
      '1 webhook first notification: storage(1)',
      '3 webhook new alerts added: storage data(3), storage(1)',
      '8 webhook some alerts resolved: storage data(3-8), storage(1)',
      '9 webhook all alerts resolved: storage(1-9)',
    ]);
  });
});

describe('who is muted', () => {
  const matchers = [{ label: 'severity', operator: '=', value: 'warning' }] as const;

  it('hears afterwards of what still fires, and of the end of what they knew', () => {
    const told = play({
      delivery: DAILY,
      inputs: [
        [1, spent(55, { steps: [50] })],
        [1.5, silenced('s1', { startsMs: ms(1.5), endsMs: ms(4.5), matchers })],
        [2, spent(40, { steps: [50], revised: true })],
        [3, spent(40, { steps: [50] })],
      ],
      until: 6.9,
    });
    expect(told).toEqual([
      '1 webhook first notification: 50 W0(1)',
      '5 webhook all alerts resolved: 50 W0(1-2) revised',
    ]);
  });

  it('is not told "all resolved" while something silenced still fires', () => {
    const told = play({
      delivery: { ...DAILY },
      inputs: [
        [1, spent(110, { steps: [50, 100] })],
        [
          1,
          (world) =>
            world.alerts.set('gauge', () => watched('gauge', { evaluation: reading(150) })),
        ],
        [
          2.5,
          silenced('s1', {
            startsMs: ms(2.5),
            endsMs: ms(60),
            matchers: [{ label: 'alertname', operator: '=', value: 'gauge' }],
          }),
        ],
        [3, spent(10, { steps: [50, 100], revised: true })],
      ],
      until: 6.9,
    });
    expect(told).toEqual([
      '1 webhook first notification: 100 W0(1)',
      '2 webhook new alerts added: 100 W0(1), gauge(1)',
      '3 webhook some alerts resolved: 100 W0(1-3) revised',
    ]);
  });

  it('in a maintenance window hears of other severities only', () => {
    const windows = [
      { name: 'weekend', severities: ['warning'], intervals: [{ startMs: 0, endMs: ms(3.5) }] },
    ];
    const told = play({
      delivery: { ...DAILY, windows },
      inputs: [
        [1, spent(85, { steps: [80] })],
        [
          2,
          (world) =>
            world.alerts.set('gauge', () => watched('gauge', { evaluation: reading(150) })),
        ],
      ],
      until: 6,
    });
    expect(told).toEqual([
      '2 webhook first notification: gauge(2)',
      '4 webhook new alerts added: 80 W0(1), gauge(2)',
    ]);
  });

  it('outside of the hours of a channel hears in the morning; other channels hear at once', () => {
    const day = channel({ name: 'day', active: [{ startMs: ms(4), endMs: ms(6) }] });
    const told = play({
      delivery: { routes: [route({ channels: [channel({ name: 'pager' }), day] })] },
      inputs: [[1, spent(85, { steps: [80] })]],
      until: 6.9,
    });
    expect(told).toEqual([
      '1 pager first notification: 80 W0(1)',
      '4 day first notification: 80 W0(1)',
    ]);
  });
});
