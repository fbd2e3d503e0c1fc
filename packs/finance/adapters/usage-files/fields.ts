/** Names of columns and keys: those of a reading, in whatever case. */
import { suggest } from 'brctl/sdk';
import { READING_FIELDS, type ReadingField } from '../../core/usage/usage.ts';

export function fieldNamed(name: string): ReadingField | undefined {
  return READING_FIELDS.find((each) => each === name.trim().toLowerCase());
}

/** Nothing is ignored in silence. */
export function unknownField(name: string): string {
  const meant = suggest(name, READING_FIELDS);
  const guess = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  return `${JSON.stringify(name)} is none of ${READING_FIELDS.join(', ')}${guess}`;
}
