/**
 * The way into the ledger: read export files, check every row, and stage one file per billing
 * period that can replace the ledger's by a rename. Staging leaves the ledger as it was.
 */
import type { Day, DayRange } from '../core/day.ts';
import type { ExportFile } from './export-files.ts';

export const EXPORT_FORMATS = ['auto', 'focus', 'aws-cur', 'azure-ea'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export type StageRequest = Readonly<{
  source: string;
  files: readonly ExportFile[];
  format: ExportFormat;
  /** `abort`: a problem anywhere stages nothing. `skip`: rows with problems are set aside. */
  onError: 'abort' | 'skip';
  /** Names the scratch folder of this import. */
  id: string;
}>;

/** One row (or file) that cannot be taken, and the place to look. */
export type Problem = Readonly<{
  file: string;
  /**
   * As a spreadsheet counts: the header of a CSV is row 1, empty rows count, a line break in a cell
   * does not. Absent when the file as a whole is wrong.
   */
  row: number | undefined;
  column: string | undefined;
  message: string;
}>;

/** Something odd that was taken, and what was made of it. */
export type ImportWarning = Readonly<{ code: string; message: string }>;

export type StagedPeriod = Readonly<{
  /** `2025-12` */
  period: string;
  rows: number;
  /** ΣBilledCost per currency, 1e-12 units, sorted by currency. */
  totals: readonly Readonly<{ currency: string; units: bigint }>[];
  /** Last UTC day with a charge of at most 25 hours. */
  lastDaily: Day | undefined;
  /** Last UTC day that any charge touches. */
  lastDay: Day;
  /** Last UTC day of the billing periods: an anniversary ends in the month after. */
  lastBilled: Day;
  /** The days that charges touch, first to last. */
  touches: DayRange;
  /** Relative to the ledger's folder, for the record of the import. */
  file: string;
  /**
   * Of the rows: those of other billing periods of the same month, which the ledger held and the
   * files do not.
   */
  kept: Readonly<{ rows: number; totals: StagedPeriod['totals'] }> | undefined;
}>;

export type Staged = Readonly<{
  /** `focus 1.2`, `aws-cur`, … as recognised. */
  format: string;
  periods: readonly StagedPeriod[];
  /** ΣBilledCost per ServiceProviderName, over all periods; an unnamed provider is ''. */
  providers: readonly Readonly<{ provider: string; currency: string; units: bigint }>[];
  /** The first of them; `problemCount` is how many there are. */
  problems: readonly Problem[];
  problemCount: number;
  warnings: readonly ImportWarning[];
  /** With `skip`: rows that were set aside, and the CSV that holds them with their reasons. */
  skipped: number;
  rejects: string | undefined;
}>;

export type Intake = Readonly<{
  stage(request: StageRequest): Promise<Staged>;
  /** How far the step that runs now is, in percent; undefined while it cannot tell. */
  progress(): number | undefined;
  /** Whether the staged rows are the ledger's rows, in whatever order. */
  isUnchanged(source: string, staged: StagedPeriod): Promise<boolean>;
  /**
   * Puts a staged file in the ledger's place with one rename, durable when it returns. False where
   * the staged file is gone: an earlier try has moved it, or it was lost.
   */
  commit(source: string, period: string, file: string): Promise<boolean>;
  /** Copies the rejected rows next to the reports; returns where they are. */
  keepRejects(file: string, name: string): Promise<string>;
  /** Drops the scratch of one import, or of all (only while holding the import lock). */
  discard(id: string | 'all'): Promise<void>;
}>;
