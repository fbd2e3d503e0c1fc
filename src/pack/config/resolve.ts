/** Ending a conflict that an upgrade left: `.brctl-new` goes, in place of the file or for good. */
import { lstatSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HostContext } from '../../host.ts';
import { operationalError } from '../../sdk/index.ts';
import { flushFolder, replaceOwned, sayingWhere } from '../disk.ts';
import { withTargetLock } from '../store/lock.ts';
import { oldNameOf } from './old-text.ts';
import { NEW_SUFFIX } from './outcome.ts';
import { type Standing, standingNamed } from './standing.ts';

export type Resolution = Readonly<{ standing: Standing; target: string; take: 'mine' | 'new' }>;

/** Returns where the operator's text was saved, where it made room for the new one. */
export async function resolveConflict(
  { standing, target, take }: Resolution,
  context: Pick<HostContext, 'signal' | 'sqlite' | 'streams'>,
): Promise<string | undefined> {
  const { file } = standing;
  const beside = `${file}${NEW_SUFFIX}`;
  return withTargetLock(target, context, async () =>
    sayingWhere('resolve', 'check the owner of the file', () => {
      refuseChanged(standing, target);
      const saved = take === 'new' ? replaceWith(readFileSync(beside), file) : undefined;
      rmSync(beside);
      flushFolder(dirname(file));
      return saved;
    }),
  );
}

/** Another brctl may have ended it, or shipped something else, since the person looked. */
function refuseChanged({ pack, path, file, offered }: Standing, target: string): void {
  if (standingNamed(target, `${pack}/${path}`, '/').offered === offered) return;
  throw operationalError('file-changed', `${file}${NEW_SUFFIX} changed`, 'look again');
}

/** Byte for byte, as the operator has it now; who may read it stays as it is. */
function replaceWith(offered: Uint8Array, file: string): string | undefined {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw operationalError(
      'not-a-file',
      `cannot resolve: ${file} is a folder`,
      'move it away first',
    );
  }
  const isThere = lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  const saved = isThere ? saveOld(file) : undefined;
  replaceOwned(file, offered, file);
  return saved;
}

function saveOld(file: string): string {
  const bytes = readFileSync(file);
  const saved = oldNameOf(file, bytes);
  replaceOwned(saved, bytes, file);
  return saved;
}
