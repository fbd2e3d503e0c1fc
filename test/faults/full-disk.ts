/**
 * An upgrade on a disk that is fuller each time: from no space at all to enough. Runs in a mount
 * namespace of its own, so that the small disk is nobody else's and goes with the process.
 *
 *     node full-disk.ts <folder to mount on> <target to copy> <pack>
 *
 * Prints one line of JSON for each round: what the error said, and what was there after it, after
 * the same again with space, and where nothing had been in the way.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { createHost } from '../../src/host.ts';
import { isBrctlError } from '../../src/sdk/index.ts';
import { perform } from './change.ts';
import { outcome } from './outcome.ts';

const [disk = '', base = '', spec = ''] = process.argv.slice(2);
const PAGE_KIB = 4;
const target = join(disk, 'srv');
const host = createHost(process);

function resize(kib: number): void {
  execFileSync('mount', ['-o', `remount,size=${kib}k`, disk]);
}

function usedKib(): number {
  const { blocks, bfree, bsize } = statfsSync(disk);
  return ((blocks - bfree) * bsize) / 1024;
}

async function upgrade(): Promise<object | undefined> {
  try {
    await perform({ verb: 'install', spec }, target, { host, step: () => undefined });
    return undefined;
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return { kind: error.kind, message: error.message.replaceAll(disk, '') };
  }
}

execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
// The first pages only hold files of the pack, which are all alike.
for (let pages = 0; ; pages += pages < 12 ? 4 : 1) {
  resize(8192);
  rmSync(target, { recursive: true, force: true });
  cpSync(base, target, { recursive: true, verbatimSymlinks: true });
  resize(usedKib() + pages * PAGE_KIB);
  const error = await upgrade();
  const failed = outcome(target);
  resize(8192);
  const again = await upgrade();
  const line = { pages, error, failed, again, done: outcome(target) };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  if (error === undefined) break;
}
