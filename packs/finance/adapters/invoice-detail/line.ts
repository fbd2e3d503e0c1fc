/** A row of InvoiceDetail -> a line of an invoice. */
import { isCurrency } from '../../core/currency.ts';
import type { Day } from '../../core/day.ts';
import { readNumeric } from '../../core/reconcile/amount-text.ts';
import type { CsvCell, CsvRecord } from '../../core/reconcile/csv-scan.ts';
import { readIsoDate } from '../../core/reconcile/date-text.ts';
import { type Problems, quoted } from '../../core/reconcile/file-problem.ts';
import type { InvoiceSum } from '../../core/reconcile/invoice-file.ts';
import type { ItemPlace } from '../../core/reconcile/item.ts';
import type { Column } from './read.ts';

export type Header = Readonly<{
  at: ReadonlyMap<Column, number>;
  width: number;
  file: string;
  problems: Problems;
}>;

export type DetailLine = Readonly<{
  issuer: string;
  invoice: string;
  detail: string;
  account: string;
  currency: string;
  units: bigint;
  isTax: boolean;
  status: InvoiceSum['status'];
  issued: Day | undefined;
  due: Day | undefined;
  periodStart: Day | undefined;
  /** Exclusive. */
  periodEnd: Day | undefined;
  created: Day | undefined;
  text: string | undefined;
  order: string | undefined;
  reference: string | undefined;
  payable: Readonly<{ currency: string; units: bigint }> | undefined;
  place: ItemPlace;
  at: number;
}>;

const STATUSES = ['Open', 'Issued', 'Voided'] as const;
const CATEGORIES = ['usage', 'purchase', 'tax', 'credit', 'adjustment'];
const NULLS: ReadonlySet<string> = new Set(['', 'NULL', 'null']);

/** What is wrong has been said: all of the row, not its first cell. */
export function readLine(record: CsvRecord, header: Header): DetailLine | undefined {
  if (!hasRightLength(record, header)) return undefined;
  const row = rowOf(record, header);
  const { text, needed, amount, day } = row;
  const category = needed('ChargeCategory');
  if (category !== undefined && !CATEGORIES.includes(category.toLowerCase())) {
    row.wrong('ChargeCategory', 'is none of Usage, Purchase, Tax, Credit, Adjustment');
  }
  const named = needed('InvoiceIssueStatus')?.toLowerCase();
  const status = STATUSES.find((each) => each.toLowerCase() === named);
  if (named !== undefined && status === undefined) {
    row.wrong('InvoiceIssueStatus', `is none of ${STATUSES.join(', ')}`);
  }
  const currency = needed('BillingCurrency');
  if (currency !== undefined && !isCurrency(currency)) {
    row.wrong('BillingCurrency', 'is no currency');
  }
  const line = {
    issuer: needed('InvoiceIssuerName'),
    invoice: needed('InvoiceId'),
    detail: needed('InvoiceDetailId'),
    account: text('BillingAccountId') ?? '',
    currency,
    units: needed('BilledCost') === undefined ? undefined : amount('BilledCost'),
    isTax: category?.toLowerCase() === 'tax',
    status,
    issued: day('InvoiceIssueDate'),
    due: day('PaymentDueDate'),
    periodStart: day('BillingPeriodStart'),
    periodEnd: day('BillingPeriodEnd'),
    created: day('InvoiceDetailCreated'),
    text: text('InvoiceDetailDescription'),
    order: text('PurchaseOrderNumber'),
    reference: text('ReferenceInvoiceId'),
    payable: readPayable(row),
    place: { file: header.file, line: record.line },
    at: record.start,
  };
  return row.isWrong() ? undefined : (line as DetailLine);
}

function hasRightLength({ cells, start }: CsvRecord, { width, problems }: Header): boolean {
  if (cells.length === width) return true;
  const message = `the row has ${cells.length} cells, the header has ${width}`;
  problems.error({ at: cells[width]?.start ?? start, code: 'row-length', message });
  return false;
}

function readPayable({ text, amount, wrong }: Row): DetailLine['payable'] {
  const currency = text('PaymentCurrency');
  const units = amount('PaymentCurrencyBilledCost');
  if (currency === undefined || units === undefined) return undefined;
  if (!isCurrency(currency)) wrong('PaymentCurrency', 'is no currency');
  return { currency, units };
}

type Row = Readonly<{
  text(column: Column): string | undefined;
  /** Said where it is not there. */
  needed(column: Column): string | undefined;
  amount(column: Column): bigint | undefined;
  day(column: Column): Day | undefined;
  wrong(column: Column, why: string, hint?: string): void;
  isWrong(): boolean;
}>;

function rowOf(record: CsvRecord, { at, problems }: Header): Row {
  let isWrong = false;
  const cell = (column: Column): CsvCell | undefined => record.cells[at.get(column) ?? -1];
  const text = (column: Column): string | undefined => {
    const found = cell(column)?.text.trim();
    return found === undefined || NULLS.has(found) ? undefined : found;
  };
  const wrong = (column: Column, why: string, hint?: string): void => {
    isWrong = true;
    const found = cell(column);
    const message = `${column}: ${quoted(found?.text ?? '')} ${why}`;
    problems.error({ at: found?.start ?? record.start, code: 'bad-value', message, hint });
  };
  return {
    text,
    wrong,
    isWrong: () => isWrong,
    needed: (column) => {
      const found = text(column);
      if (found === undefined) wrong(column, 'must not be null');
      return found;
    },
    amount: (column) => {
      const found = text(column);
      const read = found === undefined ? undefined : readNumeric(found);
      if (read?.why !== undefined) wrong(column, read.why, read.hint);
      return read?.units;
    },
    day: (column) => {
      const found = text(column);
      const day = found === undefined ? undefined : readIsoDate(found);
      if (found !== undefined && day === undefined)
        wrong(column, 'is no time like 2025-12-01T00:00:00Z');
      return day;
    },
  };
}
