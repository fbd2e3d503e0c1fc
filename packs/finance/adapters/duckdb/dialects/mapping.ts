/**
 * What a dialect makes of an export's header: one mapped column per ledger column that the export
 * can fill, what is missing, and what looked odd.
 */
import { FOCUS_COLUMNS, type FocusColumnName } from '../../../core/focus.ts';
import type { ImportWarning } from '../../../ports/intake.ts';
import type { MappedColumn } from '../staging/conversion.ts';

/** A column of an export as the engine reads it. */
export type SourceColumn = Readonly<{ name: string; type: string }>;

export type Mapping = Readonly<{
  /** `focus 1.2`, `aws-cur`, … */
  format: string;
  columns: readonly MappedColumn[];
  /** One sentence per column that must be there and is not. */
  missing: readonly string[];
  warnings: readonly ImportWarning[];
  /** All text, taken as it is: the strict path applies. */
  isPlain: boolean;
}>;

/** Never null in the ledger. */
const NEVER_NULL: ReadonlySet<string> = new Set<FocusColumnName>([
  'BilledCost',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargePeriodEnd',
  'ChargePeriodStart',
]);

const KIND = new Map<string, MappedColumn['kind']>(
  FOCUS_COLUMNS.map(({ name, kind }) => [name, kind]),
);

/** A ledger column filled from an expression over the export's columns. */
export function mapped(
  target: FocusColumnName | `x_${string}`,
  source: Readonly<{ from: string; sql: string; type: string }>,
): MappedColumn {
  return {
    target,
    kind: KIND.get(target) ?? 'text',
    required: NEVER_NULL.has(target),
    ...source,
  };
}
