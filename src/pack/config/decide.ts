/**
 * What an install, upgrade or rollback does with one config file: the whole table, and nothing
 * that touches a disk. A rollback is the same table with the older pack as `theirs`.
 *
 * An edit of the operator is never lost: what is replaced is saved beside the file, what cannot be
 * merged stays, and what was deleted stays deleted.
 */
import { mergeThreeWay } from './merge.ts';
import {
  type ConfigOutcome,
  type ConfigPolicy,
  describe,
  NEW_SUFFIX,
  OLD_SUFFIX,
  type OutcomeCore,
  type OutcomeKind,
  type OutcomeReason,
} from './outcome.ts';
import { isTaken } from './remember.ts';

/** Texts as they are, byte for byte (see codecFor); undefined: there is no such file. */
export type ConfigSituation = Readonly<{
  /** Below `config/<pack>/`. */
  path: string;
  /** The shipped text that the operator's file last came together with. */
  base: string | undefined;
  /** The shipped text that the operator was last told of, where that is not `base`. */
  offered?: string | undefined;
  mine: string | undefined;
  /** What the pack ships from now on. */
  theirs: string | undefined;
  /** The operator had this file from brctl, which did not remove it: absent means deleted. */
  wasOffered: boolean;
  /** The pack shipped this file under another path: `base` is of that path. */
  renamedFrom?: Readonly<{ path: string; mine: string | undefined }> | undefined;
}>;

export type DecideOptions = Readonly<{
  policy: ConfigPolicy;
  restoreMissing: boolean;
  /** Where a text of the file at `path` is saved: a place that loses no other text. */
  oldOf?: ((path: string, text: string) => string) | undefined;
}>;

export function decideConfig(situation: ConfigSituation, options: DecideOptions): ConfigOutcome {
  const { path, renamedFrom } = situation;
  const isMoved = movesAlong(situation);
  const seen = isMoved ? renamedFrom?.mine : situation.mine;
  const known = isTaken(situation) ? { base: undefined, offered: undefined } : {};
  const core = rowOf({ ...situation, ...known, mine: seen }, options);
  const outcome = {
    movedFrom: undefined,
    writes: [],
    removes: [],
    places: [],
    ...core,
    path,
    seen,
  };
  const placed = isMoved ? moved(outcome, renamedFrom?.path ?? path) : outcome;
  return { ...placed, sentence: describe(placed) };
}

/** Whether the operator's file goes from the former path to the new one. */
function movesAlong({ mine, theirs, renamedFrom }: ConfigSituation): boolean {
  return renamedFrom?.mine !== undefined && mine === undefined && theirs !== undefined;
}

type Row = Readonly<{ kind: OutcomeKind; reason: OutcomeReason }> &
  Partial<Pick<OutcomeCore, 'writes' | 'removes' | 'places'>>;

function rowOf(situation: ConfigSituation, options: DecideOptions): Row {
  const { path, base, mine, theirs } = situation;
  if (mine === undefined) return absentRow(situation, options.restoreMissing);
  if (theirs === undefined) {
    if (base === undefined) return { kind: 'nothing', reason: 'unowned' };
    const isUnedited = mine === base;
    const kind = isUnedited ? 'remove' : 'obsolete-kept';
    return { kind, reason: 'no-longer-shipped', removes: isUnedited ? [path] : [] };
  }
  if (mine === theirs) {
    return theirs === base
      ? { kind: 'nothing', reason: 'as-shipped' }
      : { kind: 'adopt', reason: 'same-content' };
  }
  if (theirs === base) return { kind: 'keep', reason: 'nothing-new' };
  if (mine === base) {
    return { kind: 'take-new', reason: 'unedited', writes: [{ path, text: theirs }] };
  }
  return editedRow({ ...situation, mine, theirs }, options);
}

function absentRow(situation: ConfigSituation, restoreMissing: boolean): Row {
  const { path, base, theirs, wasOffered } = situation;
  if (theirs === undefined) return { kind: 'nothing', reason: 'absent' };
  const writes = [{ path, text: theirs }];
  if (base === undefined && !wasOffered) return { kind: 'create', reason: 'first-offer', writes };
  if (restoreMissing) return { kind: 'restore', reason: 'missing', writes };
  return { kind: 'stay-deleted', reason: 'deleted' };
}

type Edited = ConfigSituation & Readonly<{ mine: string; theirs: string }>;

function firstOld(path: string): string {
  return `${path}${OLD_SUFFIX}`;
}

/** The operator has something else than what was shipped, and something else is shipped now. */
function editedRow(situation: Edited, { policy, oldOf = firstOld }: DecideOptions): Row {
  const { path, base, mine, theirs, offered } = situation;
  const old = { path: oldOf(path, mine), text: mine };
  const isUnowned = base === undefined;
  const reason = isUnowned ? 'unowned' : 'both-changed';
  if (policy === 'new') {
    return { kind: 'replaced', reason: 'asked', writes: [old, { path, text: theirs }] };
  }
  const isOpen = theirs === offered;
  const beside = [{ path: `${path}${NEW_SUFFIX}`, text: theirs }];
  if (policy === 'keep') {
    return isOpen ? { kind: 'open', reason } : { kind: 'beside', reason: 'asked', writes: beside };
  }
  const merged = isUnowned ? undefined : mergeThreeWay({ path, base, mine, theirs });
  if (merged?.kind === 'clean') {
    if (merged.text === mine) return { kind: 'keep', reason: 'already-in' };
    return { kind: 'merged', reason, writes: [old, { path, text: merged.text }] };
  }
  const places = merged?.places ?? [];
  if (policy === 'fail') return { kind: 'refused', reason, places };
  if (isOpen) return { kind: 'open', reason, places };
  return { kind: isUnowned ? 'beside' : 'conflict', reason, places, writes: beside };
}

/** The same decision for a file that also changes its place. */
function moved(outcome: OutcomeCore, from: string): OutcomeCore {
  if (outcome.kind === 'refused') return outcome;
  const isWritten = outcome.writes.some(({ path }) => path === outcome.path);
  const stays = { path: outcome.path, text: outcome.seen ?? '' };
  const isPlain = ['nothing', 'keep', 'adopt'].includes(outcome.kind);
  return {
    ...outcome,
    kind: isPlain ? 'moved' : outcome.kind,
    movedFrom: from,
    writes: isWritten ? outcome.writes : [stays, ...outcome.writes],
    removes: [from],
  };
}
