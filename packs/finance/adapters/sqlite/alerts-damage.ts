/** Rows of the alert tables that do not read: an error that names the table, never a row less. */
import { BrctlError } from 'brctl/sdk';

/** Runs a reader of `core/`, which throws a RangeError for what was not written by us. */
export function reading<T>(table: string, row: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw damagedRow(table, row, cause.message);
  }
}

export function damagedRow(table: string, row: string, reason: string): BrctlError {
  return new BrctlError('integrity', {
    code: 'state-damaged',
    message: `state.db: table ${table} holds a row that cannot be read (${row}): ${reason}`,
    hint: 'restore state.db from a backup; the charges lie beside it and are not affected',
  });
}
