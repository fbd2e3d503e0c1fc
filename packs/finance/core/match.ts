/**
 * Rules that say which charges belong to something: columns of one rule must all match, globs of
 * one column are alternatives, and so are rules. No rules match nothing.
 *
 * A charge that does not have a column (null) is matched by no glob of it, not even by `*`.
 */
import type { Dimension } from './dimension.ts';
import { compileGlob } from './glob.ts';

export type Condition = Readonly<{ dimension: Dimension; globs: readonly string[] }>;

/** Never empty: a rule without conditions would match every charge. */
export type Rule = readonly Condition[];

export type Key = readonly (string | null)[];

/** The test of a key whose parts stand in the order of `groupBy`; globs are compiled once. */
export function compileRules(
  rules: readonly Rule[],
  groupBy: readonly Dimension[],
): (key: Key) => boolean {
  const compiled = rules.map((rule) => compileRule(rule, groupBy));
  return (key) => compiled.some((matches) => matches(key));
}

function compileRule(rule: Rule, groupBy: readonly Dimension[]): (key: Key) => boolean {
  if (rule.length === 0) throw new RangeError('a rule without conditions');
  const conditions = rule.map(({ dimension, globs }) => {
    const position = groupBy.indexOf(dimension);
    if (position === -1) throw new RangeError(`not grouped by ${dimension}`);
    return { position, tests: globs.map(compileGlob) };
  });
  return (key) =>
    conditions.every(({ position, tests }) => {
      const text = key[position] ?? null;
      return text !== null && tests.some((matches) => matches(text));
    });
}

/** The columns that rules look at, each once, in order of appearance. */
export function dimensionsOf(rules: readonly Rule[]): Dimension[] {
  return [...new Set(rules.flatMap((rule) => rule.map(({ dimension }) => dimension)))];
}
