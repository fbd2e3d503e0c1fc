/** What SQLite says of a file that is busy, full or damaged, in words and with the right exit. */
import { BrctlError, isBrctlError, operationalError } from 'brctl/sdk';

/** SQLITE_BUSY and SQLITE_LOCKED. */
const BUSY = [5, 6];
/** SQLITE_FULL */
const FULL = 13;
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED = [11, 26];

export function isBusy(error: unknown): boolean {
  return BUSY.includes(((error as { errcode?: number }).errcode ?? 0) & 0xff);
}

export function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { errcode, message } = cause as { errcode?: number; message: string };
    if (isBrctlError(cause) || errcode === undefined) throw cause;
    if (isBusy(cause)) {
      throw new BrctlError('locked', {
        code: 'state-busy',
        message: `another process is writing ${path} and does not end`,
        hint: 'try again when it has ended',
        cause,
      });
    }
    const code = errcode & 0xff;
    if (DAMAGED.includes(code)) {
      throw new BrctlError('integrity', {
        code: 'state-damaged',
        message: `${path} is damaged: ${message}`,
        hint: 'put a backup in its place',
        cause,
      });
    }
    const what = code === FULL ? 'the disk is full' : message;
    throw operationalError('state-unwritable', `cannot use ${path}: ${what}`);
  }
}
