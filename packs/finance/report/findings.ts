/**
 * What a reader must know besides the numbers, in a fixed order: first what makes them wrong or
 * incomplete, then what explains them. `info` never makes the command exit with 1.
 */
import { type BudgetsConfig, UNBUDGETED } from '../core/budget.ts';
import { decimalsOf } from '../core/currency.ts';
import type { Finding } from '../core/finding.ts';
import { COST_SOURCES } from '../core/focus.ts';
import { absolute, formatExact, formatScaled } from '../core/money.ts';
import { compareText } from '../core/order.ts';
import type { Basis, Cell } from '../ports/warehouse.ts';
import { amount } from './row.ts';
import type { Silence } from './silence.ts';
import type { Tally } from './tally.ts';
import type { Amount, Row, ServiceRow } from './weekly-report.ts';

export type ChargeFindings = Readonly<{
  cells: readonly Cell[];
  currency: string;
  basis: Basis;
  /** What to call the service of a cell. */
  nameOf(cell: Cell): string;
}>;

/** About charges that are not in the numbers: in another currency, or without an amount. */
export function chargeFindings(input: ChargeFindings): Finding[] {
  return [...otherCurrencies(input), ...unknownCosts(input)];
}

export type UnbudgetedInput = Readonly<{
  tally: Tally;
  /** The row of that name, where there is one. */
  row: Row | undefined;
  services: readonly ServiceRow[];
  currency: string;
}>;

/** Money that no line pays for; charges of zero may lack a line. */
export function unbudgetedFindings(input: UnbudgetedInput): Finding[] {
  const { tally, row, services, currency } = input;
  const paid = tally.services.filter(({ line, units }) => line === undefined && units !== 0n);
  if (paid.length === 0 || row?.actual === undefined) return [];
  const charges = paid.reduce((sum, each) => sum + each.charges, 0);
  const names = services.flatMap(({ name, category, actual }) =>
    category === UNBUDGETED && actual !== undefined && actual.exact !== 0n
      ? [{ name, amount: actual }]
      : [],
  );
  const money = `${decimal(row.actual, currency)} ${currency}`;
  return [
    {
      code: 'unbudgeted',
      severity: 'warning',
      subject: UNBUDGETED,
      message:
        `no budget line matches ${count(charges, 'charge')} of ${money}: ` +
        `${largest(names, currency)}; add a rule to budgets.yaml`,
    },
  ];
}

/** Listed services with an amount that nothing was charged for, and no feed to wait for. */
export function idleFindings(
  { services }: Pick<BudgetsConfig, 'services'>,
  tally: Tally,
  silence: Silence,
): Finding[] {
  const charged = new Set(tally.services.map(({ service }) => service));
  const idle = services.filter(
    ({ allowance }, i) =>
      (allowance?.units ?? 0n) > 0n && !charged.has(i) && !silence.services.has(i),
  );
  if (idle.length === 0) return [];
  const names = idle.map(({ name }) => name).join(', ');
  return [
    {
      code: 'no-charges',
      severity: 'info',
      subject: names,
      message: `nothing was charged for ${names}: not used, or a source is missing`,
    },
  ];
}

function otherCurrencies({ cells, currency }: ChargeFindings): Finding[] {
  const others = new Set(cells.map((cell) => cell.currency));
  others.delete(currency);
  return [...others].sort(compareText).map((other) => {
    const foreign = cells.filter((cell) => cell.currency === other);
    const money = spoken(sumOf(foreign), other);
    const charges = foreign.reduce((sum, cell) => sum + cell.charges, 0);
    const sources = [...new Set(foreign.map(({ source }) => source))].sort(compareText).join(', ');
    return {
      code: 'other-currency',
      severity: 'warning',
      subject: other,
      message:
        `${count(charges, 'charge')} of ${money} from ${sources} ${are(charges)} ` +
        `not in this report, which is in ${currency}`,
    };
  });
}

function unknownCosts({ cells, basis, nameOf }: ChargeFindings): Finding[] {
  const byName = new Map<string, number>();
  for (const cell of cells) {
    if (cell.unknown === 0) continue;
    byName.set(nameOf(cell), (byName.get(nameOf(cell)) ?? 0) + cell.unknown);
  }
  if (byName.size === 0) return [];
  const total = [...byName.values()].reduce((a, b) => a + b, 0);
  const names = [...byName].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]));
  const listed = shortList(names.map(([name, charges]) => `${name} ${charges}`));
  return [
    {
      code: 'unknown-cost',
      severity: 'warning',
      subject: basis,
      message:
        `${count(total, 'charge')} ${total === 1 ? 'has' : 'have'} no ${basis} cost ` +
        `and ${are(total)} not counted: ${listed}`,
    },
  ];
}

/** A service whose charges several lines pay for has no one place for its budget. */
export function splitFindings(
  split: readonly Readonly<{ name: string; categories: readonly string[] }>[],
): Finding[] {
  return split.map(({ name, categories }) => ({
    code: 'service-split',
    severity: 'info',
    subject: name,
    message: `${name} is paid by ${categories.join(' and ')}, so its own budget is not shown`,
  }));
}

/** Amounts that no provider has billed are in the actuals, and said. */
export function estimateFindings(cells: readonly Cell[], currency: string): Finding[] {
  const counted = cells.filter((cell) => cell.currency === currency);
  return COST_SOURCES.flatMap((costSource) => {
    const estimated = counted.filter((cell) => cell.costSource === costSource && cell.units !== 0n);
    const how = ESTIMATES[costSource];
    if (how === undefined || estimated.length === 0) return [];
    const bySource = new Map<string, bigint>();
    for (const { source, units } of estimated) {
      bySource.set(source, (bySource.get(source) ?? 0n) + units);
    }
    const names = [...bySource].map(([name, units]) => ({
      name,
      amount: rounded(units, currency),
    }));
    const money = spoken(sumOf(estimated), currency);
    return [
      {
        code: 'estimated',
        severity: 'info' as const,
        subject: costSource,
        message: `${money} ${how}, not billed: ${largest(names, currency)}`,
      },
    ];
  });
}

const ESTIMATES: Readonly<Record<string, string | undefined>> = {
  provider_estimated: 'is estimated by the provider',
  derived_price_card: 'is derived from a price card',
};

function sumOf(cells: readonly Cell[]): bigint {
  return cells.reduce((sum, { units }) => sum + units, 0n);
}

/** `OpenAI 3.20, Railway 1.00 and 3 more`, by size. */
function largest(
  parts: readonly Readonly<{ name: string; amount: Amount }>[],
  currency: string,
): string {
  const bySize = parts.toSorted((a, b) => {
    const [left, right] = [absolute(a.amount.exact), absolute(b.amount.exact)];
    return left === right ? compareText(a.name, b.name) : left > right ? -1 : 1;
  });
  return shortList(bySize.map(({ name, amount }) => `${name} ${decimal(amount, currency)}`));
}

const LISTED_MAX = 5;

function shortList(parts: readonly string[]): string {
  const listed = parts.slice(0, LISTED_MAX).join(', ');
  const more = parts.length - LISTED_MAX;
  return more > 0 ? `${listed} and ${more} more` : listed;
}

function spoken(units: bigint, currency: string): string {
  return `${decimal(rounded(units, currency), currency)} ${currency}`;
}

function rounded(units: bigint, currency: string): Amount {
  return amount(units, decimalsOf(currency));
}

/** As the report shows it, but never a zero that it is not. */
function decimal({ exact, shown }: Amount, currency: string): string {
  const decimals = decimalsOf(currency);
  return shown === 0n && exact !== 0n
    ? formatExact(exact, decimals)
    : formatScaled(shown, decimals);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function are(number: number): string {
  return number === 1 ? 'is' : 'are';
}
