/** Invoices beside each other: numbers and bills that come twice, prices that moved, due dates. */
import { addDays, type Day, formatDay, parseDay } from '../day.ts';
import { absolute, divideHalfEven, ONE } from '../money.ts';
import { compareText } from '../order.ts';
import type { ScheduleRow, TrackerContent, TrackerInvoice } from '../reconcile/tracker.ts';
import { nameOf } from './explain.ts';
import { amountText, differenceText, type TrackerFinding } from './finding.ts';
import { invoicesOf } from './totals.ts';

export function historyFindings(tracker: TrackerContent, asOf: Day): readonly TrackerFinding[] {
  const live = tracker.invoices.filter(({ kind }) => kind !== 'void');
  return [
    ...sameNumbers(live),
    ...sameBills(live),
    ...movedPrices(live),
    ...tracker.schedule.flatMap((row) => scheduleFindings(row, live, asOf)),
  ];
}

function sameNumbers(invoices: readonly TrackerInvoice[]): readonly TrackerFinding[] {
  const numbered = invoices.filter(({ number }) => number !== undefined);
  const groups = Map.groupBy(numbered, ({ number }) => number!.trim().toLowerCase());
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group): TrackerFinding => {
      const [first] = group;
      const lines = group.map(({ place }) => place.line ?? 0).join(', ');
      return {
        ...{ code: 'duplicate_id', severity: 'warning', subject: nameOf(first!) },
        message: `the number ${nameOf(first!)} is used ${group.length} times: lines ${lines}`,
        difference: undefined,
        evidence: group.map((each) => ({ fact: 'row', text: rowText(each) })),
        suggestion: 'give each invoice its own number',
        place: group[1]!.place,
        rows: group.map(({ row }) => row),
      };
    });
}

/** Bills of one vendor and amount within so many days are one bill, unless it is a subscription. */
const SAME_DAYS = 5;

function sameBills(invoices: readonly TrackerInvoice[]): readonly TrackerFinding[] {
  const owed = invoices.filter(({ units }) => units > 0n);
  const groups = Map.groupBy(owed, ({ party, service, units, currency }) =>
    JSON.stringify([party.toLowerCase(), (service ?? '').toLowerCase(), `${units}`, currency]),
  );
  return [...groups.values()].flatMap((group) => {
    const sorted = group.toSorted((a, b) => a.day - b.day || compareText(a.id, b.id));
    return sorted.slice(1).flatMap((each, i): readonly TrackerFinding[] => {
      const before = sorted[i]!;
      if (each.day - before.day > SAME_DAYS || sameNumber(each, before)) return [];
      const subject = nameOf(each);
      const amount = amountText(each.units, each.currency);
      return [
        {
          ...{ code: 'billed_twice', severity: 'warning', subject, place: each.place },
          message: `${subject} bills ${amount} of ${each.party} that ${nameOf(before)} bills \
as well`,
          difference: each.units,
          evidence: [before, each].map((one) => ({ fact: 'row', text: rowText(one) })),
          suggestion: 'ask the vendor, or say in the notes what is different',
          rows: [before.row, each.row],
        },
      ];
    });
  });
}

function sameNumber(a: TrackerInvoice, b: TrackerInvoice): boolean {
  return a.number !== undefined && a.number === b.number;
}

/** A price that stood for two invoices or more and moved by more than this is news. */
const STEADY_MIN = 2;
const MOVED_PERCENT = 5n;

function movedPrices(invoices: readonly TrackerInvoice[]): readonly TrackerFinding[] {
  const groups = Map.groupBy(
    invoices.filter(({ units }) => units > 0n),
    (each) =>
      JSON.stringify([each.party.toLowerCase(), (each.service ?? '').toLowerCase(), each.currency]),
  );
  return [...groups.values()].flatMap((group) => {
    const sorted = group.toSorted((a, b) => a.day - b.day || compareText(a.id, b.id));
    const last = sorted.at(-1)!;
    const earlier = sorted.slice(0, -1);
    const usual = earlier[0]?.units;
    const isSteady = earlier.length >= STEADY_MIN && earlier.every(({ units }) => units === usual);
    if (!isSteady || usual === undefined || usual === last.units) return [];
    const difference = last.units - usual;
    const percent = divideHalfEven(difference * 100n * 10n, usual);
    if (absolute(difference) * 100n <= usual * MOVED_PERCENT) return [];
    const subject = nameOf(last);
    const shown = `${percent / 10n}.${absolute(percent % 10n)} %`;
    const [is, was] = [last.units, usual].map((units) => amountText(units, last.currency));
    const by = `${differenceText(difference, last.currency)} (${shown})`;
    const moved: TrackerFinding = {
      ...{ code: 'price_changed', severity: 'info', subject, place: last.place, rows: [last.row] },
      message: `${last.party} bills ${is} where it was ${was} ${earlier.length} times: ${by}`,
      difference,
      evidence: earlier.map((one) => ({ fact: 'row', text: rowText(one) })),
      suggestion: undefined,
    };
    return [moved];
  });
}

function scheduleFindings(
  row: ScheduleRow,
  invoices: readonly TrackerInvoice[],
  asOf: Day,
): readonly TrackerFinding[] {
  const { vendor, nextDue, place } = row;
  const own = invoicesOf(vendor, invoices);
  const last = own.toSorted((a, b) => a.day - b.day).at(-1);
  if (nextDue === undefined) return [];
  // A payment that is expected before the last bill came is no date of the next one.
  const isPast = nextDue < asOf || (last !== undefined && nextDue <= last.day);
  if (!isPast) return [];
  const after = last === undefined ? undefined : following(last.day, row, asOf);
  const than = last === undefined ? formatDay(asOf) : `its last invoice of ${formatDay(last.day)}`;
  const isBefore = last !== undefined && nextDue <= last.day;
  const why = isBefore ? `before ${than}` : `which is over on ${formatDay(asOf)}`;
  const message = `the next payment of ${vendor} is due on ${formatDay(nextDue)}, ${why}`;
  const sameYearLater = after !== undefined && yearsApart(nextDue, after);
  return [
    {
      ...{ code: 'due_date_past', severity: 'warning', subject: vendor, message, place },
      difference: undefined,
      evidence: [
        { fact: 'next_due', text: formatDay(nextDue) },
        ...(last === undefined ? [] : [{ fact: 'last_invoice', text: rowText(last) }]),
        ...(sameYearLater ? [{ fact: 'year', text: 'the day fits, the year does not' }] : []),
      ],
      suggestion: after === undefined ? undefined : `write ${formatDay(after)}`,
      rows: own.map(({ row: at }) => at),
    },
  ];
}

const FREQUENCIES: readonly (readonly [form: RegExp, months: number])[] = [
  [/^month/i, 1],
  [/^quarter/i, 3],
  [/^(annual|year)/i, 12],
  [/^(bi-?annual|half|semi)/i, 6],
];

/** On the day of the month that the schedule names, else of the last invoice; not before today. */
function following(last: Day, { frequency, nextDue }: ScheduleRow, asOf: Day): Day | undefined {
  const months = FREQUENCIES.find(([form]) => form.test(frequency ?? ''))?.[1];
  if (months === undefined) {
    if (!/^week/i.test(frequency ?? '')) return undefined;
    const weeks = Math.max(1, Math.ceil((asOf - last) / 7));
    return addDays(last, weeks * 7);
  }
  const date = Number(formatDay(nextDue ?? last).slice(8));
  for (let step = 1; step < 600; step += 1) {
    const day = inMonths(last, step * months, date);
    if (day >= asOf && day > last) return day;
  }
  return undefined;
}

function inMonths(from: Day, months: number, date: number): Day {
  const [year, month] = formatDay(from).split('-').map(Number);
  const at = year! * 12 + month! - 1 + months;
  const two = (n: number): string => String(n).padStart(2, '0');
  const of = (day: number): string => [Math.floor(at / 12), two((at % 12) + 1), two(day)].join('-');
  const days = new Date(Date.UTC(Math.floor(at / 12), (at % 12) + 1, 0)).getUTCDate();
  return parseDay(of(Math.min(date, days)));
}

function yearsApart(a: Day, b: Day): boolean {
  return formatDay(a).slice(5) === formatDay(b).slice(5) && a !== b;
}

function rowText({ place, party, units, currency, day, number, id }: TrackerInvoice): string {
  const line = place.line === undefined ? '' : `line ${place.line}: `;
  return `${line}${number ?? id}, ${party}, ${amountText(units, currency)}, ${formatDay(day)}`;
}

/** How far a rate between two columns may move between invoices before it is told. */
const RATE_PERCENT = 5n;

/** Invoices whose second currency is worked out at a rate far from that of the others. */
export function rateFindings(tracker: TrackerContent): readonly TrackerFinding[] {
  const pairs = tracker.invoices.flatMap((invoice) =>
    invoice.units === 0n
      ? []
      : invoice.otherAmounts.map(({ currency, units }) => ({
          invoice,
          currency,
          rate: divideHalfEven(units * ONE, invoice.units),
          // The other amount is rounded to cents.
          slack: absolute(divideHalfEven((ONE / 200n) * ONE, invoice.units)),
        })),
  );
  const groups = Map.groupBy(pairs, (pair) => `${pair.invoice.currency} ${pair.currency}`);
  return [...groups.values()].flatMap((group) => {
    if (group.length < 3) return [];
    const sorted = group.map(({ rate }) => rate).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const middle = sorted[Math.floor(sorted.length / 2)]!;
    return group
      .filter(({ rate, slack }) => {
        const away = absolute(rate - middle) - slack;
        return away * 100n > absolute(middle) * RATE_PERCENT;
      })
      .map(({ invoice, currency, rate }): TrackerFinding => {
        const subject = nameOf(invoice);
        const at = (units: bigint): string =>
          amountText(divideHalfEven(units, 10n ** 8n) * 10n ** 8n, undefined);
        return {
          ...{
            code: 'fx',
            severity: 'warning',
            subject,
            place: invoice.place,
            rows: [invoice.row],
          },
          message: `${subject} is converted to ${currency} at ${at(rate)}, the others at \
${at(middle)}`,
          difference: undefined,
          evidence: [{ fact: 'rate', text: at(rate) }],
          suggestion: undefined,
        };
      });
  });
}
