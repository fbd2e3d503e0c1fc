/**
 * One import at a time per ledger. The lock is an exclusive SQLite transaction on a file of its
 * own: the operating system ends it with the process, however that ends.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { BrctlError, type Context } from 'brctl/sdk';

const WAIT_MS_MAX = 10_000;
const POLL_MS = 100;

export async function lockImports(
  context: Pick<Context, 'sqlite' | 'streams' | 'signal'>,
  path: string,
): Promise<() => void> {
  const { DatabaseSync } = await context.sqlite();
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path);
  for (let waited = 0; !tryLock(database); waited += POLL_MS) {
    if (waited === 0) context.streams.err('another import is running; waiting for it to end\n');
    if (waited >= WAIT_MS_MAX) {
      database.close();
      throw new BrctlError('locked', {
        code: 'import-locked',
        message: `another import has held ${path} for more than ${WAIT_MS_MAX / 1000} s`,
        hint: 'try again when it has ended',
      });
    }
    await sleep(POLL_MS, undefined, { signal: context.signal });
  }
  return () => database.close();
}

/** SQLITE_BUSY */
const BUSY = 5;

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === BUSY) return false;
    throw error;
  }
}
