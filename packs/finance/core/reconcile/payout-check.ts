/**
 * Whether a Stripe payout is what its transactions leave: charges less fees less refunds, and what
 * else changed the balance. Exact; a difference is told, never spread.
 *
 * Types and reporting categories after Stripe's "Balance transaction types" and "Reporting
 * categories"; on each transaction net is amount less fee.
 */
import type { ItemPlace } from './item.ts';
import type { PayoutCheck } from './statement.ts';

/** Amounts as Stripe signs them: what raises the balance is positive, a fee taken is positive. */
export type StripeTransaction = Readonly<{
  id: string;
  /** Its `type`, or its `reporting_category`. */
  type: string;
  amount: bigint;
  fee: bigint;
  currency: string;
  /** Of the object it is about: `ch_…`, `po_…`. */
  source: string | undefined;
  /** The automatic payout that it is part of. */
  payout: string | undefined;
  place: ItemPlace;
}>;

export type StripeClass = 'charge' | 'refund' | 'fee' | 'payout' | 'payout_reversal' | 'other';

const CLASSES: Readonly<Record<string, StripeClass>> = {
  charge: 'charge',
  payment: 'charge',
  refund: 'refund',
  payment_refund: 'refund',
  refund_failure: 'refund',
  payment_failure_refund: 'refund',
  partial_capture_reversal: 'refund',
  stripe_fee: 'fee',
  stripe_fx_fee: 'fee',
  tax_fee: 'fee',
  tax: 'fee',
  fee: 'fee',
  network_cost: 'fee',
  payout: 'payout',
  payout_reversal: 'payout_reversal',
  payout_cancel: 'payout_reversal',
  payout_failure: 'payout_reversal',
};

/** A `transfer` was what a payout is now; to other accounts there still are some. */
export function classOf({ type, source }: Pick<StripeTransaction, 'type' | 'source'>): StripeClass {
  if (type === 'transfer' && source?.startsWith('po_') === true) return 'payout';
  return Object.hasOwn(CLASSES, type) ? CLASSES[type]! : 'other';
}

/**
 * Per payout in the order of the file. Transactions that name none belong to the one payout of
 * `isListOfOne`: the answer of a list asked for one payout, which does not repeat its id.
 */
export function checkPayouts(
  transactions: readonly StripeTransaction[],
  isListOfOne: boolean,
): PayoutCheck[] {
  const payouts = transactions.filter((each) => classOf(each) === 'payout');
  const names = new Set(transactions.flatMap(payoutOf));
  const isNamed = transactions.some((each) => classOf(each) !== 'payout' && each.payout);
  if (!isNamed) {
    if (!isListOfOne || payouts.length !== 1) return [];
    return [checkOf(payouts[0]!.source ?? payouts[0]!.id, transactions, 'only_payout')];
  }
  const byName = Map.groupBy(transactions, (each) => payoutOf(each)[0]);
  return [...names].map((name) => checkOf(name, byName.get(name)!, 'named'));
}

function payoutOf(transaction: StripeTransaction): string[] {
  const { payout, source, id } = transaction;
  if (classOf(transaction) === 'payout') return [source ?? payout ?? id];
  return payout === undefined ? [] : [payout];
}

function checkOf(
  payout: string,
  transactions: readonly StripeTransaction[],
  by: PayoutCheck['by'],
): PayoutCheck {
  const amounts = { charge: 0n, refund: 0n, fee: 0n, payout: 0n, payout_reversal: 0n, other: 0n };
  let fees = 0n;
  for (const transaction of transactions) {
    amounts[classOf(transaction)] += transaction.amount;
    fees += transaction.fee;
  }
  const own = transactions.find((each) => classOf(each) === 'payout');
  const { charge, refund, fee, payout_reversal: reversal, other } = amounts;
  const paidOut = own === undefined ? undefined : -amounts.payout;
  const left = charge - (fees - fee) + refund + reversal + other;
  const [first] = transactions;
  return {
    payout,
    currency: (own ?? first!).currency,
    paidOut,
    charges: charge,
    fees: fees - fee,
    refunds: -refund,
    adjustments: reversal + other,
    difference: paidOut === undefined ? undefined : paidOut - left,
    by,
    transactions: transactions.length - (own === undefined ? 0 : 1),
    place: (own ?? first!).place,
  };
}
