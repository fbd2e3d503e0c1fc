/**
 * What `notify_and_audit` writes down: the charges that a rule fired on, largest first, with the
 * versions of config and data that they are of. The same alert and data give the same bytes.
 */

import type { NoticeAlert } from '../alert-state/notice.ts';
import { type DayRange, formatDay } from '../day.ts';
import type { Dimension } from '../dimension.ts';
import type { CostSource } from '../focus.ts';
import { formatExact } from '../money.ts';
import { notesOf, severityIn, unitsIn } from '../notices/annotation.ts';
import { turned } from '../notices/message.ts';
import { compareText } from '../order.ts';
import type { ActionSubject } from './action.ts';

export const AUDIT_SCHEMA = 'brctl.finance/action-audit/v1';

export type AuditCharge = Readonly<{
  /** In the order of the columns. */
  key: readonly (string | null)[];
  source: string;
  costSource: CostSource;
  currency: string;
  units: bigint;
  charges: number;
  unknown: number;
}>;

export type ActionAudit = Readonly<{
  id: string;
  subject: ActionSubject;
  alert: NoticeAlert;
  at: string;
  /**
   * On which the ledger was asked; null: the rule is about readings, or its period is not known.
   */
  basis: 'effective' | 'billed' | null;
  days: DayRange | null;
  columns: readonly Dimension[];
  charges: readonly AuditCharge[];
  config: Readonly<{ file: string; sha256: string }>;
  data: readonly Readonly<{
    source: string;
    completeThrough: string | null;
    importedAt: string;
  }>[];
}>;

export function auditJson(audit: ActionAudit): unknown {
  const { id, subject, alert, at, basis, days, columns, config, data } = audit;
  const notes = notesOf(alert.annotations);
  const exact = (text: string | null): string | null => {
    const units = unitsIn(text);
    return units === undefined ? null : formatExact(turned(units, notes), 0);
  };
  return {
    schema: AUDIT_SCHEMA,
    id,
    action: subject.action,
    rule: subject.rule,
    scope: subject.scope,
    period: subject.period,
    at,
    severity: severityIn(alert.labels),
    basis: basis ?? alert.basis,
    value: exact(alert.value),
    threshold: exact(alert.fire),
    unit: notes.currency ?? notes.unit ?? null,
    estimate: notes.estimate ?? null,
    freshness: notes.freshness ?? null,
    owner: notes.owner ?? null,
    contributors: notes.contributors ?? null,
    days: days === null ? null : { start: formatDay(days.start), end: formatDay(days.end) },
    config,
    data: data.map(({ source, completeThrough, importedAt }) => ({
      ...{ source, complete_through: completeThrough, imported_at: importedAt },
    })),
    totals: totalsOf(audit),
    charges: ranked(audit).map((each) => ({
      ...Object.fromEntries(columns.map((column, i) => [column, each.key[i] ?? null])),
      source: each.source,
      cost_source: each.costSource,
      currency: each.currency,
      amount: formatExact(each.units, 2),
      charges: each.charges,
      unknown: each.unknown,
    })),
  };
}

const TAIL = ['source', 'cost_source', 'currency', 'amount', 'charges', 'unknown'];

/** With a head; a spreadsheet must not take a name for a formula. */
export function auditCsv(audit: ActionAudit): string {
  const rows = ranked(audit).map((each) => [
    ...audit.columns.map((_, i) => each.key[i] ?? ''),
    each.source,
    each.costSource,
    each.currency,
    formatExact(each.units, 2),
    String(each.charges),
    String(each.unknown),
  ]);
  const amount = audit.columns.length + TAIL.indexOf('amount');
  const lines = rows.map((row) =>
    row.map((cell, i) => quoted(i === amount ? cell : harmless(cell))).join(','),
  );
  return `${[[...audit.columns, ...TAIL].map(quoted).join(','), ...lines].join('\r\n')}\r\n`;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function harmless(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

/** Amounts of one currency, one kind of cost: never added across. */
function totalsOf({ charges }: ActionAudit): readonly unknown[] {
  const groups = Map.groupBy(charges, ({ currency, costSource }) =>
    JSON.stringify([currency, costSource]),
  );
  return [...groups]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, each]) => ({
      currency: each[0]!.currency,
      cost_source: each[0]!.costSource,
      amount: formatExact(
        each.reduce((sum, { units }) => sum + units, 0n),
        2,
      ),
      unknown: each.reduce((sum, { unknown }) => sum + unknown, 0),
    }));
}

function ranked({ charges }: ActionAudit): readonly AuditCharge[] {
  const nameOf = ({ key, source, costSource }: AuditCharge): string =>
    JSON.stringify([key, source, costSource]);
  return charges.toSorted(
    (a, b) =>
      compareText(a.currency, b.currency) ||
      (a.units === b.units ? compareText(nameOf(a), nameOf(b)) : a.units > b.units ? -1 : 1),
  );
}
