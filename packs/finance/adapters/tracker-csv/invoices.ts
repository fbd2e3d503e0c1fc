/** Rows of the main table -> invoices. */
import type { CsvCell, CsvRecord } from '../../core/reconcile/csv-scan.ts';
import { something } from '../../core/reconcile/field-name.ts';
import type { Problems } from '../../core/reconcile/file-problem.ts';
import type { ItemKind } from '../../core/reconcile/item.ts';
import { uniqueIds } from '../../core/reconcile/statement.ts';
import type { TrackerInvoice } from '../../core/reconcile/tracker.ts';
import { amountCell, currencyCell, dateCell } from './cells.ts';
import { type Columns, FIELDS, type Field } from './columns.ts';

export type Rows = Readonly<{
  file: string;
  columns: Columns;
  records: readonly CsvRecord[];
  problems: Problems;
}>;

export function readInvoices({ file, columns, records, problems }: Rows): TrackerInvoice[] {
  const own = uniqueIds();
  const firstOf = new Map<string, number>();
  return records.flatMap((record, row) => {
    if (problems.isFull() || !hasRightLength(record, columns, problems)) return [];
    const read = readInvoice({ file, columns, record, problems });
    if (read === undefined) return [];
    const { line } = record;
    if (read.number !== undefined) sayTwice(read.number, record, columns, firstOf, problems);
    return [{ ...read, row, id: own(read.number ?? `${file}:${line}`, line) }];
  });
}

/** Cells that a spreadsheet adds at the end are empty; anything else has slipped. */
function hasRightLength(record: CsvRecord, columns: Columns, problems: Problems): boolean {
  const { cells, start } = record;
  const wanted = columns.names.length;
  const isFine =
    cells.length === wanted ||
    (cells.length > wanted && cells.slice(wanted).every(({ text }) => text.trim() === ''));
  if (isFine) return true;
  problems.error({
    at: cells[wanted]?.start ?? start,
    code: 'row-length',
    message: `the row has ${cells.length} cells, the header has ${wanted}`,
    hint: 'put a cell with a comma in quotes, and leave no cell out',
  });
  return false;
}

function sayTwice(
  number: string,
  { line, start, cells }: CsvRecord,
  columns: Columns,
  firstOf: Map<string, number>,
  problems: Problems,
): void {
  const before = firstOf.get(number);
  if (before === undefined) {
    firstOf.set(number, line);
    return;
  }
  const at = cells[columns.at.get('id')!]?.start ?? start;
  const message = `invoice ${number} is also in line ${before}`;
  problems.warn({ at, code: 'duplicate-id', message });
}

type Row = Readonly<{ file: string; columns: Columns; record: CsvRecord; problems: Problems }>;

function readInvoice(row: Row): Omit<TrackerInvoice, 'row' | 'id'> | undefined {
  const { file, columns, record, problems } = row;
  const cell = (field: Field): CsvCell | undefined => record.cells[columns.at.get(field) ?? -1];
  const text = (field: Field): string | undefined => something(cell(field)?.text);
  const day = dateCell(cell('date'), FIELDS.date[0], problems);
  const due = dateCell(cell('due'), FIELDS.due[0], problems);
  const paid = dateCell(cell('paid'), FIELDS.paid[0], problems);
  const money = readMoney(row, cell('currency'));
  const vendor = text('vendor');
  const missing = [
    ...(vendor === undefined ? [FIELDS.vendor[0]] : []),
    ...(day.value === undefined && !day.isWrong ? [FIELDS.date[0]] : []),
    ...(money.isMissing ? ['Amount'] : []),
  ];
  if (missing.length > 0) {
    const message = `the invoice has no ${missing.join(' and no ')}`;
    const hint = 'nothing is taken for zero: write 0.00 where nothing is owed';
    problems.error({ at: record.start, code: 'cell-missing', message, hint });
  }
  if (due.isWrong || paid.isWrong || vendor === undefined) return undefined;
  if (day.value === undefined || money.units === undefined) return undefined;
  const [number, service, notes, status] = [
    text('id'),
    text('service'),
    text('notes'),
    text('status'),
  ];
  return {
    number,
    kind: kindOf(money.units, status),
    day: day.value,
    dueDay: due.value,
    units: money.units,
    currency: money.currency,
    party: vendor,
    text: [service, notes].flatMap((each) => each ?? []).join(' · '),
    references: number === undefined ? [] : [number],
    place: { file, line: record.line },
    service,
    category: text('category'),
    status,
    paymentDay: paid.value,
    method: text('method'),
    budgetLine: text('budget'),
    reconciled: text('reconciled'),
    notes,
    otherAmounts: money.others,
  };
}

function kindOf(units: bigint, status: string | undefined): ItemKind {
  if (/^(void(ed)?|cancel+ed)$/i.test(status ?? '')) return 'void';
  return units < 0n ? 'credit_note' : 'invoice';
}

type RowMoney = Readonly<{ others: TrackerInvoice['otherAmounts'] }> &
  (
    | Readonly<{ units: bigint; currency: string; isMissing: false }>
    | Readonly<{ units: undefined; currency?: undefined; isMissing: boolean }>
  );

/** The amount in the currency that the row names; where it names none, the first one there is. */
function readMoney({ columns, record, problems }: Row, named: CsvCell | undefined): RowMoney {
  const currency = currencyCell(named, problems);
  if (currency.isWrong) return { units: undefined, others: [], isMissing: false };
  let isWrong = false;
  const amounts = columns.amounts.flatMap((column) => {
    const inCurrency = column.currency ?? currency.value;
    const name = columns.names[column.index]!;
    const read = amountCell(record.cells[column.index], name, inCurrency, problems);
    isWrong ||= read.isWrong;
    if (read.value === undefined) return [];
    if (inCurrency !== undefined) return [{ currency: inCurrency, units: read.value }];
    isWrong = true;
    const message = `${name}: nothing says the currency`;
    const hint = 'fill in Currency, or name the column after it: Amount (USD)';
    problems.error({ at: record.start, code: 'currency-missing', message, hint });
    return [];
  });
  if (isWrong) return { units: undefined, others: [], isMissing: false };
  const own = amounts.find((each) => each.currency === (currency.value ?? amounts[0]?.currency));
  if (own === undefined && amounts.length > 0) {
    const message = `the row is in ${currency.value}, and no column has its amount in that`;
    const hint = `correct Currency, or fill in a column Amount (${currency.value})`;
    const at = named?.start ?? record.start;
    problems.error({ at, code: 'amount-missing', message, hint });
    return { units: undefined, others: [], isMissing: false };
  }
  if (own === undefined) return { units: undefined, others: [], isMissing: true };
  const others = amounts.filter((each) => each !== own);
  return { ...own, others, isMissing: false };
}
