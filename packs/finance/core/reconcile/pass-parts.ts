/**
 * One invoice that is paid in several parts, some of which the bank may not have named.
 */
import { type Board, citedEntries, isRejected, openLines } from './board.ts';
import type { Line } from './line.ts';
import { hasNoName, isOdd, nearest } from './pass-equal.ts';
import { poolOf, SAME_VENDOR, takeSums } from './pass-sum.ts';

export function passParts(board: Board): number {
  const byVendor = new Map<number, Line[]>();
  const vague = new Map<Line, number>();
  for (const payment of openLines(board.payments, false)) {
    const vendors = meant(board, payment);
    vague.set(payment, vendors.length);
    for (const vendor of vendors) {
      const list = byVendor.get(vendor) ?? [];
      list.push(payment);
      byVendor.set(vendor, list);
    }
  }
  const wordless = openLines(board.payments, true).filter(
    (line) => hasNoName(board, line) && citedEntries(board, line).length === 0,
  );
  const questions = openLines(board.entries, false).map((whole) => {
    const pool = poolOf(board, whole, byVendor.get(whole.party) ?? []);
    return { whole, pool, tried: Math.max(1, ...pool.map((line) => vague.get(line) ?? 1)) };
  });
  const taken = takeSums(board, 'parts', questions);
  const unsure = questions.flatMap(({ whole, pool }) => {
    const named = pool.filter(({ isOpen }) => isOpen);
    if (named.length === 0 || !whole.isOpen) return [];
    const unnamed = wordlessFor(board, whole, wordless);
    return [{ whole, pool: [...named, ...unnamed], tried: UNNAMED, unnamed: new Set(unnamed) }];
  });
  return taken + takeSums(board, 'parts', unsure);
}

/** A vendor that is named so much less is not meant. */
const MEANT_AS_WELL = 100;

/** The vendors that a text may mean. */
function meant(board: Board, payment: Line): readonly number[] {
  const links = board.parties.vendorsOf(payment.party);
  const least = Math.max(SAME_VENDOR, (links[0]?.score ?? 0) - MEANT_AS_WELL);
  return links.filter(({ score }) => score >= least).map(({ vendor }) => vendor);
}

/** Of parts that are paid one by one the bank may have named some and not others. */
const WORDLESS_MAX = 6;
/** It could have been many others that they are parts of. */
const UNNAMED = 10;

function wordlessFor(board: Board, whole: Line, wordless: readonly Line[]): readonly Line[] {
  const { daysBefore, batchDays } = board.options;
  const wait = (line: Line): number => line.item.day - whole.item.day;
  return nearest(wordless, whole)
    .filter((line) => isOdd(line.coins))
    .filter((line) => line.isOpen && line.item.currency === whole.item.currency)
    .filter((line) => wait(line) >= -daysBefore && wait(line) <= batchDays)
    .filter((line) => !isRejected(board, whole, line))
    .sort((a, b) => wait(a) - wait(b) || a.at - b.at)
    .slice(0, WORDLESS_MAX);
}
