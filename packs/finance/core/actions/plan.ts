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
import { blockedBy, isFresh, retriesText } from './blocked.ts';
import {
  type ActionDefinition,
  definitionOf,
  formatHours,
  isActive,
  isUndoable,
} from './definition.ts';
import { overBecause, switchedOff } from './reason.ts';
import type { ActionSignal } from './signal.ts';
import { wouldText } from './terms.ts';

export type PlanAsked = Readonly<{
  /** Those that are to act; none where alerts are off. */
  triggers: readonly AutomatedAction[];
  /** Those that are switched off: dry runs, of which is said what they would do. */
  off?: readonly AutomatedAction[];
  definitions: readonly ActionDefinition[];
  signals: readonly ActionSignal[];
  /** Ids of the rules that are evaluated. */
  rules: ReadonlySet<string>;
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
  for (const { trigger, signal } of triggered(asked.triggers, asked)) demand(work, trigger, signal);
  for (const { trigger, signal } of triggered(asked.off ?? [], asked))
    suppose(work, trigger, signal);
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

type Triggered = Readonly<{ trigger: AutomatedAction; signal: ActionSignal }>;

function triggered(
  triggers: readonly AutomatedAction[],
  { signals }: PlanAsked,
): readonly Triggered[] {
  return triggers.flatMap((trigger) =>
    signals.flatMap((signal) => (signal.rule === trigger.rule ? { trigger, signal } : [])),
  );
}

function hold({ held }: Work, subject: ActionSubject, why: string): void {
  const key = subjectKey(subject);
  held.set(key, { key, subject, why });
}

/** Somebody may have hoped that it acts. */
const UNDEFINED = 'nothing says what it does: describe it under actions';

/** An alert that would want something done, if its trigger were on. */
function suppose(work: Work, { action }: AutomatedAction, signal: ActionSignal): void {
  const { nowMs, definitions, triggers } = work.asked;
  const { rule, scope, period } = signal;
  const subject = { action, rule, scope, period };
  const isOn = triggers.some((each) => each.rule === rule && each.action === action);
  if (signal.standing !== 'firing' || isOn) return;
  const definition = definitionOf(definitions, action);
  const known = work.instances.get(subjectKey(subject));
  if (definition !== undefined && !isFresh(known, definition, nowMs)) return;
  const instances = work.instances.values();
  const would =
    definition === undefined
      ? UNDEFINED
      : (blockedBy({ nowMs, instances }, definition, signal) ?? wouldText(definition));
  hold(work, subject, `dry run (enabled: false): ${would}`);
}

function apply(work: Work, { next, entry }: Moved): void {
  work.instances.set(next.key, next);
  work.entries.push(entry);
}

/** An alert that may want something done. */
function demand(work: Work, { action }: AutomatedAction, signal: ActionSignal): void {
  const { rule, scope, period, endMs, alert, estimate } = signal;
  const subject = { action, rule, scope, period };
  const definition = definitionOf(work.asked.definitions, action);
  if (definition === undefined) {
    if (signal.standing === 'firing') hold(work, subject, UNDEFINED);
    return;
  }
  const key = subjectKey(subject);
  const known = work.instances.get(key);
  const current = known === undefined ? undefined : { ...known, alert, estimate, endMs };
  if (current !== undefined) work.instances.set(key, current);
  if (signal.standing !== 'firing') return;
  const { nowMs } = work.asked;
  const why = isFresh(current, definition, nowMs)
    ? blockedBy({ nowMs, instances: work.instances.values() }, definition, signal)
    : retrying(current, definition);
  if (why !== undefined) hold(work, subject, why);
  if (why !== undefined || !isFresh(current, definition, nowMs)) return;
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

function retrying(
  current: ActionInstance | undefined,
  definition: ActionDefinition,
): string | undefined {
  const retries = retriesText(current, definition);
  return retries === undefined ? undefined : `it failed: ${retries}`;
}

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
        hold(work, instance.subject, why);
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
      hold(work, subject, why);
    } else if (!isActive(definition.hours, work.asked.nowMs)) {
      hold(work, subject, `it acts within ${formatHours(definition.hours!)} UTC only`);
    } else {
      busy.set(subject.action, instance);
      ready.push(key);
    }
  }
  return ready;
}
