/**
 * The report as data: what every renderer draws and the JSON prints.
 *
 * An amount is kept three times. Exact is what is true and what JSON prints. Rounded half-even on
 * its own to the currency's decimals it decides statuses, so that no row depends on another.
 * Shown it may be a cent off, so that services foot to their category and categories to the total;
 * tables and CSV print it, and a shown variance is the difference of shown amounts. So a row "on
 * budget" can show a cent of variance, where no other row could take that cent.
 */
import type { Day, DayRange } from '../core/day.ts';
import type { Finding } from '../core/finding.ts';
import type { Basis } from '../ports/warehouse.ts';

export type Amount = Readonly<{
  /** 1e-12 of the currency. */
  exact: bigint;
  /** 10^-decimals of the currency. */
  rounded: bigint;
  /** The same, moved so that what is shown adds up. */
  shown: bigint;
}>;

/**
 * `unused`: a budget and no charge at all; charges that cancel out are `under`. `no budget`: a
 * service without an amount of its own, whose line pays. `no data`: not known, which is not zero.
 */
export const STATUSES = [
  'under',
  'on budget',
  'over',
  'unused',
  'unbudgeted',
  'free tier',
  'no budget',
  'no data',
] as const;
export type Status = (typeof STATUSES)[number];

export type Row = Readonly<{
  name: string;
  /** Undefined: no amount was given; that is not a budget of zero. */
  budget: Amount | undefined;
  /** Undefined: not known; that is not zero. */
  actual: Amount | undefined;
  variance: Amount | undefined;
  /** Tenths of a percent of the budget, of exact amounts; none where the budget shows as zero. */
  percent: bigint | undefined;
  status: Status;
}>;

export type ServiceRow = Row &
  Readonly<{
    /** The budget line that pays; undefined for a service without charges that names none. */
    category: string | undefined;
    tier: string | undefined;
    /** What it is for, as the operator put it. */
    purpose: string | undefined;
    notes: string | undefined;
    /** Named in the config; the others come from charges. */
    isListed: boolean;
  }>;

export type SourceRow = Readonly<{
  name: string;
  /** The last UTC day believed complete. */
  completeThrough: Day | undefined;
  /**
   * `missing`: neither charges nor a complete day in the period; `absent`: the same, because the
   * ledger of this source begins later.
   */
  status: 'complete' | 'provisional' | 'missing' | 'absent';
  /** First day of the period that may still change. */
  provisionalFrom: Day | undefined;
  /** In the report's currency. */
  actual: bigint | undefined;
  /** The part of it that no provider has billed. */
  estimated: bigint | undefined;
}>;

export type WeeklyReport = Readonly<{
  /** Undefined for a range of days. */
  week: string | undefined;
  period: DayRange;
  /** The period is not over. */
  isOpen: boolean;
  basis: Basis;
  currency: string;
  decimals: number;
  total: Row;
  categories: readonly Row[];
  services: readonly ServiceRow[];
  sources: readonly SourceRow[];
  findings: readonly Finding[];
}>;
