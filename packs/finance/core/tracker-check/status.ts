/** What a status of an invoice means, and the dates that contradict it. */
import { type Day, formatDay } from '../day.ts';
import type { TrackerInvoice } from '../reconcile/tracker.ts';
import { nameOf } from './explain.ts';
import { amountText, type TrackerFinding } from './finding.ts';

export const STANDINGS = ['paid', 'open', 'internal', 'void', 'unknown'] as const;
export type Standing = (typeof STANDINGS)[number];

/** `internal` is a cost that nobody is paid for. */
export function standingOf({ status }: Pick<TrackerInvoice, 'status'>): Standing {
  const word = status?.trim().toLowerCase() ?? '';
  if (/^(paid|settled|cleared|auto-?paid)$/.test(word)) return 'paid';
  if (/^(internal|estimate|estimated|accrual|accrued)$/.test(word)) return 'internal';
  if (/^(void|voided|cancelled|canceled)$/.test(word)) return 'void';
  if (/^(open|unpaid|due|pending|overdue|outstanding|issued|sent|scheduled)$/.test(word)) {
    return 'open';
  }
  return 'unknown';
}

/** Nothing is owed any more: paid, internal, or nothing to pay. */
export function isSettled(invoice: TrackerInvoice): boolean {
  const standing = standingOf(invoice);
  return standing === 'paid' || standing === 'internal' || invoice.units === 0n;
}

export function statusFindings(
  invoices: readonly TrackerInvoice[],
  asOf: Day,
): readonly TrackerFinding[] {
  return invoices.flatMap((invoice) => [
    ...contradictions(invoice, asOf),
    ...overdue(invoice, asOf),
  ]);
}

function contradictions(invoice: TrackerInvoice, asOf: Day): readonly TrackerFinding[] {
  const { day, dueDay, paymentDay, units, status, place, row } = invoice;
  const standing = standingOf(invoice);
  const subject = nameOf(invoice);
  const on = (each: Day): string => formatDay(each);
  const claims: readonly (readonly [isWrong: boolean, why: string])[] = [
    [
      standing === 'paid' && paymentDay === undefined && units !== 0n,
      'is paid and has no payment date',
    ],
    [
      paymentDay !== undefined && (standing === 'open' || standing === 'void'),
      `is "${status}" and was paid on ${paymentDay === undefined ? '' : on(paymentDay)}`,
    ],
    [
      paymentDay !== undefined && paymentDay < day,
      `was paid on ${paymentDay === undefined ? '' : on(paymentDay)}, before its date ${on(day)}`,
    ],
    [
      paymentDay !== undefined && paymentDay > asOf,
      `was paid on ${paymentDay === undefined ? '' : on(paymentDay)}, which has not come yet`,
    ],
    [
      dueDay !== undefined && dueDay < day,
      `is due on ${dueDay === undefined ? '' : on(dueDay)}, before its date ${on(day)}`,
    ],
    [
      standing === 'unknown' && units !== 0n,
      status === undefined
        ? 'has an amount and no status'
        : `has the status "${status}", whatever it means`,
    ],
  ];
  return claims
    .filter(([isWrong]) => isWrong)
    .map(
      ([, why]): TrackerFinding => ({
        ...{ code: 'status_contradicts', severity: 'warning', subject, place, rows: [row] },
        message: `${subject} ${why}`,
        difference: undefined,
        evidence: [{ fact: 'status', text: status ?? 'none' }],
        suggestion: undefined,
      }),
    );
}

function overdue(invoice: TrackerInvoice, asOf: Day): readonly TrackerFinding[] {
  const { dueDay, paymentDay, units, currency, place, row } = invoice;
  if (dueDay === undefined || dueDay >= asOf || units <= 0n) return [];
  if (paymentDay !== undefined) return [];
  if (standingOf(invoice) !== 'open') return [];
  const subject = nameOf(invoice);
  const days = asOf - dueDay;
  const ago = `${days} ${days === 1 ? 'day' : 'days'} ago`;
  const amount = amountText(units, currency);
  const message = `${subject}: ${amount} were due on ${formatDay(dueDay)}, ${ago}`;
  return [
    {
      ...{ code: 'overdue', severity: 'warning', subject, message, place, rows: [row] },
      difference: -units,
      evidence: [{ fact: 'due', text: formatDay(dueDay) }],
      suggestion: 'pay it, or write when it was paid',
    },
  ];
}
