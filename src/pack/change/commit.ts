/**
 * Making a change that was decided: journal, the one rename, config, lock file. Killed anywhere,
 * `current` is the old generation or the new one, complete; `recover` does what is left of a
 * change whose rename had happened, and forgets the others.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Paths, pathsOf } from '../paths.ts';
import { currentOf, makeCurrent, removeCurrent, removeFolder } from '../store/generation.ts';
import { type Change, dropJournal, readJournal, writeJournal } from '../store/journal.ts';
import { readLock, writeLock } from '../store/lockfile.ts';
import { readReceipt } from '../store/receipt.ts';
import { sweep } from '../store/retention.ts';
import { removeRemains } from './remains.ts';
import { type ShippedFile, writeConfig } from './write-config.ts';

/** Called between any two changes to the disk; tests stop the process there. */
export type Step = (name: string) => void;

export type Commit = Readonly<{ paths: Paths; id: string; step: Step }>;

/** Only under the lock. */
export function commit(change: Change, { paths, id, step }: Commit): void {
  const pack = paths.pack(change.pack);
  try {
    writeJournal(paths.journal, change);
    step('journalled');
    if (change.to === null) removeCurrent(pack);
    else if (change.to !== change.from) {
      makeCurrent(pack, { generation: change.to, id, step });
    }
  } catch (error) {
    // Nothing has happened: then nothing is left that says otherwise.
    if (currentOf(pack) !== change.to) dropJournal(paths.journal);
    throw error;
  }
  step('switched');
  finish(change, paths, step);
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
  dropJournal(paths.journal);
  return undefined;
}

/** May have been done before, in whole or in part: doing it again changes nothing. */
function finish(change: Change, paths: Paths, step: Step): void {
  const { config, data } = paths.forPack(change.pack);
  for (const each of change.config) {
    writeConfig(config, each, shippedBy(change, paths));
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
  updateLock(change, paths);
  step('wrote lock file');
  dropJournal(paths.journal);
  step('done');
  if (change.to !== null) sweep(paths.pack(change.pack));
}

function updateLock({ pack, lock }: Change, paths: Paths): void {
  const before = readLock(paths.lockFile);
  const after = new Map(before);
  if (lock === null) after.delete(pack);
  else after.set(pack, lock);
  if (JSON.stringify([...before]) === JSON.stringify([...after])) return;
  writeLock(paths.lockFile, after);
}

/** The files of the generation that is current now. */
function shippedBy({ pack: name, to }: Change, paths: Paths): ShippedFile {
  const pack = paths.pack(name);
  return (path) => {
    try {
      const { source, config } = readReceipt(pack.generation(to ?? ''));
      const root = source.kind === 'link' ? source.resolved : pack.generation(to ?? '');
      const file = config.find((each) => each.path === path);
      return file && readFileSync(join(root, file.from));
    } catch {
      return undefined;
    }
  };
}

/** For those who only look: a change that died and that the next command will end. */
export function unfinishedChange(target: string): Change | undefined {
  return readJournal(pathsOf(target).journal);
}
