/**
 * A timeline of alerts out of a seed: what is watched at each step, and every notice that has to
 * come of it. Nothing is repeated in it, so the notices do not hang on when one arrives.
 */
import { createHash } from 'node:crypto';
import { type Advance, advance } from '../../packs/finance/core/alert-state/advance.ts';
import { type AlertMemory, NOTHING } from '../../packs/finance/core/alert-state/memory.ts';
import type { NoticeRow } from '../../packs/finance/core/alert-state/notice.ts';
import type { Silence } from '../../packs/finance/core/alert-state/silence.ts';
import type { WatchedAlert } from '../../packs/finance/core/alert-state/watch.ts';
import { channel, delivery, MISSING, reading, route, watched } from '../support/alert-timeline.ts';

const START_MS = Date.parse('2026-03-02T00:00:00Z');
const RULES = ['a', 'b', 'c', 'd'];

export type Script = Readonly<{
  seed: number;
  channels: readonly string[];
  /** After them nothing happens any more. */
  steps: number;
  stepMs: number;
}>;

export function instantOf({ stepMs }: Script, step: number): number {
  return START_MS + step * stepMs;
}

/** The same for the same words. */
function dice(...words: readonly (string | number)[]): number {
  return createHash('sha256').update(words.join()).digest().readUInt32BE(0) / 2 ** 32;
}

function watchedAt({ seed }: Script, step: number): readonly WatchedAlert[] {
  return RULES.map((rule) => {
    const roll = dice(seed, step, rule);
    const value = roll < 0.45 ? reading(100) : roll < 0.9 ? reading(0) : MISSING;
    const routes = rule < 'c' ? ['all'] : ['each'];
    return watched(rule, { routes, evaluation: value });
  });
}

type Before = Readonly<{
  memory: AlertMemory;
  silences: readonly Silence[];
  undelivered: ReadonlySet<string>;
}>;

export function stepOf(
  script: Script,
  step: number,
  before: Before,
): Pick<Advance, 'memory' | 'rows'> {
  if (step >= script.steps) return { memory: before.memory, rows: [] };
  const channels = script.channels.map((name) => channel({ name }));
  const terms = { channels, groupIntervalMs: 1, repeatIntervalMs: 400 * 86_400_000 };
  return advance(before.memory, {
    watched: watchedAt(script, step),
    delivery: delivery({
      routes: [
        route({ name: 'all', ...terms }),
        route({ name: 'each', groupBy: ['alertname'], ...terms }),
      ],
      silences: before.silences,
      undelivered: before.undelivered,
    }),
    now: instantOf(script, step),
  });
}

/** Without a store, without a sender, without a death. */
export function expectedRows(script: Script): readonly NoticeRow[] {
  let memory = NOTHING;
  const rows: NoticeRow[] = [];
  for (let step = 0; step < script.steps; step += 1) {
    const done = stepOf(script, step, { memory, silences: [], undelivered: new Set() });
    memory = done.memory;
    rows.push(...done.rows);
  }
  return rows;
}
