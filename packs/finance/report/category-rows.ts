/** The rows of the budget: its lines in order, Unbudgeted where there is any, and their total. */
import { type BudgetsConfig, lineBudgets, TOTAL, UNBUDGETED } from '../core/budget.ts';
import type { DayRange } from '../core/day.ts';
import { foot, type Wishes } from '../core/footing.ts';
import { roundUnits } from '../core/money.ts';
import { amount, lineStatus, makeRow, unbudgetedStatus } from './row.ts';
import type { Silence } from './silence.ts';
import { isUnknown, type Sum, type Tally } from './tally.ts';
import type { Amount, Row } from './weekly-report.ts';

export type CategoryInput = Readonly<{
  config: BudgetsConfig;
  period: DayRange;
  decimals: number;
  counts: Tally;
  /** Whether actuals are known at all. */
  isKnown: boolean;
  silence: Silence;
}>;

export function categoryRows(input: CategoryInput): { categories: Row[]; total: Row } {
  const { config, period, decimals, counts, isKnown, silence } = input;
  const extra = counts.unbudgeted === undefined ? [] : [counts.unbudgeted];
  const names = config.lines.map(({ name }) => name);
  const sums = [...counts.lines, ...extra];
  const budgets = [...lineBudgets(config, period), ...extra.map(() => 0n)];
  const { allowed, spent } = together({
    budgets,
    actuals: sums.map(({ units }) => units),
    decimals,
  });
  const known = (sum: Sum, actual: Amount) => (isKnown && !isUnknown(sum) ? actual : undefined);
  const categories = sums.map((sum, i) => {
    const actual = silence.lines.has(i) ? undefined : known(sum, spent.parts[i]!);
    const spending = { budget: allowed.parts[i], actual, charges: sum.charges };
    const isLine = i < names.length;
    return makeRow(names[i] ?? UNBUDGETED, spending, isLine ? lineStatus : unbudgetedStatus);
  });
  const { charges } = counts.total;
  // Of nothing but lines without charges, some of them unknown, the sum is unknown too.
  const isSilent = charges === 0 && silence.lines.size > 0;
  const actual = isSilent ? undefined : known(counts.total, spent.total);
  const total = makeRow(TOTAL, { budget: allowed.total, actual, charges }, lineStatus);
  return { categories, total };
}

type Column = Readonly<{ parts: Amount[]; total: Amount }>;

/**
 * Both columns foot; a row whose two amounts are the same when rounded is moved last, and in both
 * columns alike, so that it is seen to be on budget.
 */
function together({
  budgets,
  actuals,
  decimals,
}: Readonly<{ budgets: readonly bigint[]; actuals: readonly bigint[]; decimals: number }>): {
  allowed: Column;
  spent: Column;
} {
  const rounded = budgets.map((units) => roundUnits(units, decimals));
  const isEven = actuals.map((units, i) => roundUnits(units, decimals) === rounded[i]);
  const evenOnly = (wishes: Wishes) => wishes.map((wish, i) => (isEven[i] ? wish : undefined));
  const allowed = footed(budgets, decimals, evenOnly(rounded));
  const shown = allowed.parts.map((each) => each.shown);
  return { allowed, spent: footed(actuals, decimals, evenOnly(shown)) };
}

function footed(exact: readonly bigint[], decimals: number, wishes: Wishes): Column {
  const { parts, total } = foot(exact, decimals, wishes);
  const sum = exact.reduce((a, b) => a + b, 0n);
  return {
    parts: exact.map((units, i) => amount(units, decimals, parts[i])),
    total: amount(sum, decimals, total),
  };
}
