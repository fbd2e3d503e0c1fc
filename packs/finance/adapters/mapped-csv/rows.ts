/** Rows of a CSV under a mapping -> items. */
import { isCurrency } from '../../core/currency.ts';
import type { Day } from '../../core/day.ts';
import { readAmount } from '../../core/reconcile/amount-text.ts';
import { BANK_KINDS } from '../../core/reconcile/bank-rule.ts';
import type { CsvMapping, MappedField } from '../../core/reconcile/csv-mapping.ts';
import type { CsvCell, CsvRecord } from '../../core/reconcile/csv-scan.ts';
import type { DateReader } from '../../core/reconcile/date-text.ts';
import { something } from '../../core/reconcile/field-name.ts';
import { type Problems, quoted } from '../../core/reconcile/file-problem.ts';
import type { Item, ItemKind } from '../../core/reconcile/item.ts';

export type Reading = Readonly<{
  file: string;
  mapping: CsvMapping;
  /** Indexes of the columns of a field. */
  at: ReadonlyMap<MappedField, readonly number[]>;
  width: number;
  dateOf: DateReader;
  problems: Problems;
}>;

/** Without a unique id: empty where the row has none. Undefined: what is wrong has been said. */
export function readRow(record: CsvRecord, reading: Reading): Item | undefined {
  const { mapping, file, problems } = reading;
  if (!hasRightLength(record, reading)) return undefined;
  const cells = (field: MappedField): readonly CsvCell[] =>
    (reading.at.get(field) ?? []).flatMap((index) => record.cells[index] ?? []);
  const first = (field: MappedField): CsvCell | undefined =>
    record.cells[reading.at.get(field)?.[0] ?? -1];
  const text = (field: MappedField): string | undefined => something(first(field)?.text);
  const day = readDate(first('date'), 'date', reading);
  const due = readDate(first('due'), 'due', reading);
  const currency = text('currency')?.toUpperCase() ?? mapping.currency;
  if (currency === undefined || !isCurrency(currency)) {
    const found =
      currency === undefined ? 'names no currency' : `${quoted(currency)} is no currency`;
    const at = first('currency')?.start ?? record.start;
    const hint = 'map a currency column, or write currency: USD';
    problems.error({ at, code: 'bad-currency', message: `the row ${found}`, hint });
    return undefined;
  }
  const units = readUnits(record, first, currency, reading);
  if (day.isMissing) sayMissing(record, 'date', problems);
  const party = text('party') ?? (mapping.kind === 'bank' ? text('text') : undefined);
  if (party === undefined && mapping.kind === 'invoices') sayMissing(record, 'party', problems);
  if (day.value === undefined || due.isWrong || units === undefined) return undefined;
  if (party === undefined && mapping.kind === 'invoices') return undefined;
  const texts = cells('text').flatMap((cell) => something(cell.text) ?? []);
  const id = text('id');
  const references = cells('reference').flatMap((cell) => something(cell.text) ?? []);
  const named = mapping.kind === 'invoices' && id !== undefined ? [id, ...references] : references;
  return {
    id: id ?? '',
    kind: kindOf(text('kind'), units, mapping.kind),
    day: day.value,
    dueDay: due.value,
    units,
    currency,
    party: party ?? '',
    text: texts.join(' '),
    references: [...new Set(named)],
    place: { file, line: record.line },
  };
}

function hasRightLength({ cells, start }: CsvRecord, { width, problems }: Reading): boolean {
  const extra = cells.slice(width);
  if (cells.length >= width && extra.every(({ text }) => text.trim() === '')) return true;
  const message = `the row has ${cells.length} cells, the header has ${width}`;
  const hint = 'put a cell with a delimiter in quotes, and leave no cell out';
  problems.error({ at: extra[0]?.start ?? start, code: 'row-length', message, hint });
  return false;
}

function sayMissing(record: CsvRecord, field: MappedField, problems: Problems): void {
  const message = `the row has no ${field}`;
  problems.error({ at: record.start, code: 'cell-missing', message });
}

type DateRead = Readonly<{ value: Day | undefined; isMissing: boolean; isWrong: boolean }>;

function readDate(cell: CsvCell | undefined, field: MappedField, reading: Reading): DateRead {
  const text = something(cell?.text);
  if (cell === undefined || text === undefined) {
    return { value: undefined, isMissing: true, isWrong: false };
  }
  const value = reading.dateOf(text);
  if (value === undefined) {
    const message = `${field}: ${quoted(text)} is no day in the form ${reading.mapping.date}`;
    const hint = 'correct it, or the date of the mapping';
    reading.problems.error({ at: cell.start, code: 'bad-date', message, hint });
  }
  return { value, isMissing: false, isWrong: value === undefined };
}

/** Owed or paid positive. */
function readUnits(
  record: CsvRecord,
  first: (field: MappedField) => CsvCell | undefined,
  currency: string,
  reading: Reading,
): bigint | undefined {
  const one = first('amount');
  if (one !== undefined) {
    const read = readCell(one, 'amount', currency, reading);
    if (read === 'none') sayMissing(record, 'amount', reading.problems);
    if (typeof read !== 'bigint') return undefined;
    return reading.mapping.sign === 'owed_negative' ? -read : read;
  }
  const parts = (['paid_out', 'paid_in'] as const).map((field) => {
    const cell = first(field);
    return cell === undefined ? 'none' : readCell(cell, field, currency, reading);
  });
  if (parts.includes('wrong')) return undefined;
  const [out, income] = parts.map((part) => (part === 'none' || part === 0n ? undefined : part));
  if (parts.every((part) => part === 'none')) sayMissing(record, 'amount', reading.problems);
  else if (out !== undefined && income !== undefined) {
    const message = 'the row has both an amount that went out and one that came in';
    reading.problems.error({ at: record.start, code: 'bad-amount', message });
  } else {
    // Some banks sign what went out, some do not; the column says it all.
    const isOut = out !== undefined;
    const units = (out ?? income ?? 0n) as bigint;
    if (isOut) return units < 0n ? -units : units;
    return -units;
  }
  return undefined;
}

function readCell(
  cell: CsvCell,
  field: MappedField,
  currency: string,
  { mapping, problems }: Reading,
): bigint | 'none' | 'wrong' {
  const text = something(cell.text);
  if (text === undefined) return 'none';
  const read = readAmount(text, { decimal: mapping.decimal, currency });
  if (read.units !== undefined) return read.units;
  const message = `${field}: ${quoted(text)} ${read.why}`;
  problems.error({ at: cell.start, code: 'bad-amount', message, hint: read.hint });
  return 'wrong';
}

/** Of a bank's own words only those that are ours; everything else is for the rules. */
function kindOf(named: string | undefined, units: bigint, kind: CsvMapping['kind']): ItemKind {
  if (kind === 'invoices') {
    if (/^(void(ed)?|cancel+ed)$/i.test(named ?? '')) return 'void';
    return units < 0n ? 'credit_note' : 'invoice';
  }
  const found = BANK_KINDS.find((each) => each === named?.toLowerCase());
  return found ?? (units < 0n ? 'refund' : 'payment');
}
