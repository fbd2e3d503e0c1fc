/** The rule that everybody writes first: equal amount, three days, first come first served. */
import type { Match } from '../../packs/finance/core/reconcile/result.ts';
import type { Books } from '../support/reconcile-generator.ts';

const DAYS = 3;

export function naiveMatches({ entries, payments }: Books): readonly Match[] {
  const byAmount = new Map<string, (typeof entries)[number][]>();
  for (const entry of entries) {
    const key = `${entry.currency} ${entry.units}`;
    byAmount.set(key, [...(byAmount.get(key) ?? []), entry]);
  }
  const used = new Set<string>();
  return payments.flatMap((payment): Match[] => {
    const entry = byAmount
      .get(`${payment.currency} ${payment.units}`)
      ?.find(({ id, day }) => !used.has(id) && Math.abs(payment.day - day) <= DAYS);
    if (entry === undefined) return [];
    used.add(entry.id);
    return [
      {
        ...{ pass: 'named', entries: [entry.id], payments: [payment.id], score: 0, margin: 0 },
        ...{ difference: 0n, remaining: 0n, reasons: [], evidence: [] },
      },
    ];
  });
}
