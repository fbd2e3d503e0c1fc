/** What is remembered of a reconciliation: each match and each proposal, with whom it is about. */
import { compareText } from '../order.ts';
import type { Counterpart, Reconciliation, RowPass } from './reconcile-result.ts';
import { matchName } from './reconcile-side.ts';

export type LoggedMatch = Readonly<{
  /** `INV-1=december.csv:14` */
  match: string;
  kind: 'automatic' | 'suggested';
  with: Counterpart;
  rows: readonly string[];
  ids: readonly string[];
  pass: RowPass;
  score: number | undefined;
  margin: number | undefined;
  difference: bigint | undefined;
  currency: string;
  /** As each side calls them: what an alias is made of. */
  vendors: readonly string[];
  parties: readonly string[];
}>;

/** Each once, by name; the ledger has no lines that a person could confirm. */
export function logOf({ rows, parties }: Reconciliation): readonly LoggedMatch[] {
  const vendorOf = new Map(rows.map(({ id, vendor }) => [id, vendor]));
  const names = (ids: readonly string[], of: (id: string) => string | undefined): string[] =>
    [...new Set(ids.flatMap((id) => of(id) ?? []))].sort(compareText);
  const found = new Map<string, LoggedMatch>();
  const add = (
    told: Readonly<{ with: Counterpart; rows: readonly string[]; ids: readonly string[] }>,
    more: Pick<LoggedMatch, 'kind' | 'pass' | 'score' | 'margin' | 'difference' | 'currency'>,
  ): void => {
    const { with: side, rows: own, ids } = told;
    if (side === 'ledger' || own.length === 0 || ids.length === 0) return;
    const match = matchName(own, ids);
    if (found.has(match)) return;
    found.set(match, {
      ...{ match, with: side, rows: own, ids, ...more },
      vendors: names(own, (id) => vendorOf.get(id)),
      parties: names(ids, (id) => parties.get(partyKey(side, id))),
    });
  };
  for (const { matches } of rows) {
    for (const each of matches) add(each, { ...pick(each), kind: 'automatic' });
  }
  for (const { suggestions, currency } of rows) {
    for (const each of suggestions) {
      const { pass, score } = each;
      add(each, {
        pass,
        score,
        kind: 'suggested',
        margin: undefined,
        difference: undefined,
        currency,
      });
    }
  }
  return [...found.values()].sort((a, b) => compareText(a.match, b.match));
}

function pick(each: Pick<LoggedMatch, 'pass' | 'score' | 'margin' | 'difference' | 'currency'>) {
  const { pass, score, margin, difference, currency } = each;
  return { pass, score, margin, difference, currency };
}

export function partyKey(side: Counterpart, id: string): string {
  return `${side} ${id}`;
}
