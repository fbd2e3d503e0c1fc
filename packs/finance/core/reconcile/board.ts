/**
 * The state of one matching: which lines are open, what was found, and the indexes that keep every
 * pass from comparing everything with everything.
 */
import type { Habits, Lesson } from './habit.ts';
import type { Item } from './item.ts';
import { amountKey, type Line, linesOf, type References } from './line.ts';
import type { MatchMemory, MatchOptions } from './options.ts';
import { type PartyIndex, type PartyLink, partyIndex } from './party-index.ts';
import { citations, citedAs } from './reference.ts';
import type { Candidate, Match, Side } from './result.ts';

export type MatchInput = Readonly<{
  entries: readonly Item[];
  payments: readonly Item[];
  options: MatchOptions;
  memory: MatchMemory;
}>;

/** What became of a candidate: for whoever asks why. */
export type Verdict = Readonly<{ candidate: Candidate; isTaken: boolean; why: string }>;
export type Watch = (verdict: Verdict) => void;

/** Candidates between which nothing decides. */
export type Contest = Readonly<{
  lines: readonly Line[];
  candidates: readonly Candidate[];
  count: number;
}>;

export type Held = Readonly<{ lines: readonly Line[]; candidate: Candidate }>;

export type Board = {
  readonly entries: readonly Line[];
  readonly payments: readonly Line[];
  readonly options: MatchOptions;
  readonly parties: PartyIndex;
  readonly entryCiting: ReadonlyMap<string, readonly Line[]>;
  readonly rejected: ReadonlySet<string>;
  readonly matches: Match[];
  readonly watch: Watch | undefined;
  contests: Contest[];
  habits: Habits;
  /** Pairs that had no rival: what habits are learned from. */
  readonly lessons: Lesson[];
  /** Found, but not certain enough to be taken. */
  held: Held[];
};

/** A reference that so many entries share is a customer number: it tells nothing apart. */
const SHARED_MAX = 40;

export function boardOf(input: MatchInput, watch?: Watch): Board {
  const { options, memory } = input;
  const references = referencesOf(input);
  const entries = linesOf(input.entries, 'entry', { options, memory, references });
  const payments = linesOf(input.payments, 'payment', { options, memory, references });
  const parties = partyIndex(payments.parties.names, entries.parties.names, options, memory);
  for (const line of entries.lines) line.party = parties.sameAs[line.party]!;
  markCrowded(entries.lines);
  const citing = groupBy(
    entries.lines.flatMap((line) => line.references.map((reference) => ({ reference, line }))),
    ({ reference }) => reference,
  );
  const telling = [...citing].filter(([, found]) => found.length <= SHARED_MAX);
  return {
    ...{ entries: entries.lines, payments: payments.lines, options, watch },
    parties,
    entryCiting: new Map(telling.map(([key, found]) => [key, found.map(({ line }) => line)])),
    rejected: new Set(memory.rejected.map((pair) => pairKey(pair.entry, pair.payment))),
    matches: [],
    contests: [],
    habits: new Map(),
    lessons: [],
    held: [],
  };
}

/** So near to each other a late payment of one looks like a punctual one of the other. */
const CROWDED_DAYS = 5;

function markCrowded(entries: readonly Line[]): void {
  for (const lines of groupBy(entries, ({ party, amount }) => `${party} ${amount}`).values()) {
    for (const [at, line] of lines.entries()) {
      const next = lines[at + 1];
      if (next === undefined || next.item.day - line.item.day > CROWDED_DAYS) continue;
      line.isCrowded = true;
      next.isCrowded = true;
    }
  }
}

/** Worked out once, for texts are long; of payments only what some entry is called. */
function referencesOf({ entries, payments }: MatchInput): References {
  const cited = entries.map((item) => [item, citedAs(item)] as const);
  const known = new Set(cited.flatMap(([, texts]) => texts));
  const citing = payments.map(
    (item) => [item, citations(item).filter((text) => known.has(text))] as const,
  );
  return {
    of: new Map([...cited, ...citing]),
    shared: new Set(citing.flatMap(([, texts]) => texts)),
  };
}

export function pairKey(entry: string, payment: string): string {
  return `${entry}\u0000${payment}`;
}

export function isRejected(board: Board, entry: Line, payment: Line): boolean {
  return board.rejected.size > 0 && board.rejected.has(pairKey(entry.item.id, payment.item.id));
}

export function groupBy<T, K>(values: Iterable<T>, keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

/** Can be paid or pay: not void, and not zero. */
export function isPayable(line: Line): boolean {
  return line.item.kind !== 'void' && line.coins !== 0n;
}

export function openLines(lines: readonly Line[], isStrict: boolean): Line[] {
  return lines.filter((line) => line.isOpen && isPayable(line) && !(isStrict && line.isContested));
}

/** Of lines that nothing tells apart only the first. */
export function firstOfTwins(lines: readonly Line[]): Line[] {
  const seen = new Set<readonly Line[]>();
  return lines.filter(({ twins }) => !seen.has(twins) && seen.add(twins));
}

/** Open entries by amount and vendor; of one vendor in the order of their days. */
export type AmountIndex = ReadonlyMap<string, ReadonlyMap<number, readonly Line[]>>;

export function amountIndex(entries: readonly Line[]): AmountIndex {
  const byAmount = groupBy(entries, ({ amount }) => amount);
  return new Map(
    [...byAmount].map(([amount, lines]) => [amount, groupBy(lines, ({ party }) => party)]),
  );
}

export function entriesOf(index: AmountIndex, coins: bigint, currency: string) {
  return index.get(amountKey(coins, currency));
}

/** Vendors that the payment names, best first. */
export function linksOf(board: Board, payment: Line): readonly PartyLink[] {
  return board.parties.vendorsOf(payment.party);
}

/** Entries that the payment cites, each once. */
export function citedEntries(board: Board, payment: Line): readonly Line[] {
  const found = new Set<Line>();
  for (const reference of payment.references) {
    for (const line of board.entryCiting.get(reference) ?? []) found.add(line);
  }
  return [...found];
}

/** Takes the lines of a match out of everything that follows. */
export function take(board: Board, match: Match, lines: readonly Line[]): void {
  for (const line of lines) {
    if (!line.isOpen) throw new RangeError(`"${line.item.id}" is used twice`);
    line.isOpen = false;
  }
  board.matches.push(match);
  board.watch?.({
    candidate: match,
    isTaken: true,
    why: `score ${match.score}, margin ${match.margin}`,
  });
}

export function hold(board: Board, held: Held): void {
  board.held.push(held);
  const why = 'fits too little to be taken without being asked';
  board.watch?.({ candidate: held.candidate, isTaken: false, why });
}

export function contest(board: Board, contested: Contest): void {
  for (const line of contested.lines) line.isContested = true;
  board.contests.push(contested);
}

export function idsOf(lines: readonly Line[], side: Side): readonly string[] {
  return lines.filter((line) => line.side === side).map((line) => line.item.id);
}
