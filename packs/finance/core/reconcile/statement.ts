/**
 * What a bank or Stripe says happened on an account: lines as items, and what the statement says
 * of itself. Money that went out is positive, money that came in negative (item.ts).
 */
import type { Day } from '../day.ts';
import { formatExact } from '../money.ts';
import type { FileProblem } from './file-problem.ts';
import type { Item, ItemPlace } from './item.ts';

/** As the bank writes it: what is on the account is positive. */
export type Balance = Readonly<{ units: bigint; currency: string; day: Day | undefined }>;

export type BalanceCheck = Readonly<{
  /** Opening balance and booked lines. */
  expected: bigint;
  /** Closing balance. */
  actual: bigint;
  /** `actual - expected`: zero where the statement is whole. */
  difference: bigint;
}>;

export type Statement = Readonly<{
  /** Never a whole account number: `…4567`. */
  account: string | undefined;
  currency: string | undefined;
  /** Booked. */
  items: readonly Item[];
  /** Announced, not booked: no money has moved. */
  pending: readonly Item[];
  opening: Balance | undefined;
  closing: Balance | undefined;
  /** Undefined where the statement does not give both balances. */
  check: BalanceCheck | undefined;
  place: ItemPlace;
}>;

export type StatementFile = Readonly<{
  file: string;
  format: 'bank-csv' | 'ofx' | 'camt.053' | 'stripe';
  statements: readonly Statement[];
  /** Of Stripe: whether each payout is what its transactions leave. */
  payouts: readonly PayoutCheck[];
  /** Lines that a rule skips, with their place. */
  skipped: readonly ItemPlace[];
  problems: readonly FileProblem[];
}>;

/** `payout = charges - fees - refunds (+ adjustments)`; amounts as Stripe writes them. */
export type PayoutCheck = Readonly<{
  payout: string;
  currency: string;
  /** What was paid out; negative where Stripe took money back. Undefined: it is not in the file. */
  paidOut: bigint | undefined;
  charges: bigint;
  /** Positive: what was taken. */
  fees: bigint;
  /** Positive: what was given back. */
  refunds: bigint;
  /** Disputes, corrections, reserves, transfers: signed as they change the balance. */
  adjustments: bigint;
  /** `paidOut - (charges - fees - refunds + adjustments)`. */
  difference: bigint | undefined;
  /** How the transactions are known to be of this payout. */
  by: 'named' | 'only_payout';
  transactions: number;
  place: ItemPlace;
}>;

/** Undefined where a balance is not given, or not all is in one currency. */
export function checkBalance(
  opening: Balance | undefined,
  closing: Balance | undefined,
  booked: readonly Pick<Item, 'units' | 'currency'>[],
): BalanceCheck | undefined {
  if (opening === undefined || closing === undefined) return undefined;
  const amounts = [closing, ...booked];
  if (amounts.some(({ currency }) => currency !== opening.currency)) return undefined;
  const expected = booked.reduce((sum, { units }) => sum - units, opening.units);
  return { expected, actual: closing.units, difference: closing.units - expected };
}

export function balanceMessage({ expected, actual, difference }: BalanceCheck): string {
  const [says, is] = [formatExact(actual), formatExact(expected)];
  return `the closing balance is ${says}, opening balance and lines make ${is}: \
${formatExact(difference)} apart`;
}

/** The end of an account number, enough to tell accounts apart. */
export function accountLabel(number: string | undefined): string | undefined {
  const plain = number?.replace(/[^A-Za-z0-9]/g, '') ?? '';
  if (plain === '') return undefined;
  return plain.length <= 4 ? plain : `…${plain.slice(-4)}`;
}

/** Items of one side have ids of their own: a second one of a name gets its line or a number. */
export function uniqueIds(): (id: string, line: number | undefined) => string {
  const taken = new Set<string>();
  return (id, line) => {
    let own = id;
    if (taken.has(own) && line !== undefined) own = `${id}:${line}`;
    for (let count = 2; taken.has(own); count += 1) own = `${id}#${count}`;
    taken.add(own);
    return own;
  };
}
