/**
 * Stripe's exports: balance transactions and payouts as a statement, invoices and credit notes as
 * invoices.
 *
 * A statement has two accounts: what happened on the Stripe balance (a charge came in, so it is
 * negative; fees and refunds went out), and the payouts as the bank sees them (they came in).
 */
import { formatExact } from '../../core/money.ts';
import { type CsvRecord, guessDelimiter, isBlank, scanCsv } from '../../core/reconcile/csv-scan.ts';
import type { InvoiceFile } from '../../core/reconcile/invoice-file.ts';
import type { Item } from '../../core/reconcile/item.ts';
import { scanJson } from '../../core/reconcile/json-scan.ts';
import { checkPayouts, type StripeTransaction } from '../../core/reconcile/payout-check.ts';
import { openText, type SourceText } from '../../core/reconcile/source-text.ts';
import {
  type PayoutCheck,
  type Statement,
  type StatementFile,
  uniqueIds,
} from '../../core/reconcile/statement.ts';
import type { ReadBytes } from '../../ports/reconcile-files.ts';
import { readInvoice, readPayout, readTransaction, type StripeItems } from './items.ts';
import { csvRecord, jsonRecord, type RecordKind, type StripeRecord, shapeOf } from './records.ts';

const HEAD_BYTES = 16 * 1024;
const OBJECT = /"object"\s*:\s*"(balance_transaction|payout|invoice|credit_note)"/g;
const RECORDS_MAX = 500_000;

export const readStripeStatement: ReadBytes<StatementFile> = (bytes, file, { encoding }) => {
  if (!isOf(bytes, ['transaction', 'payout'])) return undefined;
  const { source, problems } = openText(bytes, file, encoding);
  const entries: StripeItems[] = [];
  const transactions: StripeTransaction[] = [];
  const isJson =
    source === undefined
      ? false
      : eachRecord(source, (record) => {
          if (record.kind === 'payout') entries.push(...listOf(readPayout(record, file, problems)));
          else if (record.kind === 'transaction') {
            const read = readTransaction(record, file, problems);
            if (read === undefined) return;
            entries.push(read.entry);
            transactions.push(read.transaction);
          }
        });
  const payouts = problems.found.length > 0 ? [] : checkPayouts(transactions, isJson);
  for (const check of payouts) if (source !== undefined) sayDifference(check, source);
  return {
    file,
    format: 'stripe',
    statements: statementsOf(entries, file),
    payouts,
    skipped: [],
    problems: problems.found,
  };
};

export const readStripeInvoices: ReadBytes<InvoiceFile> = (bytes, file, { encoding }) => {
  if (!isOf(bytes, ['invoice', 'credit_note'])) return undefined;
  const { source, problems } = openText(bytes, file, encoding);
  const own = uniqueIds();
  const [invoices, open]: [Item[], Item[]] = [[], []];
  if (source !== undefined) {
    eachRecord(source, (record) => {
      if (record.kind !== 'invoice' && record.kind !== 'credit_note') return;
      const read = readInvoice(record, file, problems);
      if (read === undefined) return;
      const item = { ...read.item, id: own(read.item.id, record.line) };
      (read.isDraft ? open : invoices).push(item);
    });
  }
  return {
    file,
    format: 'stripe',
    invoices,
    open,
    details: [],
    skipped: [],
    problems: problems.found,
  };
};

function listOf<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

/** By the header, or by the first object that says what it is. */
function isOf(bytes: Uint8Array, kinds: readonly RecordKind[]): boolean {
  const head = new TextDecoder().decode(bytes.subarray(0, HEAD_BYTES)).trimStart();
  if (head.startsWith('{') || head.startsWith('[')) {
    const found = [...head.matchAll(OBJECT)].map(([, name]) => name);
    // An invoice holds payments and lines, never one of the others before its own name.
    const kind = found[0] === 'balance_transaction' ? 'transaction' : found[0];
    return kinds.some((each) => each === kind);
  }
  const names = head.split(/[\r\n]/, 1)[0]!.split(/[,;\t]/);
  const shape = shapeOf(names.map((name) => name.replaceAll('"', '')));
  return shape !== undefined && kinds.includes(shape.kind);
}

/** True for JSON. Each is read once: a second record of an id is told and left out. */
function eachRecord(source: SourceText, use: (record: StripeRecord) => void): boolean {
  const { problems } = source;
  const lineOf = new Map<string, number>();
  let unknown = 0;
  const once = (record: StripeRecord): void => {
    if (problems.isFull()) return;
    const id = record.text('id');
    const before = id === undefined ? undefined : lineOf.get(id);
    if (before !== undefined) {
      const message = `${id} is also in line ${before} and counts once`;
      problems.warn({ at: record.at, code: 'duplicate-id', message });
      return;
    }
    if (id !== undefined) lineOf.set(id, record.line);
    use(record);
  };
  const first = /\S/.exec(source.raw.slice(source.start))?.[0];
  if (first !== '{' && first !== '[') {
    eachCsvRecord(source, once);
    return false;
  }
  scanJson(source, (object) => {
    const record = jsonRecord(object, source.lineOf(object.at), problems);
    if (record === undefined) unknown += 1;
    else if (lineOf.size < RECORDS_MAX) once(record);
  });
  if (unknown > 0) {
    const message = `${unknown} objects are none that are reconciled`;
    problems.warn({ code: 'unknown-object', message });
  }
  return true;
}

function eachCsvRecord(source: SourceText, use: (record: StripeRecord) => void): void {
  const { problems } = source;
  const isColumn = (name: string): boolean => /^(id|.*_id|amount|gross|currency|net)$/i.test(name);
  const delimiter = guessDelimiter(source, isColumn);
  const [header, ...records] = scanCsv(source, delimiter).filter((record) => !isBlank(record));
  const shape = header === undefined ? undefined : shapeOf(header.cells.map(({ text }) => text));
  if (shape === undefined) return;
  for (const record of records) {
    if (hasRightLength(record, shape.width, source)) use(csvRecord(record, shape, problems));
  }
}

function hasRightLength({ cells, start }: CsvRecord, width: number, source: SourceText): boolean {
  if (cells.length === width) return true;
  const message = `the row has ${cells.length} cells, the header has ${width}`;
  source.problems.error({ at: cells[width]?.start ?? start, code: 'row-length', message });
  return false;
}

function sayDifference(check: PayoutCheck, { problems }: SourceText): void {
  const { payout, difference, paidOut, currency, place } = check;
  if (difference === undefined || difference === 0n) return;
  const [paid, apart] = [formatExact(paidOut ?? 0n), formatExact(difference)];
  const left = formatExact((paidOut ?? 0n) - difference);
  const message = `payout ${payout} is ${paid} ${currency}, \
its transactions leave ${left}: ${apart} apart`;
  const hint = 'export all transactions of the payout, or none of it is explained';
  problems.warn({ line: place.line, code: 'payout-differs', message, hint });
}

/** Per currency the balance, then the payouts; those that hold nothing are left out. */
function statementsOf(entries: readonly StripeItems[], file: string): Statement[] {
  const currencies = new Set(entries.flatMap(({ items }) => items.map(({ currency }) => currency)));
  const own = uniqueIds();
  const of = (kept: readonly StripeItems[], currency: string): Item[] =>
    kept
      .flatMap(({ items }) => items)
      .filter((item) => item.currency === currency)
      .map((item) => ({ ...item, id: own(item.id, item.place.line) }));
  return [...currencies].flatMap((currency) =>
    [false, true].flatMap((isPayout) => {
      const kept = entries.filter((entry) => entry.isPayout === isPayout);
      const items = of(
        kept.filter(({ pending }) => !pending),
        currency,
      );
      const pending = of(
        kept.filter((entry) => entry.pending),
        currency,
      );
      if (items.length + pending.length === 0) return [];
      return [
        {
          account: isPayout ? 'Stripe payouts' : 'Stripe balance',
          currency,
          items,
          pending,
          opening: undefined,
          closing: undefined,
          check: undefined,
          place: { file, line: (items[0] ?? pending[0])!.place.line },
        },
      ];
    }),
  );
}
