/** Ending a conflict that an upgrade left: `.brctl-new` goes, in place of the file or for good. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HostContext } from '../../host.ts';
import { operationalError } from '../../sdk/index.ts';
import { flushFolder, replaceFile, sayingWhere } from '../disk.ts';
import { pathsOf } from '../paths.ts';
import { withLock } from '../store/lock.ts';
import type { Standing } from './standing.ts';

export type Resolution = Readonly<{ standing: Standing; target: string; take: 'mine' | 'new' }>;

const LOCK_WAIT_MS = 5_000;

export async function resolveConflict(
  { standing, target, take }: Resolution,
  context: Pick<HostContext, 'signal' | 'sqlite' | 'streams'>,
): Promise<void> {
  const { file, mine, offered } = standing;
  const lock = { file: pathsOf(target).lock, waitMs: LOCK_WAIT_MS, context };
  await withLock(lock, async () =>
    sayingWhere('resolve', 'check the owner of the file', () => {
      if (take === 'new' && offered !== undefined) {
        if (readFileSync(`${file}.brctl-new`, 'utf8') !== offered) {
          throw operationalError('file-changed', `${file}.brctl-new changed`, 'look again');
        }
        if (mine !== undefined) replaceFile(`${file}.brctl-old`, mine);
        replaceFile(file, offered);
      }
      rmSync(`${file}.brctl-new`, { force: true });
      flushFolder(dirname(file));
    }),
  );
}
