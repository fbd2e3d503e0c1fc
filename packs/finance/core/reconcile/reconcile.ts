/**
 * A whole reconciliation: the tracker beside the ledger, the bank, Stripe, invoices as issued, and
 * itself. Pure and exact; the order of rows never changes what is said of a row.
 */
import { periodOf } from '../billing-period.ts';
import type { Day } from '../day.ts';
import { compareText } from '../order.ts';
import type { InvoiceFile } from './invoice-file.ts';
import type { LedgerCell } from './ledger-cell.ts';
import type { MatchInput } from './match.ts';
import type { MatchOptions } from './options.ts';
import { bankFacts, bankSides, linesOfStatements, statementFindings } from './reconcile-bank.ts';
import { checkFacts } from './reconcile-checks.ts';
import { type MonthClose, monthNow, restatedFindings, trackerName } from './reconcile-close.ts';
import { invoiceFacts, invoiceSides, issuedInvoices, openFindings } from './reconcile-invoices.ts';
import { ledgerFacts } from './reconcile-ledger.ts';
import { partyKey } from './reconcile-log.ts';
import { type ReconcileMemory, settleConfirmed } from './reconcile-memory.ts';
import {
  type Counterpart,
  OUTCOMES,
  type ReconcileFinding,
  type ReconcileRow,
  type ReconcileSide,
  type Reconciliation,
  type RowReason,
  SIDES,
} from './reconcile-result.ts';
import { NO_FACTS, type RowFacts, type SideFacts } from './reconcile-side.ts';
import { stripeFacts } from './reconcile-stripe.ts';
import { summaryOf } from './reconcile-summary.ts';
import { changesOf, withoutRemark } from './remark.ts';
import type { StatementFile } from './statement.ts';
import type { TrackerContent, TrackerInvoice } from './tracker.ts';

export type ReconcileInput = Readonly<{
  tracker: TrackerContent;
  /** On the billed basis, of the months of the tracker and their neighbours. */
  cells: readonly LedgerCell[];
  /** The last complete day of each source; undefined: none is. */
  through: ReadonlyMap<string, Day | undefined>;
  /** Of the bank. Empty: payments are not compared. */
  statements: readonly StatementFile[];
  /** Balance transactions and payouts. */
  stripe: readonly StatementFile[];
  invoiceFiles: readonly InvoiceFile[];
  memory: ReconcileMemory;
  options: MatchOptions;
  asOf: Day;
  /** The latest close of each month. */
  closes: readonly MonthClose[];
}>;

export function reconcile(input: ReconcileInput): Reconciliation {
  const { tracker, cells, through, memory, asOf } = input;
  const options = { ...input.options, asOf };
  const invoices = ownInvoices(tracker);
  const lines = linesOfStatements(input.statements);
  const issued = issuedInvoices(input.invoiceFiles);
  const hasBank = input.statements.length > 0;
  const stripe = stripeFacts({
    ...{ files: input.stripe, items: linesOfStatements(input.stripe), invoices, options, memory },
    lines: hasBank ? lines : undefined,
  });
  const open = lines.filter(({ id }) => !stripe.arrived.has(id));
  const bank = hasBank ? bankFacts({ invoices, lines: open, options, memory }) : NO_FACTS;
  const arrived = lines
    .filter(({ id }) => stripe.arrived.has(id))
    .map(({ currency, units }) => ({ currency, units, outcome: 'reconciled' as const }));
  const facts: readonly (readonly [ReconcileSide, SideFacts])[] = [
    ['tracker', checkFacts({ ...tracker, invoices }, asOf)],
    ['ledger', ledgerFacts({ invoices, cells, through })],
    ['bank', { ...bank, lines: [...bank.lines, ...arrived] }],
    ['stripe', stripe],
    ['invoice', invoiceFacts({ invoices, issued, options, memory })],
  ];
  const rows = invoices.map((invoice) => rowOf(invoice, facts));
  const findings = [
    ...facts.flatMap(([, each]) => each.findings),
    ...statementFindings([...input.statements, ...input.stripe]),
    ...openFindings(input.invoiceFiles),
    ...input.closes
      .filter(({ month }) => rows.some(({ day }) => periodOf(day).label === month))
      .flatMap((each) =>
        restatedFindings(each, {
          ...monthNow(each.month, rows, cells),
          tracker: trackerName(tracker.file),
        }),
      ),
  ].sort(compareFindings);
  return {
    ...{ file: tracker.file, asOf, rows, findings },
    summary: summaryOf(rows, findings, facts),
    changes: changesOf(tracker.invoices, rows),
    parties: new Map([
      ...lines.map(({ id, party }) => [partyKey('bank', id), party] as const),
      ...issued.map(({ id, party }) => [partyKey('invoice', id), party] as const),
    ]),
  };
}

/** What is given to the matching with one counterpart. */
export type MatchSides = MatchInput & Readonly<{ with: Counterpart }>;

/** For who wants to know why: as `reconcile` gives them, without those that were confirmed. */
export function sidesOf(input: ReconcileInput): readonly MatchSides[] {
  const { tracker, memory, asOf } = input;
  const options = { ...input.options, asOf };
  const invoices = ownInvoices(tracker);
  const lines = linesOfStatements(input.statements);
  const issued = issuedInvoices(input.invoiceFiles);
  const items = linesOfStatements(input.stripe);
  const { arrived } = stripeFacts({
    ...{ files: input.stripe, items, invoices, options, memory, lines },
  });
  const bank = bankSides({ invoices, lines: lines.filter(({ id }) => !arrived.has(id)) });
  const { entries, payments } = invoiceSides({ invoices, issued });
  const against = { ...options, against: 'ledger' } as const;
  return [
    ...(lines.length === 0
      ? []
      : [
          { with: 'bank' as const, ...settleConfirmed(bank, memory, 'bank').open, options, memory },
        ]),
    ...(issued.length === 0
      ? []
      : [
          {
            ...{ with: 'invoice' as const, options: against, memory },
            ...settleConfirmed({ entries, payments }, memory, 'invoice').open,
          },
        ]),
  ];
}

/** Without what an earlier run remarked: it would be read as what the invoice is about. */
export function ownInvoices({ invoices }: TrackerContent): readonly TrackerInvoice[] {
  return invoices.map((each) => ({
    ...each,
    text: withoutRemark(each.text),
    notes: each.notes === undefined ? undefined : withoutRemark(each.notes),
  }));
}

function rowOf(
  invoice: TrackerInvoice,
  sides: readonly (readonly [ReconcileSide, SideFacts])[],
): ReconcileRow {
  const { id, row, party, day, units, currency, place } = invoice;
  const found = sides.flatMap(([, { rows }]) => rows.get(id) ?? []);
  const outcomes = new Set(found.map((each) => each.outcome));
  return {
    ...{ id, row, vendor: party, day, units, currency, place },
    outcome: OUTCOMES.find((outcome) => outcomes.has(outcome)) ?? 'reconciled',
    reasons: reasonsOf(found),
    matches: found.flatMap(({ matches }) => matches),
    suggestions: found.flatMap(({ suggestions }) => suggestions),
  };
}

/** What is open first; what the tracker and the bank both say is said once. */
function reasonsOf(found: readonly RowFacts[]): readonly RowReason[] {
  const all = found.flatMap(({ reasons }) => reasons);
  const first = all.filter(
    ({ code, with: side }) =>
      !(side === 'tracker' && all.some((each) => each.code === code && each.with === 'bank')),
  );
  return [
    ...first.filter(({ isSettled }) => !isSettled),
    ...first.filter(({ isSettled }) => isSettled),
  ];
}

function compareFindings(a: ReconcileFinding, b: ReconcileFinding): number {
  const rank = ({ severity }: ReconcileFinding): number => (severity === 'warning' ? 0 : 1);
  return (
    rank(a) - rank(b) ||
    SIDES.indexOf(a.with) - SIDES.indexOf(b.with) ||
    compareText(a.place?.file ?? '', b.place?.file ?? '') ||
    (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
    compareText(a.subject, b.subject) ||
    compareText(a.code, b.code)
  );
}
