/**
 * How far a matching agrees with the labels of generated books. Lines that nothing but their id
 * tells apart are as good as each other: pairs are compared by what their lines say.
 */
import type { Item } from '../../packs/finance/core/reconcile/item.ts';
import type { Match, MatchResult } from '../../packs/finance/core/reconcile/result.ts';
import type { Books, Truth } from './reconcile-generator.ts';
import type { DealKind } from './reconcile-profiles.ts';

export type Tally = {
  right: number;
  wrong: number;
  missed: number;
  /** Matches that hold a pair which is not true. */
  wrongMatches: number;
  lines: number;
  payable: number;
  automatic: number;
  /** Several entries and one payment: groups, and those found whole. */
  groups: number;
  groupsFound: number;
  offsets: number;
  offsetsFound: number;
  open: number;
  first: number;
  three: number;
  missedBy: Partial<Record<DealKind, number>>;
  wrongBy: Record<string, number>;
};

type Said = Readonly<{ sayEntry: (id: string) => string; sayPayment: (id: string) => string }>;

export function tally(books: Books, result: Pick<MatchResult, 'matches'> & Partial<MatchResult>) {
  const said = sayings(books);
  const left = new Map<string, number>();
  for (const truth of books.truth) for (const pair of pairsOf(truth, said)) count(left, pair, 1);
  const sum = empty(books);
  for (const match of result.matches) {
    let isWrong = false;
    for (const pair of pairsOf(match, said)) {
      if ((left.get(pair) ?? 0) > 0) {
        count(left, pair, -1);
        if (match.pass === 'offset') sum.offsetsFound += 1;
        else sum.right += 1;
      } else {
        isWrong = true;
        if (match.pass !== 'offset') sum.wrong += 1;
      }
    }
    if (!isWrong) continue;
    sum.wrongMatches += 1;
    sum.wrongBy[match.pass] = (sum.wrongBy[match.pass] ?? 0) + 1;
  }
  missedPairs(books, said, left, sum);
  groupsIn(books, result.matches, said, sum);
  paymentsIn(books, result, sum);
  return sum;
}

function empty(books: Books): Tally {
  return {
    ...{ right: 0, wrong: 0, missed: 0, wrongMatches: 0 },
    ...{ lines: books.entries.length + books.payments.length, payable: 0, automatic: 0 },
    ...{ groups: 0, groupsFound: 0, offsets: 0, offsetsFound: 0, open: 0, first: 0, three: 0 },
    ...{ missedBy: {}, wrongBy: {} },
  };
}

function sayings(books: Books): Said {
  const say = ({ id: _id, place: _place, units, ...rest }: Item): string =>
    JSON.stringify({ ...rest, units: `${units}` });
  const entries = new Map(books.entries.map((item) => [item.id, say(item)]));
  const payments = new Map(books.payments.map((item) => [item.id, say(item)]));
  return { sayEntry: (id) => entries.get(id)!, sayPayment: (id) => payments.get(id)! };
}

type Grouped = Readonly<{ entries: readonly string[]; payments: readonly string[] }>;

/** Every entry with every payment of a group; of an offset its two entries. */
function pairsOf({ entries, payments }: Grouped, said: Said): readonly string[] {
  if (payments.length === 0) {
    return entries.length === 2 ? [entries.map(said.sayEntry).sort().join('\n')] : [];
  }
  if (entries.length === 0) return [payments.map(said.sayPayment).sort().join('\n')];
  return entries.flatMap((entry) =>
    payments.map((payment) => `${said.sayEntry(entry)}\n${said.sayPayment(payment)}`),
  );
}

function count(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function missedPairs(books: Books, said: Said, left: Map<string, number>, sum: Tally): void {
  for (const truth of books.truth) {
    for (const pair of pairsOf(truth, said)) {
      if (truth.kind === 'void') sum.offsets += 1;
      if ((left.get(pair) ?? 0) === 0) continue;
      count(left, pair, -1);
      sum.missedBy[truth.kind] = (sum.missedBy[truth.kind] ?? 0) + 1;
      if (truth.kind !== 'void') sum.missed += 1;
    }
  }
}

function groupsIn(books: Books, matches: readonly Match[], said: Said, sum: Tally): void {
  const keyOf = ({ entries, payments }: Grouped): string =>
    [...entries.map(said.sayEntry).sort(), ...payments.map(said.sayPayment)].join('\n');
  const found = new Set(matches.map(keyOf));
  for (const truth of books.truth) {
    if (truth.entries.length < 2 || truth.payments.length !== 1) continue;
    sum.groups += 1;
    if (found.has(keyOf(truth))) sum.groupsFound += 1;
  }
}

/** Payments that have a counterpart: settled, or where their true entry stands in what is told. */
function paymentsIn(
  books: Books,
  result: Pick<MatchResult, 'matches'> & Partial<MatchResult>,
  sum: Tally,
): void {
  const settled = new Set(result.matches.flatMap(({ payments }) => payments));
  const told = new Map<string, readonly Grouped[]>();
  for (const { side, id, candidates } of result.suggestions ?? []) {
    if (side === 'payment') told.set(id, candidates);
  }
  for (const { payments, candidates } of result.ambiguous ?? []) {
    for (const id of payments) {
      told.set(
        id,
        candidates.filter((candidate) => candidate.payments.includes(id)),
      );
    }
  }
  for (const truth of books.truth) sum.payable += truth.payments.length;
  for (const truth of books.truth) {
    for (const payment of truth.payments) {
      if (settled.has(payment)) sum.automatic += 1;
      else placeOf(truth, told.get(payment) ?? [], sum);
    }
  }
}

function placeOf(truth: Truth, candidates: readonly Grouped[], sum: Tally): void {
  sum.open += 1;
  const place = candidates.findIndex(({ entries }) => truth.entries.includes(entries[0]!));
  if (place === 0) sum.first += 1;
  if (place !== -1 && place < 3) sum.three += 1;
}

export type Rates = Readonly<{ precision: number; recall: number; f1: number }>;

export function ratesOf({ right, wrong, missed }: Tally): Rates {
  const precision = right + wrong === 0 ? 1 : right / (right + wrong);
  const recall = right + missed === 0 ? 1 : right / (right + missed);
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}

/** Tallies of several books as one. */
export function together(tallies: readonly Tally[]): Tally {
  const [first, ...rest] = tallies;
  const sum: Tally = structuredClone(first!);
  for (const other of rest) {
    for (const [key, value] of Object.entries(other)) {
      if (typeof value === 'number') Object.assign(sum, { [key]: numberIn(sum, key) + value });
    }
    for (const counts of ['missedBy', 'wrongBy'] as const) {
      for (const [kind, value] of Object.entries(other[counts])) {
        Object.assign(sum[counts], { [kind]: numberIn(sum[counts], kind) + value });
      }
    }
  }
  return sum;
}

function numberIn(counts: object, key: string): number {
  const value: unknown = Object.entries(counts).find(([name]) => name === key)?.[1];
  return typeof value === 'number' ? value : 0;
}
