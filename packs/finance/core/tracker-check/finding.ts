/** What a tracker says that cannot be so, with the rows it is said in and the numbers. */
import { formatExact } from '../money.ts';
import type { ItemPlace } from '../reconcile/item.ts';
import type { ReasonCode } from '../reconcile/reason.ts';
import type { Evidence } from '../reconcile/result.ts';

export type TrackerFinding = Readonly<{
  code: ReasonCode;
  /** A warning asks for somebody; `info` only tells. */
  severity: 'info' | 'warning';
  /** What it is about: an invoice number, a vendor, a category, a period. */
  subject: string;
  /** One sentence with its numbers. */
  message: string;
  /** What is said minus what follows; undefined where nothing is compared. */
  difference: bigint | undefined;
  evidence: readonly Evidence[];
  /** What to write instead, or to do. */
  suggestion: string | undefined;
  place: ItemPlace;
  /** Rows of the main table that it is about. */
  rows: readonly number[];
}>;

export function amountText(units: bigint, currency: string | undefined): string {
  return currency === undefined ? formatExact(units) : `${formatExact(units)} ${currency}`;
}

/** `+1.25 USD`, `-344.60 USD` */
export function differenceText(units: bigint, currency: string | undefined): string {
  return units > 0n ? `+${amountText(units, currency)}` : amountText(units, currency);
}
