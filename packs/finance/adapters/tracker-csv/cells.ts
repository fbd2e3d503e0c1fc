/** Cells of a tracker -> values; what does not read is said with what to write. */
import { isCurrency } from '../../core/currency.ts';
import type { Day } from '../../core/day.ts';
import { readAmount } from '../../core/reconcile/amount-text.ts';
import type { CsvCell } from '../../core/reconcile/csv-scan.ts';
import { readIsoDate } from '../../core/reconcile/date-text.ts';
import { something } from '../../core/reconcile/field-name.ts';
import { type Problems, quoted } from '../../core/reconcile/file-problem.ts';

/** `isWrong`: it says something, which does not read. */
export type CellRead<T> = Readonly<{ value: T | undefined; isWrong: boolean }>;

const NONE = { value: undefined, isWrong: false } as const;
const WRONG = { value: undefined, isWrong: true } as const;

export function amountCell(
  cell: CsvCell | undefined,
  column: string,
  currency: string | undefined,
  problems: Problems,
): CellRead<bigint> {
  if (cell === undefined || something(cell.text) === undefined) return NONE;
  const read = readAmount(cell.text, { currency });
  if (read.units !== undefined) return { value: read.units, isWrong: false };
  const message = `${column}: ${quoted(cell.text)} ${read.why}`;
  problems.error({ at: cell.start, code: 'bad-amount', message, hint: read.hint });
  return WRONG;
}

export function dateCell(
  cell: CsvCell | undefined,
  column: string,
  problems: Problems,
): CellRead<Day> {
  if (cell === undefined || something(cell.text) === undefined) return NONE;
  const day = readIsoDate(cell.text);
  if (day !== undefined) return { value: day, isWrong: false };
  const isForm = /^\d{4}-\d{2}-\d{2}/.test(cell.text.trim());
  const why = isForm ? 'is no day of the calendar' : 'is no date like 2025-12-31';
  const message = `${column}: ${quoted(cell.text)} ${why}`;
  const hint = 'write it as year-month-day, or give a mapping file that says the form';
  problems.error({ at: cell.start, code: 'bad-date', message, hint });
  return WRONG;
}

export function currencyCell(cell: CsvCell | undefined, problems: Problems): CellRead<string> {
  const text = something(cell?.text)?.toUpperCase();
  if (cell === undefined || text === undefined) return NONE;
  if (isCurrency(text)) return { value: text, isWrong: false };
  const message = `Currency: ${quoted(cell.text)} is no currency`;
  const hint = 'an ISO 4217 code, for example USD';
  problems.error({ at: cell.start, code: 'bad-currency', message, hint });
  return WRONG;
}
