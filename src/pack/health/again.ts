/** How a pack comes back that is damaged: from where it came. */
import { isBrctlError } from '../../sdk/index.ts';
import { pathsOf } from '../paths.ts';
import { installWords } from '../source/place.ts';
import { type Lock, readLock } from '../store/lockfile.ts';
import type { PackStatus } from '../store/status.ts';

/** The whole command, by the pack. */
export function againIn(
  target: string,
): (status: Pick<PackStatus, 'name' | 'receipt'>, ...flags: string[]) => string {
  const lock = lockIn(target);
  return ({ name, receipt }, ...flags) => {
    const words = installWords({ name, receipt, locked: lock.get(name), target });
    return ['brctl pack install', words, ...flags, `--target=${target}`].join(' ');
  };
}

/** A lock file that is damaged is told elsewhere, and knows no place. */
function lockIn(target: string): Lock {
  try {
    return readLock(pathsOf(target).lockFile);
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return new Map();
  }
}
