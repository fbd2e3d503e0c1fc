/**
 * Making a change that was decided: journal, the one rename, config, lock file. Killed anywhere,
 * `current` is the old generation or the new one, complete; `recover` does what is left of a
 * change whose rename had happened, and forgets the others.
 */
import { BrctlError } from '../../sdk/index.ts';
import { reasonOf } from '../disk.ts';
import { type Paths, pathsOf } from '../paths.ts';
import { currentOf, makeCurrent, removeCurrent, removeFolder } from '../store/generation.ts';
import { type Change, dropJournal, readJournal, writeJournal } from '../store/journal.ts';
import { readLock, writeLock } from '../store/lockfile.ts';
import { type Owned, writeOwned } from '../store/owned.ts';
import { sweep } from '../store/retention.ts';
import { removeRemains } from './remains.ts';
import { createConfig, type ShippedFile, takeBack, writeConfig } from './write-config.ts';

/** Called between any two changes to the disk; tests stop the process there. */
export type Step = (name: string) => void;

export type Commit = Readonly<{ paths: Paths; id: string; step: Step }>;

/** Only under the lock. */
export function commit(change: Change, { paths, id, step }: Commit): void {
  const pack = paths.pack(change.pack);
  const { config } = paths.forPack(change.pack);
  try {
    writeJournal(paths.journal, change);
    step('journalled');
    for (const each of change.config) {
      if (createConfig(config, each)) step(`created config ${each.path}`);
    }
    if (change.to === null) removeCurrent(pack);
    else if (change.to !== change.from) {
      makeCurrent(pack, { generation: change.to, id, step });
    }
  } catch (error) {
    // Nothing has happened: then nothing is left that says otherwise.
    if (change.to === change.from || currentOf(pack) !== change.to) forget(change, paths);
    throw error;
  }
  step('switched');
  const [first] = finish(change, paths, step);
  if (first !== undefined) throw unwritten(change, first);
}

type Failure = Readonly<{
  path: string;
  cause: NodeJS.ErrnoException;
  base: string | null;
}>;

/** All else is done: the next install of the same tries the file again. */
function unwritten({ pack, to }: Change, { path, cause }: Failure): BrctlError {
  return new BrctlError(isDenied(cause) ? 'auth' : 'operational', {
    code: 'config-unwritten',
    message: `${pack} is at ${to} now, but config/${pack}/${path} stays: ${reasonOf(cause)}`,
    hint: 'mend that and run the same command again',
    cause,
  });
}

function isDenied({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EACCES' || code === 'EPERM';
}

/**
 * Ends what another process began, before anything else is decided. Returns the change whose rest
 * was done; undefined where nothing was left of one. Only under the lock.
 */
export function recover(paths: Paths, step: Step = () => undefined): Change | undefined {
  removeRemains(paths);
  const change = readJournal(paths.journal);
  if (change === undefined) return undefined;
  if (currentOf(paths.pack(change.pack)) === change.to) {
    finish(change, paths, step);
    return change;
  }
  forget(change, paths);
  return undefined;
}

function forget(change: Change, paths: Paths): void {
  const { config } = paths.forPack(change.pack);
  for (const each of change.config) takeBack(config, each);
  dropJournal(paths.journal);
}

const LASTING: ReadonlySet<string> = new Set([
  'EACCES',
  'EEXIST',
  'EISDIR',
  'ELOOP',
  'ENOTDIR',
  'ENOTEMPTY',
  'EPERM',
  'EROFS',
]);

/** May have been done before, in whole or in part: doing it again changes nothing. */
function finish(change: Change, paths: Paths, step: Step): readonly Failure[] {
  const { config, data } = paths.forPack(change.pack);
  const overtaken = new Map<string, string | null>();
  const failures: Failure[] = [];
  for (const each of change.config) {
    try {
      if (!writeConfig(config, each, shippedBy(change))) overtaken.set(each.path, each.base);
    } catch (error) {
      // A disk that is full will have room again, and then the next change goes on from here. What
      // does not pass must not keep all packs from changing ever again.
      const cause = error as NodeJS.ErrnoException;
      if (!LASTING.has(cause.code ?? '')) throw error;
      failures.push({ path: each.path, cause, base: each.base });
    }
    step(`wrote config ${each.path}`);
  }
  if (change.to === null) {
    removeFolder(paths.pack(change.pack).home);
    step('removed generations');
    if (change.purge) {
      removeFolder(config);
      step('purged config');
      removeFolder(data);
      step('purged data');
    }
  }
  writeOwned(paths.owned(change.pack), change.pack, asItCame(change.owned, overtaken, failures));
  step('wrote what is owned');
  updateLock(change, paths);
  step('wrote lock file');
  dropJournal(paths.journal);
  step('done');
  if (change.to !== null) sweep(paths.pack(change.pack));
  return failures;
}

/** A file that did not come together with what is shipped still begins where it began. */
function asItCame(
  owned: Owned,
  overtaken: ReadonlyMap<string, string | null>,
  failures: readonly Failure[],
): Owned {
  const config = owned.config.flatMap((file) => {
    const failure = failures.find(({ path }) => path === file.path);
    if (failure !== undefined) {
      const { base } = failure;
      // What could not be put there was not offered either.
      return base === null ? [] : { ...file, base, offered: base };
    }
    const base = overtaken.get(file.path);
    return base === undefined ? file : { ...file, base };
  });
  return { ...owned, config };
}

function updateLock({ pack, lock }: Change, paths: Paths): void {
  const before = readLock(paths.lockFile);
  const after = new Map(before);
  if (lock === null) after.delete(pack);
  else after.set(pack, lock);
  if (JSON.stringify([...before]) === JSON.stringify([...after])) return;
  writeLock(paths.lockFile, after);
}

function shippedBy({ owned }: Change): ShippedFile {
  return (path) => {
    const file = owned.config.find((each) => each.path === path);
    return file && Buffer.from(file.offered, 'base64');
  };
}

/** For those who only look: a change that died and that the next command will end. */
export function unfinishedChange(target: string): Change | undefined {
  return readJournal(pathsOf(target).journal);
}
