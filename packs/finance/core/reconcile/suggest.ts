/**
 * What an open line may belong to although nothing is certain: at most three, best first, each
 * with why. Looked for through names, citations and amounts, never among everything.
 */
import { absolute } from '../money.ts';
import { allowanceFor, isTransposed } from './allowance.ts';
import {
  amountIndex,
  type Board,
  citedEntries,
  entriesOf,
  groupBy,
  isRejected,
  openLines,
} from './board.ts';
import { amountEvidence, costWithin, daysEvidence, isCited, nameEvidence, nameFit } from './fit.ts';
import type { Line } from './line.ts';
import { namesSomebody, nearest } from './pass-equal.ts';
import type { ReasonCode } from './reason.ts';
import { repeatsOf } from './repeats.ts';
import { type Candidate, type PassName, SUGGESTIONS_MAX, type Suggestion } from './result.ts';

type Hint = Readonly<{ lines: readonly Line[]; score: number; candidate: () => Candidate }>;

/** So far from the window a date may be and still be a slip. */
const SLIP_DAYS = 200;
const SAME_AMOUNT_MAX = 30;
const LEAST = 250;

export function suggestionsOf(
  board: Board,
  left: readonly Line[],
): Readonly<{ suggestions: readonly Suggestion[]; lines: readonly Line[] }> {
  const hints = [...heldHints(board), ...pairHints(board)];
  const byLine = groupBy(
    hints.flatMap((hint) => hint.lines.map((line) => ({ line, hint }))),
    ({ line }) => line,
  );
  const repeats = repeatsOf(board);
  const lines = left.filter((line) => byLine.has(line));
  const suggestions = lines.map((line): Suggestion => {
    const best = byLine
      .get(line)!
      .map(({ hint }) => hint)
      .sort((a, b) => b.score - a.score || orderOf(a) - orderOf(b));
    const candidates = firstOfEach(best);
    const repeated = repeats(line);
    const reasons: ReasonCode[] = repeated === undefined ? [] : [repeated.code];
    for (const reason of candidates[0]!.reasons) reasons.push(reason);
    if (reasons.length === 0) reasons.push('weak');
    return { side: line.side, id: line.item.id, reasons: [...new Set(reasons)], candidates };
  });
  return { suggestions, lines };
}

/** A pass may have held what is found here again: lines are named once. */
function firstOfEach(hints: readonly Hint[]): readonly Candidate[] {
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  for (const { candidate, lines } of hints) {
    const key = lines.map(({ side, at }) => `${side} ${at}`).join(' ');
    if (seen.has(key)) continue;
    seen.add(key);
    candidates.push(candidate());
    if (candidates.length === SUGGESTIONS_MAX) break;
  }
  return candidates;
}

/** By the first line of each side: hints of equal score stand in the order of days. */
function orderOf({ lines }: Hint): number {
  return lines.reduce((sum, { at }) => sum + at, 0);
}

/** Of candidates that a pass found and did not dare to take. */
function heldHints(board: Board): readonly Hint[] {
  return board.held
    .filter(({ lines }) => lines.every(({ isOpen }) => isOpen))
    .map(({ lines, candidate }) => ({
      lines,
      score: candidate.score,
      candidate: () => candidate,
    }));
}

function pairHints(board: Board): readonly Hint[] {
  const entries = openLines(board.entries, false);
  const byVendor = groupBy(entries, ({ party }) => party);
  const byAmount = amountIndex(entries);
  const byCoins = groupBy(entries, ({ coins }) => coins);
  return openLines(board.payments, false).flatMap((payment) => {
    const named = board.parties
      .vendorsOf(payment.party)
      .flatMap(({ vendor }) => nearest(byVendor.get(vendor) ?? [], payment));
    const cited = openLines(citedEntries(board, payment), false);
    const equal = namesSomebody(board, payment)
      ? []
      : [...(entriesOf(byAmount, payment.coins, payment.item.currency)?.values() ?? [])].flat();
    const foreign = (byCoins.get(payment.coins) ?? []).filter(
      (entry) => entry.item.currency !== payment.item.currency,
    );
    const near = [...nearest(equal, payment), ...nearest(foreign, payment)];
    const all = new Set([...named, ...cited, ...near.slice(0, SAME_AMOUNT_MAX)]);
    return [...all]
      .flatMap((entry) => hintOf(board, entry, payment) ?? [])
      .sort((a, b) => b.score - a.score)
      .slice(0, 2 * SUGGESTIONS_MAX);
  });
}

function hintOf(board: Board, entry: Line, payment: Line): Hint | undefined {
  if (isRejected(board, entry, payment)) return undefined;
  const name = nameFit(board, entry, payment);
  const { daysBefore, daysAfter } = board.options;
  const inWindow = costWithin(entry, payment, daysBefore, daysAfter);
  const cost = inWindow ?? costWithin(entry, payment, SLIP_DAYS, SLIP_DAYS);
  if (cost === undefined) return undefined;
  const judged = judge(board, entry, payment, name);
  if (judged === undefined) return undefined;
  const late: readonly ReasonCode[] = inWindow === undefined ? ['date_out_of_window'] : [];
  const score = judged.score - Math.floor(cost / 2) - (inWindow === undefined ? 150 : 0);
  if (score < LEAST) return undefined;
  const candidate = (): Candidate => ({
    pass: judged.pass,
    entries: [entry.item.id],
    payments: [payment.item.id],
    ...{ score, reasons: [...judged.reasons, ...late] },
    evidence: [
      amountEvidence(entry, payment),
      nameEvidence(board, entry, payment),
      daysEvidence(entry, payment),
    ],
  });
  return { lines: [entry, payment], score, candidate };
}

type Judged = Readonly<{ pass: PassName; score: number; reasons: readonly ReasonCode[] }>;

function judge(board: Board, entry: Line, payment: Line, name: number): Judged | undefined {
  const named = 50 + Math.floor((7 * name) / 10);
  if (entry.amount === payment.amount) {
    if (name === 0) return { pass: 'anonymous', score: 480, reasons: ['weak'] };
    return { pass: 'named', score: named + 50, reasons: [] };
  }
  if (name === 0) return undefined;
  if (entry.coins === payment.coins) {
    return { pass: 'near', score: named - 100, reasons: ['wrong_currency'] };
  }
  const allowance = allowanceFor(entry, payment, board.options);
  if (allowance !== undefined) {
    return { pass: 'allowance', score: named - 20, reasons: [allowance.reason] };
  }
  if (entry.item.currency !== payment.item.currency) return undefined;
  if (isTransposed(entry.coins, payment.coins)) {
    return { pass: 'transposed', score: named - 40, reasons: ['transposed'] };
  }
  const off = differing(entry.coins, payment.coins);
  if (off === undefined) return undefined;
  const isSaid = isCited(entry, payment);
  if (off > 850 && !isSaid) return undefined;
  const isPart = isSaid && payment.coins < entry.coins && payment.coins > 0n;
  return {
    pass: isPart ? 'partial' : 'near',
    score: named - 60 - Math.min(isSaid ? 100 : 350, Math.floor(off / 2)),
    reasons: [isPart ? 'partly_paid' : 'amount_differs'],
  };
}

/** In permille of the larger one; undefined: one is owed and the other came in. */
function differing(a: bigint, b: bigint): number | undefined {
  if (a < 0n !== b < 0n) return undefined;
  const [small, large] = [absolute(a), absolute(b)].sort((x, y) => (x < y ? -1 : 1));
  return Number(((large! - small!) * 1000n) / large!);
}
