/**
 * Which of the files that came from a pack is which of those shipped now, renames included. Works
 * in both directions: on a rollback it is the pack that is left which says what it had renamed.
 */
import type { ConfigSituation } from './decide.ts';
import type { KnownConfig } from './remember.ts';

export type ShippedConfig = Readonly<{
  path: string;
  text: string;
  renamedFrom?: string | undefined;
}>;

export type PairingInput = Readonly<{
  /** Empty on a first install. */
  known: readonly KnownConfig[];
  theirs: readonly ShippedConfig[];
  /** The operator's file at a path; undefined where there is none. */
  mineOf(path: string): string | undefined;
}>;

/** One situation for each file that is shipped now, then for each that no longer is. */
export function situationsOf({ known, theirs, mineOf }: PairingInput): ConfigSituation[] {
  const shippedNow = new Set(theirs.map(({ path }) => path));
  const gone = new Map(
    known.flatMap((each) => (shippedNow.has(each.path) ? [] : [[each.path, each]])),
  );
  const formers = formersOf(theirs, known, gone);
  const here = theirs.map(({ path, text }): ConfigSituation => {
    const same = known.find((each) => each.path === path);
    const former = formers.get(path);
    const isRenamed = former !== undefined && former !== same;
    const renamedFrom = isRenamed ? { path: former.path, mine: mineOf(former.path) } : undefined;
    const mine = mineOf(path);
    // A file at both paths: the former one is then a file that is no longer shipped.
    if (isRenamed && (mine === undefined || renamedFrom?.mine === undefined)) {
      gone.delete(former.path);
    }
    return {
      path,
      base: former?.base,
      offered: former?.offered,
      mine,
      theirs: text,
      wasOffered: former !== undefined,
      renamedFrom,
    };
  });
  const left = [...gone.values()].map(({ path, base, offered }): ConfigSituation => {
    const common = { path, mine: mineOf(path), theirs: undefined, wasOffered: true };
    return { ...common, base, offered };
  });
  return [...here, ...left];
}

/**
 * By its path, else by the rename that it declares; only then by one that is undone, so that a new
 * file at an old path is not taken for what has moved on. Each is the former one of one file.
 */
function formersOf(
  theirs: readonly ShippedConfig[],
  known: readonly KnownConfig[],
  gone: ReadonlyMap<string, KnownConfig>,
): ReadonlyMap<string, KnownConfig> {
  const found = new Map<string, KnownConfig>();
  const left = new Map(gone);
  const pair = (path: string, former: KnownConfig | undefined): void => {
    if (former === undefined || found.has(path)) return;
    found.set(path, former);
    left.delete(former.path);
  };
  for (const { path } of theirs) {
    pair(
      path,
      known.find((each) => each.path === path),
    );
  }
  for (const { path, renamedFrom } of theirs) pair(path, left.get(renamedFrom ?? ''));
  for (const { path } of theirs) {
    pair(
      path,
      [...left.values()].find((each) => each.renamedFrom === path),
    );
  }
  return found;
}
