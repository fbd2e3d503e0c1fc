/** Names of feeds, as `finance import` has them. */
import { usageError } from 'brctl/sdk';
import { BY_HAND } from '../core/usage/record-words.ts';

/** Becomes a folder name and a word in lists. */
const SOURCE = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** @throws BrctlError (usage) */
export function sourceNamed(name: string = BY_HAND): string {
  if (SOURCE.test(name)) return name;
  throw usageError(
    'source-invalid',
    `--source "${name}" cannot name a feed`,
    'lower-case letters, digits, dot, dash and underscore, at most 64',
  );
}
