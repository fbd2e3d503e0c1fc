/** Reasons and evidence in words, the same in every format. */

import { formatExact } from '../../core/money.ts';
import { oneLine } from '../../core/one-line.ts';
import type { RowReason } from '../../core/reconcile/reconcile-result.ts';
import type { Evidence } from '../../core/reconcile/result.ts';

/** `amount_differs -15.00 USD` */
export function reasonHead({ code, difference, currency }: RowReason): string {
  return difference === undefined ? code : `${code} ${signed(difference)} ${currency}`;
}

export function signed(units: bigint): string {
  return units > 0n ? `+${formatExact(units)}` : formatExact(units);
}

/** Facts one after the other; `suggestion` is a column of its own. */
export function evidenceText(evidence: readonly Evidence[]): string {
  return oneLine(
    evidence
      .filter(({ fact }) => fact !== 'suggestion')
      .map(({ fact, text }) => (LABELLED[fact] === undefined ? text : `${LABELLED[fact]} ${text}`))
      .join('; '),
  );
}

const LABELLED: Readonly<Record<string, string>> = {
  invoiced: 'invoiced',
  ledger: 'ledger',
  weeks: 'weeks',
  tolerance: 'tolerance',
  besides: 'besides',
  charges: 'charges',
  fees: 'fees',
  refunds: 'refunds',
  adjustments: 'adjustments',
};

export function suggestionText(evidence: readonly Evidence[]): string | undefined {
  return evidence.find(({ fact }) => fact === 'suggestion')?.text;
}
