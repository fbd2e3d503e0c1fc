/** Amounts in the reasons of rules: money by the digits of its currency, readings with all. */
import { decimalsOf } from '../currency.ts';
import { formatExact, formatScaled, roundUnits } from '../money.ts';

export function moneyText(units: bigint, currency: string): string {
  const decimals = decimalsOf(currency);
  return `${formatScaled(roundUnits(units, decimals), decimals)} ${currency}`;
}

/** `90.1 %`, or with fewer digits where there are none. */
export function percentText(percent: bigint): string {
  return `${formatExact(roundUnits(percent, 1) * 10n ** 11n, 0)} %`;
}

export function readingText(units: bigint, unit: string): string {
  return `${formatExact(units, 0)} ${unit}`;
}

/** Clauses with `; ` between them; empty ones are left out. */
export function clauses(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('; ');
}
