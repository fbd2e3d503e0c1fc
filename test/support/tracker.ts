/** Trackers for tests: as a person would keep one, changed where a test says so. */
import { readTracker } from '../../packs/finance/adapters/tracker-csv/tracker.ts';
import type { TrackerContent } from '../../packs/finance/core/reconcile/tracker.ts';

const HEADER =
  'Invoice ID,Vendor,Service,Category,Invoice Date,Due Date,Amount (USD),Amount (GBP),Currency,' +
  'Status,Payment Date,Payment Method,Budget Line,Reconciled,Notes';

export type InvoiceCells = Readonly<{
  id?: string;
  vendor?: string;
  service?: string;
  date?: string;
  due?: string;
  amount?: string;
  other?: string;
  status?: string;
  paid?: string;
  line?: string;
}>;

/** Ten dollars of hosting, paid. */
export function invoiceRow(cells: InvoiceCells = {}): string {
  const { id = 'A-1', vendor = 'Acme Hosting', service = 'Hosting', date = '2026-03-01' } = cells;
  const { due = '2026-03-15', amount = '10.00', other = 'N/A', status = 'Paid' } = cells;
  const { paid = status === 'Paid' ? date : 'N/A', line = 'Infrastructure' } = cells;
  const row = [id, vendor, service, 'Cloud', date, due, amount, other, 'USD', status, paid];
  return [...row, 'Card', line, 'No', 'as kept'].join(',');
}

/** A section: its title, its columns and its rows. */
export type SectionText = readonly [title: string, columns: string, ...rows: readonly string[]];

export const SUMMARY =
  'Period,Start Date,End Date,Total Invoiced,Total Paid,Outstanding,Budget,Variance,Variance %';
export const VENDORS = 'Vendor,YTD Spend,Monthly Average,Category,Status,Contract Type,Notes';
export const BUDGET = 'Category,Budget (Monthly),Actual (March),Variance,Status';
export const SCHEDULE = 'Vendor,Payment Frequency,Next Due,Estimated Amount,Auto-Pay,Notes';

export function trackerText(
  invoices: readonly InvoiceCells[],
  sections: readonly SectionText[] = [],
): string {
  const blocks = [[HEADER, ...invoices.map(invoiceRow)], ...sections];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

export function tracker(
  invoices: readonly InvoiceCells[],
  sections: readonly SectionText[] = [],
): TrackerContent {
  const read = readTracker(Buffer.from(trackerText(invoices, sections)), 'tracker.csv');
  const wrong = read.problems.find(({ severity }) => severity === 'error');
  if (wrong !== undefined) throw new Error(wrong.message);
  return read;
}
