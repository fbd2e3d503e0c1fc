/**
 * What reconciliation remembers in state: every run that said something new, with its matches and
 * proposals, and the months that were closed. Rows are only ever added.
 */
import type { MonthClose } from '../core/reconcile/reconcile-close.ts';
import type { LoggedMatch } from '../core/reconcile/reconcile-log.ts';

export type ReconcileRun = Readonly<{
  at: Date;
  /** As it was named, without its folder. */
  tracker: string;
  rows: number;
  reconciled: number;
  leftOver: number;
  matches: readonly LoggedMatch[];
}>;

export type ReconcileStore = Readonly<{
  /** False, and nothing is added: the last run of this tracker said the same. */
  record(run: ReconcileRun): boolean;
  /** As the latest run that knows it says it. */
  find(match: string): LoggedMatch | undefined;
  /** Names of the matches of the latest run of every tracker, sorted. */
  names(): readonly string[];
  /** The latest close per month, sorted by month. */
  closes(): readonly MonthClose[];
  /** False, and nothing is added: the month was closed with the same already. */
  addClose(close: MonthClose): boolean;
  /** 64 hexadecimal digits. */
  sha256(text: string): string;
  close(): void;
}>;
