/**
 * Making a change that was decided: journal, the one rename, config, lock file. Killed anywhere,
 * `current` is the old generation or the new one, complete; `recover` does what is left of a
 * change whose rename had happened, and forgets the others.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NEW_SUFFIX } from '../config/outcome.ts';
import { flushFolder, replaceFile } from '../disk.ts';
import { type Paths, pathsOf } from '../paths.ts';
import { currentOf, makeCurrent, removeCurrent, removeFolder } from '../store/generation.ts';
import {
  type Change,
  type ConfigStep,
  dropJournal,
  readJournal,
  writeJournal,
} from '../store/journal.ts';
import { readLock, writeLock } from '../store/lockfile.ts';
import { sweep } from '../store/retention.ts';
import { sha256 } from '../store/tree.ts';

/** Called between any two changes to the disk; tests stop the process there. */
export type Step = (name: string) => void;

export type Commit = Readonly<{ paths: Paths; id: string; step: Step }>;

/** Only under the lock. */
export function commit(change: Change, { paths, id, step }: Commit): void {
  const pack = paths.pack(change.pack);
  writeJournal(paths.journal, change);
  step('journalled');
  if (change.to === null) removeCurrent(pack);
  else if (change.to !== change.from) {
    makeCurrent(pack, { generation: change.to, id, step });
  }
  step('switched');
  finish(change, paths, step);
}

/**
 * Ends what another process began, before anything else is decided. Returns the change whose rest
 * was done; undefined where nothing was left of one.
 */
export function recover(paths: Paths, step: Step = () => undefined): Change | undefined {
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
    writeConfig(config, each);
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

/** What the operator saved in the meantime is theirs: then the new text is put beside it. */
function writeConfig(folder: string, step: ConfigStep): void {
  const { path, seenAt, before, writes, removes } = step;
  const own = writes.find((each) => each.path === path);
  const content = ({ content: text }: { content: string }): Buffer => Buffer.from(text, 'base64');
  const found = hashOf(join(folder, seenAt));
  // Its own write, of a run that died after it, is no edit.
  const isOwn = own !== undefined && hashOf(join(folder, path)) === sha256(content(own));
  if (found !== before && !isOwn) {
    if (own !== undefined) write(join(folder, `${path}${NEW_SUFFIX}`), content(own));
    return;
  }
  // The former text is saved before it is replaced, and then is there already.
  const left = isOwn ? writes.filter(({ path: each }) => each.endsWith(NEW_SUFFIX)) : writes;
  for (const each of left) write(join(folder, each.path), content(each));
  for (const each of removes) {
    rmSync(join(folder, each), { force: true });
    flushFolder(dirname(join(folder, each)));
  }
}

function write(file: string, content: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  if (hashOf(file) !== sha256(content)) replaceFile(file, content);
}

function hashOf(file: string): string | null {
  try {
    return sha256(readFileSync(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    // A folder or a link into nowhere is the operator's, and like no text that was seen before.
    return code ?? 'unreadable';
  }
}

/** For those who only look: a change that died and that the next command will end. */
export function unfinishedChange(target: string): Change | undefined {
  return readJournal(pathsOf(target).journal);
}
