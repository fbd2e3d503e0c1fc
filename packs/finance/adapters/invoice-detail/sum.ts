/** Lines -> invoices: added up exactly, in the order in which the file names them. */
import type { Day } from '../../core/day.ts';
import { addDays, dayRange } from '../../core/day.ts';
import { type Problems, quoted } from '../../core/reconcile/file-problem.ts';
import type { InvoiceFile, InvoiceSum } from '../../core/reconcile/invoice-file.ts';
import type { Item } from '../../core/reconcile/item.ts';
import { uniqueIds } from '../../core/reconcile/statement.ts';
import type { DetailLine } from './line.ts';

type Summed = Pick<InvoiceFile, 'invoices' | 'open' | 'details'>;

export function sumInvoices(lines: readonly DetailLine[], problems: Problems): Summed {
  const own = uniqueIds();
  const invoices: Item[] = [];
  const open: Item[] = [];
  const details: InvoiceSum[] = [];
  const groups = Map.groupBy(lines, ({ issuer, invoice }) => JSON.stringify([issuer, invoice]));
  for (const group of groups.values()) {
    if (!isOfOne(group, problems)) continue;
    const sum = sumOf(group, own(group[0]!.invoice, group[0]!.place.line));
    const item = itemOf(sum, group, problems);
    if (item === undefined) continue;
    details.push(sum);
    (sum.status === 'Open' ? open : invoices).push(item);
  }
  return { invoices, open, details };
}

/** One invoice has one currency and one status. */
function isOfOne(group: readonly DetailLine[], problems: Problems): boolean {
  const [first] = group;
  const other = group.find(
    ({ currency, status }) => currency !== first!.currency || status !== first!.status,
  );
  if (other === undefined) return true;
  const what =
    other.currency === first!.currency
      ? `${first!.status} and ${other.status}`
      : `in ${first!.currency} and in ${other.currency}`;
  const message = `invoice ${quoted(first!.invoice)} is ${what}; see line ${first!.place.line}`;
  problems.error({ at: other.at, code: 'invoice-mixed', message, hint: 'export it again' });
  return false;
}

function sumOf(group: readonly DetailLine[], id: string): InvoiceSum {
  const { issuer, invoice, account, currency, status, place } = group[0]!;
  const tax = group.filter(({ isTax }) => isTax);
  const total = (lines: readonly DetailLine[]): bigint =>
    lines.reduce((sum, { units }) => sum + units, 0n);
  const taxUnits = total(tax);
  const payable = new Map<string, bigint>();
  for (const { payable: each } of group) {
    if (each === undefined || each.currency === currency) continue;
    payable.set(each.currency, (payable.get(each.currency) ?? 0n) + each.units);
  }
  const adjusts = group.flatMap(({ reference }) => reference ?? []);
  return {
    id,
    issuer,
    invoice,
    account,
    currency,
    status,
    netUnits: total(group) - taxUnits,
    taxUnits,
    lines: group.length - tax.length,
    taxLines: tax.length,
    period: periodOf(group),
    adjusts: [...new Set(adjusts)].filter((each) => each !== invoice),
    payable: [...payable].map(([of, units]) => ({ currency: of, units })),
    place,
  };
}

function periodOf(group: readonly DetailLine[]): InvoiceSum['period'] {
  const starts = group.flatMap(({ periodStart }) => periodStart ?? []);
  const ends = group.flatMap(({ periodEnd }) => periodEnd ?? []);
  if (starts.length === 0 || ends.length === 0) return undefined;
  const [start, end] = [least(starts), greatest(ends)];
  return start < end ? dayRange(start, end) : undefined;
}

/** An invoice may have more lines than a call takes arguments. */
function least(days: readonly Day[]): Day {
  return days.reduce((a, b) => (a < b ? a : b));
}

function greatest(days: readonly Day[]): Day {
  return days.reduce((a, b) => (a > b ? a : b));
}

function itemOf(
  sum: InvoiceSum,
  group: readonly DetailLine[],
  problems: Problems,
): Item | undefined {
  const { id, issuer, invoice, currency, netUnits, taxUnits, status, period, place, adjusts } = sum;
  const units = netUnits + taxUnits;
  const issued = group.flatMap((line) => line.issued ?? [])[0];
  const created = group.flatMap((line) => line.created ?? [])[0];
  // Not issued yet: the last day of what it bills.
  const day = issued ?? (period === undefined ? created : addDays(period.end, -1));
  if (day === undefined) {
    const message = `invoice ${quoted(invoice)} has no issue date and no billing period`;
    problems.error({ at: group[0]!.at, code: 'cell-missing', message });
    return undefined;
  }
  const orders = group.flatMap(({ order }) => order ?? []);
  const texts = new Set(group.flatMap(({ text }) => text ?? []));
  return {
    id,
    kind: status === 'Voided' ? 'void' : units < 0n ? 'credit_note' : 'invoice',
    day,
    dueDay: group.flatMap(({ due }) => due ?? [])[0],
    units,
    currency,
    party: issuer,
    text: [...texts].slice(0, 5).join(' · ').slice(0, 500),
    references: [...new Set([invoice, ...orders, ...adjusts])],
    place,
  };
}
