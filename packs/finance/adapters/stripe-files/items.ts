/** Stripe's records -> items, signed as money that leaves us is positive (core item.ts). */
import { formatExact } from '../../core/money.ts';
import type { Problems } from '../../core/reconcile/file-problem.ts';
import type { Item, ItemKind } from '../../core/reconcile/item.ts';
import { classOf, type StripeTransaction } from '../../core/reconcile/payout-check.ts';
import type { StripeRecord } from './records.ts';

/** Ids are Stripe's; `pending`: no money has reached the bank. */
export type StripeItems = Readonly<{ items: readonly Item[]; isPayout: boolean; pending: boolean }>;

export type ReadTransaction = Readonly<{ transaction: StripeTransaction; entry: StripeItems }>;

export function readTransaction(
  record: StripeRecord,
  file: string,
  problems: Problems,
): ReadTransaction | undefined {
  const currency = record.currency();
  const day = record.day('created', 'available');
  const id = record.text('id');
  if (currency === undefined) return undefined;
  const [amount, fee, net] = (['amount', 'fee', 'net'] as const).map((it) =>
    record.units(it, currency),
  );
  if (id === undefined || day === undefined || amount === undefined || fee === undefined) {
    return sayIncomplete(record, problems);
  }
  if (net !== undefined && amount - fee !== net) {
    const apart = formatExact(net - (amount - fee));
    const message = `${id}: net is not amount less fee: ${apart} apart`;
    problems.error({ at: record.at, code: 'arithmetic', message, hint: 'export it again' });
    return undefined;
  }
  const place = { file, line: record.line };
  const source = record.text('source');
  const type = (record.text('type') ?? '').toLowerCase();
  const transaction = {
    id,
    type,
    amount,
    fee,
    currency,
    source,
    payout: record.text('payout'),
    place,
  };
  const text = record.text('text') ?? '';
  const kind = classOf(transaction);
  const references = [source, transaction.payout].flatMap((each) => each ?? []);
  const base = { dueDay: undefined, currency, party: 'Stripe', text, references, place };
  if (kind === 'payout' || kind === 'payout_reversal') {
    const arrival = record.day('available') ?? day;
    const item: Item = {
      ...base,
      id: kind === 'payout' ? (source ?? id) : id,
      kind: kind === 'payout' ? 'payout' : 'void',
      day: arrival,
      // What leaves Stripe comes in at the bank.
      units: amount,
      references: [...new Set([id, ...references])],
    };
    return {
      transaction,
      entry: { items: [item, ...feeOf(base, id, day, fee)], isPayout: true, pending: false },
    };
  }
  const item: Item = { ...base, id, kind: itemKind(kind, amount), day, units: -amount };
  const items = [item, ...feeOf(base, id, day, fee)];
  return { transaction, entry: { items, isPayout: false, pending: false } };
}

type Base = Omit<Item, 'id' | 'kind' | 'day' | 'units'>;

/** Stripe's share is a line of its own, as on any account. */
function feeOf(base: Base, id: string, day: Item['day'], fee: bigint): Item[] {
  return fee === 0n ? [] : [{ ...base, id: `${id}/fee`, kind: 'fee', day, units: fee }];
}

function itemKind(kind: ReturnType<typeof classOf>, amount: bigint): ItemKind {
  if (kind === 'fee') return 'fee';
  if (kind === 'refund') return 'refund';
  if (kind === 'charge') return 'payment';
  return amount > 0n ? 'refund' : 'payment';
}

function sayIncomplete(record: StripeRecord, problems: Problems): undefined {
  const lacks = (['id', 'amount', 'fee', 'created'] as const).filter((it) => !record.text(it));
  if (lacks.length > 0) {
    const message = `the record lacks ${lacks.join(', ')}`;
    problems.error({ at: record.at, code: 'cell-missing', message });
  }
  return undefined;
}

export function readPayout(
  record: StripeRecord,
  file: string,
  problems: Problems,
): StripeItems | undefined {
  const currency = record.currency();
  const amount = currency === undefined ? undefined : record.units('amount', currency);
  const day = record.day('arrival', 'created');
  const id = record.text('id');
  if (currency === undefined) return undefined;
  if (id === undefined || amount === undefined || day === undefined) {
    return sayMissing(record, ['id', 'amount', 'arrival'], problems);
  }
  const status = (record.text('status') ?? '').toLowerCase();
  const isVoid = status === 'failed' || status === 'canceled' || status === 'cancelled';
  const item: Item = {
    id,
    kind: isVoid ? 'void' : 'payout',
    day,
    dueDay: undefined,
    units: -amount,
    currency,
    party: 'Stripe',
    text: record.text('text') ?? '',
    references: [id],
    place: { file, line: record.line },
  };
  return {
    items: [item],
    isPayout: true,
    pending: status === 'pending' || status === 'in_transit',
  };
}

function sayMissing(
  record: StripeRecord,
  fields: readonly Parameters<StripeRecord['text']>[0][],
  problems: Problems,
): undefined {
  const lacks = fields.filter((field) => record.text(field) === undefined);
  if (lacks.length > 0) {
    const message = `the record lacks ${lacks.join(', ')}`;
    problems.error({ at: record.at, code: 'cell-missing', message });
  }
  return undefined;
}

export type ReadInvoice = Readonly<{ item: Item; isDraft: boolean }>;

/** As whoever pays it sees it: what is owed is positive, a credit note negative. */
export function readInvoice(
  record: StripeRecord,
  file: string,
  problems: Problems,
): ReadInvoice | undefined {
  const currency = record.currency();
  const total = currency === undefined ? undefined : record.units('total', currency);
  const day = record.day('created');
  const id = record.text('id');
  if (currency === undefined) return undefined;
  if (id === undefined || total === undefined || day === undefined) {
    return sayMissing(record, ['id', 'total', 'created'], problems);
  }
  const status = (record.text('status') ?? '').toLowerCase();
  const isCredit = record.kind === 'credit_note';
  const units = isCredit ? -total : total;
  const number = record.text('number');
  const references = [number, id, ...(isCredit ? [record.text('invoice')] : [])];
  const item: Item = {
    id: number ?? id,
    kind: status === 'void' ? 'void' : units < 0n || isCredit ? 'credit_note' : 'invoice',
    day,
    dueDay: record.day('due'),
    units,
    currency,
    party: record.text('customer') ?? '',
    text: record.text('text') ?? '',
    references: [...new Set(references.flatMap((each) => each ?? []))],
    place: { file, line: record.line },
  };
  return { item, isDraft: status === 'draft' };
}
