/**
 * How well the matching does on what people have confirmed and rejected: it is asked again without
 * being told, and its answers are compared with theirs.
 */
import type { Item } from './item.ts';
import { matchItems } from './match.ts';
import type { MatchOptions } from './options.ts';
import type { ReconcileMemory } from './reconcile-memory.ts';
import type { Candidate } from './result.ts';

export type EvalInput = Readonly<{
  entries: readonly Item[];
  payments: readonly Item[];
  options: MatchOptions;
  memory: ReconcileMemory;
}>;

export type Evaluation = Readonly<{
  /** Pairs of a row and a line that people confirmed and whose files were given. */
  confirmed: number;
  rejected: number;
  /** Confirmed pairs that the matching takes by itself. */
  found: number;
  /** Pairs that it takes although they contradict what people said. */
  wrong: readonly string[];
  /** Confirmed pairs that are among its suggestions only. */
  suggested: number;
  /** Confirmed pairs that it does not come upon. */
  missed: readonly string[];
  /** In permille; undefined where nothing was taken, or nothing confirmed. */
  precision: number | undefined;
  recall: number | undefined;
}>;

/** Aliases and rejections are left out too: they come from the same people. */
export function evaluate({ entries, payments, options, memory }: EvalInput): Evaluation {
  const rowIds = new Set(entries.map(({ id }) => id));
  const lineIds = new Set(payments.map(({ id }) => id));
  const isThere = ([entry, payment]: Pair): boolean => rowIds.has(entry) && lineIds.has(payment);
  const truth = keysOf(memory.confirmed.flatMap(pairsOf).filter(isThere));
  const never = keysOf(
    memory.rejected.map(({ entry, payment }): Pair => [entry, payment]).filter(isThere),
  );
  const judged = new Set(
    [...truth].flatMap(([, [entry, payment]]) => [`e ${entry}`, `p ${payment}`]),
  );
  const result = matchItems({ entries, payments, options, memory: { aliases: [], rejected: [] } });
  const taken = keysOf(result.matches.flatMap(pairsOf));
  const candidates: readonly Candidate[] = [
    ...result.suggestions.flatMap((each) => each.candidates),
    ...result.ambiguous.flatMap((each) => each.candidates),
  ];
  const proposed = keysOf(candidates.flatMap(pairsOf));
  const wrong = [...taken]
    .filter(([key, [entry, payment]]) => {
      const isJudged = judged.has(`e ${entry}`) || judged.has(`p ${payment}`);
      return never.has(key) || (isJudged && !truth.has(key));
    })
    .map(([key]) => key);
  const found = [...truth.keys()].filter((key) => taken.has(key)).length;
  const left = [...truth.keys()].filter((key) => !taken.has(key));
  const answered = found + wrong.length;
  return {
    ...{ confirmed: truth.size, rejected: never.size, found, wrong },
    suggested: left.filter((key) => proposed.has(key)).length,
    missed: left.filter((key) => !proposed.has(key)),
    precision: answered === 0 ? undefined : Math.floor((1000 * found) / answered),
    recall: truth.size === 0 ? undefined : Math.floor((1000 * found) / truth.size),
  };
}

type Pair = readonly [entry: string, payment: string];

function pairsOf(match: Pick<Candidate, 'entries' | 'payments'>): readonly Pair[] {
  return match.entries.flatMap((entry) => match.payments.map((payment): Pair => [entry, payment]));
}

function keysOf(pairs: readonly Pair[]): ReadonlyMap<string, Pair> {
  return new Map(pairs.map((pair) => [`${pair[0]}=${pair[1]}`, pair]));
}
