/** reconcile.yaml -> the core's values; the same rules as schemas/finance/reconcile.schema.json. */
import { isCurrency } from '../../core/currency.ts';
import { type Day, parseDay } from '../../core/day.ts';
import { ONE, parseUnits } from '../../core/money.ts';
import {
  type DayRate,
  DEFAULT_OPTIONS,
  type FeeRate,
  type MatchOptions,
} from '../../core/reconcile/options.ts';
import type { ReconcileConfig } from '../../ports/reconcile-settings.ts';
import {
  fieldsOf,
  itemsOf,
  type Part,
  requiredField,
  type Source,
  say,
  textOf,
  wholeOf,
} from './part.ts';

const KEYS = ['options', 'aliases', 'confirmed', 'rejected'];
const COUNTS = {
  days_before: 'daysBefore',
  days_after: 'daysAfter',
  batch_days: 'batchDays',
  score_min: 'scoreMin',
  margin_min: 'marginMin',
  name_min: 'nameMin',
  rate_days: 'rateDays',
} as const;
const PERMILLES = ['score_min', 'margin_min', 'name_min'];
const OPTION_KEYS = [
  ...Object.keys(COUNTS),
  'near_percent',
  'near_amount',
  'fees',
  'taxes',
  'rates',
  'rate_tolerance_percent',
];

type Fields = ReadonlyMap<string, Part>;

/** What is missing or wrong has been said; an empty file says nothing. */
export function readReconcile(source: Source): ReconcileConfig {
  const whole = wholeOf(source);
  const fields: Fields =
    whole.node === null ? new Map() : (fieldsOf(source, whole, KEYS) ?? new Map());
  const each = <T>(key: string, read: (part: Part) => T | undefined): T[] =>
    listOf(source, fields.get(key)).flatMap((part) => read(part) ?? []);
  return {
    options: readOptions(source, fields.get('options')),
    memory: {
      aliases: each('aliases', (part) => pairOf(source, part, ['payment', 'entry'])),
      confirmed: each('confirmed', (part) => readConfirmed(source, part)),
      rejected: each('rejected', (part) => pairOf(source, part, ['entry', 'payment'])),
    },
  };
}

/** A key without a value is an empty list. */
function listOf(source: Source, part: Part | undefined): readonly Part[] {
  if (part === undefined || part.node === null || isEmpty(part)) return [];
  return itemsOf(source, part) ?? [];
}

function isEmpty({ node }: Part): boolean {
  return node !== null && 'value' in node && node.value === null;
}

function pairOf<K extends string>(
  source: Source,
  part: Part,
  keys: readonly K[],
): Readonly<Record<K, string>> | undefined {
  const fields = fieldsOf(source, part, keys);
  if (fields === undefined) return undefined;
  const texts = keys.map((key) => {
    const field = requiredField(source, part, fields, key);
    return field && textOf(source, field);
  });
  if (texts.some((text) => text === undefined)) return undefined;
  return Object.fromEntries(keys.map((key, i) => [key, texts[i]])) as Record<K, string>;
}

function readConfirmed(source: Source, part: Part) {
  const fields = fieldsOf(source, part, ['entries', 'payments']);
  if (fields === undefined) return undefined;
  const texts = (key: string): readonly string[] => {
    const field = requiredField(source, part, fields, key);
    const found = listOf(source, field).flatMap((each) => textOf(source, each) ?? []);
    if (field !== undefined && found.length === 0) {
      say(source, field, 'missing-value', 'must name at least one');
    }
    return found;
  };
  return { entries: texts('entries'), payments: texts('payments') };
}

function readOptions(source: Source, part: Part | undefined): MatchOptions {
  if (part === undefined || isEmpty(part)) return DEFAULT_OPTIONS;
  const fields: Fields = fieldsOf(source, part, OPTION_KEYS) ?? new Map();
  const counts = Object.entries(COUNTS).flatMap(([key, name]) => {
    const value = readCount(source, fields.get(key), PERMILLES.includes(key) ? 1000 : 3660);
    return value === undefined ? [] : [[name, value] as const];
  });
  const nearPercent = readDecimal(source, fields.get('near_percent'));
  const nearUnits = readDecimal(source, fields.get('near_amount'));
  const tolerance = readDecimal(source, fields.get('rate_tolerance_percent'));
  const permille = (units: bigint): bigint => (units * 10n) / ONE;
  const some = <T>(key: string, read: (part: Part) => T | undefined): T[] =>
    listOf(source, fields.get(key)).flatMap((item) => read(item) ?? []);
  return {
    ...DEFAULT_OPTIONS,
    ...Object.fromEntries(counts),
    ...(nearPercent === undefined ? {} : { nearPermille: permille(nearPercent) }),
    ...(nearUnits === undefined ? {} : { nearUnits }),
    ...(tolerance === undefined ? {} : { rateTolerance: permille(tolerance) }),
    fees: some('fees', (item) => readFee(source, item)),
    taxes: some('taxes', (item) => readPercent(source, item)),
    rates: some('rates', (item) => readRate(source, item)),
  };
}

function readCount(source: Source, part: Part | undefined, most: number): number | undefined {
  const text = part && textOf(source, part);
  if (text === undefined) return undefined;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  say(source, part!, 'wrong-value', `"${text}" is no whole number from 0 to ${most}`);
  return undefined;
}

function readDecimal(source: Source, part: Part | undefined): bigint | undefined {
  const text = part && textOf(source, part);
  if (text === undefined) return undefined;
  if (/^\d{1,15}(\.\d{1,12})?$/.test(text)) return parseUnits(text);
  const message = `"${text}" is no plain decimal`;
  say(source, part!, 'bad-amount', message, 'for example 2.9');
  return undefined;
}

/** In millionths: percents have at most four decimals. */
function readPercent(source: Source, part: Part | undefined): bigint | undefined {
  const units = readDecimal(source, part);
  if (units === undefined) return undefined;
  const scale = ONE / 10_000n;
  if (units % scale === 0n && units <= 100n * ONE) return units / scale;
  say(source, part!, 'wrong-value', 'must be a percentage of at most four decimals');
  return undefined;
}

function readFee(source: Source, part: Part): FeeRate | undefined {
  const fields = fieldsOf(source, part, ['name', 'percent', 'fixed', 'currency']);
  if (fields === undefined) return undefined;
  const text = (key: string): string | undefined => {
    const field = requiredField(source, part, fields, key);
    return field && textOf(source, field);
  };
  const [name, currency] = [text('name'), readCurrency(source, part, fields, 'currency')];
  const millionths = fields.has('percent') ? readPercent(source, fields.get('percent')) : 0n;
  const fixedUnits = fields.has('fixed') ? readDecimal(source, fields.get('fixed')) : 0n;
  if (name === undefined || currency === undefined) return undefined;
  if (millionths === undefined || fixedUnits === undefined) return undefined;
  return { name, currency, millionths, fixedUnits };
}

function readRate(source: Source, part: Part): DayRate | undefined {
  const fields = fieldsOf(source, part, ['day', 'from', 'to', 'rate']);
  if (fields === undefined) return undefined;
  const dayField = requiredField(source, part, fields, 'day');
  const day = dayField && readDay(source, dayField);
  const from = readCurrency(source, part, fields, 'from');
  const to = readCurrency(source, part, fields, 'to');
  const rate = readDecimal(source, requiredField(source, part, fields, 'rate'));
  if (day === undefined || from === undefined || to === undefined) return undefined;
  return rate === undefined ? undefined : { day, from, to, rate };
}

function readDay(source: Source, part: Part): Day | undefined {
  const text = textOf(source, part);
  if (text === undefined) return undefined;
  try {
    return parseDay(text);
  } catch {
    say(source, part, 'bad-day', `"${text}" is no such day`, 'a day is like 2025-12-31');
    return undefined;
  }
}

function readCurrency(source: Source, part: Part, fields: Fields, key: string) {
  const field = requiredField(source, part, fields, key);
  const text = field && textOf(source, field);
  if (text === undefined || isCurrency(text)) return text;
  const message = `"${text}" is no currency`;
  say(source, field!, 'bad-currency', message, 'an ISO 4217 code, for example USD');
  return undefined;
}
