/** What the operator has said about earlier matches, and what follows from it at once. */
import type { Item } from './item.ts';
import type { MatchMemory } from './options.ts';
import type { Counterpart } from './reconcile-result.ts';
import type { RowFacts } from './reconcile-side.ts';

/** Rows and lines that a person says belong together. */
export type ConfirmedMatch = Readonly<{
  entries: readonly string[];
  payments: readonly string[];
}>;

export type ReconcileMemory = MatchMemory & Readonly<{ confirmed: readonly ConfirmedMatch[] }>;

type Sides = Readonly<{ entries: readonly Item[]; payments: readonly Item[] }>;

/** Confirmed matches whose lines are all there are taken first, in the order of the file. */
export function settleConfirmed(
  { entries, payments }: Sides,
  { confirmed }: Pick<ReconcileMemory, 'confirmed'>,
  side: Counterpart,
): Readonly<{ open: Sides; rows: ReadonlyMap<string, RowFacts>; used: ReadonlySet<string> }> {
  const entryOf = new Map(entries.map((each) => [each.id, each]));
  const paymentOf = new Map(payments.map((each) => [each.id, each]));
  const rows = new Map<string, RowFacts>();
  const used = new Set<string>();
  for (const match of confirmed) {
    const isThere =
      match.entries.length > 0 &&
      match.payments.length > 0 &&
      match.entries.every((id) => entryOf.has(id) && !rows.has(id)) &&
      match.payments.every((id) => paymentOf.has(id) && !used.has(id));
    if (!isThere) continue;
    const owed = match.entries.map((id) => entryOf.get(id)!);
    const paid = match.payments.map((id) => paymentOf.get(id)!);
    const facts = factsOf(match, owed, paid, side);
    for (const id of match.entries) rows.set(id, facts);
    for (const id of match.payments) used.add(id);
  }
  return {
    open: {
      entries: entries.filter(({ id }) => !rows.has(id)),
      payments: payments.filter(({ id }) => !used.has(id)),
    },
    rows,
    used,
  };
}

/** A person has accepted the difference; it is still told. */
function factsOf(
  { entries, payments }: ConfirmedMatch,
  owed: readonly Item[],
  paid: readonly Item[],
  side: Counterpart,
): RowFacts {
  const currencies = new Set([...owed, ...paid].map(({ currency }) => currency));
  const total = (items: readonly Item[]): bigint =>
    items.reduce((sum, { units }) => sum + units, 0n);
  const difference = currencies.size === 1 ? total(paid) - total(owed) : undefined;
  const evidence = [{ fact: 'confirmed', text: 'confirmed by a person' }];
  const { currency } = owed[0]!;
  return {
    outcome: 'reconciled',
    reasons:
      difference === 0n
        ? []
        : [{ with: side, code: 'amount_differs', difference, currency, evidence, isSettled: true }],
    matches: [
      {
        ...{ with: side, rows: entries, ids: payments, pass: 'confirmed', score: undefined },
        ...{ margin: undefined, difference, currency, evidence },
      },
    ],
    suggestions: [],
  };
}
