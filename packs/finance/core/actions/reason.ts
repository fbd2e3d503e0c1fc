/** Whether an action still has its reason: an alert that wants it, a trigger, a definition. */

import type { AutomatedAction } from '../alert-config/config.ts';
import type { ActionInstance } from './action.ts';
import { type ActionDefinition, definitionOf, isUndoable } from './definition.ts';
import type { ActionSignal } from './signal.ts';

type Known = Readonly<{
  triggers: readonly AutomatedAction[];
  definitions: readonly ActionDefinition[];
  signals: readonly ActionSignal[];
  /** Ids of the rules that are evaluated. */
  rules: ReadonlySet<string>;
  nowMs: number;
}>;

/** Why there is no reason for it any more; undefined where there is. */
export function overBecause(instance: ActionInstance, asked: Known): string | undefined {
  const { subject, endMs } = instance;
  if (endMs !== null && endMs <= asked.nowMs && hasEnd(instance, asked)) {
    return `its period ${subject.period} is over`;
  }
  const signal = asked.signals.find(
    ({ rule, scope, period }) =>
      rule === subject.rule && scope === subject.scope && period === subject.period,
  );
  // What is not known in this run is not known to be calm. A rule that is gone was withdrawn, by
  // this run or by one that could not act.
  if (signal === undefined) {
    return asked.rules.has(subject.rule) ? undefined : `nobody watches ${subject.rule} any more`;
  }
  switch (signal.standing) {
    case 'firing':
      return undefined;
    case 'revised':
      return 'the data it fired on was restated';
    case 'over':
      return `${subject.rule} is over`;
    case 'calm':
      // Budgets are spent for the rest of their period, and a switch lowers what is measured: it
      // is not taken back because it helps.
      return instance.phase === 'switched' && endMs !== null
        ? undefined
        : `${subject.rule} fires no more`;
    default:
      return signal.standing satisfies never;
  }
}

/** What cannot be taken back may be late: an audit of a week that is over is still an audit. */
function hasEnd({ subject, phase }: ActionInstance, { definitions }: Known): boolean {
  const definition = definitionOf(definitions, subject.action);
  return phase === 'switched' || definition === undefined || isUndoable(definition);
}

/** Why it is not to be begun; undefined where it is. */
export function switchedOff(
  { subject }: ActionInstance,
  { triggers, definitions }: Known,
): string | undefined {
  const isAsked = triggers.some(
    ({ rule, action }) => rule === subject.rule && action === subject.action,
  );
  if (!isAsked) return 'its trigger is switched off';
  if (definitionOf(definitions, subject.action) === undefined) return 'nothing says what it does';
  return undefined;
}
