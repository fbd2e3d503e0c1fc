/** Passes over lines of equal amount: by reference, by name, and without either. */
import {
  amountIndex,
  type Board,
  citedEntries,
  entriesOf,
  firstOfTwins,
  isRejected,
  linksOf,
  openLines,
} from './board.ts';
import { type Crowds, contestCrowds, firstFrom, isCrowd } from './crowd.ts';
import { costWithin, daysCost, habitCost, toldEqual } from './fit.ts';
import { habitOf, waited } from './habit.ts';
import type { Line } from './line.ts';
import { FULL, NAME_LENGTH } from './name.ts';
import { type Pair, settle } from './settle.ts';

/** A citation of a year ago is still one. */
const CITED_DAYS = 400;
/** So many entries of one vendor and amount are looked at for one payment: the nearest. */
const NEAREST = 60;

/** The payment cites the entry, and the amounts are equal. */
export function passReference(board: Board): number {
  const pairs: Pair[] = [];
  for (const payment of firstOfTwins(openLines(board.payments, false))) {
    for (const entry of firstOfTwins(openLines(citedEntries(board, payment), false))) {
      const cost = costWithin(entry, payment, CITED_DAYS, CITED_DAYS);
      if (entry.amount !== payment.amount || cost === undefined) continue;
      if (isRejected(board, entry, payment)) continue;
      pairs.push({ entry, payment, score: FULL - Math.floor(cost / 2) });
    }
  }
  const tell = ({ entry, payment }: Pair) => toldEqual(board, entry, payment);
  return settle(board, { pass: 'reference', pairs, tell });
}

/**
 * The payment names the vendor, within the window, and the amounts are equal.
 *
 * Days alone never choose between two entries of one vendor and amount: a late payment of one looks
 * like an early one of the other. A habit does.
 */
export function passNamed(board: Board): number {
  const index = amountIndex(firstOfTwins(openLines(board.entries, false)));
  const pairs: Pair[] = [];
  const commonness = commonnessOf(board);
  const crowds: Crowds = new Map();
  for (const payment of firstOfTwins(openLines(board.payments, false))) {
    const byVendor = entriesOf(index, payment.coins, payment.item.currency);
    if (byVendor === undefined) continue;
    const links = linksOf(board, payment);
    const best = links[0]?.score ?? 0;
    for (const { vendor, score } of links) {
      const entries = byVendor.get(vendor) ?? [];
      if (isCrowd(board, entries, payment, NEAREST)) {
        const crowd = crowds.get(entries);
        if (crowd === undefined) crowds.set(entries, [payment]);
        else crowd.push(payment);
        continue;
      }
      for (const entry of nearest(entries, payment)) {
        const cost = daysCost(board, entry, payment);
        if (cost === undefined || isRejected(board, entry, payment)) continue;
        const named = 250 + Math.floor((3 * score) / 4);
        const known = isRare(commonness, payment)
          ? rareWeightOf(score, best)
          : weightOf(score, best);
        const weight = known - (habitCost(board, entry, payment) ?? 0);
        pairs.push({ entry, payment, score: named - cost, weight });
      }
    }
    if (links.length === 0) pairs.push(...unnamedRivals(board, payment, byVendor, commonness));
  }
  const tell = ({ entry, payment }: Pair) => toldEqual(board, entry, payment);
  const taken = settle(board, { pass: 'named', pairs, tell });
  contestCrowds(board, crowds);
  return taken;
}

/** More lines than these of one amount: it says nothing. */
const RARE_MAX = 4;
/** Too little to be taken here, enough to be in doubt about a namesake that came later. */
const RIVAL = { score: 560, weight: 930 } as const;

function isRare(commonness: ReadonlyMap<string, number>, { coins, amount }: Line): boolean {
  return isOdd(coins) && (commonness.get(amount) ?? 0) <= RARE_MAX;
}

/** Such an amount names the business too: two payments of it are one too many, however named. */
function rareWeightOf(score: number, best: number): number {
  return FULL - Math.floor((best - score) / 2);
}

/** An odd amount that the bank did not name may be what paid the invoice, and not a second one. */
function unnamedRivals(
  board: Board,
  payment: Line,
  byVendor: ReadonlyMap<number, readonly Line[]>,
  commonness: ReadonlyMap<string, number>,
): readonly Pair[] {
  if (!isRare(commonness, payment)) return [];
  if (!hasNoName(board, payment) || citedEntries(board, payment).length > 0) return [];
  return [...byVendor.values()]
    .flat()
    .filter((entry) => daysCost(board, entry, payment) !== undefined)
    .filter((entry) => !isRejected(board, entry, payment))
    .map((entry) => ({ entry, payment, ...RIVAL }));
}

/**
 * A name that is cut off or mistyped says less, but not of this vendor rather than another: what it
 * lacks against the best it could be counts in full, what the best lacks by half.
 */
function weightOf(score: number, best: number): number {
  return FULL - Math.floor((3 * (best - score)) / 4) - Math.floor((3 * (FULL - best)) / 8);
}

/** Entries are in the order of their days. */
export function nearest(entries: readonly Line[], payment: Line): readonly Line[] {
  if (entries.length <= NEAREST) return entries;
  const at = firstFrom(entries, payment.item.day);
  return entries.slice(Math.max(0, at - NEAREST / 2), at + NEAREST / 2);
}

/** All weigh the same: where there are two, neither is taken. */
const ANONYMOUS_WEIGHT = 700;
/** So many lines of one amount nobody can tell apart by amount alone. */
const ANONYMOUS_MAX = 30;

/**
 * The text names nobody that is known; amount and window speak alone. Amounts that many lines have,
 * and round ones, say too little to be automatic.
 */
export function passAnonymous(board: Board): number {
  const index = amountIndex(firstOfTwins(openLines(board.entries, false)));
  const commonness = commonnessOf(board);
  const pairs: Pair[] = [];
  for (const payment of firstOfTwins(openLines(board.payments, false))) {
    const byVendor = entriesOf(index, payment.coins, payment.item.currency);
    if (byVendor === undefined || namesSomebody(board, payment)) continue;
    if (citedEntries(board, payment).length > 0) continue;
    const entries = [...byVendor.values()].flat();
    if (entries.length > ANONYMOUS_MAX) continue;
    for (const entry of entries) {
      const cost = daysCost(board, entry, payment);
      if (cost === undefined || isRejected(board, entry, payment)) continue;
      const usual = isUsual(board, entry, payment) ? HABIT_SCORE : 0;
      const score = usual + rarity(payment.coins, commonness.get(payment.amount) ?? 1);
      const most = isWordless(board, entry, payment) ? FULL : UNKNOWN_NAME;
      const shown = Math.min(most, score) - Math.floor(cost / 3);
      pairs.push({ entry, payment, score: shown, weight: ANONYMOUS_WEIGHT });
    }
  }
  const tell = ({ entry, payment }: Pair) => {
    const told = toldEqual(board, entry, payment);
    const alone = { fact: 'anonymous', text: 'the text names no vendor; only amount and days fit' };
    return { ...told, evidence: [...told.evidence, alone] };
  };
  return settle(board, { pass: 'anonymous', pairs, tell, isLast: true });
}

/** A text with a name in it that nobody knows speaks of somebody else. */
const UNKNOWN_NAME = 560;

/** The text holds no name, or at least a trace of this one. */
function isWordless(board: Board, entry: Line, payment: Line): boolean {
  if (hasNoName(board, payment)) return true;
  return board.parties.trace(payment.party, entry.party) > 0;
}

export function hasNoName(board: Board, payment: Line): boolean {
  return board.parties.texts[payment.party]!.joined.length < NAME_LENGTH;
}

/** It comes when this vendor's payments always come. */
const HABIT_SCORE = 70;

function isUsual(board: Board, entry: Line, payment: Line): boolean {
  const habit = habitOf(board.habits, entry);
  return habit !== undefined && Math.abs(waited(entry, payment) - habit.days) <= 1;
}

/** Names that are certain enough to say: it is them, and so not somebody else. */
const CERTAIN = 750;

export function namesSomebody(board: Board, payment: Line): boolean {
  return linksOf(board, payment).some(({ score }) => score >= CERTAIN);
}

/** How many lines of either side have an amount, settled or not. */
function commonnessOf(board: Board): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { amount } of [...board.entries, ...board.payments]) {
    counts.set(amount, (counts.get(amount) ?? 0) + 1);
  }
  return counts;
}

const ROUND = 560;

/** No round amount: three digits or more that do not end in zero. */
export function isOdd(coins: bigint): boolean {
  return digitsOf(coins) > 2;
}

function digitsOf(coins: bigint): number {
  return coins.toString().replace('-', '').replace(/0+$/, '').length;
}

/** Two lines have it: the two in question. Four digits or more that do not end in zero are odd. */
function rarity(coins: bigint, count: number): number {
  if (!isOdd(coins)) return ROUND;
  const digits = digitsOf(coins);
  return Math.max(ROUND, (digits >= 4 ? 800 : 720) - 40 * Math.max(0, count - 2));
}
