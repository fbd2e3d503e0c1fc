/**
 * More entries of one vendor and amount within the reach of one payment than are compared with it.
 * They are not compared at all, and all of them are ambiguous: a few of them, chosen by where they
 * stand, would look like an answer.
 */
import { type Board, contest } from './board.ts';
import { toldEqual } from './fit.ts';
import type { Line } from './line.ts';
import { CANDIDATES_MAX, type Candidate } from './result.ts';

/** Payments by the list of entries that is too long for them. */
export type Crowds = Map<readonly Line[], Line[]>;

/** `entries` in the order of their days. */
export function isCrowd(
  board: Board,
  entries: readonly Line[],
  payment: Line,
  most: number,
): boolean {
  if (entries.length <= most) return false;
  return reached(board, entries, payment, payment).length > most;
}

export function contestCrowds(board: Board, crowds: Crowds): void {
  for (const [list, payments] of crowds) {
    const entries = reached(board, list, payments[0]!, payments.at(-1)!).filter(isOpen);
    const open = payments.filter(isOpen);
    const pairs = open.flatMap((payment, at) => {
      const entry = entries[at];
      return entry === undefined || at >= CANDIDATES_MAX ? [] : [{ entry, payment }];
    });
    const candidates = pairs.map(({ entry, payment }): Candidate => {
      const { reasons, evidence } = toldEqual(board, entry, payment);
      return {
        pass: 'named',
        entries: [entry.item.id],
        payments: [payment.item.id],
        ...{ score: board.options.scoreMin, reasons, evidence },
      };
    });
    const lines = [...entries, ...open].flatMap(({ twins }) => twins.filter(isOpen));
    for (const line of lines) line.isGivenUp = true;
    contest(board, { lines, candidates, count: entries.length * open.length });
    for (const candidate of candidates) {
      const why = `${entries.length} entries of this amount are too many to compare`;
      board.watch?.({ candidate, isTaken: false, why });
    }
  }
}

const isOpen = (line: Line): boolean => line.isOpen;

/** What payments between the first and the last may pay, due days aside. */
function reached(board: Board, entries: readonly Line[], first: Line, last: Line): readonly Line[] {
  const { daysBefore, daysAfter } = board.options;
  return entries.slice(
    firstFrom(entries, first.item.day - daysAfter),
    firstFrom(entries, last.item.day + daysBefore + 1),
  );
}

/** The position of the first line of that day or later. */
export function firstFrom(lines: readonly Line[], day: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle]!.item.day < day) low = middle + 1;
    else high = middle;
  }
  return low;
}
