/** What speaks for and against an invoice in the ledger, in words and numbers. */
import type { BillingPeriod } from '../billing-period.ts';
import { type Day, formatDay } from '../day.ts';
import { absolute, formatExact } from '../money.ts';
import { compareText } from '../order.ts';
import { weekOf } from '../week.ts';
import type { LedgerCell } from './ledger-cell.ts';
import type { Evidence } from './result.ts';

export type Terms = Readonly<{
  by: 'invoice' | 'vendor';
  through: ReadonlyMap<string, Day | undefined>;
  period?: BillingPeriod;
}>;

export type Beside = Readonly<{
  own: readonly LedgerCell[];
  all: readonly LedgerCell[];
  terms: Terms;
}>;

export type Told = Beside & Readonly<{ units: bigint; tolerance: bigint }>;

export function evidenceOf(owed: bigint, currency: string, told: Told): readonly Evidence[] {
  const { own, all, terms, units, tolerance } = told;
  const amount = (each: bigint): string => `${formatExact(each)} ${currency}`;
  const weeks = [...Map.groupBy(own, ({ day }) => weekOf(day).label)]
    .map(([label, cells]) => ({ label, units: cells.reduce((sum, cell) => sum + cell.units, 0n) }))
    .sort((a, b) => compareText(a.label, b.label));
  const facts: (Evidence | undefined)[] = [
    { fact: 'invoiced', text: amount(owed) },
    { fact: 'ledger', text: `${amount(units)} billed ${daysText(own)}` },
    weeks.length < 2
      ? undefined
      : {
          fact: 'weeks',
          text: weeks.map((each) => `${each.label} ${formatExact(each.units)}`).join(', '),
        },
    perWeek(owed, weeks, amount),
    unfinished(own, terms),
    own.some(({ isEstimate }) => isEstimate)
      ? { fact: 'estimated', text: 'some of it is estimated, not billed' }
      : undefined,
    own.some(({ unknown }) => unknown > 0)
      ? { fact: 'unknown', text: 'charges without an amount are not in it' }
      : undefined,
    all.length > own.length
      ? {
          fact: 'besides',
          text: totalsText(all.filter((each) => each.currency !== currency)).join(', '),
        }
      : undefined,
    { fact: 'tolerance', text: amount(tolerance) },
  ];
  return facts.filter((fact) => fact !== undefined);
}

type WeekSum = Readonly<{ label: string; units: bigint }>;

/** A monthly invoice that says what the ledger is charged in each week. */
function perWeek(
  owed: bigint,
  weeks: readonly WeekSum[],
  amount: (units: bigint) => string,
): Evidence | undefined {
  const full = weeks.filter(({ units }) => units !== 0n);
  if (full.length < 2 || owed <= 0n) return undefined;
  const slack = owed / 10n;
  const isLike = full.every(({ units }) => absolute(units - owed) <= slack);
  if (!isLike) return undefined;
  const exact = full.every(({ units }) => units === owed) ? '' : 'about ';
  return { fact: 'per_week', text: `the ledger is charged ${exact}${amount(owed)} a week` };
}

function unfinished(
  cells: readonly LedgerCell[],
  { period, through }: Terms,
): Evidence | undefined {
  if (period === undefined) return undefined;
  const sources = [...new Set(cells.map(({ source }) => source))].sort(compareText);
  const late = sources.filter((source) => (through.get(source) ?? -1) < period.end - 1);
  if (late.length === 0) return undefined;
  const text = late.map((source) => {
    const day = through.get(source);
    return day === undefined
      ? `${source} is not complete`
      : `${source} is complete through ${formatDay(day)}`;
  });
  return { fact: 'complete', text: text.join(', ') };
}

function daysText(cells: readonly LedgerCell[]): string {
  const days = cells.map(({ day }) => day).sort((a, b) => a - b);
  const [first, last] = [days[0]!, days.at(-1)!];
  return first === last
    ? `on ${formatDay(first)}`
    : `from ${formatDay(first)} to ${formatDay(last)}`;
}

export function totalsText(cells: readonly LedgerCell[]): readonly string[] {
  return [...Map.groupBy(cells, ({ currency }) => currency)]
    .map(
      ([currency, each]) =>
        `${formatExact(each.reduce((sum, { units }) => sum + units, 0n))} ${currency}`,
    )
    .sort(compareText);
}
