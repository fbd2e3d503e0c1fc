/**
 * Why a sum is not what its invoices add up to: the slips that people make, tried one by one. Only
 * what accounts for the whole difference is told, and only where a single slip does.
 */
import { formatDay } from '../day.ts';
import { absolute } from '../money.ts';
import type { Evidence } from '../reconcile/result.ts';
import type { TrackerInvoice } from '../reconcile/tracker.ts';
import { amountText } from './finding.ts';

const MONTHS = 12n;
const QUARTERS = 4n;

type Slip = Readonly<{
  fact: string;
  fits(invoice: TrackerInvoice, difference: bigint): boolean;
  text(invoice: TrackerInvoice, difference: bigint): string;
}>;

const SLIPS: readonly Slip[] = [
  {
    fact: 'counted_twice_as_share',
    fits: ({ units }, difference) => units === difference * MONTHS,
    text: (invoice, difference) =>
      `${said(invoice)} is counted in full, and once more as ${one(invoice, difference)} a month`,
  },
  {
    fact: 'counted_as_share',
    fits: ({ units }, difference) => units * (MONTHS - 1n) === -difference * MONTHS,
    text: (invoice, difference) =>
      `${said(invoice)} is counted as ${one(invoice, invoice.units + difference)} a month only`,
  },
  {
    fact: 'counted_twice_as_quarter',
    fits: ({ units }, difference) => units === difference * QUARTERS,
    text: (invoice, difference) =>
      `${said(invoice)} is counted in full, and once more as ${one(invoice, difference)} a quarter`,
  },
  {
    fact: 'counted_twice',
    fits: ({ units }, difference) => units === difference,
    text: (invoice) => `${said(invoice)} is counted twice`,
  },
  {
    fact: 'left_out',
    fits: ({ units }, difference) => units === -difference,
    text: (invoice) => `${said(invoice)} is left out`,
  },
  {
    fact: 'sign_turned',
    fits: ({ units }, difference) => units * 2n === -difference,
    text: (invoice) => `${said(invoice)} is counted with the other sign`,
  },
];

/** `difference`: what is said minus what follows. `others` are those that should not count. */
export function explanation(
  difference: bigint,
  invoices: readonly TrackerInvoice[],
  others: readonly TrackerInvoice[] = [],
): readonly Evidence[] {
  const moving = invoices.filter(({ units }) => units !== 0n);
  const wrong = others.filter(({ units }) => units !== 0n && units === difference);
  if (wrong.length > 0) {
    const isOnly = wrong.length === 1 && moving.every(({ units }) => units !== difference);
    if (!isOnly) return [];
    return [
      { fact: 'counted_though_open', text: `${said(wrong[0]!)} is counted, and is not paid` },
    ];
  }
  for (const { fact, fits, text } of SLIPS) {
    const found = moving.filter((invoice) => fits(invoice, difference));
    // Two of them would be a guess.
    if (found.length === 1) return [{ fact, text: text(found[0]!, difference) }];
  }
  return [];
}

/** Digits in another order: the difference of the two in the smallest coin divides by nine. */
export function isTransposed(a: bigint, b: bigint): boolean {
  const digits = (units: bigint): string =>
    [...absolute(units).toString()].sort().join('').replace(/^0+/, '');
  return absolute(a) !== absolute(b) && digits(a) === digits(b);
}

function said(invoice: TrackerInvoice): string {
  const { day, party, units, currency } = invoice;
  return `${nameOf(invoice)} (${party}, ${amountText(units, currency)}, ${formatDay(day)})`;
}

export function nameOf({ id, number }: Pick<TrackerInvoice, 'id' | 'number'>): string {
  return number ?? id;
}

function one({ currency }: TrackerInvoice, units: bigint): string {
  return amountText(units, currency);
}
