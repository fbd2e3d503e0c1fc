/**
 * What reconciliation writes into a tracker: `Yes` or `No`, and one remark in brackets at the end
 * of the notes, which the next run replaces. Everything else in the notes is a person's.
 */
import { formatExact } from '../money.ts';
import { oneLine } from '../one-line.ts';
import type { ReconcileRow, RowReason } from './reconcile-result.ts';
import type { Evidence } from './result.ts';
import type { TrackerChange, TrackerChanges, TrackerInvoice } from './tracker.ts';

const REMARK = /\s*\[brctl: [^[\]]*\]/g;
const YES = /^(yes|y|true|1|x|✓|✔)$/i;
const NO = /^(no|n|false|0)$/i;
const TEXT_MAX = 240;
const NAMES_MAX = 3;
/** Tomorrow it is another number, and the remark the same. */
const AGO = /, \d+ days? ago/g;

/** Notes as a person wrote them. */
export function withoutRemark(notes: string): string {
  return notes.replace(REMARK, '');
}

/** Undefined: there is nothing to say. */
export function remarkOf({ reasons, suggestions, place }: ReconcileRow): string | undefined {
  const open = reasons.filter(({ isSettled }) => !isSettled);
  if (open.length === 0) return undefined;
  const parts = open.map(reasonText);
  const names = [...new Set(suggestions.map(({ match }) => match))].slice(0, NAMES_MAX);
  if (names.length > 0) parts.push(`perhaps ${names.join(' or ')}`);
  // A row without a number is called by its line; where the file lies says nothing of it.
  const text = oneLine([...new Set(parts)].join('; ').replaceAll(`${place.file}:`, 'line '))
    .replaceAll('[', '(')
    .replaceAll(']', ')');
  const characters = [...text];
  const short =
    characters.length <= TEXT_MAX ? text : `${characters.slice(0, TEXT_MAX - 1).join('')}…`;
  return `[brctl: ${short}]`;
}

/** `amount_differs -15.00 USD: 20.00 USD billed from 2025-12-01 to 2025-12-22` */
function reasonText({ code, difference, currency, evidence }: RowReason): string {
  const amount = difference === undefined ? '' : ` ${formatExact(difference)} ${currency}`;
  const why = brief(evidence);
  return `${code}${amount}${why === '' ? '' : `: ${why}`}`;
}

/** The sentence, or what was found; not what the row says itself. */
function brief(evidence: readonly Evidence[]): string {
  const told = ['message', 'ledger', 'per_week', 'status', 'candidates'].flatMap((fact) =>
    evidence.filter((each) => each.fact === fact),
  );
  const texts = (told.length === 0 ? evidence.slice(0, 1) : told).map(({ text }) => text);
  return texts.join(', ').replace(AGO, '');
}

export function changesOf(
  invoices: readonly TrackerInvoice[],
  rows: readonly ReconcileRow[],
): TrackerChanges {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const changes = new Map<number, TrackerChange>();
  for (const invoice of invoices) {
    const change = changeOf(invoice, byId.get(invoice.id)!);
    if (change.reconciled !== undefined || change.notes !== undefined) {
      changes.set(invoice.row, change);
    }
  }
  return changes;
}

/** A cell that means the same already is left as it was typed. */
function changeOf({ reconciled, notes }: TrackerInvoice, row: ReconcileRow): TrackerChange {
  const isYes = row.outcome === 'reconciled';
  const isSaid = (isYes ? YES : NO).test(reconciled?.trim() ?? '');
  const own = withoutRemark(notes ?? '');
  const remark = remarkOf(row);
  const gap = own === '' || /\s$/.test(own) ? '' : ' ';
  const text = remark === undefined ? own : `${own}${gap}${remark}`;
  return {
    ...(isSaid ? {} : { reconciled: isYes ? 'Yes' : 'No' }),
    ...(text === (notes ?? '') ? {} : { notes: text }),
  };
}
