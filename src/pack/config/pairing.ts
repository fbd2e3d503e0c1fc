/**
 * Which of the files shipped before is which of those shipped now, renames included. Works in both
 * directions: on a rollback it is the pack that is left which says what it had renamed.
 */
import { baseOf, type ConfigSituation, type ShippedBefore } from './decide.ts';

export type ShippedConfig = Readonly<{
  path: string;
  text: string;
  renamedFrom?: string | undefined;
}>;

/** `earlier`: what generations before this one shipped under the path, newest first. */
export type BaseConfig = ShippedConfig &
  Readonly<{ decision: string; earlier?: readonly ShippedBefore[] | undefined }>;

export type PairingInput = Readonly<{
  /** Of the current generation; empty on a first install. */
  base: readonly BaseConfig[];
  theirs: readonly ShippedConfig[];
  /** The operator's file at a path; undefined where there is none. */
  mineOf(path: string): string | undefined;
  /** Paths that the operator has had from brctl, though the current generation ships none there. */
  wasOffered?: ((path: string) => boolean) | undefined;
}>;

/** One situation for each file that is shipped now, then for each that no longer is. */
export function situationsOf({ base, theirs, mineOf, wasOffered }: PairingInput) {
  const shippedNow = new Set(theirs.map(({ path }) => path));
  const gone = new Map(
    base.flatMap((each) => (shippedNow.has(each.path) ? [] : [[each.path, each]])),
  );
  const here = theirs.map((next): ConfigSituation => {
    const { path, text } = next;
    const same = base.find((each) => each.path === path);
    const former = same ?? formerOf(next, [...gone.values()]);
    const isRenamed = former !== undefined && former !== same;
    const renamedFrom = isRenamed ? { path: former.path, mine: mineOf(former.path) } : undefined;
    const mine = mineOf(path);
    // A file at both paths: the former one is then a file that is no longer shipped.
    if (isRenamed && (mine === undefined || renamedFrom?.mine === undefined)) {
      gone.delete(former.path);
    }
    return {
      path,
      ...basesOf(former),
      mine,
      theirs: text,
      wasOffered: former !== undefined || wasOffered?.(path) === true,
      renamedFrom,
    };
  });
  const left = [...gone.values()].map((each): ConfigSituation => {
    const { path } = each;
    const common = { path, mine: mineOf(path), theirs: undefined, wasOffered: true };
    return { ...common, ...basesOf(each) };
  });
  return [...here, ...left];
}

function formerOf(next: ShippedConfig, gone: readonly BaseConfig[]): BaseConfig | undefined {
  return gone.find(
    ({ path, renamedFrom }) => path === next.renamedFrom || renamedFrom === next.path,
  );
}

function basesOf(former: BaseConfig | undefined): Pick<ConfigSituation, 'base' | 'offered'> {
  return former === undefined ? { base: undefined } : baseOf([former, ...(former.earlier ?? [])]);
}
