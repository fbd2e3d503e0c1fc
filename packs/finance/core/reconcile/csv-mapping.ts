/** How the columns of somebody's CSV are to be read: the value of a mapping file. */
import type { DecimalMark } from './amount-text.ts';
import type { BankRule } from './bank-rule.ts';
import type { Encoding } from './source-text.ts';

export const MAPPED_FIELDS = [
  'id',
  'party',
  'date',
  'due',
  'amount',
  'paid_out',
  'paid_in',
  'currency',
  'text',
  'reference',
  'kind',
] as const;
export type MappedField = (typeof MAPPED_FIELDS)[number];

/**
 * What a positive amount means. `owed_positive`: owed or paid, as here; `owed_negative`: money
 * that leaves is negative, as most banks write it.
 */
export const AMOUNT_SIGNS = ['owed_positive', 'owed_negative'] as const;
export type AmountSign = (typeof AMOUNT_SIGNS)[number];

export type CsvMapping = Readonly<{
  kind: 'invoices' | 'bank';
  /** Headers by field; of `text` and `reference` there may be several. Empty: rules only. */
  columns: ReadonlyMap<MappedField, readonly string[]>;
  /** A form such as `DD/MM/YYYY`. */
  date: string;
  decimal: DecimalMark;
  sign: AmountSign;
  /** Of rows that name none. */
  currency: string | undefined;
  /** Lines before the header. */
  skip: number;
  encoding: Encoding | undefined;
  delimiter: string | undefined;
  rules: readonly BankRule[];
}>;
