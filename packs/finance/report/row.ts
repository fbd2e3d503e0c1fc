/** One line of the report from its budget and its actual; everything else follows from the two. */
import { percentTenths } from '../core/footing.ts';
import { roundUnits } from '../core/money.ts';
import type { Amount, Row, Status } from './weekly-report.ts';

export type Pair = Readonly<{ budget: Amount | undefined; actual: Amount | undefined }>;

export function makeRow(name: string, pair: Pair, status: (pair: Pair) => Status): Row {
  const { budget, actual } = pair;
  const variance =
    budget === undefined || actual === undefined
      ? undefined
      : { exact: actual.exact - budget.exact, shown: actual.shown - budget.shown };
  const percent = variance && percentTenths(variance.shown, budget!.shown);
  return { name, budget, actual, variance, percent, status: status(pair) };
}

export function amount(exact: bigint, decimals: number): Amount {
  return { exact, shown: roundUnits(exact, decimals) };
}

export function lineStatus({ budget, actual }: Pair): Status {
  if (actual === undefined) return 'no data';
  if (budget === undefined) return 'no budget';
  if (actual.shown === 0n && budget.shown > 0n) return 'unused';
  if (actual.shown === budget.shown) return 'on budget';
  return actual.shown < budget.shown ? 'under' : 'over';
}

/** For charges that no line pays for. */
export function unbudgetedStatus({ actual }: Pair): Status {
  return actual === undefined ? 'no data' : 'unbudgeted';
}

export function serviceStatus(tier: string | undefined): (pair: Pair) => Status {
  return (pair) => {
    const { budget, actual } = pair;
    const isFree = actual?.shown === 0n && (budget?.shown ?? 0n) === 0n;
    return isFree && tier !== undefined ? 'free tier' : lineStatus(pair);
  };
}
