/** Whatever happens in whatever order: never done twice, never undone without having been begun. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ActionInstance,
  type ActionResult,
  begin,
  beginUndo,
  canUndo,
  isUnderWay,
  settle,
} from '../../../packs/finance/core/actions/action.ts';
import { decodeAction, encodeAction } from '../../../packs/finance/core/actions/codec.ts';
import type { ActionSignal } from '../../../packs/finance/core/actions/signal.ts';
import { DAY, HOUR, planned, signal } from '../../support/actions.ts';

type Event = 'plan' | 'calm' | 'revised' | 'later' | 'done' | 'maybe' | 'no' | 'drift' | 'undo';

/** Steps as the runner takes them, against any order of what the world may do. */
function playedOut(events: readonly Event[]) {
  let all: readonly ActionInstance[] = [];
  let nowMs = DAY + HOUR;
  let standing: ActionSignal['standing'] = 'firing';
  const done: string[] = [];
  const undone: string[] = [];
  const finish = (one: ActionInstance, result: ActionResult) => {
    const { next } = settle(one, result, nowMs);
    if (result.kind === 'done') (one.phase === 'restoring' ? undone : done).push(`${one.round}`);
    all = [next];
  };
  for (const event of events) {
    const [one] = all;
    nowMs += HOUR / 2;
    if (event === 'calm' || event === 'revised') standing = event;
    if (event === 'later') nowMs += 6 * HOUR;
    if (event === 'plan' || event === 'later' || event === 'calm' || event === 'revised') {
      const plan = planned(all, { nowMs, signals: [signal({ standing })] });
      all = plan.instances;
      if (plan.ready.length > 0) all = [begin(all[0]!, '[]', nowMs).next];
      if (event === 'plan') standing = 'firing';
    } else if (one !== undefined && event === 'undo') {
      if (canUndo(one)) all = [beginUndo(one, { why: 'asked', nowMs }).next];
    } else if (one !== undefined && isUnderWay(one)) {
      const results: Partial<Record<Event, ActionResult>> = {
        done: { kind: 'done', note: 'ok' },
        maybe: { kind: 'failed', why: 'maybe', maybe: true },
        no: { kind: 'failed', why: 'no', maybe: false },
        drift: { kind: 'drifted', why: 'somebody' },
      };
      finish(one, results[event]!);
    }
    for (const each of all) expect(decodeAction(encodeAction(each))).toEqual(each);
  }
  return { done, undone };
}

describe('whatever happens', () => {
  it('a period is switched at most once, and undone only when something was begun', () => {
    const event = fc.constantFrom<Event>(
      ...(['plan', 'calm', 'revised', 'later', 'done', 'maybe', 'no', 'drift', 'undo'] as const),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const { done, undone } = playedOut(events);
        expect(done.length).toBeLessThanOrEqual(1);
        expect(undone.length).toBeLessThanOrEqual(Math.max(1, done.length));
      }),
      { numRuns: 500 },
    );
  });

  it('planning twice is planning once', () => {
    const once = planned([]);
    const twice = planned(once.instances);
    expect(twice.entries).toEqual([]);
    expect(twice.instances).toEqual(once.instances);
  });
});
