import { describe, expect, it } from 'vitest';
import {
  type Advance,
  advance,
  type Delivery,
} from '../../../packs/finance/core/alert-state/advance.ts';
import { type AlertMemory, NOTHING } from '../../../packs/finance/core/alert-state/memory.ts';
import { alertSettings } from '../../../packs/finance/core/alert-state/state.ts';
import {
  type WatchedAlert,
  withDataAlerts,
} from '../../../packs/finance/core/alert-state/watch.ts';
import {
  channel,
  delivery,
  MISSING,
  ms,
  reading,
  route,
  watched,
} from '../../support/alert-timeline.ts';

type Now = Readonly<{ at: number; watched: readonly WatchedAlert[]; delivery?: Partial<Delivery> }>;

/** Runs one after the other; what each of them came to. */
function runs(...nows: readonly Now[]): Advance[] {
  let memory: AlertMemory = NOTHING;
  return nows.map(({ at, watched, delivery: given }) => {
    const done = advance(memory, { watched, delivery: delivery(given), now: ms(at) });
    memory = done.memory;
    return done;
  });
}

const told = ({ rows }: Advance) =>
  rows.map(({ headline, alerts }) => [
    headline,
    ...alerts.map(({ rule, why }) => `${rule} ${why}`),
  ]);

const fires = (rule: string, given: Partial<WatchedAlert> = {}) =>
  watched(rule, { evaluation: reading(150), ...given });

describe('a notice', () => {
  const step = (height: number, value: number) =>
    watched(`step ${height}`, {
      step: { ladder: 'week', height: BigInt(height) },
      settings: alertSettings({ fire: BigInt(height), latch: 'period' }),
      evaluation: reading(value),
    });

  it('calls a step new once a lower one was announced, whoever heard of that', () => {
    const routes = [
      route({ name: 'all', channels: [channel({ name: 'mail' })] }),
      route({ name: 'pager', channels: [channel({ name: 'pager' })] }),
    ];
    const at = (value: number) => [step(80, value), { ...step(100, value), routes: ['pager'] }];
    const done = runs(
      { at: 1, watched: at(85), delivery: { routes } },
      { at: 3, watched: at(105), delivery: { routes } },
    );
    expect(done.map(told)).toEqual([
      [['first', 'step 80 first']],
      [['new step', 'step 100 new step']],
    ]);
  });

  it('of a step that was jumped to is the first', () => {
    const [done] = runs({ at: 1, watched: [step(80, 105), step(100, 105)] });
    expect(told(done!)).toEqual([['first', 'step 100 first']]);
  });

  it('of a step that fires again, where nothing latches, is the first of a new incident', () => {
    const again = (value: number) => {
      const settings = alertSettings({ fire: 80n });
      return [{ ...step(80, value), settings }];
    };
    const done = runs(
      { at: 1, watched: again(85) },
      { at: 3, watched: again(10) },
      { at: 5, watched: again(85) },
    );
    expect(done.map(({ rows }) => rows[0]!.headline)).toEqual(['first', 'resolved', 'first']);
  });

  it('of ends of several kinds says that things ended', () => {
    const done = runs(
      { at: 1, watched: [fires('a'), fires('b')] },
      {
        at: 3,
        watched: [watched('a'), watched('b', { evaluation: reading(0, { revised: true }) })],
      },
    );
    expect(told(done[1]!)).toEqual([['resolved', 'a resolved', 'b revised']]);
  });

  it('says what is new, what still fires, and how things ended', () => {
    const flap = { transitionsMax: 1, windowMs: ms(60) };
    const guarded = (value: number) =>
      watched('flapper', {
        settings: alertSettings({ fire: 100n, flap }),
        evaluation: reading(value),
      });
    const revised = watched('b', { evaluation: reading(0, { revised: true }) });
    const done = runs(
      { at: 1, watched: [fires('a'), fires('b'), guarded(120)] },
      { at: 2, watched: [fires('a'), revised, guarded(120)] },
      { at: 3, watched: [fires('a'), revised, guarded(20)] },
      { at: 4, watched: [watched('a'), revised, guarded(20)] },
    );
    expect(done.map(told)).toEqual([
      [['first', 'a first', 'b first', 'flapper first']],
      [['revised', 'a still', 'flapper still', 'b revised']],
      [['flapping', 'a still', 'flapper flapping']],
      [['resolved', 'flapper still', 'a resolved']],
    ]);
  });

  it('is plain JSON with everything in it', () => {
    const labels = { alertname: 'a', owner: 'pm' };
    const annotations = { runbook: 'https://example.com' };
    const alert = fires('a', {
      labels,
      annotations,
      span: { label: 'W1', endMs: ms(7), closesMs: ms(8) },
      evaluation: reading(10n ** 20n, { sinceMs: ms(0.5) }),
    });
    const row = runs({ at: 1, watched: [alert] })[0]!.rows[0]!;
    expect(JSON.parse(JSON.stringify(row))).toEqual(row);
    const fingerprint = '["a","all","100","effective","W1"]';
    expect(row).toEqual({
      key: JSON.stringify([
        'webhook',
        '["all"]',
        1,
        1000,
        'first notification',
        ['W1'],
        [[fingerprint, 'firing']],
      ]),
      channel: 'webhook',
      route: 'all',
      group: '["all"]',
      sequence: 1,
      reason: 'first notification',
      headline: 'first',
      atMs: 1000,
      alerts: [
        {
          fingerprint,
          rule: 'a',
          scope: 'all',
          threshold: '100',
          basis: 'effective',
          period: 'W1',
          status: 'firing',
          why: 'first',
          startedMs: 500,
          endedMs: null,
          value: '100000000000000000000',
          fire: '100',
          clear: '100',
          labels,
          annotations,
        },
      ],
    });
  });

  it('has a key of its own each time, also after everything was forgotten but the group', () => {
    const rounds = [1, 2, 3, 4, 5, 6].map((i) => ({
      at: i * 10,
      watched: i % 2 === 0 ? [watched('a')] : [fires('a')],
    }));
    const keys = runs(...rounds).flatMap(({ rows }) => rows.map(({ key }) => key));
    expect(keys).toHaveLength(6);
    expect(new Set(keys).size).toBe(6);
  });

  it('is not repeated while the last one has not arrived', () => {
    const routes = [route({ repeatIntervalMs: ms(5) })];
    const first = runs({ at: 1, watched: [fires('a')], delivery: { routes } })[0]!;
    const again = (undelivered: string[]) =>
      advance(first.memory, {
        watched: [fires('a')],
        delivery: delivery({ routes, undelivered: new Set(undelivered) }),
        now: ms(10),
      });
    expect(told(again([first.rows[0]!.key]))).toEqual([]);
    expect(told(again(['another']))).toEqual([['repeat', 'a still']]);
  });
});

describe('an alert', () => {
  it('whose rule is gone is told as withdrawn, and forgotten', () => {
    const done = runs({ at: 1, watched: [fires('a'), watched('b')] }, { at: 3, watched: [] });
    expect(told(done[1]!)).toEqual([['withdrawn', 'a withdrawn']]);
    expect(done[1]!.memory.alerts).toEqual([]);
  });

  it('that goes another way is told as ended where it was', () => {
    const routes = [
      route({ name: 'all', channels: [channel({ name: 'mail' })] }),
      route({ name: 'pager', channels: [channel({ name: 'pager' })] }),
    ];
    const done = runs(
      { at: 1, watched: [fires('a')], delivery: { routes } },
      { at: 3, watched: [fires('a', { routes: ['pager'] })], delivery: { routes } },
    );
    expect(done[1]!.rows.map(({ channel: name, headline }) => [name, headline])).toEqual([
      ['mail', 'rerouted'],
      ['pager', 'first'],
    ]);
  });

  it('is forgotten after its period, once everybody knows', () => {
    const span = { label: 'W1', endMs: ms(5), closesMs: ms(6) };
    const alert = fires('a', { span });
    const done = runs(
      { at: 1, watched: [alert] },
      { at: 5.5, watched: [] },
      { at: 6, watched: [alert] },
      { at: 9, watched: [alert] },
    );
    expect(done.map(({ memory }) => memory.alerts.length)).toEqual([1, 1, 0, 0]);
    expect(done.map(told)).toEqual([[['first', 'a first']], [], [['reset', 'a reset']], []]);
  });

  it('is watched once, along routes that there are', () => {
    expect(() => runs({ at: 1, watched: [fires('a'), watched('a')] })).toThrow('watched twice');
    expect(() => runs({ at: 1, watched: [fires('a', { routes: ['x'] })] })).toThrow('no route "x"');
  });
});

describe('what is due next', () => {
  const due = (alerts: readonly WatchedAlert[], given: Partial<Delivery> = {}) =>
    runs({ at: 1, watched: alerts, delivery: given })[0]!.dueMs;

  it('is nothing while nothing happens', () => {
    expect(due([watched('a')])).toBeNull();
  });

  it('is a tick, the end of a wait, or the end of a period', () => {
    const routes = [route({ groupWaitMs: ms(30), groupIntervalMs: ms(60) })];
    expect(due([fires('a')], { routes })).toBe(ms(31));
    expect(due([fires('a')])).toBe(ms(2));
    expect(due([fires('a', { settings: alertSettings({ fire: 1n, forMs: 700 }) })])).toBe(1700);
    const span = { label: 'D1', endMs: 1500, closesMs: 1600 };
    expect(due([fires('a', { span })], { routes })).toBe(1600);
  });
});

describe('data of a rule', () => {
  const terms = { severity: 'critical', routes: ['all'], forMs: 0, keepFiringForMs: 0 };
  const step = (threshold: string, basis: string, given: Partial<WatchedAlert> = {}) =>
    watched('week', {
      identity: { rule: 'week', scope: 'all', threshold, basis },
      labels: { team: 'web', threshold },
      ...given,
    });

  it('is one alert for each rule, scope and basis, with what its steps have in common', () => {
    const both = [
      step('50', 'effective'),
      step('80', 'effective', { evaluation: MISSING }),
      step('80', 'forecast'),
    ];
    const data = withDataAlerts(both, terms).slice(3);
    const seen = data.map(({ identity, labels, evaluation }) => [
      identity.basis,
      identity.threshold,
      labels,
      evaluation.kind === 'value' && evaluation.value,
    ]);
    const labels = { team: 'web', severity: 'critical', data: 'missing' };
    expect(seen).toEqual([
      ['effective', 'data', labels, 1n],
      ['forecast', 'data', { ...labels, threshold: '80' }, 0n],
    ]);
  });
});
