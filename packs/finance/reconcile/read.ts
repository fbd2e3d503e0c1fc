/** The files that a person names and the ledger of the same months -> what is reconciled. */
import { billingPeriodsOf, periodOf } from '../core/billing-period.ts';
import { addDays, type Day, type DayRange, dayRange, parseDay } from '../core/day.ts';
import { DAY, dimension } from '../core/dimension.ts';
import type { FileProblem } from '../core/reconcile/file-problem.ts';
import type { InvoiceFile } from '../core/reconcile/invoice-file.ts';
import type { LedgerCell } from '../core/reconcile/ledger-cell.ts';
import type { ReconcileInput } from '../core/reconcile/reconcile.ts';
import type { Encoding } from '../core/reconcile/source-text.ts';
import type { StatementFile } from '../core/reconcile/statement.ts';
import type { TrackerContent } from '../core/reconcile/tracker.ts';
import type { ReadOptions } from '../ports/reconcile-files.ts';
import type { Cell } from '../ports/warehouse.ts';
import type { ReconcilePorts } from './ports.ts';

export type InputNames = Readonly<{
  tracker: string;
  bank: readonly string[];
  stripe: readonly string[];
  invoices: readonly string[];
  mappings: readonly string[];
  encoding: Encoding | undefined;
  asOf: Day;
}>;

/** `input` is undefined when a file has an error: nothing is to be made of the rest. */
export type ReadInputs = Readonly<{
  tracker: TrackerContent;
  input: ReconcileInput | undefined;
  /** Warnings too; in the order of the files. */
  problems: readonly FileProblem[];
}>;

export async function readInputs(
  names: InputNames,
  ports: Pick<ReconcilePorts, 'files' | 'warehouse' | 'state' | 'settings' | 'store'>,
): Promise<ReadInputs> {
  const { options, memory } = await ports.settings.read();
  const tracker = await ports.files.readTracker(names.tracker, { encoding: names.encoding });
  const { files } = ports;
  const statements = await each(names.bank, names, files.readStatement);
  const stripe = await readStripe(names, ports);
  const invoices = await each(names.invoices, names, files.readInvoices);
  const invoiceFiles = [...invoices, ...stripe.invoices];
  const problems = [tracker, ...statements, ...stripe.statements, ...invoiceFiles].flatMap(
    (file) => file.problems,
  );
  if (problems.some(isError)) return { tracker, input: undefined, problems };
  const { cells, through } = await readLedger(tracker, ports);
  const { asOf } = names;
  const own = { tracker, cells, through, statements, stripe: stripe.statements, invoiceFiles };
  const closes = ports.store.closes();
  return { tracker, problems, input: { ...own, options, memory, asOf, closes } };
}

export function isError({ severity }: FileProblem): boolean {
  return severity === 'error';
}

type Read<T> = (path: string, options: ReadOptions) => Promise<T>;

async function each<T extends { problems: readonly FileProblem[] }>(
  paths: readonly string[],
  names: InputNames,
  read: Read<T>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (const path of paths) found.push(await readOne(path, names, read));
  return found;
}

/** A mapping is for some of the files: the first that a file can be read with. */
async function readOne<T extends { problems: readonly FileProblem[] }>(
  path: string,
  { mappings, encoding }: InputNames,
  read: Read<T>,
): Promise<T> {
  let first: T | undefined;
  for (const mapping of mappings.length === 0 ? [undefined] : mappings) {
    const found = await read(path, { encoding, mapping });
    if (!isUnknown(found)) return found;
    first ??= found;
  }
  return first!;
}

function isUnknown({ problems }: Readonly<{ problems: readonly FileProblem[] }>): boolean {
  return problems.some(({ code }) => code === 'unknown-format');
}

/** Stripe exports what happened on the balance, and invoices: the content tells which it is. */
async function readStripe(
  names: InputNames,
  { files }: Pick<ReconcilePorts, 'files'>,
): Promise<Readonly<{ statements: readonly StatementFile[]; invoices: readonly InvoiceFile[] }>> {
  const statements: StatementFile[] = [];
  const invoices: InvoiceFile[] = [];
  // A mapping would make columns of anything.
  const how = { encoding: names.encoding };
  for (const path of names.stripe) {
    const found = await files.readStatement(path, how);
    const other = isUnknown(found) ? await files.readInvoices(path, how) : undefined;
    if (other === undefined || isUnknown(other)) statements.push(found);
    else invoices.push(other);
  }
  return { statements, invoices };
}

const KEYS = ['InvoiceId', 'InvoiceIssuerName', 'ServiceProviderName', 'ServiceName'];

/** A charge may carry the number of an invoice of the month before or after. */
async function readLedger(
  tracker: TrackerContent,
  { warehouse, state }: Pick<ReconcilePorts, 'warehouse' | 'state'>,
): Promise<Pick<ReconcileInput, 'cells' | 'through'>> {
  const through = new Map(
    state.freshness().map(({ source, completeThrough }) => [source, completeThrough]),
  );
  const period = monthsOf(tracker);
  if (period === undefined) return { cells: [], through };
  const groupBy = [...KEYS.map(dimension), DAY];
  const found = await warehouse.aggregate({ basis: 'billed', period, groupBy });
  return { cells: found.map(cellOf), through };
}

function monthsOf({ invoices }: TrackerContent): DayRange | undefined {
  if (invoices.length === 0) return undefined;
  let [first, last] = [invoices[0]!.day, invoices[0]!.day];
  for (const { day } of invoices) {
    if (day < first) first = day;
    if (day > last) last = day;
  }
  const months = billingPeriodsOf(dayRange(first, addDays(last, 1)));
  const before = periodOf(addDays(months[0]!.start, -1));
  return dayRange(before.start, periodOf(months.at(-1)!.end).end);
}

function cellOf({ key, source, costSource, currency, units, charges, unknown }: Cell): LedgerCell {
  const [invoice = null, issuer = null, provider = null, service = null, day = null] = key;
  return {
    ...{ source, invoice, currency, units, charges, unknown },
    names: [issuer, provider, service].flatMap((name) => name ?? []),
    day: parseDay(day!),
    isEstimate: costSource !== 'provider_billed',
  };
}
