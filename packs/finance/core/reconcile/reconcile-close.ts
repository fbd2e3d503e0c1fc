/**
 * A month that was closed: what it came to, and of which files; and what has moved since. What was
 * closed is never changed, a later close stands beside it.
 */
import { billingPeriod, periodOf } from '../billing-period.ts';
import { formatExact } from '../money.ts';
import { compareText } from '../order.ts';
import type { LedgerCell } from './ledger-cell.ts';
import {
  OUTCOMES,
  type ReconcileFinding,
  type ReconcileRow,
  type RowOutcome,
} from './reconcile-result.ts';

export type CloseTotal = Readonly<{ name: string; currency: string; units: bigint; count: number }>;

export type CloseContent = Readonly<{
  /** `2025-12` */
  month: string;
  /** The tracker's name without its folder. */
  tracker: string;
  /** SHA-256 of each file as it was read, the tracker first. */
  files: readonly Readonly<{ file: string; sha256: string }>[];
  /** What the ledger was billed in the month, per source; sorted. */
  ledger: readonly CloseTotal[];
  /** Invoices of the month, per currency; sorted. */
  invoices: readonly CloseTotal[];
  outcomes: Readonly<Record<RowOutcome, number>>;
}>;

export type MonthClose = CloseContent &
  Readonly<{
    at: Date;
    /** SHA-256 of what was said of each row of the month. */
    result: string;
  }>;

/** Without its folder. */
export function trackerName(file: string): string {
  return file.slice(file.search(/[^/\\]*$/));
}

export type MonthNow = Pick<CloseContent, 'month' | 'ledger' | 'invoices' | 'outcomes'>;

export function monthNow(
  month: string,
  rows: readonly ReconcileRow[],
  cells: readonly LedgerCell[],
): MonthNow {
  const own = rowsOfMonth(month, rows);
  const { start, end } = billingPeriod(month);
  const billed = cells.filter(({ day }) => start <= day && day < end);
  return {
    month,
    ledger: totals(billed.map((cell) => ({ ...cell, name: cell.source, count: cell.charges }))),
    invoices: totals(own.map((row) => ({ ...row, name: 'invoices', count: 1 }))),
    outcomes: Object.fromEntries(
      OUTCOMES.map((outcome) => [outcome, own.filter((row) => row.outcome === outcome).length]),
    ) as Record<RowOutcome, number>,
  };
}

export function rowsOfMonth(month: string, rows: readonly ReconcileRow[]): readonly ReconcileRow[] {
  return rows.filter(({ day }) => periodOf(day).label === month);
}

function totals(parts: readonly CloseTotal[]): readonly CloseTotal[] {
  const groups = Map.groupBy(parts, ({ name, currency }) => JSON.stringify([name, currency]));
  return [...groups.values()]
    .map((own) => ({
      ...{ name: own[0]!.name, currency: own[0]!.currency },
      units: own.reduce((sum, { units }) => sum + units, 0n),
      count: own.reduce((sum, { count }) => sum + count, 0),
    }))
    .sort((a, b) => compareText(a.name, b.name) || compareText(a.currency, b.currency));
}

/** What has moved in a month since it was closed: the old total and the new. */
export function restatedFindings(
  closed: Pick<MonthClose, 'month' | 'at' | 'ledger' | 'invoices' | 'tracker'>,
  now: MonthNow & Readonly<{ tracker: string }>,
): readonly ReconcileFinding[] {
  const isSame = closed.tracker === now.tracker;
  // Another tracker has other invoices, and the same ledger.
  const kinds = isSame ? (['ledger', 'invoices'] as const) : (['ledger'] as const);
  return kinds.flatMap((kind) =>
    changesOf(closed[kind], now[kind]).map(({ name, currency, before, after }) => {
      const what = kind === 'ledger' ? `charges of ${name}` : 'invoices of the tracker';
      const [old, is] = [before, after].map((units) => `${formatExact(units)} ${currency}`);
      const on = closed.at.toISOString().slice(0, 10);
      return {
        ...{ code: 'restated', severity: 'warning', currency, difference: after - before },
        ...{ with: kind === 'ledger' ? 'ledger' : 'tracker', subject: `${closed.month} ${name}` },
        message: `${closed.month} was closed on ${on} with ${what} of ${old}; now they are ${is}`,
        evidence: [
          { fact: 'closed', text: old! },
          { fact: 'now', text: is! },
        ],
        suggestion: `brctl finance close ${closed.month} ${now.tracker} records it anew`,
        ...{ place: undefined, rows: [] },
      } as const;
    }),
  );
}

function changesOf(before: readonly CloseTotal[], after: readonly CloseTotal[]) {
  const keyOf = ({ name, currency }: CloseTotal): string => JSON.stringify([name, currency]);
  const [was, is] = [before, after].map((each) => new Map(each.map((it) => [keyOf(it), it])));
  return [...new Set([...was!.keys(), ...is!.keys()])].sort(compareText).flatMap((key) => {
    const [old, now] = [was!.get(key)?.units ?? 0n, is!.get(key)?.units ?? 0n];
    const { name, currency } = (was!.get(key) ?? is!.get(key))!;
    return old === now ? [] : [{ name, currency, before: old, after: now }];
  });
}
