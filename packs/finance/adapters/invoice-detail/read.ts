/**
 * FOCUS 1.4 InvoiceDetail (FinOps Open Cost and Usage Specification, datasets/invoice_detail): the
 * lines of invoices, added up per issuer and invoice. Tax is kept apart, for the ledger's charges
 * are compared without it; an invoice that is still open is kept apart, for it may change.
 */

import { type CsvRecord, guessDelimiter, isBlank, scanCsv } from '../../core/reconcile/csv-scan.ts';
import { plainName } from '../../core/reconcile/field-name.ts';
import { type Problems, quoted } from '../../core/reconcile/file-problem.ts';
import type { InvoiceFile } from '../../core/reconcile/invoice-file.ts';
import { openText } from '../../core/reconcile/source-text.ts';
import type { ReadBytes } from '../../ports/reconcile-files.ts';
import { type DetailLine, type Header, readLine } from './line.ts';
import { sumInvoices } from './sum.ts';

const COLUMNS = [
  'BilledCost',
  'BillingAccountId',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'InvoiceDetailCreated',
  'InvoiceDetailDescription',
  'InvoiceDetailGrain',
  'InvoiceDetailId',
  'InvoiceDetailLastUpdated',
  'InvoiceId',
  'InvoiceIssueDate',
  'InvoiceIssueStatus',
  'InvoiceIssuerName',
  'PaymentCurrency',
  'PaymentCurrencyBilledCost',
  'PaymentCurrencyInvoiceDetailId',
  'PaymentDueDate',
  'PaymentTerms',
  'PurchaseOrderNumber',
  'ReferenceInvoiceId',
] as const;
export type Column = (typeof COLUMNS)[number];

const NEEDED: readonly Column[] = [
  'BilledCost',
  'BillingCurrency',
  'ChargeCategory',
  'InvoiceDetailId',
  'InvoiceId',
  'InvoiceIssueStatus',
  'InvoiceIssuerName',
];
const BY_NAME: ReadonlyMap<string, Column> = new Map(
  COLUMNS.map((column) => [plainName(column), column]),
);

/** Only of this data set: what tells it from charges, which name their invoice too. */
const OWN: readonly Column[] = ['InvoiceIssueStatus', 'InvoiceDetailCreated', 'InvoiceDetailGrain'];
const HEAD_BYTES = 16 * 1024;

export const readInvoiceDetail: ReadBytes<InvoiceFile> = (bytes, file, { encoding }) => {
  const head = new TextDecoder().decode(bytes.subarray(0, HEAD_BYTES)).split(/[\r\n]/, 1)[0]!;
  const names = head.split(/[,;\t|]/).map(plainName);
  if (!OWN.some((column) => names.includes(plainName(column)))) return undefined;
  if (!names.includes(plainName('InvoiceId'))) return undefined;
  const { source, problems } = openText(bytes, file, encoding);
  const result = (lines: readonly DetailLine[]): InvoiceFile => ({
    file,
    format: 'invoice-detail',
    ...sumInvoices(lines, problems),
    skipped: [],
    problems: problems.found,
  });
  if (source === undefined) return result([]);
  const delimiter = guessDelimiter(source, (name) => BY_NAME.has(plainName(name)));
  const [first, ...records] = scanCsv(source, delimiter).filter((record) => !isBlank(record));
  const header = first && readHeader(first, file, problems);
  if (header === undefined) return result([]);
  const seen = new Map<string, number>();
  return result(
    records.flatMap((record) => {
      if (problems.isFull()) return [];
      const line = readLine(record, header);
      return line !== undefined && isNew(line, record, seen, problems) ? [line] : [];
    }),
  );
};

function readHeader(
  { cells, start }: CsvRecord,
  file: string,
  problems: Problems,
): Header | undefined {
  const at = new Map<Column, number>();
  cells.forEach(({ text, start: place }, index) => {
    const column = BY_NAME.get(plainName(text));
    if (column === undefined) return;
    if (!at.has(column)) at.set(column, index);
    else problems.error({ at: place, code: 'column-twice', message: `${column} is there twice` });
  });
  const missing = NEEDED.filter((column) => !at.has(column));
  if (missing.length > 0) {
    const message = `the header lacks ${missing.join(', ')}`;
    problems.error({ at: start, code: 'column-missing', message });
    return undefined;
  }
  return { at, width: cells.length, file, problems };
}

/** InvoiceDetailId is unique inside its invoice: a second line of it would count twice. */
function isNew(
  { issuer, invoice, detail, place }: DetailLine,
  { start }: CsvRecord,
  seen: Map<string, number>,
  problems: Problems,
): boolean {
  const key = JSON.stringify([issuer, invoice, detail]);
  const before = seen.get(key);
  if (before === undefined) {
    seen.set(key, place.line!);
    return true;
  }
  const name = `InvoiceDetailId ${quoted(detail)} of ${quoted(invoice)}`;
  const message = `${name} is also in line ${before}`;
  const hint = 'an export that is there twice counts twice: give it once';
  problems.error({ at: start, code: 'duplicate-id', message, hint });
  return false;
}
