/** Control totals: what an import adds up to per currency, and how far a replacement moved it. */
import type { ImportedPeriod, Totals } from '../ports/state.ts';

type Counted = Pick<ImportedPeriod, 'rows' | 'totals' | 'kept'>;

/** Over all periods, sorted by currency; currencies stay apart. Only what the files hold. */
export function totalsOf(periods: readonly Counted[]): Totals {
  return combine(
    periods.flatMap(({ totals, kept }) => [...totals, ...negated(kept?.totals ?? [])]),
  );
}

/** Of the files alone. */
export function rowsOf(periods: readonly Counted[]): number {
  return periods.reduce((n, { rows, kept }) => n + rows - (kept?.rows ?? 0), 0);
}

/** New minus old, for every currency of either. */
export function moved({ totals, replaced }: ImportedPeriod): Totals {
  return combine([...totals, ...negated(replaced?.totals ?? [])]);
}

function negated(totals: Totals): Totals {
  return totals.map((total) => ({ ...total, units: -total.units }));
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
