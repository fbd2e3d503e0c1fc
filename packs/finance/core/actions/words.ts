/** Words of the world outside in a result of an action: on one line, bounded, without secrets. */

import { clipped } from '../notices/clip.ts';
import { withoutSecrets } from '../notices/secrets.ts';
import { oneLine } from '../one-line.ts';

const WORDS_MAX = 400;

export function cleanWords(text: string, secrets: readonly string[]): string {
  // Again on the one line: what is left out of it may have stood in the middle of a secret.
  return clipped(withoutSecrets(oneLine(withoutSecrets(text, secrets)), secrets), WORDS_MAX);
}

/** A result or a standing with its words cleaned. */
export function cleanResult<T extends object>(result: T, secrets: readonly string[]): T {
  const cleaned = Object.entries(result).map(([key, value]) => [
    key,
    (key === 'why' || key === 'note') && typeof value === 'string'
      ? cleanWords(value, secrets)
      : value,
  ]);
  return Object.fromEntries(cleaned) as T;
}
