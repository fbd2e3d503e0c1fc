/** Where a text of the operator is saved before brctl changes it: no text is ever written over. */
import { lstatSync, readFileSync } from 'node:fs';
import { OLD_SUFFIX } from './outcome.ts';

/** The first name beside `file` that is free or holds these very bytes. */
export function oldNameOf(file: string, bytes: Uint8Array): string {
  for (let count = 1; ; count += 1) {
    const name = `${file}${OLD_SUFFIX}${count === 1 ? '' : `.${count}`}`;
    if (lstatSync(name, { throwIfNoEntry: false }) === undefined || holds(name, bytes)) return name;
  }
}

function holds(file: string, bytes: Uint8Array): boolean {
  try {
    return readFileSync(file).equals(bytes);
  } catch (error) {
    // A folder, a link into nowhere, a file that may not be read: not free, and not that text.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return false;
  }
}
