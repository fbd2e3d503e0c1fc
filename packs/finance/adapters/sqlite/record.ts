/** An import record as JSON text and back: amounts as decimal integers, instants as ISO text. */
import { BrctlError } from 'brctl/sdk';
import type { ImportRecord } from '../../ports/state.ts';

const UNITS = 'units';
const AT = 'startedAt';

export function encodeRecord(record: ImportRecord): string {
  return JSON.stringify(record, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

export function decodeRecord(text: string): ImportRecord {
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (key === UNITS && typeof value === 'string') return BigInt(value);
      if (key === AT && typeof value === 'string') return new Date(value);
      return value;
    });
  } catch (cause) {
    throw new BrctlError('integrity', {
      code: 'state-damaged',
      message: `state.db holds an import that cannot be read: ${(cause as Error).message}`,
      hint: 'restore state.db from a backup; the ledger itself lies beside it and is not affected',
      cause,
    });
  }
}
