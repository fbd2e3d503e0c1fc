/**
 * What people complained about in Alertmanager's issues, as timelines that show what happens here
 * instead. Minutes are written as minutes.
 */
import { describe, expect, it } from 'vitest';
import { advance } from '../../../packs/finance/core/alert-state/advance.ts';
import type { Route } from '../../../packs/finance/core/alert-state/group.ts';
import { type AlertMemory, NOTHING } from '../../../packs/finance/core/alert-state/memory.ts';
import type { NoticeRow } from '../../../packs/finance/core/alert-state/notice.ts';
import {
  type AlertSettings,
  alertSettings,
} from '../../../packs/finance/core/alert-state/state.ts';
import {
  channel,
  delivery,
  type Input,
  ms,
  play,
  push,
  reading,
  restarted,
  route,
  watch,
  watched,
} from '../../support/alert-timeline.ts';

const MINUTE = 60;
const minutes = (count: number) => count * MINUTE;

const valued = (value: number, settings: Partial<AlertSettings> = {}, revised = false): Input =>
  watch(
    watched('flapper', {
      settings: alertSettings({ fire: 100n, ...settings }),
      evaluation: reading(value, { revised }),
    }),
  );

/** On for so many minutes, off for so many, so many times, from minute 0. */
function onAndOff(
  { on, off, times }: Readonly<{ on: number; off: number; times: number }>,
  settings: Partial<AlertSettings> = {},
): (readonly [number, Input])[] {
  return Array.from({ length: times }, (_, i) => i * (on + off)).flatMap((start) => [
    [minutes(start), valued(120, settings)] as const,
    [minutes(start + on), valued(80, settings)] as const,
  ]);
}

const slow = (given: Partial<Route> = {}): Route =>
  route({
    groupIntervalMs: ms(minutes(5)),
    repeatIntervalMs: ms(minutes(600 * 60)),
    ...given,
  });

const inMinutes = (told: readonly string[]): string[] =>
  told.map((line) => {
    const [seconds, ...rest] = line.split(' ');
    return `${Number(seconds) / MINUTE} ${rest.join(' ').replace(/\(.*\)/u, '')}`;
  });

describe('#204: flapping is detected', () => {
  const flap = { transitionsMax: 4, windowMs: ms(minutes(60)) };

  it('without a guard every flap is two notices', () => {
    const inputs = onAndOff({ on: 5, off: 5, times: 6 });
    expect(play({ delivery: { routes: [slow()] }, inputs, until: minutes(300) })).toHaveLength(12);
  });

  it('with one it is told as flapping, once, and as resolved when it is quiet', () => {
    const quiet: [number, Input][] = [[minutes(200), valued(80, { flap })]];
    const inputs = [...onAndOff({ on: 5, off: 5, times: 6 }, { flap }), ...quiet];
    const told = play({ delivery: { routes: [slow()] }, inputs, until: minutes(300) });
    expect(inMinutes(told)).toEqual([
      '0 webhook first notification: flapper',
      '5 webhook all alerts resolved: flapper',
      '10 webhook first notification: flapper',
      '15 webhook all alerts resolved: flapper',
      '20 webhook first notification: flapper flapping',
      '115 webhook all alerts resolved: flapper',
    ]);
  });

  it('is told to a receiver who believes that it fires, too', () => {
    const inputs = [0, 1, 2, 3, 4, 5].map((i): [number, Input] => [
      minutes(i),
      valued(i % 2 === 0 ? 120 : 80, { flap: { transitionsMax: 3, windowMs: ms(minutes(60)) } }),
    ]);
    const routes = [slow({ groupIntervalMs: ms(minutes(2)) })];
    const told = play({ delivery: { routes }, inputs, until: minutes(20) });
    expect(inMinutes(told)).toEqual([
      '0 webhook first notification: flapper',
      '4 webhook flapping: flapper flapping',
    ]);
  });
});

describe('#3048: a noisy alert is held open', () => {
  it('ten minutes on and ten off are one incident that outlasts them', () => {
    const keepFiringForMs = ms(minutes(15));
    const settled: [number, Input][] = [[minutes(140), valued(80, { keepFiringForMs })]];
    const inputs = [...onAndOff({ on: 10, off: 10, times: 6 }, { keepFiringForMs }), ...settled];
    const told = play({ delivery: { routes: [slow()] }, inputs, until: minutes(300) });
    expect(inMinutes(told)).toEqual([
      '0 webhook first notification: flapper',
      '125 webhook all alerts resolved: flapper',
    ]);
  });
});

describe('#1063: without send_resolved no re-fire is lost', () => {
  const channels = [channel({ sendResolved: false })];

  it('of an alert that is alone', () => {
    const inputs = onAndOff({ on: 5, off: 5, times: 3 });
    const told = play({
      delivery: { routes: [slow({ channels })] },
      inputs,
      until: minutes(60),
    });
    expect(inMinutes(told)).toEqual([
      '0 webhook first notification: flapper',
      '10 webhook first notification: flapper',
      '20 webhook first notification: flapper',
    ]);
  });

  it('in a group where another alert keeps firing, where Alertmanager still loses it', () => {
    const steady = push({ alertname: 'steady' }, { start: 0, timeout: minutes(600) });
    const inputs = [[0, steady] as const, ...onAndOff({ on: 6, off: 6, times: 2 })];
    const told = play({ delivery: { routes: [slow({ channels })] }, inputs, until: minutes(60) });
    expect(told).toEqual([
      '0 webhook first notification: steady(0)',
      '300 webhook new alerts added: flapper(0), steady(0)',
      '900 webhook new alerts added: flapper(720), steady(0)',
    ]);
  });
});

describe('#3846: the repeat interval does not restart with a re-fire', () => {
  const again = { on: 10, off: 20, times: 4 };

  it('of a step that latches: once in a period, whatever the value does', () => {
    const inputs = onAndOff(again, { latch: 'period' });
    const told = play({ delivery: { routes: [slow()] }, inputs, until: minutes(600) });
    expect(inMinutes(told)).toEqual([
      '0 webhook first notification: flapper',
      '10 webhook all alerts resolved: flapper',
    ]);
  });

  it('of an alert that keeps firing across its gaps: it counts from the first notice', () => {
    const inputs = onAndOff({ on: 10, off: 20, times: 20 }, { keepFiringForMs: ms(minutes(25)) });
    const routes = [slow({ repeatIntervalMs: ms(minutes(240)) })];
    const told = play({ delivery: { routes }, inputs, until: minutes(500) });
    expect(inMinutes(told)).toEqual([
      '0 webhook first notification: flapper',
      '240 webhook repeat interval elapsed: flapper',
      '480 webhook repeat interval elapsed: flapper',
    ]);
  });
});

describe('#3283: several evaluators never contradict each other', () => {
  type Store = { version: number; memory: AlertMemory; rows: Map<string, NoticeRow> };

  /** Reads, thinks, and writes where nobody else has written meanwhile, as a transaction does. */
  function evaluate(store: Store, seen: Store, value: number, now: number): boolean {
    const routes = [slow({ groupWaitMs: ms(30), groupIntervalMs: ms(70) })];
    const done = advance(restarted(seen.memory), {
      watched: [watched('flapper', { evaluation: reading(value) })],
      delivery: delivery({ routes }),
      now: ms(now),
    });
    if (store.version !== seen.version) return false;
    store.version += 1;
    store.memory = done.memory;
    for (const row of done.rows) if (!store.rows.has(row.key)) store.rows.set(row.key, row);
    return true;
  }

  it('three of them, each a minute late in turn, tell one start and one end', () => {
    const store: Store = { version: 0, memory: NOTHING, rows: new Map() };
    const value = (at: number) => (at < 80 ? 120 : 80);
    const stale: { seen: Store; at: number }[] = [];
    for (let at = 30; at <= 400; at += 10) {
      const seen = { ...store };
      for (const _peer of [1, 2]) evaluate(store, { ...store }, value(at), at);
      stale.push({ seen, at });
      const late = stale.find((each) => each.at === at - 60);
      // It saw the world of a minute ago, is refused, and looks again.
      if (late !== undefined && !evaluate(store, late.seen, value(late.at), late.at)) {
        evaluate(store, { ...store }, value(at), at);
      }
    }
    const told = [...store.rows.values()].map(({ reason, atMs }) => `${atMs / 1000} ${reason}`);
    expect(told).toEqual(['60 first notification', '130 all alerts resolved']);
  });

  it('and two that start from the same memory at the same time write the same keys', () => {
    const routes = [slow({ channels: [channel({ name: 'a' }), channel({ name: 'b' })] })];
    const asked = {
      watched: [watched('x', { evaluation: reading(120) })],
      delivery: delivery({ routes }),
      now: ms(60),
    };
    const keys = () => advance(restarted(NOTHING), asked).rows.map(({ key }) => key);
    expect(keys()).toEqual(keys());
    expect(keys()).toHaveLength(2);
  });
});
