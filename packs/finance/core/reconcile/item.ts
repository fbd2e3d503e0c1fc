/**
 * One line of one side of a reconciliation: an invoice of the tracker, a payment of the bank, a
 * charge or a payout of Stripe, what the ledger holds of an invoice.
 *
 * Amounts are an integer count of 1e-12 of the currency, as a party that pays sees them: owed or
 * paid is positive; a credit note, a refund or money that came in is negative.
 */
import type { Day } from '../day.ts';

export const ITEM_KINDS = [
  'invoice',
  'credit_note',
  /** Taken back as if it had never been: the entry itself, or the one that reverses it. */
  'void',
  'payment',
  'refund',
  'fee',
  'payout',
] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

/** Where it stands: `{ file: 'december.csv', line: 14 }`. */
export type ItemPlace = Readonly<{ file: string; line: number | undefined }>;

export type Item = Readonly<{
  /** Unique on its side: `INV-2025-001`, or of a line without a number `december.csv:14`. */
  id: string;
  kind: ItemKind;
  /** Of an invoice the invoice date, of a payment when it was booked. */
  day: Day;
  /** By when an invoice is to be paid; undefined: not said, or never. */
  dueDay: Day | undefined;
  units: bigint;
  currency: string;
  /** Who it is with, as this side calls them: a vendor's name, the text of a bank line. */
  party: string;
  /** Whatever else it says. */
  text: string;
  /** Numbers that name it or what it is for: of invoices, checks, orders, payments. */
  references: readonly string[];
  place: ItemPlace;
}>;
