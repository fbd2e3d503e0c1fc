/**
 * Carries out what follows for actions from how the alerts stand: after each evaluation, or by
 * hand.
 *
 * One process acts at a time. What a run that died left under way comes first: it is looked how it
 * stands, and what is missing is done under the same id. An intent is on disk before anything is
 * touched and its result after it; whoever is killed in between leaves work for the next run.
 */
import {
  type ActionEntry,
  type ActionInstance,
  type ActionResult,
  begin,
  idempotencyKey,
  isUnderWay,
  type Moved,
  move,
  settle,
} from '../core/actions/action.ts';
import { definitionOf } from '../core/actions/definition.ts';
import { type ActionRow, type Telling, tellMove } from '../core/actions/notice.ts';
import { type ActionsDone, actionsDone, type Ran } from '../core/actions/outcome.ts';
import { type ActionPlan, planActions } from '../core/actions/plan.ts';
import { actionSignals } from '../core/actions/signal.ts';
import type { AlertConfig } from '../core/alert-config/config.ts';
import { alertRules } from '../core/alert-config/rule.ts';
import type { AlertRecord } from '../core/alert-state/memory.ts';
import type { Actuator } from '../ports/action-runner.ts';
import { actuatorOf, type Found } from './actuator.ts';
import type { ActionPorts } from './ports.ts';

export type RunAsked = Readonly<{
  config: AlertConfig;
  /** All alerts as they are now: `AdvancedAndSent.advanced.result.memory.alerts`. */
  records: readonly AlertRecord[];
}>;

/** Entries in the order in which they were written, instances as they are now. */
export type RunReport = Ran;

export type RunPorts = Omit<ActionPorts, 'close' | 'records' | 'roles' | 'settings' | 'tell'>;

type Run = Readonly<{
  ports: RunPorts;
  asked: RunAsked;
  entries: ActionEntry[];
  telling: Telling;
  /** Keys of what was tried in this run: it is not tried again. */
  tried: Set<string>;
}>;

/** What was restored may make way for another; more than that is a circle. */
const ROUNDS_MAX = 8;

/** @throws BrctlError of the store; what the world does is in the report. */
export async function runActions(ports: RunPorts, asked: RunAsked): Promise<RunReport> {
  const none = { entries: [], held: [], instances: ports.state.instances() };
  if (!asked.config.isEnabled) return { isBusy: false, ...none };
  const unlock = ports.state.lock();
  if (unlock === undefined) return { isBusy: true, ...none };
  try {
    const run = newRun(ports, asked);
    await continueAll(run);
    let plan = planned(run);
    for (let round = 0; round < ROUNDS_MAX && !ports.signal.aborted; round += 1) {
      const before = run.tried.size;
      await continueAll(run);
      for (const key of plan.ready) await beginOne(run, key);
      if (run.tried.size === before) break;
      plan = planned(run);
    }
    const instances = ports.state.instances();
    return { isBusy: false, entries: run.entries, held: plan.held, instances };
  } finally {
    unlock();
  }
}

function newRun(ports: RunPorts, asked: RunAsked): Run {
  const telling = { config: asked.config, ...ports.quiet() };
  return { ports, asked, telling, entries: [], tried: new Set() };
}

/** The same, in a line for each action that it has something to say of. */
export async function actOn(ports: RunPorts, asked: RunAsked): Promise<ActionsDone> {
  return actionsDone(await runActions(ports, asked), (key) => shortId(ports, key));
}

/** What `runActions` begins with. */
export function planOf(
  instances: readonly ActionInstance[],
  { config, records }: RunAsked,
  nowMs: number,
): ActionPlan {
  const triggers = config.isEnabled ? config.actions : [];
  // Where alerts are off nobody takes a rule away.
  const rules = alertRules(config).filter(({ isEnabled }) => isEnabled || !config.isEnabled);
  return planActions(instances, {
    triggers: triggers.filter(({ isEnabled }) => isEnabled),
    off: triggers.filter(({ isEnabled }) => !isEnabled),
    definitions: config.definitions,
    signals: actionSignals(records),
    rules: new Set(rules.map(({ id }) => id)),
    nowMs,
  });
}

/** What it would begin with if all triggers were on. */
export function previewActions(
  instances: readonly ActionInstance[],
  { config, records }: RunAsked,
  nowMs: number,
): ActionPlan {
  const actions = config.actions.map((each) => ({ ...each, isEnabled: true }));
  return planOf(instances, { config: { ...config, actions }, records }, nowMs);
}

function planned(run: Run): ActionPlan {
  const { ports, asked } = run;
  const nowMs = ports.clock();
  const result = ports.state.change(nowMs, (before) => {
    const plan = planOf(before, asked, nowMs);
    return { ...plan, ...toldOf(run, before, plan) };
  });
  run.entries.push(...result.entries);
  return result;
}

type Change = Readonly<{
  instances: readonly ActionInstance[];
  entries: readonly ActionEntry[];
}>;

/** The last move of each is what is to be told of it. */
function toldOf(
  { telling, ports }: Pick<Run, 'ports' | 'telling'>,
  before: readonly ActionInstance[],
  { instances, entries }: Change,
): Readonly<{ instances: readonly ActionInstance[]; rows: readonly ActionRow[] }> {
  const told = instances.map((instance) => {
    const entry = entries.findLast(({ key }) => key === instance.key);
    if (entry === undefined) return { instance, rows: [] };
    const from = before.find(({ key }) => key === instance.key);
    return tellMove(telling, { from, instance, entry, id: shortId(ports, entry.key) });
  });
  return {
    instances: told.map(({ instance }) => instance),
    rows: told.flatMap(({ rows }) => rows),
  };
}

const SHORT = 12;

/** What people call an instance. */
export function shortId({ sha256 }: Pick<RunPorts, 'sha256'>, key: string): string {
  return sha256(key).slice(0, SHORT);
}

function instanceOf({ ports }: Run, key: string): ActionInstance | undefined {
  return ports.state.instances().find((each) => each.key === key);
}

/** Writes a move of what is still as it was when it was thought of. */
function write(
  run: Run,
  from: ActionInstance,
  { next, entry }: Readonly<{ next: ActionInstance; entry: ActionEntry | undefined }>,
): ActionInstance {
  const entries = entry === undefined ? [] : [entry];
  const { instances } = run.ports.state.change(run.ports.clock(), (before) => {
    const now = before.find(({ key }) => key === from.key);
    if (now?.sequence !== from.sequence || now.phase !== from.phase) {
      throw new RangeError(`${from.subject.action} is not as it was`);
    }
    return { entries, ...toldOf(run, before, { instances: [next], entries }) };
  });
  run.entries.push(...entries);
  return instances[0]!;
}

async function continueAll(run: Run): Promise<void> {
  for (const instance of run.ports.state.instances()) {
    if (run.ports.signal.aborted) return;
    if (isUnderWay(instance) && !run.tried.has(instance.key)) await continueOne(run, instance);
  }
}

async function found(run: Run, instance: ActionInstance): Promise<Found & { id: string }> {
  const { ports, asked } = run;
  const { config } = asked;
  const id = ports.sha256(idempotencyKey(instance));
  const definition = definitionOf(config.definitions, instance.subject.action);
  if (definition === undefined) return { id, problem: 'the config no longer says what it does' };
  return { id, ...(await actuatorOf({ ports, config, definition, instance, id })) };
}

async function beginOne(run: Run, key: string): Promise<void> {
  const armed = instanceOf(run, key);
  if (armed?.phase !== 'armed' || run.tried.has(key) || run.ports.signal.aborted) return;
  run.tried.add(key);
  const { actuator, problem, id } = await found(run, armed);
  const fail = (why: string): void => {
    write(run, armed, move(armed, 'failed', { why, nowMs: run.ports.clock() }, { before: null }));
  };
  if (actuator === undefined) return fail(problem);
  const looked = await actuator.look(id);
  if (looked.kind === 'refused') return fail(looked.why);
  const begun = write(run, armed, begin(armed, looked.before, run.ports.clock()));
  const result = await guarded(() => actuator.act(looked.before, id));
  await settled(run, begun, { result, actuator });
}

/** Of a run that died, or of an undo that has just been written down. */
async function continueOne(run: Run, instance: ActionInstance): Promise<void> {
  run.tried.add(instance.key);
  const before = instance.before!;
  const { actuator, problem, id } = await found(run, instance);
  if (actuator === undefined) {
    const result: ActionResult = { kind: 'failed', why: problem, maybe: true };
    return settled(run, instance, { result, actuator });
  }
  const result = await guarded(async (): Promise<ActionResult> => {
    if (instance.phase === 'restoring') return actuator.undo(before, id);
    const standing = await actuator.check(before);
    if (standing.is === 'done') return { kind: 'done', note: 'found done after an interruption' };
    if (standing.is === 'drifted') return { kind: 'drifted', why: standing.why };
    return actuator.act(before, id);
  });
  await settled(run, instance, { result, actuator });
}

/** What was kept for the undo and does not read is nothing to work on. */
async function guarded(work: () => Promise<ActionResult>): Promise<ActionResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: 'failed', why: error.message, maybe: true };
  }
}

async function settled(
  run: Run,
  instance: ActionInstance,
  { result, actuator }: Readonly<{ result: ActionResult; actuator: Actuator | undefined }>,
): Promise<void> {
  const next = write(run, instance, settle(instance, result, run.ports.clock()));
  if (next.before === null && instance.before !== null) await actuator?.forget(instance.before);
}

/** Writes moves that somebody asked for, and carries out what follows from them. */
export async function runMoves(
  ports: RunPorts,
  asked: RunAsked,
  moves: (instances: readonly ActionInstance[]) => readonly Moved[],
): Promise<Readonly<{ entries: readonly ActionEntry[] }> | undefined> {
  const unlock = ports.state.lock();
  if (unlock === undefined) return undefined;
  try {
    const run = newRun(ports, asked);
    const nowMs = ports.clock();
    const { entries, instances } = ports.state.change(nowMs, (before) => {
      const moved = moves(before);
      const written = moved.map(({ entry }) => entry);
      const next = moved.map((each) => each.next);
      return { entries: written, ...toldOf(run, before, { instances: next, entries: written }) };
    });
    run.entries.push(...entries);
    for (const { key } of instances) {
      const instance = instanceOf(run, key);
      if (instance !== undefined && isUnderWay(instance)) await continueOne(run, instance);
    }
    return { entries: run.entries };
  } finally {
    unlock();
  }
}
