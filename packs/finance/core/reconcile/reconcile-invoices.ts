/**
 * The tracker beside invoices as their issuers give them: by number, then by vendor and amount. A
 * file need not be about every vendor, so a row that no file speaks of is not wrong for it.
 */
import { formatDay } from '../day.ts';
import { formatExact } from '../money.ts';
import { compareText } from '../order.ts';
import type { InvoiceFile } from './invoice-file.ts';
import type { Item } from './item.ts';
import { numberKey } from './ledger-match.ts';
import { matchItems } from './match.ts';
import type { MatchOptions } from './options.ts';
import { type ReconcileMemory, settleConfirmed } from './reconcile-memory.ts';
import type { LineOutcome, ReconcileFinding, RowMatch, RowReason } from './reconcile-result.ts';
import { type RowFacts, type SideFacts, sided } from './reconcile-side.ts';
import { uniqueIds } from './statement.ts';
import type { TrackerInvoice } from './tracker.ts';

export type InvoicesInput = Readonly<{
  invoices: readonly TrackerInvoice[];
  issued: readonly Item[];
  options: MatchOptions;
  memory: ReconcileMemory;
}>;

export function issuedInvoices(files: readonly InvoiceFile[]): readonly Item[] {
  const own = uniqueIds();
  return files
    .flatMap(({ invoices }) => invoices)
    .map((each) => ({ ...each, id: own(each.id, each.place.line) }));
}

export function openFindings(files: readonly InvoiceFile[]): readonly ReconcileFinding[] {
  return files.flatMap(({ file, open }) => {
    if (open.length === 0) return [];
    const noun = open.length === 1 ? 'invoice is' : 'invoices are';
    const message = `${file}: ${open.length} ${noun} not issued yet, not compared`;
    return [
      {
        ...{ code: 'not_issued', severity: 'info', with: 'invoice', subject: file, message },
        ...{ difference: undefined, currency: undefined, evidence: [], suggestion: undefined },
        ...{ place: open[0]!.place, rows: [] },
      } as const,
    ];
  });
}

/** Those whose number is no row's, and rows whose number is no invoice's: for the matching. */
export function invoiceSides({ invoices, issued }: Pick<InvoicesInput, 'invoices' | 'issued'>) {
  const numbered = byNumber(invoices, issued);
  const usedRows = new Set([...numbered.values()].map(({ id }) => id));
  return {
    numbered,
    entries: invoices.filter(({ id, units }) => units !== 0n && !usedRows.has(id)),
    payments: issued.filter((each) => !numbered.has(each)),
  };
}

/** One row each: of several with one number the one of its amount, else the smallest. */
function byNumber(
  invoices: readonly TrackerInvoice[],
  issued: readonly Item[],
): ReadonlyMap<Item, TrackerInvoice> {
  const rows = Map.groupBy(
    invoices
      .toSorted(byContent)
      .flatMap((row) => [...new Set(row.references.map(numberKey))].map((key) => ({ key, row })))
      .filter(({ key }) => key !== ''),
    ({ key }) => key,
  );
  const used = new Set<string>();
  const found = new Map<Item, TrackerInvoice>();
  for (const item of issued.toSorted(byContent)) {
    const keys = [...new Set([item.id, ...item.references].map(numberKey))];
    const open = keys.flatMap((key) => rows.get(key) ?? []).filter(({ row }) => !used.has(row.id));
    const best = open.find(({ row }) => row.units === item.units) ?? open[0];
    if (best === undefined) continue;
    used.add(best.row.id);
    found.set(item, best.row);
  }
  return found;
}

/** Whatever the order of the rows: ids of a number that is there twice follow it. */
function byContent(a: Item, b: Item): number {
  if (a.units !== b.units) return a.units < b.units ? -1 : 1;
  return a.day - b.day || compareText(a.party, b.party) || compareText(a.id, b.id);
}

export function invoiceFacts(input: InvoicesInput): SideFacts {
  const { options, memory, issued } = input;
  const { numbered, ...sides } = invoiceSides(input);
  const confirmed = settleConfirmed(sides, memory, 'invoice');
  const result = matchItems({
    ...confirmed.open,
    ...{ options: { ...options, against: 'ledger' }, memory },
  });
  const { rows: matched, payments } = sided(result, 'invoice', sides);
  const rows = new Map<string, RowFacts>(confirmed.rows);
  for (const [id, facts] of matched) if (facts.outcome !== 'unmatched') rows.set(id, facts);
  const outcomes = new Map<Item, LineOutcome>();
  for (const [item, row] of numbered) {
    const facts = numberedFacts(row, item);
    rows.set(row.id, facts);
    outcomes.set(item, facts.outcome);
  }
  const findings = issued.flatMap((item): ReconcileFinding[] => {
    const facts = payments.get(item.id);
    if (facts === undefined) return [];
    const isNothing = item.units === 0n || item.kind === 'void';
    outcomes.set(item, isNothing ? 'set_aside' : facts.outcome);
    return facts.outcome === 'unmatched' && !isNothing ? [missing(item)] : [];
  });
  return {
    rows,
    findings,
    lines: issued.map((item) => ({
      ...{ currency: item.currency, units: item.units },
      outcome: outcomes.get(item) ?? 'reconciled',
    })),
  };
}

function missing(item: Item): ReconcileFinding {
  const { id, day, units, currency, party, place } = item;
  const message = `"${party}" has issued ${id} of ${formatExact(units)} ${currency} on \
${formatDay(day)}, and the tracker does not have it`;
  return {
    ...{ code: 'missing_invoice', severity: 'warning', with: 'invoice', subject: id, message },
    ...{ difference: units, currency, evidence: [], place, rows: [] },
    suggestion: `add ${id} to the tracker`,
  };
}

function numberedFacts(row: TrackerInvoice, item: Item): RowFacts {
  const owed = [row, ...row.otherAmounts].find(({ currency }) => currency === item.currency);
  const difference = owed === undefined ? undefined : owed.units - item.units;
  const { currency } = item;
  const text = `${item.id} of ${formatExact(item.units)} ${currency}, ${formatDay(item.day)}`;
  const evidence = [{ fact: 'issued', text }];
  const isVoid = item.kind === 'void' && row.kind !== 'void';
  const code = difference === undefined ? 'wrong_currency' : 'amount_differs';
  const reasons: RowReason[] = isVoid
    ? [
        {
          with: 'invoice',
          code: 'void',
          difference: row.units,
          currency,
          evidence,
          isSettled: false,
        },
      ]
    : difference === 0n
      ? []
      : [{ with: 'invoice', code, difference, currency, evidence, isSettled: false }];
  const match: RowMatch = {
    ...{ with: 'invoice', rows: [row.id], ids: [item.id], pass: 'number', score: undefined },
    ...{ margin: undefined, difference, currency, evidence },
  };
  return {
    ...{ outcome: reasons.length === 0 ? 'reconciled' : 'differs', reasons },
    ...{ matches: [match], suggestions: [] },
  };
}
