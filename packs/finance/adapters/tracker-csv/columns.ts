/** The columns of the main table, by their headers in any order and many spellings. */
import { suggest } from 'brctl/sdk';
import { isCurrency } from '../../core/currency.ts';
import type { CsvRecord } from '../../core/reconcile/csv-scan.ts';
import { plainName } from '../../core/reconcile/field-name.ts';
import { type Problems, quoted } from '../../core/reconcile/file-problem.ts';

export const FIELDS = {
  id: ['Invoice ID', 'Invoice No', 'Invoice Number', 'Invoice #', 'Invoice', 'ID', 'Number'],
  vendor: ['Vendor', 'Supplier', 'Payee', 'Provider', 'Company'],
  service: ['Service', 'Description', 'Product', 'Item'],
  category: ['Category', 'Type'],
  date: ['Invoice Date', 'Date', 'Issue Date', 'Issued', 'Billed'],
  due: ['Due Date', 'Due', 'Payable By'],
  currency: ['Currency', 'Ccy'],
  status: ['Status', 'Payment Status', 'State'],
  paid: ['Payment Date', 'Paid Date', 'Date Paid', 'Paid On'],
  method: ['Payment Method', 'Method', 'Paid By'],
  budget: ['Budget Line', 'Budget', 'Budget Category', 'Cost Centre', 'Cost Center'],
  reconciled: ['Reconciled', 'Reconciled?', 'Matched'],
  notes: ['Notes', 'Note', 'Comment', 'Comments', 'Memo', 'Remarks'],
} as const;

export type Field = keyof typeof FIELDS;

const FIELD_OF: ReadonlyMap<string, Field> = new Map(
  (Object.keys(FIELDS) as Field[]).flatMap((field) =>
    FIELDS[field].map((name) => [plainName(name), field] as const),
  ),
);
const NEEDED: readonly Field[] = ['vendor', 'date'];
/** By their first names, and what an amount column may be called. */
const NAMES = [...Object.values(FIELDS).map(([first]) => first), 'Amount', 'Amount (USD)'];

/** `currency` undefined: that of the row's Currency cell. */
export type AmountColumn = Readonly<{ index: number; currency: string | undefined }>;

export type Columns = Readonly<{
  names: readonly string[];
  at: ReadonlyMap<Field, number>;
  amounts: readonly AmountColumn[];
}>;

/** Undefined where one that is needed is missing. */
export function readColumns(header: CsvRecord, problems: Problems): Columns | undefined {
  const at = new Map<Field, number>();
  const amounts: AmountColumn[] = [];
  const unknown: string[] = [];
  header.cells.forEach(({ text, start }, index) => {
    const amount = amountColumn(text);
    const field = FIELD_OF.get(plainName(text));
    const isTwice = field === undefined ? hasAmount(amounts, amount) : at.has(field);
    if (isTwice) {
      const message = `column ${quoted(text)} is there twice`;
      problems.error({ at: start, code: 'column-twice', message, hint: 'keep one of them' });
    } else if (field !== undefined) at.set(field, index);
    else if (amount !== undefined) amounts.push({ index, currency: amount.currency });
    else if (text.trim() !== '') unknown.push(text);
  });
  const missing: string[] = NEEDED.filter((field) => !at.has(field)).map((it) => FIELDS[it][0]);
  if (amounts.length === 0) missing.push('Amount (USD)');
  if (missing.length > 0) sayMissing(header, missing, unknown, problems);
  const names = header.cells.map(({ text }) => text.trim());
  return missing.length > 0 ? undefined : { names, at, amounts };
}

/** What the invoices' own header has at least. */
export function isMain(names: readonly string[]): boolean {
  const fields = names.map((name) => FIELD_OF.get(plainName(name)));
  const hasAll = NEEDED.every((field) => fields.includes(field));
  return hasAll && names.some((name) => amountColumn(name) !== undefined);
}

export function isTrackerColumn(name: string): boolean {
  return FIELD_OF.has(plainName(name)) || amountColumn(name) !== undefined;
}

function hasAmount(
  amounts: readonly AmountColumn[],
  amount: Readonly<{ currency: string | undefined }> | undefined,
): boolean {
  return amount !== undefined && amounts.some(({ currency }) => currency === amount.currency);
}

/** `Amount`, `Total`, `Amount (USD)`, `Amount USD`, `Amount in GBP`. */
function amountColumn(name: string): Readonly<{ currency: string | undefined }> | undefined {
  const found = /^(?:invoice )?(?:amount|total|gross)(?:\s*(?:in)?[\s(]*([a-z]{3})\)?)?$/i.exec(
    name.trim(),
  );
  if (found === null) return undefined;
  const currency = found[1]?.toUpperCase();
  return currency !== undefined && !isCurrency(currency) ? undefined : { currency };
}

function sayMissing(
  header: CsvRecord,
  missing: readonly string[],
  unknown: readonly string[],
  problems: Problems,
): void {
  const meant = unknown.flatMap((name) => {
    const known = suggest(name, NAMES);
    return known !== undefined && missing.includes(known) ? [`${quoted(name)} for ${known}`] : [];
  });
  const ask = meant.length === 0 ? '' : ` (is ${meant.join(', ')}?)`;
  problems.error({
    at: header.start,
    code: 'column-missing',
    message: `the header lacks ${missing.join(', ')}${ask}`,
    hint: 'name the columns as the default layout does, or give a mapping file',
  });
}
