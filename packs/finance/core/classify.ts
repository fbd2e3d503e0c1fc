/**
 * Which line and which service a charge belongs to, from the columns that the config's rules look
 * at. Compiled once per report; the same key always gives the same answer.
 */
import { type BudgetsConfig, rulesOf, SERVICE_NAME } from './budget.ts';
import type { Dimension } from './dimension.ts';
import { sampleOf } from './glob.ts';
import { compileRules, dimensionsOf, type Key, type Rule } from './match.ts';

export type Classifier = Readonly<{
  /** What charges must be grouped by; keys have their parts in this order. */
  groupBy: readonly Dimension[];
  /** Index of the first line that matches. */
  lineOf(key: Key): number | undefined;
  /** Index of the first service of the config that matches. */
  serviceOf(key: Key): number | undefined;
  /** ServiceName: what to call a charge that is of no service of the config. */
  nameOf(key: Key): string | null;
}>;

export function compileBudgets(config: BudgetsConfig): Classifier {
  const lineRules = config.lines.map(({ match }) => match);
  const serviceRules = config.services.map(rulesOf);
  const groupBy = [
    ...new Set([SERVICE_NAME, ...dimensionsOf([...lineRules, ...serviceRules].flat())]),
  ];
  const lines = lineRules.map((rules) => compileRules(rules, groupBy));
  const services = serviceRules.map((rules) => compileRules(rules, groupBy));
  return {
    groupBy,
    lineOf: (key) => firstMatch(lines, key),
    serviceOf: (key) => firstMatch(services, key),
    nameOf: (key) => key[0] ?? null,
  };
}

function firstMatch(tests: readonly ((key: Key) => boolean)[], key: Key): number | undefined {
  const index = tests.findIndex((matches) => matches(key));
  return index === -1 ? undefined : index;
}

/**
 * The line that would pay for a service that has no charges to tell: the line of a charge that
 * has just what one of the service's rules asks for.
 */
export function likelyLine(
  rules: readonly Rule[],
  { groupBy, lineOf }: Pick<Classifier, 'groupBy' | 'lineOf'>,
): number | undefined {
  for (const rule of rules) {
    const asked = new Map(rule.map(({ dimension, globs }) => [dimension, sampleOf(globs[0]!)]));
    const line = lineOf(groupBy.map((dimension) => asked.get(dimension) ?? null));
    if (line !== undefined) return line;
  }
  return undefined;
}
