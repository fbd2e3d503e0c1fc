/**
 * What the pack remembers beside the ledger: imports, their watermarks, written reports and
 * restatements. One SQLite file; every method is one transaction. Opening it creates or migrates
 * it, and finishes an import that a crash interrupted after its decision to commit.
 */
import type { SourceFreshness } from '../core/alert-rules/source.ts';
import type { Day, DayRange } from '../core/day.ts';
import type { Basis } from './warehouse.ts';

export type Totals = readonly Readonly<{ currency: string; units: bigint }>[];

/** One input file as it was read. */
export type InputFile = Readonly<{
  path: string;
  bytes: number;
  sha256: string;
  /** Of the decompressed text: the same for a file and its gzip. */
  content: string;
}>;

export type ImportedPeriod = Readonly<{
  period: string;
  change: 'new' | 'replaced' | 'unchanged';
  rows: number;
  totals: Totals;
  replaced: Readonly<{ rows: number; totals: Totals }> | undefined;
  /** What is in `rows` and `totals` of other billing periods, which the ledger held before. */
  kept?: Readonly<{ rows: number; totals: Totals }> | undefined;
  /** Last UTC day believed complete; undefined where no day of the period is. */
  completeThrough: Day | undefined;
  /** The days its charges touch, which may lie outside the period. */
  touches: DayRange;
  /** Staged file to rename over the ledger's, relative to the ledger; none when unchanged. */
  staged: string | undefined;
}>;

export type ImportRecord = Readonly<{
  id: string;
  source: string;
  format: string;
  startedAt: Date;
  files: readonly InputFile[];
  periods: readonly ImportedPeriod[];
  warnings: number;
  skipped: number;
}>;

export type Freshness = Readonly<{
  source: string;
  /** Rows that the imports which the ledger now holds have set aside. */
  skipped: number;
  /** The latest completeness watermark over the periods of a source. */
  completeThrough: Day | undefined;
  importedAt: Date;
  /** What the imports of the last months told, and the first import of all. */
  learnt?: SourceFreshness['learnt'];
}>;

export type WrittenReport = Readonly<{
  start: Day;
  end: Day;
  basis: Basis;
  currency: string;
  units: bigint;
  at: Date;
  file: string;
}>;

export type Restatement = Readonly<{
  importId: string;
  source: string;
  period: string;
  start: Day;
  end: Day;
  basis: Basis;
  currency: string;
  before: bigint;
  after: bigint;
  at: Date;
}>;

export type State = Readonly<{
  /** One row per source that was ever imported, sorted by name. */
  freshness(): readonly Freshness[];
  /** The decision to commit; from here on a crash is rolled forward. */
  beginImport(record: ImportRecord): void;
  /** All renames are done and on disk, or will never be: only these periods count as imported. */
  finishImport(
    id: string,
    done: Readonly<{ periods: readonly string[]; restatements: readonly Restatement[]; at: Date }>,
  ): void;
  /** Other sources that a file with one of these contents was imported as, sorted. */
  sourcesOf(contents: readonly string[], except: string): readonly string[];
  /** Decided but not finished, oldest first. */
  unfinishedImports(): readonly ImportRecord[];
  recordReport(report: WrittenReport): void;
  /** The newest report per (start, end, basis, currency). */
  reports(): readonly WrittenReport[];
  /** Oldest first. */
  restatements(): readonly Restatement[];
  close(): void;
}>;
