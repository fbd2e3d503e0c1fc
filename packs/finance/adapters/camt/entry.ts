/**
 * An entry of a statement -> items: one, or one per transaction where a batch says what each of
 * them was and they come to the entry's amount.
 */
import type { Day } from '../../core/day.ts';
import { formatExact } from '../../core/money.ts';
import type { Item, ItemKind } from '../../core/reconcile/item.ts';
import {
  childOf,
  childrenOf,
  childText,
  type MarkupNode,
} from '../../core/reconcile/markup-node.ts';
import type { SourceText } from '../../core/reconcile/source-text.ts';
import { readAmt, readDay, readMoney } from './values.ts';

export type Entry = Readonly<{
  /** BOOK, PDNG, INFO or what the bank calls it. */
  status: string;
  /** Their ids are the bank's; not yet unique. */
  items: readonly Item[];
}>;

type Frame = Readonly<{
  source: SourceText;
  entry: MarkupNode;
  day: Day;
  /** Credit positive. */
  units: bigint;
  currency: string;
  isReversal: boolean;
}>;

export function readEntry(entry: MarkupNode, source: SourceText): Entry | undefined {
  const money = readMoney(entry, source);
  const day = readDay(entry, ['BookgDt', 'ValDt'], source);
  if (money === undefined || day === undefined) return undefined;
  const sts = childOf(entry, 'Sts');
  const status = (sts && (childText(sts, 'Cd') ?? childText(sts, 'Prtry') ?? sts.text)) || 'BOOK';
  const reversal = childText(entry, 'RvslInd');
  const isReversal = reversal === 'true' || reversal === '1';
  const frame: Frame = { source, entry, day, ...money, isReversal };
  const details = childrenOf(entry, 'NtryDtls').flatMap((each) => childrenOf(each, 'TxDtls'));
  return { status, items: details.length > 1 ? batch(frame, details) : [whole(frame, details)] };
}

function batch(frame: Frame, details: readonly MarkupNode[]): Item[] {
  const amounts = details.map((each) => detailUnits(frame, each));
  if (amounts.some((each) => each === undefined)) return [whole(frame, details)];
  const sum = (amounts as readonly bigint[]).reduce((total, each) => total + each, 0n);
  if (sum !== frame.units) {
    const [is, says] = [formatExact(sum), formatExact(frame.units)];
    const message = `the transactions of the entry make ${is}, the entry is ${says}: kept as one`;
    frame.source.problems.warn({ at: frame.entry.at, code: 'batch-differs', message });
    return [whole(frame, details)];
  }
  return details.map((detail, i) => {
    const id = `${entryId(frame) ?? referencesOf([detail])[0] ?? fallbackId(frame)}/${i + 1}`;
    return itemOf(frame, { id, units: amounts[i]!, details: [detail], at: detail.at });
  });
}

/** Credit positive; undefined where the transaction does not say it in the entry's currency. */
function detailUnits(frame: Frame, detail: MarkupNode): bigint | undefined {
  const amt = childOf(detail, 'Amt') ?? childOf(detail, 'AmtDtls', 'TxAmt', 'Amt');
  if (amt === undefined) return undefined;
  const money = readAmt(amt, detail, frame.source);
  if (money === undefined || money.currency !== frame.currency) return undefined;
  const own = childText(detail, 'CdtDbtInd');
  const isCredit = own === undefined ? frame.units >= 0n : own === 'CRDT';
  return isCredit ? money.units : -money.units;
}

function whole(frame: Frame, details: readonly MarkupNode[]): Item {
  const id = entryId(frame) ?? referencesOf(details)[0] ?? fallbackId(frame);
  return itemOf(frame, { id, units: frame.units, details, at: frame.entry.at });
}

function entryId({ entry }: Frame): string | undefined {
  return childText(entry, 'AcctSvcrRef') ?? childText(entry, 'NtryRef');
}

function fallbackId({ source, entry }: Frame): string {
  return `${source.file}:${source.lineOf(entry.at)}`;
}

type Part = Readonly<{ id: string; units: bigint; details: readonly MarkupNode[]; at: number }>;

function itemOf(frame: Frame, { id, units, details, at }: Part): Item {
  const { source, entry, day, currency, isReversal } = frame;
  // A payment that bounces has the roles of the payment it takes back.
  const isPaidByUs = isReversal ? units > 0n : units < 0n;
  const parties = new Set(details.flatMap((each) => partyOf(each, isPaidByUs) ?? []));
  const more = childText(entry, 'AddtlNtryInf');
  const texts = [...details.flatMap(textsOf), ...(more === undefined ? [] : [more])];
  return {
    id,
    kind: kindOf(frame, units),
    day,
    dueDay: undefined,
    units: -units,
    currency,
    party: parties.size === 1 ? [...parties][0]! : (more ?? texts[0] ?? ''),
    text: [...new Set(texts)].join(' '),
    references: referencesOf(details),
    place: { file: source.file, line: source.lineOf(at) },
  };
}

/** ISO bank transaction codes: family CHRG of any domain is a charge of the bank. */
function kindOf({ entry, isReversal }: Frame, units: bigint): ItemKind {
  if (isReversal) return 'void';
  const family = childText(entry, 'BkTxCd', 'Domn', 'Fmly', 'SubFmlyCd');
  if (units <= 0n && (family === 'CHRG' || family === 'FEES' || family === 'COMM')) return 'fee';
  return units > 0n ? 'refund' : 'payment';
}

/** Who is at the other end. */
function partyOf(detail: MarkupNode, isPaidByUs: boolean): string | undefined {
  const parties = childOf(detail, 'RltdPties');
  if (parties === undefined) return undefined;
  const roles = isPaidByUs ? ['Cdtr', 'UltmtCdtr'] : ['Dbtr', 'UltmtDbtr'];
  for (const role of roles) {
    const name = childText(parties, role, 'Nm') ?? childText(parties, role, 'Pty', 'Nm');
    if (name !== undefined) return name;
  }
  return undefined;
}

function textsOf(detail: MarkupNode): string[] {
  const remittance = childrenOf(detail, 'RmtInf').flatMap((each) => childrenOf(each, 'Ustrd'));
  const more = childText(detail, 'AddtlTxInf');
  return [...remittance.map(({ text }) => text), ...(more === undefined ? [] : [more])].filter(
    (text) => text !== '',
  );
}

/** Numbers that name what is paid come first, those of the payment itself after them. */
function referencesOf(details: readonly MarkupNode[]): string[] {
  const found = details.flatMap((detail) => [
    ...childrenOf(detail, 'RmtInf')
      .flatMap((each) => childrenOf(each, 'Strd'))
      .flatMap((strd) => [
        childText(strd, 'CdtrRefInf', 'Ref'),
        ...childrenOf(strd, 'RfrdDocInf').map((document) => childText(document, 'Nb')),
      ]),
    ...['EndToEndId', 'InstrId', 'ChqNb', 'TxId'].map((name) => childText(detail, 'Refs', name)),
  ]);
  const given = found.flatMap((each) => each ?? []);
  return [...new Set(given.filter((each) => !/^NOT\s?PROVIDED$/i.test(each)))];
}
