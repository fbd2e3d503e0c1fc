/** Shown amounts and percentages as text; what is not known is empty. */
import { formatScaled } from '../../core/money.ts';
import type { Amount, Row, Status } from '../weekly-report.ts';

/** With ASCII minus, for machines. */
export function plainAmount(amount: Amount | undefined, decimals: number): string {
  return amount === undefined ? '' : formatScaled(amount.shown, decimals);
}

export function plainPercent(tenths: bigint | undefined): string {
  return tenths === undefined ? '' : formatScaled(tenths, 1);
}

/** For people: an actual that is not known is seen not to be. */
export function printedActual({ actual }: Row, decimals: number): string {
  return actual === undefined ? '\u2013' : printed(plainAmount(actual, decimals));
}

/** For people: a service without an amount of its own has no status of its own. */
export function serviceStatusText(status: Status): string {
  return status === 'no budget' ? '\u2013' : status;
}

/** With the minus sign of typography (U+2212), which is as wide as a digit; for people. */
export function printed(plain: string): string {
  return plain.startsWith('-') ? `\u2212${plain.slice(1)}` : plain;
}

/** The same for the amounts within a sentence; dates and names keep their hyphens. */
export function printedProse(text: string): string {
  return text.replace(/(?<=^|\s)-(?=\d)/g, '\u2212');
}
