/**
 * What follows for all actions from what the alerts are now: (instances, alerts, config, now) ->
 * moves. Nothing in here touches the world; what is `armed` and not held back may be begun, and
 * what is `switching` or `restoring` is to be finished.
 *
 * It looks at how an alert stands, not at what happened to it, so a run that is missed is made
 * good by the next one. Silences and windows hold back words, not deeds: to keep an action from
 * acting, switch its trigger off.
 *
 * Within one period an action acts once for a rule and a scope. It waits for its approval, for its
 * hours, for its cooldown, for numbers that are reported, and for another instance of the same
 * action that is at work: when that one is over it takes over what is switched, untouched.
 */

import type { AutomatedAction } from '../alert-config/config.ts';
import { compareText } from '../order.ts';
import {
  type ActionEntry,
  type ActionInstance,
  type ActionSubject,
  holds,
  type Moved,
  move,
  subjectKey,
} from './action.ts';
import { blockedBy, isFresh } from './blocked.ts';
import {
  type ActionDefinition,
  definitionOf,
  formatHours,
  isActive,
  isUndoable,
} from './definition.ts';
import type { ActionSignal } from './signal.ts';

export type PlanAsked = Readonly<{
  /** Triggers that are switched off are not in it, nor is anything where alerts are off. */
  triggers: readonly AutomatedAction[];
  definitions: readonly ActionDefinition[];
  signals: readonly ActionSignal[];
  nowMs: number;
}>;

/** What is ready, and why it does not act. */
export type Held = Readonly<{ key: string; subject: ActionSubject; why: string }>;

export type ActionPlan = Readonly<{
  /** All of them, in the order of their keys. */
  instances: readonly ActionInstance[];
  entries: readonly ActionEntry[];
  held: readonly Held[];
  /** Keys of what may be begun now: one of each action at most. */
  ready: readonly string[];
}>;

type Work = Readonly<{
  asked: PlanAsked;
  instances: Map<string, ActionInstance>;
  entries: ActionEntry[];
  held: Map<string, Held>;
}>;

export function planActions(before: readonly ActionInstance[], asked: PlanAsked): ActionPlan {
  const instances = new Map(before.map((each) => [each.key, each]));
  const work: Work = { asked, instances, entries: [], held: new Map() };
  for (const trigger of asked.triggers) {
    const definition = definitionOf(asked.definitions, trigger.action);
    if (definition === undefined) continue;
    for (const signal of asked.signals) {
      if (signal.rule === trigger.rule) demand(work, definition, signal);
    }
  }
  for (const key of [...instances.keys()].sort(compareText)) follow(work, instances.get(key)!);
  const sorted = [...instances.values()].sort((a, b) => compareText(a.key, b.key));
  const ready = readyOf(work, sorted);
  return {
    instances: sorted,
    entries: work.entries,
    held: [...work.held.values()].sort((a, b) => compareText(a.key, b.key)),
    ready,
  };
}

function apply(work: Work, { next, entry }: Moved): void {
  work.instances.set(next.key, next);
  work.entries.push(entry);
}

/** An alert that may want something done. */
function demand(work: Work, definition: ActionDefinition, signal: ActionSignal): void {
  const { rule, scope, period, endMs, alert, estimate } = signal;
  const subject = { action: definition.name, rule, scope, period };
  const key = subjectKey(subject);
  const known = work.instances.get(key);
  const current = known === undefined ? undefined : { ...known, alert, estimate, endMs };
  if (current !== undefined) work.instances.set(key, current);
  if (signal.standing !== 'firing' || !isFresh(current, definition, work.asked.nowMs)) return;
  const { nowMs } = work.asked;
  const why = blockedBy({ nowMs, instances: work.instances.values() }, definition, signal);
  if (why !== undefined) {
    work.held.set(key, { key, subject, why });
    return;
  }
  const idle = current ?? newInstance({ key, subject, signal });
  const said = `${rule} fires on ${estimate === 'estimated' ? 'estimated' : 'reported'} numbers`;
  apply(
    work,
    definition.approval === 'none'
      ? move(idle, 'armed', { why: said, nowMs }, { round: idle.round + 1, approvedBy: null })
      : move(idle, 'waiting-approval', { why: said, nowMs }, { approvedBy: null }),
  );
}

type Newly = Readonly<{ key: string; subject: ActionSubject; signal: ActionSignal }>;

function newInstance({ key, subject, signal }: Newly): ActionInstance {
  return {
    key,
    subject,
    endMs: signal.endMs,
    phase: 'idle',
    phaseMs: 0,
    why: '',
    round: 0,
    attempts: 0,
    before: null,
    approvedBy: null,
    sequence: 0,
    alert: signal.alert,
    estimate: signal.estimate,
    told: null,
  };
}

/** What follows for an instance that is there. */
function follow(work: Work, instance: ActionInstance): void {
  const { asked } = work;
  const { nowMs } = asked;
  const reason = overBecause(instance, asked);
  switch (instance.phase) {
    case 'waiting-approval':
    case 'armed': {
      const why = reason ?? switchedOff(instance, asked);
      if (why !== undefined) apply(work, move(instance, 'idle', { why, nowMs }));
      return;
    }
    case 'switched': {
      const definition = definitionOf(asked.definitions, instance.subject.action);
      if (reason === undefined) return;
      if (definition === undefined) {
        const why = `${reason}, and the config no longer says how to undo it`;
        work.held.set(instance.key, { key: instance.key, subject: instance.subject, why });
        return;
      }
      if (definition.restore === 'manual' || !isUndoable(definition)) return;
      handOnOrRestore(work, instance, reason);
      return;
    }
    default:
      return;
  }
}

function handOnOrRestore(work: Work, instance: ActionInstance, reason: string): void {
  const { nowMs } = work.asked;
  const heir = heirOf(work, instance);
  if (heir === undefined) {
    apply(work, move(instance, 'restoring', { why: reason, nowMs }, { attempts: 1 }));
    return;
  }
  const why = `${reason}; it stays for ${heir.subject.rule}, which fires`;
  apply(work, move(instance, 'restored', { why, nowMs }, { before: null }));
  const taken = `taken over from ${instance.subject.rule}, as it was`;
  apply(work, move(heir, 'switched', { why: taken, nowMs }, { before: instance.before }));
}

/** Another instance of the same action that would switch the same again. */
function heirOf({ instances, asked }: Work, instance: ActionInstance): ActionInstance | undefined {
  return [...instances.values()]
    .filter(
      (each) =>
        each.phase === 'armed' &&
        each.key !== instance.key &&
        each.subject.action === instance.subject.action &&
        overBecause(each, asked) === undefined &&
        switchedOff(each, asked) === undefined,
    )
    .sort((a, b) => compareText(a.key, b.key))[0];
}

/** Why there is no reason for it any more; undefined where there is. */
function overBecause(instance: ActionInstance, asked: PlanAsked): string | undefined {
  const { subject, endMs } = instance;
  if (endMs !== null && endMs <= asked.nowMs && hasEnd(instance, asked)) {
    return `its period ${subject.period} is over`;
  }
  const signal = asked.signals.find(
    ({ rule, scope, period }) =>
      rule === subject.rule && scope === subject.scope && period === subject.period,
  );
  // What is not watched in this run is not known to be calm; of a level nobody will look again.
  if (signal === undefined) return undefined;
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
function hasEnd({ subject, phase }: ActionInstance, { definitions }: PlanAsked): boolean {
  const definition = definitionOf(definitions, subject.action);
  return phase === 'switched' || definition === undefined || isUndoable(definition);
}

function switchedOff(
  { subject }: ActionInstance,
  { triggers, definitions }: PlanAsked,
): string | undefined {
  const isAsked = triggers.some(
    ({ rule, action }) => rule === subject.rule && action === subject.action,
  );
  if (!isAsked) return 'its trigger is switched off';
  if (definitionOf(definitions, subject.action) === undefined) return 'nothing says what it does';
  return undefined;
}

function readyOf(work: Work, instances: readonly ActionInstance[]): readonly string[] {
  const busy = new Map<string, ActionInstance>();
  for (const each of instances) if (holds(each)) busy.set(each.subject.action, each);
  const ready: string[] = [];
  for (const instance of instances) {
    const { phase, subject, key } = instance;
    if (phase !== 'armed') continue;
    const definition = definitionOf(work.asked.definitions, subject.action)!;
    const other = busy.get(subject.action);
    if (other !== undefined && isUndoable(definition)) {
      const why = `${subject.action} is ${other.phase} already, for ${other.subject.rule}`;
      work.held.set(key, { key, subject, why });
    } else if (!isActive(definition.hours, work.asked.nowMs)) {
      const why = `it acts within ${formatHours(definition.hours!)} UTC only`;
      work.held.set(key, { key, subject, why });
    } else {
      busy.set(subject.action, instance);
      ready.push(key);
    }
  }
  return ready;
}
