/** Ending a conflict that an upgrade left: `.brctl-new` goes, in place of the file or for good. */
import { lstatSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HostContext } from '../../host.ts';
import { operationalError } from '../../sdk/index.ts';
import { flushFolder, replaceOwned, sayingWhere } from '../disk.ts';
import { withTargetLock } from '../store/lock.ts';
import { NEW_SUFFIX, OLD_SUFFIX } from './outcome.ts';
import { type Standing, standingNamed } from './standing.ts';

export type Resolution = Readonly<{ standing: Standing; target: string; take: 'mine' | 'new' }>;

export async function resolveConflict(
  { standing, target, take }: Resolution,
  context: Pick<HostContext, 'signal' | 'sqlite' | 'streams'>,
): Promise<void> {
  const { file } = standing;
  const beside = `${file}${NEW_SUFFIX}`;
  await withTargetLock(target, context, async () =>
    sayingWhere('resolve', 'check the owner of the file', () => {
      refuseChanged(standing, target);
      if (take === 'new') replaceWith(readFileSync(beside), file);
      rmSync(beside);
      flushFolder(dirname(file));
    }),
  );
}

/** Another brctl may have ended it, or shipped something else, since the person looked. */
function refuseChanged({ pack, path, file, offered }: Standing, target: string): void {
  if (standingNamed(target, `${pack}/${path}`, '/').offered === offered) return;
  throw operationalError('file-changed', `${file}${NEW_SUFFIX} changed`, 'look again');
}

/** Byte for byte, as the operator has it now; who may read it stays as it is. */
function replaceWith(offered: Uint8Array, file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw operationalError(
      'not-a-file',
      `cannot resolve: ${file} is a folder`,
      'move it away first',
    );
  }
  if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) {
    replaceOwned(`${file}${OLD_SUFFIX}`, readFileSync(file), file);
  }
  replaceOwned(file, offered, file);
}
