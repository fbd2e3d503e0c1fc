/** The sections of a tracker beside its invoices: totals, vendors, categories. */
import { type Day, formatDay } from '../day.ts';
import { divideHalfEven, ONE } from '../money.ts';
import { nameScore, nameOf as partyName } from '../reconcile/name.ts';
import type { Evidence } from '../reconcile/result.ts';
import type {
  BudgetRow,
  SummaryRow,
  TrackerContent,
  TrackerInvoice,
  VendorRow,
} from '../reconcile/tracker.ts';
import { explanation, isTransposed } from './explain.ts';
import { amountText, differenceText, type TrackerFinding } from './finding.ts';
import { isSettled } from './status.ts';

type Claim = Readonly<{
  subject: string;
  /** `total invoiced` */
  what: string;
  said: bigint | undefined;
  follows: bigint;
  /** `the invoices of December 2025` */
  from: string;
  invoices?: readonly TrackerInvoice[];
  /** Those that do not count, and may have been counted. */
  others?: readonly TrackerInvoice[];
  place: TrackerFinding['place'];
  currency: string | undefined;
}>;

export function totalFindings(tracker: TrackerContent): readonly TrackerFinding[] {
  return [
    ...tracker.summary.flatMap((row) => summaryFindings(row, tracker)),
    ...tracker.vendors.flatMap((row) => vendorFindings(row, tracker)),
    ...budgetFindings(tracker),
  ];
}

function claimed(claim: Claim): readonly TrackerFinding[] {
  const { subject, what, said, follows, from, invoices = [], place, currency } = claim;
  if (said === undefined || said === follows) return [];
  const difference = said - follows;
  const evidence: Evidence[] = [
    { fact: 'said', text: amountText(said, currency) },
    { fact: 'follows', text: `${amountText(follows, currency)} from ${from}` },
    ...explanation(difference, invoices, claim.others),
    ...(said === -follows ? [{ fact: 'sign_turned', text: 'with the other sign' }] : []),
    ...(isTransposed(said, follows) ? [{ fact: 'transposed', text: 'the same digits' }] : []),
  ];
  const [is, make] = [said, follows].map((units) => amountText(units, currency));
  const gap = differenceText(difference, currency);
  const message = `${what} is ${is}, and ${from} make ${make}: ${gap}`;
  const suggestion = `write ${amountText(follows, undefined)}`;
  return [
    {
      code: 'arithmetic',
      severity: 'warning',
      subject,
      message,
      difference,
      evidence,
      suggestion,
      place,
      rows: invoices.map(({ row }) => row),
    },
  ];
}

const sumOf = (invoices: readonly TrackerInvoice[]): bigint =>
  invoices.reduce((sum, { units }) => sum + units, 0n);

/** In the currency of the tracker: others are never added to it. */
function countedIn({ invoices, currency }: TrackerContent): readonly TrackerInvoice[] {
  return invoices.filter((each) => each.currency === currency && each.kind !== 'void');
}

function isWithin(day: Day, { start, end }: Pick<SummaryRow, 'start' | 'end'>): boolean {
  return (start === undefined || day >= start) && (end === undefined || day <= end);
}

function summaryFindings(row: SummaryRow, tracker: TrackerContent): readonly TrackerFinding[] {
  const { period, place, invoiced, paid, outstanding, budget, variance } = row;
  const { currency } = tracker;
  const invoices = countedIn(tracker).filter(({ day }) => isWithin(day, row));
  const settled = invoices.filter(isSettled);
  const from = `the invoices of ${period}`;
  const about = { subject: period, place, currency };
  const total = sumOf(invoices);
  return [
    ...claimed({
      ...about,
      what: 'total invoiced',
      said: invoiced,
      follows: total,
      from,
      invoices,
    }),
    ...claimed({
      ...{ ...about, what: 'total paid', said: paid, follows: sumOf(settled) },
      ...{ from: 'what is paid of them', invoices: settled },
      others: invoices.filter((each) => !isSettled(each)),
    }),
    ...(invoiced === undefined || paid === undefined
      ? []
      : claimed({
          ...{ ...about, what: 'outstanding', said: outstanding, follows: invoiced - paid },
          from: 'total invoiced and total paid',
        })),
    ...(invoiced === undefined || budget === undefined
      ? []
      : claimed({
          ...{ ...about, what: 'variance', said: variance, follows: invoiced - budget },
          from: 'total invoiced and budget',
        })),
    ...percentFindings(row, currency),
  ];
}

/** Half a unit of the last digit that is written. */
function percentFindings(row: SummaryRow, currency: string | undefined): readonly TrackerFinding[] {
  const { period, place, budget, variance, variancePercent } = row;
  const match = /^([+-]?)(\d{1,9})(?:\.(\d{1,6}))?\s*%?$/.exec(variancePercent?.trim() ?? '');
  if (match === null || budget === undefined || budget === 0n || variance === undefined) return [];
  const [, sign = '', whole = '', fraction = ''] = match;
  const scale = 10n ** BigInt(fraction.length);
  const said = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  const follows = divideHalfEven(variance * 100n * scale, budget);
  if (said === follows || said === follows + 1n || said === follows - 1n) return [];
  const share = percent(follows, fraction.length);
  const parts = `${amountText(variance, currency)} of ${amountText(budget, currency)}`;
  const message = `variance is ${variancePercent}, and ${parts} is ${share}`;
  return [
    {
      ...{ code: 'arithmetic', severity: 'warning', subject: period, message, place, rows: [] },
      difference: undefined,
      evidence: [
        { fact: 'said', text: variancePercent ?? '' },
        { fact: 'follows', text: `${share} from variance and budget` },
      ],
      suggestion: `write ${share}`,
    },
  ];
}

function percent(value: bigint, digits: number): string {
  const [sign, plain] = value < 0n ? ['-', -value] : ['', value];
  const text = plain.toString().padStart(digits + 1, '0');
  const [whole, fraction] = [text.slice(0, text.length - digits), text.slice(text.length - digits)];
  return `${sign}${whole}${digits === 0 ? '' : `.${fraction}`}%`;
}

/** As the sections call them: by the vendor, else by the service of an invoice. */
const NAMED = 800;

export function invoicesOf(
  vendor: string,
  invoices: readonly TrackerInvoice[],
): readonly TrackerInvoice[] {
  const wanted = partyName(vendor);
  const by = (text: string | undefined): boolean =>
    text !== undefined &&
    Math.max(nameScore(partyName(text), wanted), nameScore(wanted, partyName(text))) >= NAMED;
  const named = invoices.filter(({ party }) => by(party));
  return named.length > 0 ? named : invoices.filter(({ service }) => by(service));
}

function vendorFindings(row: VendorRow, tracker: TrackerContent): readonly TrackerFinding[] {
  const { vendor, place, yearToDate, monthlyAverage, contract } = row;
  const { currency } = tracker;
  const invoices = invoicesOf(vendor, countedIn(tracker));
  if (invoices.length === 0) return [];
  const years = invoices.map(({ day }) => formatDay(day).slice(0, 4)).sort();
  const ofYear = invoices.filter(({ day }) => formatDay(day).slice(0, 4) === years.at(-1));
  const about = { subject: vendor, place, currency };
  const months = BigInt(new Set(ofYear.map(({ day }) => formatDay(day).slice(0, 7))).size);
  const spent = sumOf(ofYear);
  const cents = ONE / 100n;
  const isAverage = [months, 12n].some(
    (count) => roundTo(divideHalfEven(spent, count), cents) === monthlyAverage,
  );
  const isYearly = /annual|yearly|year/i.test(contract ?? '');
  const follows = roundTo(divideHalfEven(spent, isYearly ? 12n : months), cents);
  return [
    ...claimed({
      ...{ ...about, what: 'spend of the year', said: yearToDate, follows: spent },
      ...{ from: `its invoices of ${years.at(-1)}`, invoices: ofYear },
    }),
    ...(isAverage
      ? []
      : claimed({
          ...{ ...about, what: 'the monthly average', said: monthlyAverage, follows },
          from: isYearly ? 'a twelfth of the year' : `its invoices over ${months} months`,
        })),
  ];
}

function roundTo(units: bigint, step: bigint): bigint {
  return divideHalfEven(units, step) * step;
}

function budgetFindings(tracker: TrackerContent): readonly TrackerFinding[] {
  const { budget, currency, invoices: all } = tracker;
  const lines = budget.filter(({ isTotal }) => !isTotal);
  const known = new Set(lines.map(({ category }) => category.toLowerCase()));
  const period = tracker.summary.length === 1 ? tracker.summary[0] : undefined;
  const counted = countedIn(tracker).filter(
    ({ day }) => period === undefined || isWithin(day, period),
  );
  const rows = lines.flatMap((row) => {
    const own = counted.filter(({ budgetLine, category }) => {
      const line = (budgetLine ?? category ?? '').toLowerCase();
      return line === row.category.toLowerCase();
    });
    return [
      ...claimed({
        ...{ subject: row.category, what: `actual of ${row.category}`, said: row.actual },
        ...{ follows: sumOf(own), from: 'its invoices', invoices: own, place: row.place, currency },
      }),
      ...varianceOf(row, currency),
    ];
  });
  const stray = all.filter(
    ({ budgetLine }) =>
      budgetLine !== undefined && lines.length > 0 && !known.has(budgetLine.toLowerCase()),
  );
  return [
    ...rows,
    ...budget
      .filter(({ isTotal }) => isTotal)
      .flatMap((row) => [
        ...totalRow(row, lines, currency),
        ...claimed({
          ...{
            subject: row.category,
            what: 'the total actual',
            said: row.actual,
            place: row.place,
            currency,
          },
          ...{ follows: sumOf(counted), from: 'all invoices', invoices: counted },
        }),
      ]),
    ...stray.map((invoice) => strayFinding(invoice)),
  ];
}

function varianceOf(row: BudgetRow, currency: string | undefined): readonly TrackerFinding[] {
  const { category, budget, actual, variance, place } = row;
  if (budget === undefined || actual === undefined) return [];
  const about = { subject: category, place, currency, what: `variance of ${category}` };
  return [
    ...claimed({ ...about, said: variance, follows: actual - budget, from: 'actual and budget' }),
    ...statusFinding(row, actual - budget),
  ];
}

function statusFinding(row: BudgetRow, over: bigint): readonly TrackerFinding[] {
  const { category, status = '', place } = row;
  const saysUnder = /under|within|ok|unused/i.test(status);
  const saysOver = /over|exceed/i.test(status);
  const isWrong = (saysUnder && !saysOver && over > 0n) || (saysOver && !saysUnder && over <= 0n);
  if (!isWrong) return [];
  const is = over > 0n ? 'over' : 'not over';
  return [
    {
      ...{ code: 'status_contradicts', severity: 'warning', subject: category, place, rows: [] },
      message: `${category} is called "${status}", and is ${is} its budget`,
      difference: undefined,
      evidence: [{ fact: 'said', text: status }],
      suggestion: undefined,
    },
  ];
}

function totalRow(
  row: BudgetRow,
  lines: readonly BudgetRow[],
  currency: string | undefined,
): readonly TrackerFinding[] {
  const about = { subject: row.category, place: row.place, currency, from: 'its categories' };
  const columns = ['budget', 'actual', 'variance'] as const;
  return columns.flatMap((column) => {
    const parts = lines.map((line) => line[column]);
    if (parts.some((part) => part === undefined)) return [];
    const follows = parts.reduce<bigint>((sum, part) => sum + part!, 0n);
    return claimed({ ...about, what: `the total ${column}`, said: row[column], follows });
  });
}

function strayFinding({ id, number, budgetLine, place, row }: TrackerInvoice): TrackerFinding {
  const subject = number ?? id;
  return {
    ...{ code: 'arithmetic', severity: 'warning', subject, place, rows: [row] },
    message: `${subject} is of budget line "${budgetLine}", which the budget section does not have`,
    difference: undefined,
    evidence: [{ fact: 'budget_line', text: budgetLine ?? '' }],
    suggestion: undefined,
  };
}
