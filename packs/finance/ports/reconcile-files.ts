/**
 * The files of a reconciliation: what a person names, read whole or not at all, and the tracker
 * written back.
 *
 * What is wrong in a file is a value, all of it with file:line:column; who gets an error among the
 * problems has nothing to rely on. The content decides what a file is; names lie. The same bytes
 * always read the same.
 *
 * @throws BrctlError (operational) for a file that is missing, unreadable, no file or too large.
 */
import type { CsvMapping } from '../core/reconcile/csv-mapping.ts';
import type { InvoiceFile } from '../core/reconcile/invoice-file.ts';
import type { Encoding } from '../core/reconcile/source-text.ts';
import type { StatementFile } from '../core/reconcile/statement.ts';
import type { TrackerChanges, TrackerContent } from '../core/reconcile/tracker.ts';

export type ReadOptions = Readonly<{
  /** Of a CSV that is not UTF-8; other formats say their own. */
  encoding?: Encoding | undefined;
  /** The path of a mapping file: columns of a CSV, rules for texts of any bank. */
  mapping?: string | undefined;
}>;

export type ReconcileFiles = Readonly<{
  readTracker(path: string, options: ReadOptions): Promise<TrackerContent>;
  /** FOCUS InvoiceDetail, Stripe invoices, or any CSV with a mapping. */
  readInvoices(path: string, options: ReadOptions): Promise<InvoiceFile>;
  /** OFX, CAMT.053, Stripe balance transactions and payouts, or a bank's CSV with a mapping. */
  readStatement(path: string, options: ReadOptions): Promise<StatementFile>;
  /**
   * Replaces the file in one step with a copy that differs in the named rows' Reconciled and Notes
   * cells only; `to` writes the copy elsewhere. Without changes, and without `to`, nothing is
   * written.
   *
   * @throws BrctlError (operational) when the tracker has errors or lacks a column, the file is no
   *   longer what it was read from, cannot hold a text in its encoding, or cannot be written: then
   *   nothing has changed.
   */
  writeTracker(
    tracker: TrackerContent,
    changes: TrackerChanges,
    to?: string | undefined,
  ): Promise<Readonly<{ path: string; isChanged: boolean }>>;
}>;

/** One format, of bytes. Undefined: the content is not of this format. */
export type ReadBytes<T> = (
  bytes: Uint8Array,
  file: string,
  options: ReadBytesOptions,
) => T | undefined;

export type ReadBytesOptions = Readonly<{
  encoding?: Encoding | undefined;
  mapping?: CsvMapping | undefined;
}>;
