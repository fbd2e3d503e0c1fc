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
  let value: unknown;
  try {
    value = JSON.parse(text, (key, each: unknown) => {
      if (key === UNITS && typeof each === 'string') return BigInt(each);
      if (key === AT && typeof each === 'string') return new Date(each);
      return each;
    });
  } catch (cause) {
    throw damagedRecord((cause as Error).message, cause);
  }
  if (!isRecord(value)) throw damagedRecord('it is none');
  return value;
}

/** All that a reader relies on; what wrote it was brctl itself. */
function isRecord(value: unknown): value is ImportRecord {
  const record = value as Partial<ImportRecord> | null;
  return (
    typeof record?.id === 'string' &&
    typeof record.source === 'string' &&
    record.startedAt instanceof Date &&
    Array.isArray(record.files) &&
    Array.isArray(record.periods) &&
    record.periods.every(
      (each) => typeof each?.period === 'string' && Array.isArray(each.totals) && each.touches,
    )
  );
}

export function damagedRecord(reason: string, cause?: unknown): BrctlError {
  return new BrctlError('integrity', {
    code: 'state-damaged',
    message: `state.db holds an import that cannot be read: ${reason}`,
    hint: 'restore state.db from a backup; the ledger itself lies beside it and is not affected',
    cause,
  });
}
