/** What was decided about a config file: what is written, and one sentence about it. */

/** What becomes of a file that both sides changed. */
export const CONFIG_POLICIES = ['merge', 'keep', 'new', 'fail'] as const;
export type ConfigPolicy = (typeof CONFIG_POLICIES)[number];

/** The operator's file as it was before brctl changed an edited one; later ones have a number. */
export const OLD_SUFFIX = '.brctl-old';
/** The shipped file, where the operator's stayed. */
export const NEW_SUFFIX = '.brctl-new';

/** What a person types to look at a conflict and to end it; `named` is `<pack>/<path>`. */
export function endingConflict(named: string): string {
  return `brctl config diff ${named}, then brctl config resolve ${named} --take mine|new`;
}

/**
 * - `nothing` as shipped, nothing new · `keep` edited, nothing new in it · `adopt` same as shipped
 * - `create` `restore` `take-new` `merged` `replaced` `moved` the file is written
 * - `conflict` `beside` the operator's stays, the shipped one is written beside it
 * - `open` an earlier one of these, and nothing new since
 * - `stay-deleted` · `remove` · `obsolete-kept` no longer shipped, but edited
 * - `refused` by the policy `fail`: the whole change must not happen
 */
export type OutcomeKind =
  | 'nothing'
  | 'keep'
  | 'adopt'
  | 'create'
  | 'restore'
  | 'take-new'
  | 'merged'
  | 'replaced'
  | 'moved'
  | 'conflict'
  | 'beside'
  | 'open'
  | 'stay-deleted'
  | 'remove'
  | 'obsolete-kept'
  | 'refused';

/** Why, for scripts. */
export type OutcomeReason =
  | 'as-shipped'
  | 'absent'
  | 'nothing-new'
  | 'already-in'
  | 'same-content'
  | 'first-offer'
  | 'missing'
  | 'unedited'
  | 'both-changed'
  | 'asked'
  | 'unowned'
  | 'deleted'
  | 'no-longer-shipped';

export type ConfigWrite = Readonly<{ path: string; text: string }>;

export type ConfigOutcome = Readonly<{
  kind: OutcomeKind;
  reason: OutcomeReason;
  path: string;
  /** Where the operator's file was until now, when the pack renamed it. */
  movedFrom: string | undefined;
  /** To be done in this order, then the removals. Doing it twice changes nothing. */
  writes: readonly ConfigWrite[];
  removes: readonly string[];
  /** The file at `movedFrom`, else at `path`, as it was when this was decided. */
  seen: string | undefined;
  /** The parts that both sides changed. */
  places: readonly string[];
  /** One calm sentence without the path. */
  sentence: string;
}>;

export type OutcomeCore = Omit<ConfigOutcome, 'sentence'>;

const PLACES_MAX = 5;

/** Reads the same before and after it is done. */
export function describe(outcome: OutcomeCore): string {
  const { movedFrom, kind } = outcome;
  const sentence = sentenceOf(outcome);
  return movedFrom === undefined || kind === 'moved' ? sentence : `was ${movedFrom}; ${sentence}`;
}

function sentenceOf({ kind, reason, path, movedFrom, places, writes }: OutcomeCore): string {
  const beside = `the shipped version is in ${path}${NEW_SUFFIX}`;
  const saved = writes.find((write) => write.path !== path)?.path ?? `${path}${OLD_SUFFIX}`;
  const old = `the file as it was is in ${saved}`;
  switch (kind) {
    case 'nothing':
      return reason === 'as-shipped' ? 'as shipped, nothing new' : 'nothing to do';
    case 'keep':
      return reason === 'already-in'
        ? 'edited, already has what is new'
        : 'edited, stays; nothing new is shipped';
    case 'adopt':
      return 'already has the content that is shipped now';
    case 'create':
      return 'created';
    case 'restore':
      return 'was deleted, created again';
    case 'take-new':
      return 'unedited, takes the new version';
    case 'merged':
      return `edited, gets what is new; ${old}`;
    case 'replaced':
      return `edited, replaced as asked; ${old}`;
    case 'moved':
      return `moved from ${movedFrom ?? path}, as it was`;
    case 'conflict':
      return `edited, stays: both sides changed ${listed(places)}; ${beside}`;
    case 'beside':
      return reason === 'unowned'
        ? `not from this pack, stays; ${beside}`
        : `edited, stays as asked; ${beside}`;
    case 'open':
      return 'stays, still without what was shipped before; nothing new since';
    case 'stay-deleted':
      return 'deleted, stays deleted; --restore-missing creates it again';
    case 'remove':
      return 'unedited and no longer shipped, removed';
    case 'obsolete-kept':
      return 'no longer shipped; edited, so it stays';
    case 'refused':
      return reason === 'unowned'
        ? 'not from this pack and in the way'
        : `edited, and both sides changed ${listed(places)}`;
    default:
      return kind satisfies never;
  }
}

function listed(places: readonly string[]): string {
  const shown = places.slice(0, PLACES_MAX).join(', ');
  return places.length > PLACES_MAX ? `${shown} and ${places.length - PLACES_MAX} more` : shown;
}
