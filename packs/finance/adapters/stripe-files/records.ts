/**
 * What Stripe exports as records with their fields' texts: CSV of the Dashboard and of reports,
 * and the API's JSON. Amounts are decimals in CSV and integers of the smallest unit in JSON.
 *
 * Columns after "Balance history" and "Payouts" exports of the Dashboard and the report types
 * "balance_change_from_activity.itemized" and "payout_reconciliation.itemized"
 * (docs.stripe.com/reports/report-types). Names of the Dashboard's invoice export vary with the
 * columns that were chosen; those that are read are in FIELDS.
 */
import { decimalsOf, isCurrency } from '../../core/currency.ts';
import type { Day } from '../../core/day.ts';
import { parseUnits, SCALE } from '../../core/money.ts';
import { readAmount, WHOLE_DIGITS_MAX } from '../../core/reconcile/amount-text.ts';
import type { CsvCell, CsvRecord } from '../../core/reconcile/csv-scan.ts';
import { readIsoDate } from '../../core/reconcile/date-text.ts';
import { plainName } from '../../core/reconcile/field-name.ts';
import { type Problems, quoted } from '../../core/reconcile/file-problem.ts';
import { type JsonObject, memberText } from '../../core/reconcile/json-scan.ts';

export const RECORD_KINDS = ['transaction', 'payout', 'invoice', 'credit_note'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** By field: the headers of CSV; for JSON the path of the member. */
const FIELDS = {
  id: { csv: ['balance_transaction_id', 'payout_id', 'id', 'Invoice ID'], json: ['id'] },
  type: { csv: ['reporting_category', 'Type'], json: ['type'] },
  source: { csv: ['source_id', 'Source'], json: ['source'] },
  amount: { csv: ['gross', 'Amount'], json: ['amount'] },
  fee: { csv: ['fee'], json: ['fee'] },
  net: { csv: ['net'], json: ['net'] },
  currency: { csv: ['currency'], json: ['currency'] },
  created: {
    csv: ['created_utc', 'Created (UTC)', 'created', 'effective_at_utc', 'Date (UTC)', 'Date'],
    json: ['created'],
  },
  available: { csv: ['available_on_utc', 'Available On (UTC)'], json: ['available_on'] },
  arrival: { csv: ['Arrival Date (UTC)', 'Arrival Date'], json: ['arrival_date'] },
  text: { csv: ['Description', 'Statement Descriptor'], json: ['description'] },
  payout: { csv: ['automatic_payout_id', 'Transfer'], json: ['automatic_payout_id'] },
  status: { csv: ['Status'], json: ['status'] },
  number: { csv: ['Number', 'Invoice Number'], json: ['number'] },
  total: { csv: ['Total', 'Amount Due'], json: ['total'] },
  due: { csv: ['Due Date (UTC)', 'Due Date'], json: ['due_date'] },
  customer: { csv: ['Customer Name', 'Customer Email', 'Customer'], json: ['customer_name'] },
  invoice: { csv: ['Invoice'], json: ['invoice'] },
} as const;
export type StripeField = keyof typeof FIELDS;

export type StripeRecord = Readonly<{
  kind: RecordKind;
  line: number;
  at: number;
  text(field: StripeField): string | undefined;
  /** In lower case in Stripe's files. Undefined: said. */
  currency(): string | undefined;
  /** Undefined where it is not there, or does not read, which is said. */
  units(field: StripeField, currency: string): bigint | undefined;
  day(...fields: readonly StripeField[]): Day | undefined;
  wrong(field: StripeField, why: string, hint?: string): void;
}>;

export type CsvShape = Readonly<{
  kind: RecordKind;
  width: number;
  indexes: ReadonlyMap<StripeField, number>;
}>;

/** Undefined where the header is none of Stripe's. */
export function shapeOf(names: readonly string[]): CsvShape | undefined {
  const plain = names.map(plainName);
  const indexes = new Map<StripeField, number>();
  for (const field of Object.keys(FIELDS) as StripeField[]) {
    const index = FIELDS[field].csv
      .map((name) => plain.indexOf(plainName(name)))
      .find((i) => i >= 0);
    if (index !== undefined) indexes.set(field, index);
  }
  const has = (...fields: readonly StripeField[]): boolean => fields.every((it) => indexes.has(it));
  const kind: RecordKind | undefined = has(
    'id',
    'type',
    'amount',
    'fee',
    'net',
    'currency',
    'created',
  )
    ? 'transaction'
    : has('id', 'amount', 'currency', 'arrival', 'status')
      ? 'payout'
      : has('id', 'number', 'total', 'currency', 'status', 'created')
        ? 'invoice'
        : undefined;
  return kind === undefined ? undefined : { kind, width: names.length, indexes };
}

export function csvRecord(
  { cells, line, start }: CsvRecord,
  { kind, indexes }: CsvShape,
  problems: Problems,
): StripeRecord {
  const cell = (field: StripeField): CsvCell | undefined => cells[indexes.get(field) ?? -1];
  const text = (field: StripeField): string | undefined => {
    const found = cell(field)?.text.trim();
    return found === '' ? undefined : found;
  };
  const wrong: StripeRecord['wrong'] = (field, why, hint) => {
    const message = `${field}: ${quoted(text(field) ?? '')} ${why}`;
    problems.error({ at: cell(field)?.start ?? start, code: 'bad-value', message, hint });
  };
  return {
    kind,
    line,
    at: start,
    text,
    wrong,
    currency: () => currencyOf(text('currency'), wrong),
    units: (field) => {
      const found = text(field);
      const read = found === undefined ? undefined : readAmount(found, { decimal: '.' });
      if (read?.why !== undefined) wrong(field, read.why, read.hint);
      return read?.units;
    },
    day: (...fields) => {
      const field = fields.find((each) => text(each) !== undefined);
      const day = field === undefined ? undefined : readIsoDate(text(field)!);
      if (field !== undefined && day === undefined)
        wrong(field, 'is no time like 2025-12-31 23:59');
      return day;
    },
  };
}

const KIND_OF: Readonly<Record<string, RecordKind>> = {
  balance_transaction: 'transaction',
  payout: 'payout',
  invoice: 'invoice',
  credit_note: 'credit_note',
};

/** Undefined for an object that is none of them. */
export function jsonRecord(
  object: JsonObject,
  line: number,
  problems: Problems,
): StripeRecord | undefined {
  const kind = KIND_OF[memberText(object, 'object') ?? ''];
  if (kind === undefined) return undefined;
  const text = (field: StripeField): string | undefined => {
    const [name] = FIELDS[field].json;
    // An object that was asked for whole stands where its id was.
    return memberText(object, name) ?? memberText(object, name, 'id');
  };
  const wrong: StripeRecord['wrong'] = (field, why, hint) => {
    const member = object.members.get(FIELDS[field].json[0]);
    const message = `${field}: ${quoted(text(field) ?? '')} ${why}`;
    problems.error({ at: member?.at ?? object.at, code: 'bad-value', message, hint });
  };
  return {
    kind,
    line,
    at: object.at,
    text,
    wrong,
    currency: () => currencyOf(text('currency'), wrong),
    units: (field, currency) => {
      const found = text(field);
      if (found === undefined) return undefined;
      if (new RegExp(`^-?\\d{1,${WHOLE_DIGITS_MAX}}$`).test(found)) {
        return parseUnits(found) / 10n ** BigInt(stripeDecimals(currency));
      }
      wrong(field, 'is no integer of the smallest unit');
      return undefined;
    },
    day: (...fields) => {
      const field = fields.find((each) => text(each) !== undefined);
      const found = field === undefined ? undefined : text(field);
      if (field === undefined || found === undefined) return undefined;
      if (/^\d{1,11}$/.test(found)) return Math.floor(Number(found) / 86_400) as Day;
      wrong(field, 'is no time in seconds');
      return undefined;
    },
  };
}

function currencyOf(text: string | undefined, wrong: StripeRecord['wrong']): string | undefined {
  const code = text?.toUpperCase();
  if (code !== undefined && isCurrency(code)) return code;
  wrong('currency', 'is no currency');
  return undefined;
}

/**
 * Where Stripe's smallest unit is not ISO's: docs.stripe.com/currencies, "Zero-decimal currencies"
 * and "Special cases" (ISK and UGX are sent with two decimals that are always zero).
 */
const STRIPE_DECIMALS: Readonly<Record<string, number>> = { MGA: 0, ISK: 2, UGX: 2 };

export function stripeDecimals(currency: string): number {
  const decimals = STRIPE_DECIMALS[currency] ?? decimalsOf(currency);
  return Math.min(decimals, SCALE);
}
