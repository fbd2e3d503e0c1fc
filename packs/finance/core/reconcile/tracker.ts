/**
 * An invoice tracker: a table of invoices, then titled sections that sum it up, as a person keeps
 * it. Types only; how a file becomes one is an adapter's matter.
 */
import type { Day } from '../day.ts';
import type { FileProblem } from './file-problem.ts';
import type { Item, ItemPlace } from './item.ts';

export type TrackerInvoice = Item &
  Readonly<{
    /** Which row of the main table, from 0: what `changes` of the writer name. */
    row: number;
    /** As typed; two rows may have the same, `id` never is. */
    number: string | undefined;
    service: string | undefined;
    category: string | undefined;
    /** As typed: `Paid`, `Internal`; undefined for `N/A`. */
    status: string | undefined;
    paymentDay: Day | undefined;
    method: string | undefined;
    budgetLine: string | undefined;
    /** As typed; `reconciled` of a row that has no such column is undefined. */
    reconciled: string | undefined;
    notes: string | undefined;
    /** What the other amount columns say of the same invoice. */
    otherAmounts: readonly Readonly<{ currency: string; units: bigint }>[];
  }>;

/** Amounts of sections name no currency: they are in `Tracker.currency`. Undefined: not said. */
export type SummaryRow = Readonly<{
  period: string;
  start: Day | undefined;
  /** Its last day. */
  end: Day | undefined;
  invoiced: bigint | undefined;
  paid: bigint | undefined;
  outstanding: bigint | undefined;
  budget: bigint | undefined;
  variance: bigint | undefined;
  /** As typed: `-68.9%`. */
  variancePercent: string | undefined;
  place: ItemPlace;
}>;

export type VendorRow = Readonly<{
  vendor: string;
  yearToDate: bigint | undefined;
  monthlyAverage: bigint | undefined;
  category: string | undefined;
  status: string | undefined;
  contract: string | undefined;
  notes: string | undefined;
  place: ItemPlace;
}>;

export type BudgetRow = Readonly<{
  category: string;
  budget: bigint | undefined;
  actual: bigint | undefined;
  variance: bigint | undefined;
  status: string | undefined;
  /** The row that adds up the others. */
  isTotal: boolean;
  place: ItemPlace;
}>;

export type ScheduleRow = Readonly<{
  vendor: string;
  frequency: string | undefined;
  nextDue: Day | undefined;
  amount: bigint | undefined;
  /** Undefined: neither yes nor no. */
  isAutomatic: boolean | undefined;
  notes: string | undefined;
  place: ItemPlace;
}>;

export const SECTION_KINDS = ['summary', 'vendors', 'budget', 'schedule', 'text'] as const;
export type SectionKind = (typeof SECTION_KINDS)[number];

/** Every section is here, known or not: nothing of the file is dropped. */
export type TrackerSection = Readonly<{
  title: string;
  kind: SectionKind;
  columns: readonly string[];
  rows: readonly Readonly<{ cells: readonly string[]; place: ItemPlace }>[];
  place: ItemPlace;
}>;

export type TrackerContent = Readonly<{
  file: string;
  /** Of the first amount column, or of the first invoice; undefined without invoices. */
  currency: string | undefined;
  invoices: readonly TrackerInvoice[];
  sections: readonly TrackerSection[];
  summary: readonly SummaryRow[];
  vendors: readonly VendorRow[];
  budget: readonly BudgetRow[];
  schedule: readonly ScheduleRow[];
  problems: readonly FileProblem[];
}>;

/** What is written into a row; undefined leaves the cell as it is. */
export type TrackerChange = Readonly<{
  reconciled?: string | undefined;
  notes?: string | undefined;
}>;
export type TrackerChanges = ReadonlyMap<number, TrackerChange>;
