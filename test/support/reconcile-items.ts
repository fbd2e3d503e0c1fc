/** Items for tests of matching, with as little said as possible. */
import { parseDay } from '../../packs/finance/core/day.ts';
import { parseUnits } from '../../packs/finance/core/money.ts';
import type { Item } from '../../packs/finance/core/reconcile/item.ts';
import { matchItems } from '../../packs/finance/core/reconcile/match.ts';
import {
  DEFAULT_OPTIONS,
  type MatchMemory,
  type MatchOptions,
  NO_MEMORY,
} from '../../packs/finance/core/reconcile/options.ts';
import type { MatchResult } from '../../packs/finance/core/reconcile/result.ts';

type Said = Readonly<{ id: string; day: string; amount: string; party: string }> &
  Partial<Pick<Item, 'kind' | 'currency' | 'text' | 'references'>> &
  Readonly<{ due?: string }>;

export function entry(said: Said): Item {
  return item({ kind: 'invoice', ...said });
}

export function payment(said: Said): Item {
  return item({ kind: 'payment', ...said });
}

function item({ day, due, amount, ...said }: Said & Pick<Item, 'kind'>): Item {
  return {
    ...{ currency: 'USD', text: '', references: [] },
    ...said,
    day: parseDay(day),
    dueDay: due === undefined ? undefined : parseDay(due),
    units: parseUnits(amount),
    place: { file: 'books.csv', line: undefined },
  };
}

export function matched(
  entries: readonly Item[],
  payments: readonly Item[],
  options: Partial<MatchOptions> = {},
  memory: MatchMemory = NO_MEMORY,
): MatchResult {
  return matchItems({ entries, payments, options: { ...DEFAULT_OPTIONS, ...options }, memory });
}

/** `pass: entries = payments`, in the order of the result. */
export function shortly({ matches }: MatchResult): readonly string[] {
  return matches.map(({ pass, entries, payments }) => {
    return `${pass}: ${entries.join(' + ')} = ${payments.join(' + ')}`;
  });
}

/** `id: reasons` of every line that nothing fits. */
export function reasonsLeft({ residue }: MatchResult): readonly string[] {
  return residue.map(({ id, reasons }) => `${id}: ${reasons.map(({ code }) => code).join(', ')}`);
}
