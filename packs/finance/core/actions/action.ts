/**
 * The state machine of one action: of (action, rule, scope, period), what was done and is to be
 * done. Every move is one entry of the journal; what is told of them says notice.ts.
 *
 *     idle -> waiting-approval -> armed -> switching -> switched -> restoring -> restored
 *                                             |                       |
 *                                             v                       v
 *                                          failed                failed | drifted
 *
 * What an action changes in the world happens between `switching` and `switched`, and between
 * `restoring` and `restored`. Both are written down before anything is touched, so a run that died
 * there is continued: first it is looked how things stand, then what is missing is done, under the
 * same idempotency key.
 */

import type { NoticeAlert } from '../alert-state/notice.ts';
import type { Estimate } from '../notices/annotation.ts';

export const ACTION_PHASES = [
  /** Its reason went away before anything was done. */
  'idle',
  'waiting-approval',
  'armed',
  'switching',
  'switched',
  'restoring',
  'restored',
  'failed',
  /** What it had changed was changed by somebody else, and is not touched. */
  'drifted',
] as const;
export type ActionPhase = (typeof ACTION_PHASES)[number];

export type ActionSubject = Readonly<{
  action: string;
  rule: string;
  scope: string;
  /** The label of the period; null: a level that no period ends. */
  period: string | null;
}>;

export type ActionInstance = Readonly<{
  /** Canonical text of the subject. */
  key: string;
  subject: ActionSubject;
  /** The end of the period. */
  endMs: number | null;
  phase: ActionPhase;
  /** Since when. */
  phaseMs: number;
  /** Why it is in this phase, in words. */
  why: string;
  /** How often it was armed, from 1; 0 before that. */
  round: number;
  /** Of what is under way: how often it was begun. */
  attempts: number;
  /** What the undo needs, as the actuator wrote it; null where nothing was begun. */
  before: string | null;
  /** Who agreed to the present round. */
  approvedBy: string | null;
  /** Of moves; each has its entry. */
  sequence: number;
  /** The alert that it answers, as it was last seen. */
  alert: NoticeAlert;
  estimate: Estimate | null;
  /** The last move that people were told of; null: none. */
  told: Readonly<{ phase: ActionPhase; why: string; atMs: number }> | null;
}>;

export type ActionEntry = Readonly<{
  key: string;
  /** From 1, without a gap. */
  sequence: number;
  atMs: number;
  from: ActionPhase;
  to: ActionPhase;
  why: string;
  /** Who asked for it; null: it followed from what is known. */
  by: string | null;
  comment: string | null;
}>;

export type Moved = Readonly<{ next: ActionInstance; entry: ActionEntry }>;

export function subjectKey({ action, rule, scope, period }: ActionSubject): string {
  return JSON.stringify([action, rule, scope, period]);
}

/** Something may have been changed that can be taken back, or is being changed. */
export function holds({ phase }: Pick<ActionInstance, 'phase'>): boolean {
  return phase === 'switching' || phase === 'switched' || phase === 'restoring';
}

/** Work for whoever runs actions. */
export function isUnderWay({ phase }: Pick<ActionInstance, 'phase'>): boolean {
  return phase === 'switching' || phase === 'restoring';
}

/** The same for every try of the same step, and for no other. */
export function idempotencyKey({ key, round, phase }: ActionInstance): string {
  const act = phase === 'restoring' || phase === 'restored' ? 'undo' : 'do';
  return JSON.stringify([key, round, act]);
}

type Said = Readonly<{ why: string; nowMs: number; by?: string | null; comment?: string | null }>;

export function move(
  instance: ActionInstance,
  to: ActionPhase,
  said: Said,
  changes: Partial<ActionInstance> = {},
): Moved {
  const { why, nowMs, by = null, comment = null } = said;
  const sequence = instance.sequence + 1;
  const next = { ...instance, ...changes, phase: to, phaseMs: nowMs, why, sequence };
  const { key, phase: from } = instance;
  return { next, entry: { key, sequence, atMs: nowMs, from, to, why, by, comment } };
}

/** Undefined where it does not wait for anybody. */
export function approve(
  instance: ActionInstance,
  { by, comment, nowMs }: Readonly<{ by: string; comment: string; nowMs: number }>,
): Moved | undefined {
  if (instance.phase !== 'waiting-approval') return undefined;
  const said = { why: `approved by ${by}`, nowMs, by, comment };
  return move(instance, 'armed', said, { approvedBy: by, round: instance.round + 1 });
}

/** The intent, with what the undo needs: written before anything is touched. */
export function begin(instance: ActionInstance, before: string, nowMs: number): Moved {
  if (instance.phase !== 'armed') throw new RangeError(`cannot begin what is ${instance.phase}`);
  return move(instance, 'switching', { why: instance.why, nowMs }, { before, attempts: 1 });
}

/** Asked for by somebody, also of what failed on the way or was found changed. */
export function canUndo({ phase, before }: ActionInstance): boolean {
  return before !== null && (phase === 'switched' || phase === 'failed' || phase === 'drifted');
}

export function beginUndo(instance: ActionInstance, said: Said): Moved {
  if (!canUndo(instance)) throw new RangeError(`cannot undo what is ${instance.phase}`);
  return move(instance, 'restoring', said, { attempts: 1 });
}

/** What came of a step. */
export type ActionResult =
  | Readonly<{ kind: 'done'; note: string }>
  /** `maybe`: some of it may have happened all the same. */
  | Readonly<{ kind: 'failed'; why: string; maybe: boolean }>
  /** Of an undo: somebody else has changed it since. */
  | Readonly<{ kind: 'drifted'; why: string }>;

/** Tries of one step before somebody has to look. */
export const ATTEMPTS_MAX = 3;

/**
 * After a step. What may have happened is tried again, by this run or the next, and looked at
 * first; so there is not always a move.
 */
export function settle(
  instance: ActionInstance,
  result: ActionResult,
  nowMs: number,
): Readonly<{ next: ActionInstance; entry: ActionEntry | undefined }> {
  const isUndo = instance.phase === 'restoring';
  if (!isUndo && instance.phase !== 'switching') {
    throw new RangeError(`nothing is under way of what is ${instance.phase}`);
  }
  switch (result.kind) {
    case 'done': {
      const said = { why: result.note, nowMs };
      return isUndo
        ? move(instance, 'restored', said, { before: null, attempts: 0 })
        : move(instance, 'switched', said, { attempts: 0 });
    }
    case 'drifted':
      return move(instance, 'drifted', { why: result.why, nowMs }, { attempts: 0 });
    case 'failed': {
      if (result.maybe && instance.attempts < ATTEMPTS_MAX) {
        const attempts = instance.attempts + 1;
        const why = `${result.why}; the next run tries again, ${attempts} of ${ATTEMPTS_MAX}`;
        return { next: { ...instance, attempts, why }, entry: undefined };
      }
      // A switch that changed nothing leaves nothing to undo; an undo can be asked for again.
      const before = isUndo || result.maybe ? instance.before : null;
      const why = result.maybe ? `${result.why}; some of it may have happened` : result.why;
      return move(instance, 'failed', { why, nowMs }, { before, attempts: 0 });
    }
    default:
      return result satisfies never;
  }
}
