/**
 * One charge as plain text, the way the ledger's files hold it: FOCUS and `x_` columns by name,
 * decimals with all their digits, instants as `2025-12-22T00:00:00Z`. Null and absent are the same.
 */
import { type Day, dayOf } from '../../core/day.ts';
import { type Dimension, tagKey } from '../../core/dimension.ts';
import { COST_SOURCES, type CostSource } from '../../core/focus.ts';
import { parseUnits } from '../../core/money.ts';

export type ChargeRecord = Readonly<{
  source: string;
  /** The billing period it is filed under: `2025-12`. */
  period: string;
  columns: Readonly<Record<string, string | null>>;
}>;

export function columnOf(charge: ChargeRecord, column: string): string | null {
  return charge.columns[column] ?? null;
}

export function requiredColumn(charge: ChargeRecord, column: string): string {
  const text = columnOf(charge, column);
  if (text === null) throw new RangeError(`a charge without ${column}`);
  return text;
}

/** Undefined where the amount is not known. */
export function amountOf(charge: ChargeRecord, column: string): bigint | undefined {
  const text = columnOf(charge, column);
  return text === null ? undefined : parseUnits(text);
}

export function costSourceOf(charge: ChargeRecord): CostSource {
  const text = columnOf(charge, 'x_CostSource') ?? 'provider_billed';
  const known = COST_SOURCES.find((each) => each === text);
  if (known === undefined) throw new RangeError(`not a cost source: "${text}"`);
  return known;
}

export function partOfKey(charge: ChargeRecord, dimension: Dimension): string | null {
  if (dimension === 'Source') return charge.source;
  const key = tagKey(dimension);
  return key === undefined ? columnOf(charge, dimension) : tagOf(charge, key);
}

/** Tags are a flat JSON object; a value that is no text counts as its JSON. */
function tagOf(charge: ChargeRecord, key: string): string | null {
  const text = columnOf(charge, 'Tags');
  if (text === null) return null;
  const tags: Readonly<Record<string, unknown>> = JSON.parse(text);
  const value = Object.hasOwn(tags, key) ? (tags[key] ?? null) : null;
  return value === null || typeof value === 'string' ? value : JSON.stringify(value);
}

export type Span = Readonly<{ first: Day; last: Day; milliseconds: number }>;

/** The UTC days that the half-open charge period touches. */
export function spanOf(charge: ChargeRecord): Span {
  const start = instantOf(charge, 'ChargePeriodStart');
  const end = instantOf(charge, 'ChargePeriodEnd');
  if (!(start < end)) throw new RangeError('a charge period that does not end after its start');
  return {
    first: dayOf(new Date(start)),
    last: dayOf(new Date(end - 1)),
    milliseconds: end - start,
  };
}

function instantOf(charge: ChargeRecord, column: string): number {
  const ms = Date.parse(requiredColumn(charge, column));
  if (Number.isNaN(ms)) throw new RangeError(`not an instant: "${columnOf(charge, column)}"`);
  return ms;
}
