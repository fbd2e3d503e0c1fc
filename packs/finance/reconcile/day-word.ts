/** Days as a person types them. */
import { usageError } from 'brctl/sdk';
import { type Day, parseDay } from '../core/day.ts';

export function dayWord(text: string | undefined, flag: string): Day | undefined {
  if (text === undefined) return undefined;
  try {
    return parseDay(text);
  } catch {
    throw usageError('day-invalid', `${flag} ${text}: no such day`, 'a day is like 2025-12-31');
  }
}
