/**
 * Where charges live: one Parquet file per (source, billing period), replaced whole.
 *
 * Questions are a small algebra (basis, period, group by); every adapter gives the same cells to
 * the last digit. Results are a few thousand cells; what is made of them is the pack's own code.
 */
import type { DayRange } from '../core/day.ts';
import type { Dimension } from '../core/dimension.ts';
import type { CostSource } from '../core/focus.ts';

/**
 * `effective`: accrual; EffectiveCost, and a charge longer than 25 hours (the longest civil day)
 * is spread evenly and exactly over the UTC days it touches.
 * `billed`: invoice basis; BilledCost, booked whole on the UTC date of ChargePeriodStart.
 */
export type Basis = 'effective' | 'billed';

export type Question = Readonly<{
  basis: Basis;
  period: DayRange;
  /** With `DAY` (core/dimension.ts) per UTC day; the days of a group add up to it exactly. */
  groupBy: readonly Dimension[];
}>;

/**
 * One group. Source, cost source and currency always separate cells, so that nothing can add what
 * must not be added.
 */
export type Cell = Readonly<{
  /** In the order of `groupBy`; null where the charge does not say. */
  key: readonly (string | null)[];
  source: string;
  costSource: CostSource;
  currency: string;
  /** 1e-12 of the currency; see core/money.ts. */
  units: bigint;
  /** Charges in the cell; per day, a charge that is spread is one of each day. */
  charges: number;
  /** Charges whose amount on this basis is null: unknown, not zero, and not in `units`. */
  unknown: number;
}>;

/** What one file of the ledger holds. */
export type PeriodSummary = Readonly<{
  period: string;
  rows: number;
  /** ΣBilledCost per currency, 1e-12 units, sorted by currency. */
  totals: readonly Readonly<{ currency: string; units: bigint }>[];
}>;

export type Warehouse = Readonly<{
  /**
   * Cells in a total order: by key, source, cost source, currency; text by code point, null after
   * all text. Empty ledger: no cells.
   */
  aggregate(question: Question): Promise<readonly Cell[]>;
  /** All (source, period) pairs that are there, sorted. */
  periods(): Promise<readonly Readonly<{ source: string; period: string }>[]>;
  /** Undefined when the ledger has no such file. */
  describe(source: string, period: string): Promise<PeriodSummary | undefined>;
  close(): Promise<void>;
}>;
