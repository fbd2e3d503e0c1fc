/** What is remembered of config files once what was decided about them is done. */
import type { ConfigSituation } from './decide.ts';
import type { OutcomeKind } from './outcome.ts';

/** Texts of one file that came from the pack. */
export type KnownConfig = Readonly<{
  /** Below `config/<pack>`. */
  path: string;
  /** What the operator's file last came together with; undefined where it never did. */
  base: string | undefined;
  /** What was offered last. */
  offered: string;
  renamedFrom: string | undefined;
}>;

export type Settled = Readonly<{ situation: ConfigSituation; kind: OutcomeKind }>;

/** The shipped text waits beside the operator's. */
export function isUnsettled(kind: OutcomeKind): boolean {
  return kind === 'conflict' || kind === 'beside' || kind === 'open';
}

/**
 * An unsettled conflict leaves the base where it was: otherwise what that version added would look
 * like deleted by the operator. What brctl takes away is forgotten; what the operator deleted is
 * not, or it would come back.
 */
export function remember(
  known: readonly KnownConfig[],
  decided: readonly Settled[],
  renames: ReadonlyMap<string, string | undefined>,
): KnownConfig[] {
  const after = new Map(known.map((each) => [each.path, each]));
  // All that leave their path first: another may come to it.
  for (const { situation, kind } of decided) {
    const former = situation.renamedFrom;
    if (former !== undefined && !isTaken(situation)) after.delete(former.path);
    if (kind === 'remove') after.delete(situation.path);
  }
  for (const { situation, kind } of decided) {
    const { path, theirs } = situation;
    if (theirs === undefined) continue;
    const before = isTaken(situation) ? undefined : situation.base;
    const base = isUnsettled(kind) ? before : theirs;
    after.set(path, { path, base, offered: theirs, renamedFrom: renames.get(path) });
  }
  return [...after.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A file at the former path and at the new one: that one is somebody else's. */
export function isTaken({ mine, renamedFrom }: ConfigSituation): boolean {
  return mine !== undefined && renamedFrom?.mine !== undefined;
}
