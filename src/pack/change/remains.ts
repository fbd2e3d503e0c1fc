/**
 * What a process that died may have left under names that nothing looks at: staging folders,
 * half-made links, generations on their way out, drafts of files that were to be replaced.
 */
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Paths } from '../paths.ts';
import { leftoversIn, removeFolder } from '../store/generation.ts';

const DRAFT = /^\..+\.brctl-tmp$/;

/** Of one pack, its config included. */
export function remainsOf(paths: Paths, pack: string): string[] {
  return [...leftoversIn(paths.pack(pack).home), ...draftsIn(paths.forPack(pack).config)];
}

/** Only under the lock: what is left then belongs to nobody. */
export function removeRemains(paths: Paths): void {
  for (const file of [paths.journal, paths.lockFile]) {
    rmSync(join(dirname(file), `.${basename(file)}.brctl-tmp`), { force: true });
  }
  for (const pack of foldersIn(paths.packs)) {
    for (const remains of remainsOf(paths, pack)) removeFolder(remains);
  }
}

/** Where `body` fails, nothing half-made is left of it. Only under the lock. */
export function leavingNoRemains<T>(paths: Paths, body: () => T): T {
  try {
    return body();
  } catch (error) {
    try {
      removeRemains(paths);
    } catch {
      // What went wrong first is what matters; the next change tries again.
    }
    throw error;
  }
}

function draftsIn(folder: string): string[] {
  // A folder alone: a link may lead to anything.
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && DRAFT.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    // What may not be read is the operator's, and a draft is not worth an install.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return [];
  }
}

function foldersIn(folder: string): string[] {
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}
