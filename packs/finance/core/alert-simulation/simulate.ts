/**
 * A config put through a timeline by a virtual clock: at each instant what is known then is judged
 * and settled exactly as an evaluation does it, and the memory is carried on. What is told counts
 * as delivered at once.
 */

import type { AlertConfig } from '../alert-config/config.ts';
import { judgeAlerts } from '../alert-rules/evaluate.ts';
import { type ChargeBasis, evaluationQuestion } from '../alert-rules/question.ts';
import type { AlertRow } from '../alert-rules/row.ts';
import { settleAlerts } from '../alert-rules/settle.ts';
import type { AlertStatus } from '../alert-state/advance.ts';
import { type AlertMemory, NOTHING } from '../alert-state/memory.ts';
import type { NoticeRow } from '../alert-state/notice.ts';
import type { BudgetsConfig } from '../budget.ts';
import { dayOf } from '../day.ts';
import { usageTotals } from '../usage/totals.ts';
import { type Known, knownOf, type Timeline } from './timeline.ts';

export type Moment = Readonly<{
  nowMs: number;
  /** As `alerts evaluate` would have shown the rules. */
  table: readonly AlertRow[];
  notices: readonly NoticeRow[];
  alerts: readonly AlertStatus[];
}>;

export type Decided = Readonly<{ config: AlertConfig; budgets: BudgetsConfig }>;

const DELIVERED: ReadonlySet<string> = new Set();

/** One moment for each instant, in their order; `instants` are ascending and each once. */
export function* simulate(
  timeline: Timeline,
  decided: Decided,
  instants: readonly number[],
): Generator<Moment> {
  const known = knownOf(timeline);
  const { silences, windows } = timeline;
  let memory: AlertMemory = NOTHING;
  for (const nowMs of instants) {
    const opened = windows.filter(({ openedMs }) => openedMs <= nowMs);
    const judged = judgeAt(known, decided, nowMs);
    const before = { memory, silences, windows: opened, undelivered: DELIVERED };
    const settled = settleAlerts(judged, { config: decided.config, nowMs }, before);
    memory = settled.memory;
    const { table, alerts, rows } = settled;
    yield { nowMs, table, alerts, notices: rows };
  }
}

function judgeAt(known: Known, decided: Decided, nowMs: number) {
  const freshness = known.freshnessAt(nowMs);
  const asked = { ...decided, asOf: dayOf(new Date(nowMs)), nowMs, freshness };
  const question = evaluationQuestion(asked);
  const cells = new Map(
    question.charges.map((each): [ChargeBasis, ReturnType<Known['cellsAt']>] => [
      each.basis,
      known.cellsAt(nowMs, each, each.basis),
    ]),
  );
  const readings =
    question.windows.length === 0 ? [] : usageTotals(known.readingsAt(nowMs), question.windows);
  return judgeAlerts({ ...asked, cells, readings });
}

/** Far more than anybody waits for. */
export const STEPS_MAX = 20_000;

/**
 * Each step of the interval in `[startMs, endMs]`, and each instant at which something comes in.
 *
 * @throws RangeError for more than STEPS_MAX.
 */
export function instantsOf(
  { startMs, endMs, intervalMs }: Readonly<{ startMs: number; endMs: number; intervalMs: number }>,
  others: readonly number[],
): readonly number[] {
  const steps = Math.floor((endMs - startMs) / intervalMs) + 1;
  const inside = new Set(others.filter((ms) => startMs <= ms && ms <= endMs));
  if (steps + inside.size > STEPS_MAX) {
    throw new RangeError(`more than ${STEPS_MAX} evaluations`);
  }
  const grid = Array.from({ length: Math.max(steps, 0) }, (_, i) => startMs + i * intervalMs);
  return [...new Set([...grid, ...inside])].sort((a, b) => a - b);
}
