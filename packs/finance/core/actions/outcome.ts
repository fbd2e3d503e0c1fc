/** What a run of actions did, failed at, left waiting or held back: one line for each action. */

import { compareText } from '../order.ts';
import type { ActionEntry, ActionInstance, ActionPhase, ActionSubject } from './action.ts';
import type { Held } from './plan.ts';

export type ActionOutcome = Readonly<{
  /** What people call it. */
  id: string;
  subject: ActionSubject;
  state: ActionPhase | 'held';
  why: string;
}>;

export type ActionsDone = Readonly<{
  /** Somebody else is acting at this moment; nothing was done here. */
  isBusy: boolean;
  outcomes: readonly ActionOutcome[];
}>;

export type Ran = Readonly<{
  isBusy: boolean;
  entries: readonly ActionEntry[];
  held: readonly Held[];
  instances: readonly ActionInstance[];
}>;

/** What is to go on, though this run did not move it. */
const OPEN: readonly ActionPhase[] = ['waiting-approval', 'switching', 'restoring'];

/** By id; why something is held back says more than that it is armed or has failed before. */
export function actionsDone(
  { isBusy, entries, held, instances }: Ran,
  idOf: (key: string) => string,
): ActionsDone {
  const isMoved = new Set(entries.map(({ key }) => key));
  const found = new Map(
    held.map(({ key, subject, why }) => [key, { subject, state: 'held' as const, why }]),
  );
  const outcomes = new Map<string, Omit<ActionOutcome, 'id'>>(found);
  for (const { key, subject, phase, why } of instances) {
    const isNews = isMoved.has(key) && !(phase === 'armed' && found.has(key));
    if (isNews || (OPEN.includes(phase) && !found.has(key))) {
      outcomes.set(key, { subject, state: phase, why });
    }
  }
  return {
    isBusy,
    outcomes: [...outcomes]
      .map(([key, each]) => ({ id: idOf(key), ...each }))
      .sort((a, b) => compareText(a.id, b.id)),
  };
}

/** Somebody has to look. */
export function needsLook({ outcomes }: ActionsDone): boolean {
  return outcomes.some(({ state }) => ['failed', 'drifted', 'waiting-approval'].includes(state));
}
