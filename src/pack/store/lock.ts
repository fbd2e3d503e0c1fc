/**
 * One process at a time changes a target. The lock is an exclusive transaction on an empty
 * SQLite file, so the system drops it with the process that held it, however that one ended:
 * there is no stale lock to remove by hand.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BrctlError, type Context, operationalError } from '../../sdk/index.ts';
import { makeFolder, sayingWhere } from '../disk.ts';
import { pathsOf } from '../paths.ts';

export type LockOptions = Readonly<{
  file: string;
  /** How long to wait for another process. */
  waitMs: number;
  context: Pick<Context, 'sqlite' | 'streams' | 'signal'>;
}>;

const ROUND_MS = 100;
/** Changes take moments; a longer wait means that one hangs. */
const WAIT_MS = 5_000;
/** Nothing is ever written: it works on a full disk, and one who is killed leaves nothing. */
const LOCK = 'PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE';
/** Result codes of SQLite: another connection holds the file. */
const BUSY = [5, 6];

/** The lock of a target, for as long as anybody waits for one. */
export function withTargetLock<T>(
  target: string,
  context: LockOptions['context'],
  body: () => Promise<T>,
): Promise<T> {
  return withLock({ file: pathsOf(target).lock, waitMs: WAIT_MS, context }, body);
}

export async function withLock<T>(options: LockOptions, body: () => Promise<T>): Promise<T> {
  const { file, context } = options;
  sayingWhere('lock', 'check the owner of the target', () => {
    makeFolder(dirname(file));
    accessSync(existsSync(file) ? file : dirname(file), constants.W_OK);
  });
  const { DatabaseSync } = await context.sqlite();
  const database = openingFailed(file, () => new DatabaseSync(file, { timeout: 0 }));
  try {
    await acquire(database, options);
    return await body();
  } finally {
    database.close();
  }
}

type Database = InstanceType<Awaited<ReturnType<Context['sqlite']>>['DatabaseSync']>;

async function acquire(database: Database, options: LockOptions): Promise<void> {
  const { file, waitMs, context } = options;
  for (let waited = 0; ; waited += ROUND_MS) {
    try {
      database.exec(LOCK);
      return;
    } catch (error) {
      const { errcode } = error as { errcode?: number };
      if (errcode === undefined || !BUSY.includes(errcode & 0xff)) {
        openingFailed(file, () => {
          throw error;
        });
      }
    }
    if (waited >= waitMs) {
      throw new BrctlError('locked', {
        code: 'target-locked',
        message: `another brctl is changing ${dirname(dirname(file))}`,
        hint: 'try again when it has finished',
      });
    }
    if (waited === 0) {
      context.streams.err('waiting for another brctl that is changing this target\n');
    }
    await sleep(ROUND_MS, undefined, { signal: context.signal });
  }
}

function openingFailed<T>(file: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw operationalError(
      'lock-unusable',
      `cannot lock ${file}: ${(error as Error).message}`,
      'the file holds nothing and may be removed while no brctl runs',
    );
  }
}
