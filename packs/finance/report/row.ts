/** One line of the report from its budget and its actual; everything else follows from the two. */
import { percentTenths } from '../core/footing.ts';
import { roundUnits } from '../core/money.ts';
import type { Amount, Row, Status } from './weekly-report.ts';

export type Spending = Readonly<{
  budget: Amount | undefined;
  actual: Amount | undefined;
  /** How many charges the actual is made of. */
  charges: number;
}>;

/**
 * Only the variance that is shown knows of footing: it is the difference of what is shown beside
 * it. The status is that of amounts rounded on their own, the percentage that of exact ones.
 */
export function makeRow(
  name: string,
  spending: Spending,
  status: (spending: Spending) => Status,
): Row {
  const { budget, actual } = spending;
  const variance = budget && actual && difference(actual, budget);
  const percent = variance && percentOf(variance, budget);
  return { name, budget, actual, variance, percent, status: status(spending) };
}

/** Exact, except that a line on budget, which is so to the cent, is off by nothing. */
function percentOf(variance: Amount, budget: Amount): bigint | undefined {
  // Of a budget that shows as zero there is no share that anybody could follow.
  if (budget.rounded === 0n) return undefined;
  return variance.rounded === 0n ? 0n : percentTenths(variance.exact, budget.exact);
}

function difference(a: Amount, b: Amount): Amount {
  return {
    exact: a.exact - b.exact,
    rounded: a.rounded - b.rounded,
    shown: a.shown - b.shown,
  };
}

/** `shown`: where footing moved it. */
export function amount(exact: bigint, decimals: number, shown?: bigint): Amount {
  const rounded = roundUnits(exact, decimals);
  return { exact, rounded, shown: shown ?? rounded };
}

export function lineStatus({ budget, actual, charges }: Spending): Status {
  if (actual === undefined) return 'no data';
  if (budget === undefined) return 'no budget';
  if (charges === 0 && budget.rounded > 0n) return 'unused';
  if (actual.rounded === budget.rounded) return 'on budget';
  return actual.rounded < budget.rounded ? 'under' : 'over';
}

/** For charges that no line pays for. */
export function unbudgetedStatus({ actual }: Spending): Status {
  return actual === undefined ? 'no data' : 'unbudgeted';
}

export type ServiceStanding = Readonly<{ tier: string | undefined; isUnbudgeted: boolean }>;

/** Without an amount of its own a service is as its line: only the line has a status then. */
export function serviceStatus({ tier, isUnbudgeted }: ServiceStanding) {
  return (spending: Spending): Status => {
    const { budget, actual } = spending;
    const isFree = actual?.rounded === 0n && (budget?.rounded ?? 0n) === 0n;
    if (isFree && tier !== undefined) return 'free tier';
    const isOwnless = isUnbudgeted && budget === undefined;
    return isOwnless ? unbudgetedStatus(spending) : lineStatus(spending);
  };
}
