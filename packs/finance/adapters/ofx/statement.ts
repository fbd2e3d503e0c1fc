/** The transactions of one OFX account -> items. */
import { isCurrency } from '../../core/currency.ts';
import type { Day } from '../../core/day.ts';
import { type DecimalMark, readAmount } from '../../core/reconcile/amount-text.ts';
import { dayAt } from '../../core/reconcile/date-text.ts';
import { quoted } from '../../core/reconcile/file-problem.ts';
import type { Item, ItemKind } from '../../core/reconcile/item.ts';
import { childText, type MarkupNode } from '../../core/reconcile/markup-node.ts';
import type { SourceText } from '../../core/reconcile/source-text.ts';
import {
  accountLabel,
  type Balance,
  type Statement,
  uniqueIds,
} from '../../core/reconcile/statement.ts';

/** What an account's part of the file holds, as it is walked through. */
export type Draft = Readonly<{
  line: number;
  /** By name: CURDEF, BANKACCTFROM, LEDGERBAL, DTSTART … */
  parts: Map<string, MarkupNode>;
  transactions: MarkupNode[];
}>;

export function openDraft(line: number): Draft {
  return { line, parts: new Map(), transactions: [] };
}

/** @param isOneOfMany The account is told in the ids: two banks may count alike. */
export function statementOf(draft: Draft, source: SourceText, isOneOfMany: boolean): Statement {
  const account = draft.parts.get('BANKACCTFROM') ?? draft.parts.get('CCACCTFROM');
  const label = accountLabel(account === undefined ? undefined : childText(account, 'ACCTID'));
  const currency = draft.parts.get('CURDEF')?.text.toUpperCase();
  const prefix = isOneOfMany ? `${label ?? draft.line}/` : '';
  return {
    account: label,
    currency,
    items: readItems({ draft, source, currency, prefix }),
    pending: [],
    opening: undefined,
    closing: ledgerBalance(draft, source, currency),
    check: undefined,
    place: { file: source.file, line: draft.line },
  };
}

type Reading = Readonly<{
  draft: Draft;
  source: SourceText;
  currency: string | undefined;
  prefix: string;
}>;

function readItems({ draft, source, currency, prefix }: Reading): Item[] {
  const own = uniqueIds();
  const seen = new Map<string, Item>();
  return draft.transactions.flatMap((node) => {
    if (source.problems.isFull()) return [];
    const item = readItem(node, source, currency);
    if (item === undefined) return [];
    const fitid = childText(node, 'FITID');
    const { line } = item.place;
    if (fitid === undefined) return [{ ...item, id: own(`${source.file}:${line}`, line) }];
    const before = seen.get(fitid);
    if (before === undefined) seen.set(fitid, item);
    else {
      const isSame = isSameTransaction(before, item);
      const told = isSame ? 'is there twice and counts once' : 'is of two transactions';
      const message = `FITID ${quoted(fitid)} ${told}; the other is in line ${before.place.line}`;
      source.problems.warn({ at: node.at, code: 'duplicate-id', message });
      if (isSame) return [];
    }
    return [{ ...item, id: own(`${prefix}${fitid}`, line) }];
  });
}

/** FITID is there so that a transaction that is downloaded twice is known again. */
function isSameTransaction(a: Item, b: Item): boolean {
  return (
    a.day === b.day &&
    a.units === b.units &&
    a.currency === b.currency &&
    a.party === b.party &&
    a.text === b.text
  );
}

function readItem(
  node: MarkupNode,
  source: SourceText,
  home: string | undefined,
): Item | undefined {
  const day = readDay(node, 'DTPOSTED', source);
  const currency = childText(node, 'CURRENCY', 'CURSYM')?.toUpperCase() ?? home;
  const amount = readUnits(node, 'TRNAMT', source);
  if (currency === undefined || !isCurrency(currency)) {
    const found = currency === undefined ? 'no currency' : `no known currency: ${quoted(currency)}`;
    const message = `the transaction has ${found}`;
    source.problems.error({ at: node.at, code: 'bad-currency', message });
    return undefined;
  }
  if (day === undefined || amount === undefined) return undefined;
  const party = childText(node, 'NAME') ?? childText(node, 'PAYEE', 'NAME') ?? '';
  const memo = childText(node, 'MEMO');
  const references = ['CHECKNUM', 'REFNUM'].flatMap((name) => childText(node, name) ?? []);
  return {
    id: '',
    kind: kindOf(childText(node, 'TRNTYPE')?.toUpperCase(), amount),
    day,
    dueDay: undefined,
    units: -amount,
    currency,
    party: party === '' ? (memo ?? '') : party,
    text: [party, memo].filter((each) => each !== undefined && each !== '').join(' '),
    references: [...new Set(references)],
    place: { file: source.file, line: source.lineOf(node.at) },
  };
}

/** Money that came in is a refund until a rule knows better. */
function kindOf(type: string | undefined, amount: bigint): ItemKind {
  if ((type === 'FEE' || type === 'SRVCHG') && amount <= 0n) return 'fee';
  return amount > 0n ? 'refund' : 'payment';
}

function readUnits(node: MarkupNode, name: string, source: SourceText): bigint | undefined {
  const text = childText(node, name);
  const mark: DecimalMark = text?.includes(',') === true && !text.includes('.') ? ',' : '.';
  // One point or one comma, and no groups: what has both is neither.
  const isPlain = text !== undefined && /^[+-]?\d*[.,]?\d*$/.test(text);
  const read = isPlain ? readAmount(text, { decimal: mark }) : undefined;
  if (read?.units !== undefined) return read.units;
  const found = text === undefined ? 'no amount' : `an amount that does not read: ${quoted(text)}`;
  const message = `the transaction has ${found}`;
  source.problems.error({ at: node.at, code: 'bad-amount', message, hint: 'OFX writes -1234.56' });
  return undefined;
}

const DATE = '(\\d{4})(\\d{2})(\\d{2})';
const CLOCK = '(?:(\\d{2})(\\d{2})(\\d{2})?(?:\\.\\d{1,6})?)?';
const ZONE = '(?:\\s*\\[([+-]?\\d{1,2}(?:\\.\\d{1,2})?)(?::[^\\]]{0,32})?\\])?';
const TIME = new RegExp(`^${DATE}${CLOCK}${ZONE}$`);

/**
 * The day as the bank wrote it, in the bank's own zone: moved to another it would not be the day
 * of the statement, and most banks write a midnight without any zone.
 */
function readDay(node: MarkupNode, name: string, source: SourceText): Day | undefined {
  const text = childText(node, name);
  const found = TIME.exec(text ?? '');
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone = '0'] = found ?? [];
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 61;
  const isZone = Math.abs(Number(zone)) <= 14;
  const read = isTime && isZone ? dayAt(Number(year), Number(month), Number(day)) : undefined;
  if (read !== undefined) return read;
  const told = text === undefined ? `no ${name}` : `${name} ${quoted(text)}, which is no time`;
  const message = `the transaction has ${told}`;
  const hint = 'OFX writes 20251231 or 20251231120000[-5:EST]';
  source.problems.error({ at: node.at, code: 'bad-date', message, hint });
  return undefined;
}

function ledgerBalance(
  { parts }: Draft,
  source: SourceText,
  currency: string | undefined,
): Balance | undefined {
  const node = parts.get('LEDGERBAL');
  if (node === undefined || currency === undefined) return undefined;
  const units = readUnits(node, 'BALAMT', source);
  const day = childText(node, 'DTASOF') === undefined ? undefined : readDay(node, 'DTASOF', source);
  return units === undefined ? undefined : { units, currency, day };
}
