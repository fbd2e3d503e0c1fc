/**
 * Payments that cite what they pay: several invoices at once, or one invoice in parts. Where the
 * parts are less than the invoice it is partly paid, and the rest stays owed.
 */
import { formatExact } from '../money.ts';
import { type Board, citedEntries, groupBy, isRejected, openLines, take } from './board.ts';
import { amountOf, daysCost, nameEvidence, nameFit } from './fit.ts';
import type { Line } from './line.ts';
import { FULL } from './name.ts';
import { takeSums } from './pass-sum.ts';
import { type Pair, settle, type Told } from './settle.ts';

const CITED_DAYS = 400;
const PART_SCORE = 900;

/** Entries that each open payment cites, as far as both are open and of one currency. */
function citingPairs(board: Board, isStrict: boolean): readonly Omit<Pair, 'score'>[] {
  return openLines(board.payments, isStrict).flatMap((payment) =>
    openLines(citedEntries(board, payment), isStrict)
      .filter(
        (entry) =>
          entry.item.currency === payment.item.currency &&
          Math.abs(payment.item.day - entry.item.day) <= CITED_DAYS &&
          !isRejected(board, entry, payment),
      )
      .map((entry) => ({ entry, payment })),
  );
}

/** Sums among nothing but what is cited. */
export function passReferenceSum(board: Board): number {
  const pairs = citingPairs(board, false);
  const byPayment = groupBy(pairs, ({ payment }) => payment);
  const byEntry = groupBy(pairs, ({ entry }) => entry);
  const sums = [...byPayment].map(([whole, found]) => ({
    whole,
    pool: found.map(({ entry }) => entry),
  }));
  const parts = [...byEntry].map(([whole, found]) => ({
    whole,
    pool: found.map(({ payment }) => payment),
  }));
  return takeSums(board, 'reference_sum', sums) + takeSums(board, 'reference_sum', parts);
}

/** All payments that cite one entry and nothing else, together less than it. */
export function passPartial(board: Board): number {
  const pairs = citingPairs(board, true);
  const cites = groupBy(pairs, ({ payment }) => payment);
  const byEntry = groupBy(pairs, ({ entry }) => entry);
  let taken = 0;
  for (const [entry, found] of byEntry) {
    const payments = found.map(({ payment }) => payment);
    if (payments.some((payment) => cites.get(payment)!.length > 1)) continue;
    const paid = payments.reduce((sum, { item }) => sum + item.units, 0n);
    if (!isPartOf(paid, entry.item.units) || payments.some(({ coins }) => coins < 0n)) continue;
    takeParts(board, entry, payments, paid);
    taken += 1;
  }
  return taken + saidParts(board);
}

function isPartOf(paid: bigint, owed: bigint): boolean {
  return paid > 0n && paid < owed;
}

function takeParts(board: Board, entry: Line, payments: readonly Line[], paid: bigint): void {
  const remaining = entry.item.units - paid;
  take(
    board,
    {
      pass: 'partial',
      entries: [entry.item.id],
      payments: payments.map(({ item }) => item.id),
      ...{ score: PART_SCORE, margin: FULL, difference: -remaining, remaining },
      reasons: ['partly_paid'],
      evidence: [
        nameEvidence(board, entry, payments[0]!),
        { fact: 'amount', text: `${payments.map(amountOf).join(' + ')} of ${amountOf(entry)}` },
        { fact: 'remaining', text: `${formatExact(remaining)} ${entry.item.currency} owed` },
      ],
    },
    [entry, ...payments],
  );
}

const SAYS_PART = /\b(part|partial|deposit|instal?ment|rate|anzahlung|teilzahlung|acompte)\b/i;

/** A payment that says it is a part, of a vendor with just one open invoice it can be a part of. */
function saidParts(board: Board): number {
  const entries = groupBy(openLines(board.entries, true), ({ party }) => party);
  const pairs = openLines(board.payments, true)
    .filter(({ item }) => SAYS_PART.test(`${item.party} ${item.text}`))
    .flatMap((payment) =>
      board.parties
        .vendorsOf(payment.party)
        .flatMap(({ vendor }) => entries.get(vendor) ?? [])
        .flatMap((entry) => partPair(board, entry, payment) ?? []),
    );
  const tell = ({ entry, payment }: Pair): Told => {
    const remaining = entry.item.units - payment.item.units;
    return {
      reasons: ['partly_paid'],
      evidence: [
        nameEvidence(board, entry, payment),
        { fact: 'amount', text: `${amountOf(payment)} of ${amountOf(entry)}, said to be a part` },
        { fact: 'remaining', text: `${formatExact(remaining)} ${entry.item.currency} owed` },
      ],
      ...{ difference: -remaining, remaining },
    };
  };
  return settle(board, { pass: 'partial', pairs, tell });
}

function partPair(board: Board, entry: Line, payment: Line): Pair | undefined {
  if (entry.item.currency !== payment.item.currency) return undefined;
  if (!isPartOf(payment.item.units, entry.item.units)) return undefined;
  const cost = daysCost(board, entry, payment);
  const name = nameFit(board, entry, payment);
  if (cost === undefined || name < board.options.nameMin) return undefined;
  return { entry, payment, score: 100 + Math.floor((7 * name) / 10) - Math.floor(cost / 3) };
}
