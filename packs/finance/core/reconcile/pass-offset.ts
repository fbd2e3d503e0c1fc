/**
 * Lines of one side that cancel each other: an entry that was voided, corrected or reversed, a
 * payment that was returned. Where the other side shows both movements too they are real ones, and
 * each is matched with its counterpart.
 */
import { formatDay } from '../day.ts';
import { type Board, contest, groupBy, take } from './board.ts';
import { amountOf } from './fit.ts';
import { amountKey, type Line } from './line.ts';
import { nameScore } from './name.ts';
import type { Candidate, Side } from './result.ts';

const TAKEN_BACK = /void|revers|correct|cancel|storn|return|refund|chargeback|annul|rückgab/i;
const DAYS_MAX = 31;
const NAME_MIN = 400;
/** So many of one amount on a side are not compared pair by pair. */
const GROUP_MAX = 60;

/** Open lines of the other side by amount. */
type Others = ReadonlyMap<string, readonly Line[]>;

type Couple = Readonly<{ plus: Line; minus: Line; score: number }>;

export function passOffset(board: Board): number {
  return offsetsOf(board, 'entry') + offsetsOf(board, 'payment');
}

function offsetsOf(board: Board, side: Side): number {
  const lines = (side === 'entry' ? board.entries : board.payments).filter(
    ({ isOpen, coins }) => isOpen && coins !== 0n,
  );
  const across = side === 'entry' ? board.payments : board.entries;
  const others = groupBy(
    across.filter(({ isOpen }) => isOpen),
    ({ amount }) => amount,
  );
  const byAmount = groupBy(lines, ({ amount }) => amount);
  const couples: Couple[] = [];
  for (const minuses of byAmount.values()) {
    const { coins, item } = minuses[0]!;
    if (coins > 0n) continue;
    const pluses = byAmount.get(amountKey(-coins, item.currency)) ?? [];
    if (pluses.length > GROUP_MAX || minuses.length > GROUP_MAX) continue;
    for (const minus of minuses) {
      for (const plus of pluses) couples.push(...coupleOf(board, others, plus, minus));
    }
  }
  return chooseCouples(board, side, couples);
}

function coupleOf(board: Board, others: Others, plus: Line, minus: Line): readonly Couple[] {
  const marks = [plus, minus].filter(isMarked).length;
  if (marks === 0) return [];
  const days = minus.item.day - plus.item.day;
  if (Math.abs(days) > DAYS_MAX) return [];
  const name = likeness(board, plus, minus);
  if (name < NAME_MIN || areBothMoved(board, others, plus, minus)) return [];
  const early = days < 0 ? 150 : 0;
  return [{ plus, minus, score: 600 + Math.floor(name * 0.4) - 3 * Math.abs(days) - early }];
}

function isMarked({ item }: Line): boolean {
  if (item.kind === 'void' || item.kind === 'refund') return true;
  return TAKEN_BACK.test(`${item.party} ${item.text}`);
}

/** Both texts are of the same hand; what one cites of the other is as good as a name. */
function likeness(board: Board, plus: Line, minus: Line): number {
  if (plus.references.some((reference) => minus.references.includes(reference))) return 1000;
  if (cites(minus, plus)) return 1000;
  const names = plus.side === 'entry' ? board.parties.vendors : board.parties.texts;
  const [a, b] = [names[plus.party]!, names[minus.party]!];
  return Math.min(900, Math.max(nameScore(a, b), nameScore(b, a)));
}

function cites(minus: Line, plus: Line): boolean {
  const said = `${minus.item.party} ${minus.item.text}`.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return plus.references.some((reference) => reference.length >= 5 && said.includes(reference));
}

/** The other side shows the money going and coming back. */
function areBothMoved(board: Board, others: Others, plus: Line, minus: Line): boolean {
  const isThere = (line: Line): boolean => {
    return (others.get(line.amount) ?? []).slice(0, GROUP_MAX).some((other) => {
      const [entry, payment] = line.side === 'entry' ? [line, other] : [other, line];
      const days = other.item.day - line.item.day;
      const score = board.parties.score(payment.party, entry.party);
      return Math.abs(days) <= DAYS_MAX && score >= board.options.nameMin;
    });
  };
  return isThere(plus) && isThere(minus);
}

/** Best first; a couple whose rival comes near is told and not taken. */
function chooseCouples(board: Board, side: Side, couples: readonly Couple[]): number {
  const sorted = couples.toSorted(
    (a, b) => b.score - a.score || a.plus.at - b.plus.at || a.minus.at - b.minus.at,
  );
  const touching = groupBy(
    sorted.flatMap((couple) => [
      { line: couple.plus, couple },
      { line: couple.minus, couple },
    ]),
    ({ line }) => line,
  );
  const told = new Set<Couple>();
  let taken = 0;
  for (const couple of sorted) {
    const { plus, minus, score } = couple;
    if (told.has(couple) || !plus.isOpen || !minus.isOpen) continue;
    const rivals = [plus, minus]
      .flatMap((line) => touching.get(line)!.map((touched) => touched.couple))
      .filter((other) => other !== couple && other.plus.isOpen && other.minus.isOpen);
    const margin = Math.min(1000, ...rivals.map((rival) => score - rival.score));
    if (margin >= board.options.marginMin && score >= board.options.scoreMin) {
      const rest = plus.item.units + minus.item.units;
      const difference = side === 'payment' ? rest : -rest;
      const settled = { ...candidateOf(side, couple), margin, difference, remaining: 0n };
      take(board, settled, [plus, minus]);
      taken += 1;
    } else if (margin < board.options.marginMin) {
      const near = [couple, ...rivals.filter((rival) => score - rival.score <= margin)];
      for (const other of near) told.add(other);
      tell(board, side, near);
    }
  }
  return taken;
}

function tell(board: Board, side: Side, couples: readonly Couple[]): void {
  const candidates = couples.map((couple) => candidateOf(side, couple));
  const lines = [...new Set(couples.flatMap(({ plus, minus }) => [plus, minus]))];
  contest(board, { lines, candidates, count: candidates.length });
  for (const candidate of candidates) {
    board.watch?.({ candidate, isTaken: false, why: 'another cancels as well' });
  }
}

function candidateOf(side: Side, { plus, minus, score }: Couple): Candidate {
  const ids = [plus.item.id, minus.item.id];
  return {
    pass: 'offset',
    entries: side === 'entry' ? ids : [],
    payments: side === 'payment' ? ids : [],
    score: Math.min(1000, score),
    reasons: ['void'],
    evidence: [
      { fact: 'amount', text: `${amountOf(plus)} and ${amountOf(minus)} cancel` },
      { fact: 'days', text: `${formatDay(plus.item.day)} and ${formatDay(minus.item.day)}` },
    ],
  };
}
