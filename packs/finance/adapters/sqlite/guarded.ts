/** What SQLite says of a file that is busy, full or damaged, in words and with the right exit. */
import { BrctlError, isBrctlError, operationalError } from 'brctl/sdk';

/** SQLITE_BUSY and SQLITE_LOCKED. */
const BUSY = [5, 6];
/** SQLITE_FULL */
const FULL = 13;
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED = [11, 26];

/** SQLite's code, without its details; 0 for any other error. */
export function primaryCode(error: unknown): number {
  return ((error as { errcode?: number }).errcode ?? 0) & 0xff;
}

export function isBusy(error: unknown): boolean {
  return BUSY.includes(primaryCode(error));
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
    const code = primaryCode(cause);
    if (DAMAGED.includes(code)) throw damagedState(path, message, cause);
    const what = code === FULL ? 'the disk is full' : message;
    throw operationalError('state-unusable', `cannot use ${path}: ${what}`);
  }
}

export function damagedState(path: string, reason: string, cause?: unknown): BrctlError {
  return new BrctlError('integrity', {
    code: 'state-damaged',
    message: `${path} is damaged: ${reason}`,
    hint:
      'put a backup in its place, or move it away: the charges lie beside it, and importing ' +
      'the files again tells how far each source is complete',
    cause,
  });
}
