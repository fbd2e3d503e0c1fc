/** Lines that repeat one which is settled already: paid twice, billed twice. */
import { formatDay } from '../day.ts';
import { type Board, groupBy } from './board.ts';
import type { Line } from './line.ts';
import type { ResidueReason } from './result.ts';

export type Repeats = (line: Line) => ResidueReason | undefined;

/** A second of a month later is the next one, not the same again. */
const DAYS_MAX = 20;

export function repeatsOf(board: Board): Repeats {
  const settled = groupBy(
    [...board.entries, ...board.payments].filter(({ isOpen, coins }) => !isOpen && coins > 0n),
    ({ side, amount }) => `${side} ${amount}`,
  );
  const vendors = (line: Line): readonly number[] =>
    line.side === 'entry'
      ? [line.party]
      : board.parties.vendorsOf(line.party).map(({ vendor }) => vendor);
  const isSame = (a: Line, b: Line): boolean => {
    if (a.party === b.party) return true;
    const known = new Set(vendors(a).slice(0, 1));
    return vendors(b)
      .slice(0, 1)
      .some((vendor) => known.has(vendor));
  };
  return (line) => {
    const first = settled
      .get(`${line.side} ${line.amount}`)
      ?.find(
        (other) => Math.abs(other.item.day - line.item.day) <= DAYS_MAX && isSame(other, line),
      );
    if (first === undefined) return undefined;
    const text = `"${first.item.id}" of ${formatDay(first.item.day)} has the same amount and party`;
    return {
      code: line.side === 'entry' ? 'billed_twice' : 'paid_twice',
      difference: line.item.units,
      evidence: [{ fact: 'repeats', text }],
    };
  };
}
