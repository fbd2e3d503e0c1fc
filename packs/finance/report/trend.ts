/**
 * What the sectioned layout shows beyond the week itself: the weeks before it, and the year so
 * far. Both are left out where the ledger does not reach: a sum of a part is not the year's.
 */
import { billingPeriodsOf } from '../core/billing-period.ts';
import type { BudgetsConfig } from '../core/budget.ts';
import type { Classifier } from '../core/classify.ts';
import { decimalsOf } from '../core/currency.ts';
import { addDays, type DayRange, dayRange, parseDay, yearOf } from '../core/day.ts';
import { type Week, weekOf } from '../core/week.ts';
import type { Basis, Cell, Warehouse } from '../ports/warehouse.ts';
import { tally } from './tally.ts';
import { categoryRows } from './weekly.ts';
import type { Row } from './weekly-report.ts';

export type TrendWeek = Readonly<{ week: Week; total: Row; categories: readonly Row[] }>;

export type History = Readonly<{
  /** Oldest first; only weeks that have charges. */
  weeks: readonly TrendWeek[];
  /** 1 January to the end of the period. */
  yearToDate: Row | undefined;
}>;

export type HistoryInput = Readonly<{
  warehouse: Pick<Warehouse, 'aggregate'>;
  config: BudgetsConfig;
  classifier: Classifier;
  basis: Basis;
  period: DayRange;
  files: readonly Readonly<{ source: string; period: string }>[];
}>;

const WEEKS = 4;

export async function readHistory(input: HistoryInput): Promise<History> {
  const weeks: TrendWeek[] = [];
  for (const week of lastWeeks(input.period)) {
    const cells = await ask(input, { start: week.start, end: week.end });
    if (cells.length > 0) weeks.push({ week, ...rowsOf(input, week, cells) });
  }
  return { weeks, yearToDate: await yearToDate(input) };
}

/** The weeks that end with the period or before, oldest first. */
function lastWeeks({ end }: DayRange): Week[] {
  const after = weekOf(end);
  return Array.from({ length: WEEKS }, (_, i) => weekOf(addDays(after.start, (i - WEEKS) * 7)));
}

async function yearToDate(input: HistoryInput): Promise<Row | undefined> {
  const year = yearOf(addDays(input.period.end, -1));
  const range = dayRange(parseDay(`${year}-01-01`), input.period.end);
  const hasAllMonths = billingPeriodsOf(range).every(({ label }) =>
    input.files.some(({ period }) => period === label),
  );
  if (!hasAllMonths) return undefined;
  const cells = await ask(input, range);
  return cells.length === 0 ? undefined : rowsOf(input, range, cells).total;
}

async function ask(
  { warehouse, classifier, basis, config }: HistoryInput,
  period: DayRange,
): Promise<readonly Cell[]> {
  const cells = await warehouse.aggregate({ basis, period, groupBy: classifier.groupBy });
  return cells.filter(({ currency }) => currency === config.currency);
}

function rowsOf(
  { config, classifier }: HistoryInput,
  period: DayRange,
  cells: readonly Cell[],
): { categories: Row[]; total: Row } {
  const decimals = decimalsOf(config.currency);
  const counts = tally(cells, config, classifier);
  return categoryRows({ config, period, decimals, counts, isKnown: true });
}
