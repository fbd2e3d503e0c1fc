/**
 * How far a pack is to be trusted: `dev` is a linked folder that may change any moment,
 * `integrity` is what the lock file and the receipt say, `signed` is also signed by a key that the
 * operator trusts.
 *
 * A minimum comes from the target's `config/trust.yaml` or from a flag, and a flag only raises it.
 * Nothing of a project, a pack or the working directory is asked.
 */
import { BrctlError } from '../../sdk/index.ts';

/** Lowest first. */
export const LEVELS = ['dev', 'integrity', 'signed'] as const;

export type Level = (typeof LEVELS)[number];

export function isAtLeast(actual: Level, minimum: Level): boolean {
  return LEVELS.indexOf(actual) >= LEVELS.indexOf(minimum);
}

/** The highest of those that are given; `dev`, which every pack has, when none is. */
export function highestLevel(...asked: readonly (Level | undefined)[]): Level {
  return LEVELS.findLast((level) => asked.includes(level)) ?? 'dev';
}

const REMEDY: Readonly<Record<Level, string | undefined>> = {
  dev: undefined,
  integrity: 'install the built pack instead of linking its folder',
  signed: 'trust the key of its signer with brctl trust add, or get the pack from who signs it',
};

/**
 * Throws `integrity` when the pack has less than the minimum. `what` is the pack with why it has
 * no more: `finance 1.2.0 (it has no signature)`.
 */
export function requireLevel(actual: Level, minimum: Level, what: string): void {
  if (isAtLeast(actual, minimum)) return;
  throw new BrctlError('integrity', {
    code: 'trust-too-low',
    message: `${what} has trust level ${actual}, and ${minimum} is required here`,
    hint: REMEDY[minimum],
  });
}
