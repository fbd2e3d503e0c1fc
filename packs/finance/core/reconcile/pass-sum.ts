/**
 * One payment of several invoices of a vendor, and one invoice that is paid in several parts.
 *
 * Sums can come out right by chance. How likely that is can be counted: among how many
 * combinations of that size, no further away, was it found, against how many different sums they
 * could make. A sum is taken when chance is unlikely and no other way to make it comes near.
 */
import { absolute } from '../money.ts';
import {
  type Board,
  citedEntries,
  contest,
  groupBy,
  hold,
  isRejected,
  openLines,
  take,
} from './board.ts';
import { amountOf, nameFit } from './fit.ts';
import type { Line } from './line.ts';
import { namesSomebody, nearest } from './pass-equal.ts';
import type { Candidate, Evidence, PassName } from './result.ts';
import { SUBSET_SIZE_MAX, subsetsOf, waysTo } from './subset.ts';

/** The one line on one side, and those on the other that may sum to it: nearest first. */
export type SumQuestion = Readonly<{
  whole: Line;
  pool: readonly Line[];
  /** How many other questions were as good as this one. */
  tried?: number;
  /** Lines of which at most one may be in a sum. */
  unnamed?: ReadonlySet<Line>;
}>;

type Sum = Readonly<{
  whole: Line;
  parts: readonly Line[];
  ways: number;
  score: number;
  margin: number;
  rivals: readonly (readonly Line[])[];
}>;

const PARTS_MAX = 8;
/** A name of which a sum may be made: that it comes out right speaks for the name too. */
export const SAME_VENDOR = 640;

export function passSum(board: Board): number {
  const entries = groupBy(openLines(board.entries, false), ({ party }) => party);
  const questions = openLines(board.payments, false).map((whole) => {
    const vendors = board.parties
      .vendorsOf(whole.party)
      .filter(({ score }) => score >= SAME_VENDOR);
    const pool = vendors.flatMap(({ vendor }) => entries.get(vendor) ?? []);
    return { whole, pool: poolOf(board, whole, pool), tried: Math.max(1, vendors.length) };
  });
  return takeSums(board, 'sum', questions);
}

/** So many vendors are tried for a payment that names none. */
const VENDORS_MAX = 400;

/**
 * A payment that names nobody known may still be the sum of what one vendor asked. Every vendor
 * that is tried is another chance to be wrong, and counts as one.
 */
export function passAnonymousSum(board: Board): number {
  const entries = groupBy(openLines(board.entries, true), ({ party }) => party);
  const vendors = [...entries.values()].filter((lines) => lines.length > 1);
  const questions = openLines(board.payments, true)
    .filter((whole) => !namesSomebody(board, whole) && citedEntries(board, whole).length === 0)
    .flatMap((whole) => {
      const pools = vendors
        .map((lines) => recent(board, whole, lines))
        .filter((pool) => pool.length > 1);
      if (pools.length > VENDORS_MAX) whole.isGivenUp = true;
      return pools
        .slice(0, VENDORS_MAX)
        .map((pool) => ({ whole, pool, tried: Math.min(pools.length, VENDORS_MAX) }));
    });
  return takeSums(board, 'anonymous_sum', questions);
}

function recent(board: Board, whole: Line, lines: readonly Line[]): readonly Line[] {
  const { daysBefore, batchDays } = board.options;
  return nearest(lines, whole)
    .filter((line) => {
      const days = whole.item.day - line.item.day;
      if (line.item.currency !== whole.item.currency || isRejected(board, line, whole))
        return false;
      return days >= -daysBefore && days <= batchDays;
    })
    .sort((a, b) => b.item.day - a.item.day || a.at - b.at);
}

/** Those of the same currency within the days, nearest first. `lines` in the order of days. */
export function poolOf(board: Board, whole: Line, lines: readonly Line[]): readonly Line[] {
  const { daysBefore, batchDays } = board.options;
  const isEntry = whole.side === 'entry';
  return nearest(lines, whole)
    .map((line) => {
      const [entry, payment] = isEntry ? [whole, line] : [line, whole];
      return { line, entry, payment, days: payment.item.day - entry.item.day };
    })
    .filter(({ line, days, entry, payment }) => {
      if (line.item.currency !== whole.item.currency) return false;
      if (days < -daysBefore || days > batchDays) return false;
      return nameFit(board, entry, payment) >= SAME_VENDOR;
    })
    .sort((a, b) => Math.abs(a.days) - Math.abs(b.days) || a.line.at - b.line.at)
    .map(({ line }) => line);
}

/** Clear sums are taken; two that want the same line both wait for the next round. */
export function takeSums(board: Board, pass: PassName, questions: readonly SumQuestion[]): number {
  const sums = questions.flatMap((question) => sumOf(board, question) ?? []);
  const wanted = groupBy(
    sums.flatMap((sum) => [sum.whole, ...sum.parts].map((line) => ({ line, sum }))),
    ({ line }) => line,
  );
  let taken = 0;
  for (const sum of sums.toSorted((a, b) => a.ways - b.ways || a.whole.at - b.whole.at)) {
    if (![sum.whole, ...sum.parts].every(({ isOpen }) => isOpen)) continue;
    const others = [sum.whole, ...sum.parts]
      .flatMap((line) => wanted.get(line)!.map((want) => want.sum))
      .filter((other) => other !== sum && other.whole.isOpen);
    const isAlone = others.every((other) => sum.ways * CLEARLY <= other.ways);
    const { scoreMin, marginMin } = board.options;
    const isClear = isAlone && sum.margin >= marginMin && sum.score >= scoreMin;
    if (isClear) {
      takeSum(board, pass, sum);
      taken += 1;
    } else if (sum.score >= scoreMin) {
      tellSum(board, pass, sum, others);
    } else {
      const lines = [sum.whole, ...sum.parts];
      hold(board, { lines, candidate: candidateOf(pass, sum, sum.parts) });
    }
  }
  return taken;
}

/** A rival must be so many times likelier to be chance. */
const CLEARLY = 8;
const LESS_THAN_ONE_IN = [
  [1000, 950],
  [200, 850],
  [50, 700],
] as const;

function sumOf(board: Board, question: SumQuestion): Sum | undefined {
  const { whole, pool, tried = 1 } = question;
  // With a part as large as the whole, the others would only cancel each other.
  const parts = pool.filter(({ coins }) => coins !== whole.coins);
  if (parts.length < 2) return undefined;
  const candidates = parts.slice(0, SUBSET_SIZE_MAX);
  if (parts.length > SUBSET_SIZE_MAX) whole.isGivenUp = true;
  const { solutions, isComplete } = subsetsOf({
    coins: candidates.map(({ coins }) => coins),
    target: whole.coins,
    ...{ most: PARTS_MAX, least: 2 },
  });
  const [best, ...others] = solutions.filter((solution) =>
    isSum(
      question,
      solution.map((at) => candidates[at]!),
    ),
  );
  if (best === undefined) return undefined;
  if (!isComplete) whole.isGivenUp = true;
  const ways = waysTo(best) * tried;
  const linesOf = (solution: readonly number[]) => solution.map((at) => candidates[at]!);
  const rivals = others.filter((other) => waysTo(other) * tried < ways * CLEARLY);
  const margin =
    others.length === 0 ? 1000 : Math.floor(1000 - (1000 * ways) / (waysTo(others[0]!) * tried));
  return {
    ...{ whole, parts: linesOf(best), ways, rivals: rivals.map(linesOf) },
    score: scoreOf([whole, ...candidates], ways),
    margin: rivals.length > 0 ? Math.min(margin, board.options.marginMin - 1) : margin,
  };
}

/** Of the unnamed at most one. */
function isSum({ unnamed }: SumQuestion, parts: readonly Line[]): boolean {
  return unnamed === undefined || parts.filter((line) => unnamed.has(line)).length < 2;
}

/** Against the different sums that they could make: round amounts make fewer. */
function scoreOf(lines: readonly Line[], ways: number): number {
  const spread = lines.reduce((sum, { coins }) => sum + absolute(coins), 0n);
  const step = lines.reduce((common, { coins }) => commonDivisor(common, absolute(coins)), 0n);
  const sums = step === 0n ? 0n : spread / step;
  const found = LESS_THAN_ONE_IN.find(([one]) => BigInt(ways) * BigInt(one) <= sums);
  return found === undefined ? 500 : found[1];
}

function commonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : commonDivisor(b, a % b);
}

function takeSum(board: Board, pass: PassName, sum: Sum): void {
  const lines = [sum.whole, ...sum.parts];
  const difference = totalOf(lines, 'payment') - totalOf(lines, 'entry');
  const match = {
    ...candidateOf(pass, sum, sum.parts),
    margin: sum.margin,
    difference,
    remaining: 0n,
  };
  take(board, match, lines);
}

function totalOf(lines: readonly Line[], side: Line['side']): bigint {
  return lines.reduce((sum, line) => (line.side === side ? sum + line.item.units : sum), 0n);
}

function tellSum(board: Board, pass: PassName, sum: Sum, others: readonly Sum[]): void {
  const candidates = [
    candidateOf(pass, sum, sum.parts),
    ...sum.rivals.map((parts) => candidateOf(pass, sum, parts)),
    ...others.map((other) => candidateOf(pass, other, other.parts)),
  ];
  const lines = new Set([sum.whole, ...sum.parts, ...sum.rivals.flat()]);
  for (const other of others) for (const line of [other.whole, ...other.parts]) lines.add(line);
  contest(board, {
    lines: [...lines].filter(({ isOpen }) => isOpen),
    ...{ candidates, count: candidates.length },
  });
  for (const candidate of candidates) {
    board.watch?.({ candidate, isTaken: false, why: 'another sum fits as well' });
  }
}

function candidateOf(pass: PassName, sum: Sum, parts: readonly Line[]): Candidate {
  const ids = parts.map(({ item }) => item.id);
  const isEntry = sum.whole.side === 'entry';
  const isCredited = parts.some(({ coins }) => coins < 0n !== sum.whole.coins < 0n);
  const evidence: Evidence[] = [
    { fact: 'sum', text: `${parts.map(amountOf).join(' + ')} = ${amountOf(sum.whole)}` },
    { fact: 'chance', text: `found among ${sum.ways} combinations of ${parts.length}` },
  ];
  return {
    pass,
    entries: isEntry ? [sum.whole.item.id] : ids,
    payments: isEntry ? ids : [sum.whole.item.id],
    score: sum.score,
    reasons: isCredited ? ['credit'] : [],
    evidence,
  };
}
