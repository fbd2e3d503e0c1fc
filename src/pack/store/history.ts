/** The generations of a pack as they are on the disk: nothing else remembers them. */
import semver from 'semver';
import { isBrctlError, usageError } from '../../sdk/index.ts';
import { PACK_NAME, pathsOf } from '../paths.ts';
import { currentOf, generationsIn } from './generation.ts';
import { readLock } from './lockfile.ts';
import { type Receipt, readReceipt } from './receipt.ts';
import { isPinned } from './retention.ts';

export type HistoryEntry = Readonly<{
  generation: string;
  /** Undefined, as what follows, where the receipt cannot be read. */
  version: string | undefined;
  action: Receipt['action'] | 'downgrade' | undefined;
  installedAt: string | undefined;
  parent: string | null | undefined;
  level: Receipt['signature']['level'] | undefined;
  spec: string | undefined;
  isCurrent: boolean;
  /** Rolled away from: an upgrade passes its version over. */
  isHeld: boolean;
  isPinned: boolean;
  problem: string | undefined;
}>;

export type History = Readonly<{
  /** Newest first. */
  entries: readonly HistoryEntry[];
  /** Why the lock file does not say what is held; then nothing counts as held. */
  problem: string | undefined;
}>;

export function historyOf({ pack: name, target }: { pack: string; target: string }): History {
  const paths = pathsOf(target);
  const pack = paths.pack(name);
  const generations = PACK_NAME.test(name) ? generationsIn(pack.home) : [];
  if (generations.length === 0) {
    throw usageError(
      'pack-not-installed',
      `${name} is not installed in ${target}`,
      `brctl pack list --target=${target}`,
    );
  }
  const { hold, problem } = heldIn(paths.lockFile, name);
  const current = currentOf(pack);
  const versions = new Map(
    generations.map((name) => {
      const found = receiptOf(pack.generation(name));
      return [name, typeof found === 'string' ? undefined : found.version] as const;
    }),
  );
  const entries = generations.toReversed().map((generation): HistoryEntry => {
    const found = receiptOf(pack.generation(generation));
    const receipt = typeof found === 'string' ? undefined : found;
    return {
      generation,
      version: receipt?.version,
      action: receipt && actionOf(receipt, versions.get(receipt.parent ?? '')),
      installedAt: receipt?.installedAt,
      parent: receipt?.parent,
      level: receipt?.signature.level,
      spec: receipt?.source.spec,
      isCurrent: generation === current,
      isHeld: receipt !== undefined && hold.includes(receipt.version),
      isPinned: isPinned(pack, generation),
      problem: typeof found === 'string' ? found : undefined,
    };
  });
  return { entries, problem };
}

/** An upgrade to what is older is none, as people say it. */
function actionOf(
  { action, version }: Receipt,
  former: string | undefined,
): HistoryEntry['action'] {
  const isBack = action === 'upgrade' && former !== undefined && semver.lt(version, former);
  return isBack ? 'downgrade' : action;
}

/** The generations tell their history also where the lock file is damaged. */
function heldIn(
  lockFile: string,
  name: string,
): Readonly<{ hold: readonly string[]; problem: string | undefined }> {
  try {
    return { hold: readLock(lockFile).get(name)?.hold ?? [], problem: undefined };
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return { hold: [], problem: error.message };
  }
}

function receiptOf(root: string): Receipt | string {
  try {
    return readReceipt(root);
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return error.message;
  }
}
