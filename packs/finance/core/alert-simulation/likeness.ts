/**
 * Charges that no rule can tell apart: of a column that is only matched, what counts of a name is
 * which globs take it. A ledger of thousands of accounts comes to the few kinds that rules know.
 */
import type { AlertConfig } from '../alert-config/config.ts';
import { type BudgetsConfig, rulesOf, SERVICE_NAME } from '../budget.ts';
import { type Dimension, dimension } from '../dimension.ts';
import { compileGlob } from '../glob.ts';
import type { Rule } from '../match.ts';

/** The name that stands for all that are matched alike; itself, where names are shown. */
export type Likeness = (column: Dimension, name: string | null) => string | null;

export function likenessOf(
  configs: readonly Pick<AlertConfig, 'ladders'>[],
  budgets: BudgetsConfig,
): Likeness {
  const ladders = configs.flatMap((config) => config.ladders);
  const shown = new Set<Dimension>([
    SERVICE_NAME,
    ...ladders.flatMap(({ steps }) =>
      steps.flatMap(({ owner }) => (owner?.by === 'tag' ? [dimension(`Tags.${owner.tag}`)] : [])),
    ),
  ]);
  const rules = [
    ...budgets.lines.flatMap(({ match }) => match),
    ...budgets.services.flatMap(rulesOf),
    ...ladders.flatMap(({ scope }) =>
      scope.of === 'service' || scope.of === 'charges' ? scope.match : [],
    ),
  ];
  const tests = testsOf(rules);
  const kinds = new Map<Dimension, Kinds>();
  return (column, name) => {
    if (name === null || shown.has(column)) return name;
    const known = kinds.get(column) ?? { ofName: new Map(), first: new Map() };
    kinds.set(column, known);
    return kindOf(name, known, tests.get(column) ?? []);
  };
}

type Test = (name: string) => boolean;

function testsOf(rules: readonly Rule[]): ReadonlyMap<Dimension, readonly Test[]> {
  const globs = Map.groupBy(rules.flat(), (each) => each.dimension);
  return new Map(
    [...globs].map(([column, each]) => [
      column,
      [...new Set(each.flatMap((condition) => condition.globs))].map(compileGlob),
    ]),
  );
}

type Kinds = Readonly<{
  ofName: Map<string, string>;
  /** By which globs take it: the first name of that kind. */
  first: Map<string, string>;
}>;

function kindOf(name: string, { ofName, first }: Kinds, tests: readonly Test[]): string {
  const known = ofName.get(name);
  if (known !== undefined) return known;
  const taken = tests.map((matches) => (matches(name) ? 1 : 0)).join('');
  const kind = first.get(taken) ?? name;
  first.set(taken, kind);
  ofName.set(name, kind);
  return kind;
}
