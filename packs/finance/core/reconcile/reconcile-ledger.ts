/** The tracker beside the ledger, and what a month was charged that no invoice is about. */
import { periodOf } from '../billing-period.ts';
import { formatExact } from '../money.ts';
import { compareText } from '../order.ts';
import { standingOf } from '../tracker-check/status.ts';
import {
  type LedgerCell,
  type LedgerInput,
  type LedgerRow,
  matchLedger,
  type Untracked,
} from './ledger-match.ts';
import {
  type LineOutcome,
  OUTCOMES,
  type ReconcileFinding,
  type RowMatch,
  type RowOutcome,
  type RowReason,
} from './reconcile-result.ts';
import type { RowFacts, SideFacts } from './reconcile-side.ts';
import type { TrackerInvoice } from './tracker.ts';

const OUTCOME_OF = { matched: 'reconciled', differs: 'differs', missing: 'unmatched' } as const;

export type LedgerSide = Readonly<{
  invoices: readonly TrackerInvoice[];
  cells: readonly LedgerCell[];
  through: LedgerInput['through'];
}>;

export function ledgerFacts({ invoices, cells, through }: LedgerSide): SideFacts {
  // What was taken back is billed nothing; if it was, no invoice is about it.
  const billed = invoices.filter((each) => standingOf(each) !== 'void');
  const { rows, untracked, beside } = matchLedger({ invoices: billed, cells, through });
  const byId = new Map(billed.map((each) => [each.id, each]));
  const sources = sourcesOf(beside);
  const facts = new Map(
    rows.map((row) => [row.id, factsOf(row, byId.get(row.id)!, sources.get(row.id) ?? [])]),
  );
  const months = new Set(billed.map(({ day }) => periodOf(day).label));
  return {
    rows: facts,
    findings: [...emptyMonths(months, cells), ...untracked.map(untrackedFinding)],
    lines: cells.flatMap((cell) => {
      const outcome = outcomeOf(cell, beside.get(cell), facts);
      const isOf = outcome !== undefined || months.has(periodOf(cell.day).label);
      if (!isOf) return [];
      const left = cell.units === 0n ? 'set_aside' : 'unmatched';
      return [{ currency: cell.currency, units: cell.units, outcome: outcome ?? left }];
    }),
  };
}

function untrackedFinding(left: Untracked): ReconcileFinding {
  const { name, period, currency, units, charges, sources } = left;
  const noun = charges === 1 ? 'charge' : 'charges';
  const message = `the ledger was charged ${formatExact(units)} ${currency} by "${name}" in \
${period}, and the tracker has no invoice of it`;
  const text = `${charges} ${noun} of ${sources.join(', ')}`;
  return {
    ...{ code: 'untracked_charge', severity: 'warning', with: 'ledger', message, currency },
    ...{ subject: `${name} ${period}`, difference: -units, place: undefined, rows: [] },
    ...{ evidence: [{ fact: 'charges', text }], suggestion: `ask "${name}" for the invoice` },
  };
}

function sourcesOf(
  beside: ReadonlyMap<LedgerCell, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const sources = new Map<string, Set<string>>();
  for (const [{ source }, ids] of beside) {
    for (const id of ids) {
      const own = sources.get(id) ?? new Set();
      sources.set(id, own.add(source));
    }
  }
  return new Map([...sources].map(([id, own]) => [id, [...own].sort(compareText)]));
}

function factsOf(row: LedgerRow, invoice: TrackerInvoice, sources: readonly string[]): RowFacts {
  const { currency } = invoice;
  const text = `${row.together.length} invoices at once: ${row.together.join(', ')}`;
  const together = row.together.length < 2 ? [] : [{ fact: 'together', text }];
  const reasons = row.reasons.map(
    ({ code, difference, evidence }): RowReason => ({
      ...{ with: 'ledger', code, difference, currency, evidence: [...evidence, ...together] },
      isSettled: row.outcome === 'matched',
    }),
  );
  const match: RowMatch | undefined =
    row.by === undefined
      ? undefined
      : {
          ...{ with: 'ledger', rows: row.together, ids: sources, pass: row.by, currency },
          ...{ score: undefined, margin: undefined, evidence: [] },
          difference: row.units === undefined ? undefined : (reasons[0]?.difference ?? 0n),
        };
  return {
    ...{ outcome: OUTCOME_OF[row.outcome], reasons, suggestions: [] },
    matches: match === undefined ? [] : [match],
  };
}

/** The worst of the rows that it stands beside. */
function outcomeOf(
  { currency, units }: LedgerCell,
  ids: readonly string[] | undefined,
  facts: ReadonlyMap<string, RowFacts>,
): LineOutcome | undefined {
  if (ids === undefined) return undefined;
  const found = new Set(ids.map((id) => facts.get(id)!.outcome));
  const worst: RowOutcome = OUTCOMES.find((each) => found.has(each)) ?? 'reconciled';
  const isApart = ids.every((id) => facts.get(id)!.matches[0]?.currency !== currency);
  return isApart && units !== 0n ? 'differs' : worst;
}

function emptyMonths(
  months: ReadonlySet<string>,
  cells: readonly LedgerCell[],
): ReconcileFinding[] {
  const known = new Set(cells.map(({ day }) => periodOf(day).label));
  return [...months]
    .filter((month) => !known.has(month))
    .sort(compareText)
    .map((month) => ({
      ...{ code: 'not_covered', severity: 'info', with: 'ledger', subject: month, evidence: [] },
      message: `the ledger holds no charges of ${month}`,
      ...{ difference: undefined, currency: undefined, place: undefined, rows: [] },
      suggestion: 'brctl finance import takes them in',
    }));
}
