/** One CAMT.053 statement: its balances, its entries, and whether they agree. */
import type { Item } from '../../core/reconcile/item.ts';
import { childText, type MarkupNode } from '../../core/reconcile/markup-node.ts';
import type { SourceText } from '../../core/reconcile/source-text.ts';
import {
  accountLabel,
  type Balance,
  balanceMessage,
  checkBalance,
  type Statement,
  uniqueIds,
} from '../../core/reconcile/statement.ts';
import { type Entry, readEntry } from './entry.ts';
import { readDay, readMoney } from './values.ts';

export type Draft = Readonly<{
  line: number;
  at: number;
  accounts: MarkupNode[];
  balances: MarkupNode[];
  entries: MarkupNode[];
}>;

export function openDraft(line: number, at: number): Draft {
  return { line, at, accounts: [], balances: [], entries: [] };
}

export function statementOf(
  draft: Draft,
  source: SourceText,
  { isComplete, isMany }: Readonly<{ isComplete: boolean; isMany: boolean }>,
): Statement {
  const [account] = draft.accounts;
  const number =
    account && (childText(account, 'Id', 'IBAN') ?? childText(account, 'Id', 'Othr', 'Id'));
  const label = accountLabel(number);
  const entries = draft.entries.flatMap((node) =>
    source.problems.isFull() ? [] : (readEntry(node, source) ?? []),
  );
  const prefix = isMany ? `${label ?? draft.line}/` : '';
  const own = uniqueIds();
  const named = (kept: readonly Entry[]): Item[] =>
    kept.flatMap(({ items }) =>
      items.map((item) => ({ ...item, id: own(`${prefix}${item.id}`, item.place.line) })),
    );
  const items = named(entries.filter(({ status }) => status === 'BOOK'));
  const pending = named(entries.filter(({ status }) => status === 'PDNG'));
  const opening = balanceNamed(draft, ['OPBD', 'PRCD', 'ITBD'], source, 'first');
  const closing = balanceNamed(draft, ['CLBD', 'ITBD'], source, 'last');
  const isWhole = isComplete && entries.length === draft.entries.length;
  const check = isWhole ? checkBalance(opening, closing, items) : undefined;
  if (check !== undefined && check.difference !== 0n) {
    const message = balanceMessage(check);
    const hint = 'a line or a page of the statement is missing, or it is damaged';
    source.problems.error({ at: draft.at, code: 'balance-differs', message, hint });
  }
  const currency =
    (account && childText(account, 'Ccy')) ?? closing?.currency ?? items[0]?.currency;
  const place = { file: source.file, line: draft.line };
  return { account: label, currency, items, pending, opening, closing, check, place };
}

/** The first kind of balance that there is; of interim ones the first or the last. */
function balanceNamed(
  draft: Draft,
  codes: readonly string[],
  source: SourceText,
  which: 'first' | 'last',
): Balance | undefined {
  const ofCode = (code: string): readonly MarkupNode[] =>
    draft.balances.filter((node) => childText(node, 'Tp', 'CdOrPrtry', 'Cd') === code);
  const code = codes.find((each) => ofCode(each).length > 0);
  const found = code === undefined ? [] : ofCode(code);
  // One interim balance alone is an end, not a beginning.
  if (code === 'ITBD' && which === 'first' && found.length < 2) return undefined;
  const node = which === 'first' ? found[0] : found.at(-1);
  if (node === undefined) return undefined;
  const money = readMoney(node, source);
  const day = readDay(node, ['Dt'], source);
  return money === undefined ? undefined : { ...money, day };
}
