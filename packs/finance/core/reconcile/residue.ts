/** Lines that nothing fits, each with why. */
import { formatDay } from '../day.ts';
import type { Board } from './board.ts';
import { amountOf } from './fit.ts';
import type { Line } from './line.ts';
import type { ReasonCode } from './reason.ts';
import { type Repeats, repeatsOf } from './repeats.ts';
import type { Residue, ResidueReason } from './result.ts';

/** In the order of the board: entries, then payments, each by day. */
export function residueOf(board: Board, lines: readonly Line[]): readonly Residue[] {
  const repeats = repeatsOf(board);
  const told = new Set([...board.rejected].flatMap((pair) => pair.split('\u0000')));
  return lines.map((line) => ({
    side: line.side,
    id: line.item.id,
    reasons: reasonsOf(board, line, repeats, told),
  }));
}

function reasonsOf(
  board: Board,
  line: Line,
  repeats: Repeats,
  rejected: ReadonlySet<string>,
): readonly ResidueReason[] {
  if (line.coins === 0n) return [reason('nothing_due', line, 'the amount is zero')];
  const repeated = repeats(line);
  const own = line.side === 'entry' ? entryReasons(board, line) : [paymentReason(board, line)];
  const isRejected = rejected.has(line.item.id);
  return [
    ...(repeated === undefined || line.item.kind === 'void' ? own : [repeated]),
    ...(isRejected ? [reason('rejected', line, 'a counterpart was rejected before')] : []),
    ...(line.isGivenUp ? [reason('search_gave_up', line, 'not every sum was tried')] : []),
  ];
}

function entryReasons(board: Board, line: Line): readonly ResidueReason[] {
  const { item } = line;
  if (item.kind === 'void') return [reason('void', line, 'taken back; nothing to pay')];
  if (line.coins < 0n) return [reason('credit', line, 'neither deducted nor paid out')];
  if (board.options.against === 'ledger') {
    return [reason('not_in_ledger', line, `no charge of ${amountOf(line)} in the ledger`)];
  }
  const missing = reason('missing_payment', line, `nothing pays ${amountOf(line)}`);
  const { asOf } = board.options;
  if (asOf === undefined || item.dueDay === undefined || item.dueDay >= asOf) return [missing];
  const days = asOf - item.dueDay;
  const late = `due ${formatDay(item.dueDay)}, ${days} ${days === 1 ? 'day' : 'days'} ago`;
  return [missing, reason('overdue', line, late)];
}

function paymentReason(board: Board, line: Line): ResidueReason {
  if (line.item.kind === 'fee') return reason('fee', line, 'a fee of its own');
  if (line.item.kind === 'void') return reason('void', line, 'taken back');
  const [best] = board.parties.vendorsOf(line.party);
  if (best === undefined) {
    return reason('untracked_charge', line, 'no entry has this party');
  }
  const vendor = board.parties.vendors[best.vendor]!.key;
  if (board.options.against === 'ledger') {
    return reason('untracked_charge', line, `charged by "${vendor}", but no invoice says so`);
  }
  const text = `pays "${vendor}" (${best.score} of 1000), but no open invoice asks for it`;
  return reason('missing_invoice', line, text);
}

function reason(code: ReasonCode, line: Line, text: string): ResidueReason {
  const difference = line.side === 'entry' ? -line.item.units : line.item.units;
  return { code, difference, evidence: [{ fact: code, text }] };
}
