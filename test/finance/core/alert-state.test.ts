import { describe, expect, it } from 'vitest';
import {
  type AlertSettings,
  type AlertState,
  alertSettings,
  announce,
  type Evaluation,
  INITIAL,
  step,
} from '../../../packs/finance/core/alert-state/state.ts';

const NOW = 1000;
const value = (amount: bigint, given: Partial<Extract<Evaluation, { kind: 'value' }>> = {}) =>
  ({ kind: 'value', value: amount, revised: false, sinceMs: null, ...given }) as const;

/** Fires at 100, clears below 90, waits 100 ms and keeps firing for 200. */
const WAITING = alertSettings({ fire: 100n, clear: 90n, forMs: 100, keepFiringForMs: 200 });
const AT_ONCE = alertSettings({ fire: 100n, clear: 90n });
const LATCHING = alertSettings({ fire: 100n, clear: 90n, latch: 'period' });
const UNLATCHING = alertSettings({ fire: 100n, clear: 90n, latch: 'until_revised' });
const GUARDED = alertSettings({
  fire: 100n,
  clear: 90n,
  flap: { transitionsMax: 2, windowMs: 500 },
});

function state(given: Partial<AlertState>): AlertState {
  return { ...INITIAL, phaseMs: NOW - 50, ...given };
}
const pending = (sinceMs = NOW - 50) => state({ phase: 'pending', phaseMs: sinceMs });
const firing = (given: Partial<AlertState> = {}) =>
  state({ phase: 'firing', startedMs: NOW - 50, ...given });
const clearing = (sinceMs = NOW - 50, given: Partial<AlertState> = {}) =>
  firing({ phase: 'clearing', phaseMs: sinceMs, ...given });
const resolved = (given: Partial<AlertState> = {}) =>
  state({ phase: 'resolved', startedMs: NOW - 90, end: 'resolved', endedMs: NOW - 50, ...given });
const told = { announced: true, latched: true };
const noisy = { transitions: [NOW - 300, NOW - 200] };
const over = { kind: 'over', how: 'reset' } as const;

type Row = readonly [
  name: string,
  previous: AlertState,
  evaluation: Evaluation,
  settings: AlertSettings,
  phase: AlertState['phase'],
  events: readonly string[],
];

describe('the table of states', () => {
  const revised = value(50n, { revised: true });
  const rows: readonly Row[] = [
    ['inactive, below fire', INITIAL, value(99n), WAITING, 'inactive', []],
    ['inactive, at fire, waits', INITIAL, value(100n), WAITING, 'pending', []],
    ['inactive, at fire, at once', INITIAL, value(100n), AT_ONCE, 'firing', ['fired']],
    ['pending, not for long enough', pending(NOW - 99), value(100n), WAITING, 'pending', []],
    ['pending, for long enough', pending(NOW - 100), value(100n), WAITING, 'firing', ['fired']],
    ['pending, below fire', pending(), value(99n), WAITING, 'inactive', []],
    ['firing, at clear', firing(), value(90n), WAITING, 'firing', []],
    ['firing, below clear', firing(), value(89n), WAITING, 'clearing', []],
    ['firing, below clear, at once', firing(), value(89n), AT_ONCE, 'resolved', ['resolved']],
    ['clearing, at clear', clearing(), value(90n), WAITING, 'firing', ['absorbed']],
    ['clearing, not for long', clearing(NOW - 199), value(89n), WAITING, 'clearing', []],
    ['clearing, for long', clearing(NOW - 200), value(89n), WAITING, 'resolved', ['resolved']],
    ['pending, revised', pending(), revised, WAITING, 'inactive', []],
    ['firing, revised', firing(), revised, WAITING, 'resolved', ['revised']],
    ['clearing, revised', clearing(), revised, WAITING, 'resolved', ['revised']],
    [
      'firing, revised, not below clear',
      firing(),
      value(90n, { revised: true }),
      WAITING,
      'firing',
      [],
    ],
    ['resolved, latched', resolved(told), value(100n), LATCHING, 'firing', ['latched']],
    ['resolved, never told', resolved(), value(100n), LATCHING, 'firing', ['fired']],
    ['resolved, other rules', resolved(told), value(100n), AT_ONCE, 'firing', ['fired']],
    ['resolved, other rules, waits', resolved(told), value(100n), WAITING, 'pending', []],
    ['resolved, below fire', resolved(told), value(99n), WAITING, 'resolved', []],
    ['resolved, too often', resolved(noisy), value(100n), GUARDED, 'firing', ['flapping']],
    ['firing, too often', firing(noisy), value(0n), GUARDED, 'firing', ['flapping']],
    ['clearing, too often', clearing(NOW, noisy), value(0n), GUARDED, 'firing', ['flapping']],
    ['firing, too often, revised', firing(noisy), revised, GUARDED, 'firing', ['flapping']],
    ['inactive, period ends', INITIAL, over, WAITING, 'inactive', []],
    ['pending, period ends', pending(), over, WAITING, 'inactive', []],
    ['firing, period ends, never told', firing(), over, WAITING, 'inactive', []],
    ['firing, period ends, told', firing(told), over, WAITING, 'inactive', ['reset']],
    ['clearing, period ends, told', clearing(NOW, told), over, WAITING, 'inactive', ['reset']],
    ['resolved, period ends, told', resolved(told), over, WAITING, 'inactive', ['reset']],
  ];

  it.each(rows)('%s', (_, previous, evaluation, settings, phase, events) => {
    const done = step(previous, evaluation, settings, NOW);
    expect([done.next.phase, done.events]).toEqual([phase, events]);
  });

  it.each([INITIAL, pending(0), firing(told), clearing(0), resolved(told), firing({ held: true })])(
    'data that is missing changes nothing (%#)',
    (previous) => {
      const done = step(previous, { kind: 'missing' }, WAITING, NOW * 1000);
      expect(done).toEqual({ next: previous, events: [] });
    },
  );
});

describe('an incident', () => {
  it('starts when the data says so, and at the earliest that anybody saw it', () => {
    const first = step(INITIAL, value(100n, { sinceMs: 700 }), AT_ONCE, NOW).next;
    expect(first).toMatchObject({ startedMs: 700, phaseMs: NOW, end: null, value: 100n });
    const earlier = step(first, value(100n, { sinceMs: 600 }), AT_ONCE, NOW + 1).next;
    expect(earlier.startedMs).toBe(600);
    expect(step(earlier, value(100n, { sinceMs: 900 }), AT_ONCE, NOW + 2).next).toEqual(earlier);
  });

  it('ends at the latest that anybody saw it, and never in the future', () => {
    const ended = step(firing(), value(0n, { sinceMs: 980 }), AT_ONCE, NOW).next;
    expect(ended).toMatchObject({ phase: 'resolved', end: 'resolved', endedMs: 980 });
    const later = step(ended, value(0n, { sinceMs: 990 }), AT_ONCE, NOW).next;
    expect(later.endedMs).toBe(990);
    expect(step(later, value(0n, { sinceMs: 950 }), AT_ONCE, NOW).next.endedMs).toBe(990);
    expect(step(later, value(0n, { sinceMs: 9999 }), AT_ONCE, NOW).next.endedMs).toBe(NOW);
  });

  it('that waits or clears counts from when it began to', () => {
    const waiting = step(INITIAL, value(100n), WAITING, NOW).next;
    const still = step(waiting, value(120n), WAITING, NOW + 99).next;
    expect(still.phaseMs).toBe(NOW);
    expect(step(still, value(100n), WAITING, NOW + 100).next.phase).toBe('firing');
  });

  it('is still one when a gap lies in it', () => {
    const waiting = step(INITIAL, value(100n), WAITING, NOW).next;
    const gap = step(waiting, { kind: 'missing' }, WAITING, NOW + 90).next;
    expect(step(gap, value(100n), WAITING, NOW + 100).events).toEqual(['fired']);
  });

  it('survives a clock that was ahead', () => {
    const ahead = pending(NOW + 10_000);
    const now = step(ahead, value(100n), WAITING, NOW).next;
    expect(now).toMatchObject({ phase: 'pending', phaseMs: NOW });
    expect(step(now, value(100n), WAITING, NOW + 100).next.phase).toBe('firing');
  });
});

describe('a latch', () => {
  it('holds for the whole period, and not beyond', () => {
    const once = announce(step(INITIAL, value(100n), LATCHING, NOW).next);
    const quiet = step(once, value(0n), LATCHING, NOW + 1).next;
    const again = step(quiet, value(100n), LATCHING, NOW + 2);
    expect(again.next).toMatchObject({ phase: 'firing', silent: true, announced: false });
    const reset = step(again.next, over, LATCHING, NOW + 3);
    expect(reset.events).toEqual(['reset']);
    expect(reset.next).toMatchObject({ phase: 'inactive', latched: false, silent: false });
    expect(step(reset.next, value(100n), LATCHING, NOW + 4).events).toEqual(['fired']);
  });

  it('that a revision took back holds, unless it is set to let go', () => {
    const once = firing(told);
    const gone = value(0n, { revised: true });
    const events = [LATCHING, UNLATCHING].map((settings) => {
      const { next } = step(once, gone, settings, NOW);
      return step(next, value(100n), settings, NOW + 1).events;
    });
    expect(events).toEqual([['latched'], ['fired']]);
    const fell = step(once, value(0n), UNLATCHING, NOW).next;
    expect(step(fell, value(100n), UNLATCHING, NOW + 1).events).toEqual(['latched']);
  });

  it('makes no flaps: what is silent needs no guard', () => {
    const settings = { ...GUARDED, latch: 'period' as const };
    let at = firing({ ...told, silent: true });
    for (let i = 0; i < 20; i += 1) {
      const { next, events } = step(at, value(i % 2 === 0 ? 0n : 100n), settings, NOW + i);
      expect(events).not.toContain('flapping');
      at = next;
    }
  });
});

describe('a flap guard', () => {
  /** Held since NOW, below its line. */
  const held = step(firing(noisy), value(0n), GUARDED, NOW).next;

  it('holds whatever the value does, and says nothing more', () => {
    const steps = [100n, 0n, 100n].map((amount, i) => step(held, value(amount), GUARDED, NOW + i));
    expect(steps.map(({ next, events }) => [next.phase, next.held, events])).toEqual([
      ['firing', true, []],
      ['firing', true, []],
      ['firing', true, []],
    ]);
  });

  it('lets go a window after the value last changed sides', () => {
    expect(step(held, value(0n), GUARDED, NOW + 499).next.held).toBe(true);
    const free = step(held, value(0n), GUARDED, NOW + 500);
    expect([free.next.phase, free.events]).toEqual(['resolved', ['released', 'resolved']]);
    const moved = step(held, value(100n), GUARDED, NOW + 400).next;
    expect(step(moved, value(100n), GUARDED, NOW + 899).events).toEqual([]);
    const firingOn = step(moved, value(100n), GUARDED, NOW + 900);
    expect([firingOn.next.phase, firingOn.events]).toEqual(['firing', ['released']]);
  });

  it('forgets transitions that are older than its window', () => {
    const calm = firing({ transitions: [NOW - 900, NOW - 500] });
    const done = step(calm, value(0n), GUARDED, NOW);
    expect([done.next.phase, done.next.transitions]).toEqual(['resolved', [NOW]]);
  });

  it('lets go at once where the config has none any more', () => {
    expect(step(held, value(100n), AT_ONCE, NOW + 1).next).toMatchObject({
      phase: 'firing',
      held: false,
      transitions: [],
    });
  });

  it('remembers no more than it needs', () => {
    let at = held;
    for (let i = 0; i < 50; i += 1) at = step(at, value(i % 2 ? 0n : 100n), GUARDED, NOW + i).next;
    expect(at.transitions).toHaveLength(3);
  });
});

describe('settings', () => {
  it('default to one line, at once, every time', () => {
    expect(alertSettings({ fire: 5n })).toEqual({
      fire: 5n,
      clear: 5n,
      forMs: 0,
      keepFiringForMs: 0,
      latch: 'none',
      flap: null,
    });
  });

  it.each([
    [{ clear: 6n }, 'clears below 6, which is above 5'],
    [{ forMs: -1 }, 'not a duration'],
    [{ keepFiringForMs: Number.NaN }, 'not a duration'],
    [{ flap: { transitionsMax: 0, windowMs: 1 } }, 'not a number of transitions'],
    [{ flap: { transitionsMax: 1, windowMs: 0.5 } }, 'not a duration'],
  ])('do not contradict themselves: %o', (given, message) => {
    expect(() => alertSettings({ fire: 5n, ...given })).toThrow(message);
  });
});
