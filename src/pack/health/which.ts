/**
 * Which program the word `brctl` starts. Others have that name too: bridge-utils on Linux, iCloud
 * Drive on macOS. Real paths are compared, because npm puts links on the PATH.
 */
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../host.ts';

export type Namesakes = Readonly<{
  /** What a shell would start. */
  first: string | undefined;
  /** Programs of that name which are not this brctl, in the order of the PATH. */
  others: readonly string[];
}>;

export function findNamesakes(
  host: Pick<Host, 'env' | 'executable' | 'packageRoot' | 'platform'>,
): Namesakes {
  const isWindows = host.platform === 'win32';
  const names = isWindows ? ['brctl.exe', 'brctl.cmd', 'brctl'] : ['brctl'];
  const folders = (host.env.PATH ?? '').split(isWindows ? ';' : ':').filter(Boolean);
  const found = folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .filter(isProgram);
  const own = [host.executable, join(host.packageRoot, 'bin/brctl.js')].map(realPath);
  return { first: found[0], others: found.filter((file) => !own.includes(realPath(file))) };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
