/**
 * Which generations stay. Never removed: the current one, its parent, what the operator pinned.
 * Of the others the newest few stay; nothing here looks at times, which say when a file was
 * copied and not whether it is needed.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isBrctlError } from '../../sdk/index.ts';
import type { PackPaths } from '../paths.ts';
import { currentOf, generationsIn, removeGeneration } from './generation.ts';
import { readReceipt } from './receipt.ts';

/** Besides those that always stay. */
const NEWEST = 3;

export function isPinned(pack: PackPaths, generation: string): boolean {
  return existsSync(pinOf(pack, generation));
}

export function setPin(pack: PackPaths, generation: string, isOn: boolean): void {
  if (isOn) writeFileSync(pinOf(pack, generation), '');
  else rmSync(pinOf(pack, generation), { force: true });
}

function pinOf(pack: PackPaths, generation: string): string {
  return join(pack.home, `${generation}.pin`);
}

/** Removes what nobody needs and names it. Only under the lock. */
export function sweep(pack: PackPaths): readonly string[] {
  const all = generationsIn(pack.home);
  const current = currentOf(pack);
  const stays = new Set([...all.slice(-NEWEST), current, parentOf(pack, current)]);
  const gone = all.filter((name) => !stays.has(name) && !isPinned(pack, name));
  return gone.filter((name) => {
    try {
      removeGeneration(pack, name);
      return true;
    } catch (error) {
      // Somebody reads it still, or may not be disturbed: the next change tries again.
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return false;
    }
  });
}

function parentOf(pack: PackPaths, generation: string | null): string | null {
  if (generation === null) return null;
  try {
    return readReceipt(pack.generation(generation)).parent;
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return null;
  }
}
