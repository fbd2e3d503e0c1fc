/** Control totals: what an import adds up to per currency, and how far a replacement moved it. */
import type { ImportedPeriod, Totals } from '../ports/state.ts';

/** Over all periods, sorted by currency; currencies stay apart. */
export function totalsOf(periods: readonly Readonly<{ totals: Totals }>[]): Totals {
  return combine(periods.flatMap(({ totals }) => totals));
}

/** New minus old, for every currency of either. */
export function moved({ totals, replaced }: ImportedPeriod): Totals {
  const before = replaced?.totals ?? [];
  return combine([...totals, ...before.map((total) => ({ ...total, units: -total.units }))]);
}

function combine(totals: Totals): Totals {
  const byCurrency = new Map<string, bigint>();
  for (const { currency, units } of totals) {
    byCurrency.set(currency, (byCurrency.get(currency) ?? 0n) + units);
  }
  return [...byCurrency]
    .map(([currency, units]) => ({ currency, units }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}
