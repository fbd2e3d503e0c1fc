/** An action and an entry of its journal as text at rest: what was written, or refused. */

import { list, nullable, oneOf, parseWritten, record, text, whole } from '../alert-state/codec.ts';
import { readNoticeAlert } from '../alert-state/send-row.ts';
import { ESTIMATES } from '../notices/annotation.ts';
import {
  ACTION_PHASES,
  type ActionEntry,
  type ActionInstance,
  type ActionSubject,
  isUnderWay,
  subjectKey,
} from './action.ts';

const readInstance = record<Omit<ActionInstance, 'key'>>({
  subject: record<ActionSubject>({
    action: text,
    rule: text,
    scope: text,
    period: nullable(text),
  }),
  endMs: nullable(whole),
  phase: oneOf(ACTION_PHASES),
  phaseMs: whole,
  why: text,
  round: whole,
  attempts: whole,
  before: nullable(text),
  approvedBy: nullable(text),
  sequence: whole,
  alert: readNoticeAlert,
  estimate: nullable(oneOf(ESTIMATES)),
  told: nullable(
    record<NonNullable<ActionInstance['told']>>({
      phase: oneOf(ACTION_PHASES),
      why: text,
      atMs: whole,
    }),
  ),
});

const readEntry = record<ActionEntry>({
  key: text,
  sequence: whole,
  atMs: whole,
  from: oneOf(ACTION_PHASES),
  to: oneOf(ACTION_PHASES),
  why: text,
  by: nullable(text),
  comment: nullable(text),
});

export function encodeAction({ key: _, ...instance }: ActionInstance): string {
  return JSON.stringify(instance);
}

/** @throws RangeError for anything that encodeAction did not write. */
export function decodeAction(written: string): ActionInstance {
  const instance = readInstance(withTold(parseWritten(written, 'an action')), 'action');
  const { phase, before, attempts, round } = instance;
  if ((isUnderWay({ phase }) || phase === 'switched') && before === null) {
    throw new RangeError(`action is ${phase} and does not say what was before`);
  }
  if (isUnderWay({ phase }) && attempts < 1) throw new RangeError('action was never tried');
  if (round < 0 || attempts < 0) throw new RangeError('action counts below nothing');
  return { key: subjectKey(instance.subject), ...instance };
}

/** Each move was told when actions did not say yet which ones were. */
function withTold(written: unknown): unknown {
  if (typeof written !== 'object' || written === null || Object.hasOwn(written, 'told')) {
    return written;
  }
  const { phase, why, phaseMs: atMs } = written as Partial<ActionInstance>;
  return { ...written, told: { phase, why, atMs } };
}

export function encodeEntry(entry: ActionEntry): string {
  return JSON.stringify(entry);
}

/** @throws RangeError for anything that encodeEntry did not write. */
export function decodeEntry(written: string): ActionEntry {
  return readEntry(parseWritten(written, 'an entry'), 'entry');
}

/** What an actuator keeps to undo: texts by name, in lists where there are several of a kind. */
export type Kept = readonly Readonly<Record<string, string | null>>[];

export function encodeKept(kept: Kept): string {
  return JSON.stringify(kept);
}

/** @throws RangeError unless every part has exactly these names. */
export function decodeKept(written: string, names: readonly string[]): Kept {
  const readers = Object.fromEntries(names.map((name) => [name, nullable(text)] as const));
  const read = list(record<Record<string, string | null>>(readers));
  return read(parseWritten(written, 'what was before'), 'before');
}
