/**
 * Cells, budgets and freshness -> the report. Pure: the same input gives the same report, in
 * whatever order the cells come.
 */
import { type BudgetsConfig, lineBudgets, UNBUDGETED } from '../core/budget.ts';
import type { Classifier } from '../core/classify.ts';
import { decimalsOf } from '../core/currency.ts';
import type { Day, DayRange } from '../core/day.ts';
import { foot } from '../core/footing.ts';
import type { Freshness, Restatement } from '../ports/state.ts';
import type { Basis, Cell } from '../ports/warehouse.ts';
import {
  chargeFindings,
  estimateFindings,
  idleFindings,
  restatementFindings,
  splitFindings,
  unbudgetedFindings,
} from './findings.ts';
import { freshnessFindings, openPeriodFindings } from './freshness-findings.ts';
import { lineStatus, makeRow, unbudgetedStatus } from './row.ts';
import { serviceRows, splitServices } from './service-rows.ts';
import { sourceRows } from './sources.ts';
import { isUnknown, type Sum, serviceNameOf, type Tally, tally } from './tally.ts';
import type { Amount, Row, WeeklyReport } from './weekly-report.ts';

export type ReportInput = Readonly<{
  /** Label of the week; undefined for a range of days. */
  week: string | undefined;
  period: DayRange;
  basis: Basis;
  today: Day;
  config: BudgetsConfig;
  classifier: Classifier;
  /** Grouped by the classifier's columns. */
  cells: readonly Cell[];
  /** What the ledger holds. */
  files: readonly Readonly<{ source: string; period: string }>[];
  freshness: readonly Freshness[];
  restatements: readonly Restatement[];
}>;

export function buildReport(input: ReportInput): WeeklyReport {
  const { week, period, basis, today, config, classifier, cells } = input;
  const { currency } = config;
  const decimals = decimalsOf(currency);
  const sources = sourceRows({ ...input, currency });
  const counts = tally(cells, config, classifier);
  const isKnown =
    cells.some((cell) => cell.currency === currency) ||
    (cells.length === 0 && sources.some(({ actual }) => actual !== undefined));
  const { categories, total } = categoryRows({ config, period, decimals, counts, isKnown });
  const byService = { config, classifier, period, decimals, tally: counts, isKnown, categories };
  const services = serviceRows(byService);
  const unbudgeted = categories.find(({ name }) => name === UNBUDGETED);
  const nameOf = (cell: Cell) => serviceNameOf(cell, { config, classifier });
  const freshness = { period, today, currency, sources, isKnown };
  return {
    week,
    period,
    isOpen: period.end > today,
    basis,
    currency,
    decimals,
    total,
    categories,
    services,
    sources,
    findings: [
      ...freshnessFindings(freshness),
      ...unbudgetedFindings({ tally: counts, row: unbudgeted, services, currency }),
      ...chargeFindings({ cells, currency, basis, nameOf }),
      ...openPeriodFindings(freshness),
      ...(isKnown ? idleFindings(config, counts) : []),
      ...estimateFindings(cells, currency),
      ...splitFindings(splitServices(byService)),
      ...restatementFindings(restatementsOf(input)),
    ],
  };
}

type CategoryInput = Readonly<{
  config: BudgetsConfig;
  period: DayRange;
  decimals: number;
  counts: Tally;
  isKnown: boolean;
}>;

/** The lines in order, Unbudgeted where there are such charges, and the total they foot to. */
export function categoryRows(input: CategoryInput): { categories: Row[]; total: Row } {
  const { config, period, decimals, counts, isKnown } = input;
  const extra = counts.unbudgeted === undefined ? [] : [counts.unbudgeted];
  const names = config.lines.map(({ name }) => name);
  const budgets = together([...lineBudgets(config, period), ...extra.map(() => 0n)], decimals);
  const sums = [...counts.lines, ...extra];
  const spent = together(
    sums.map(({ units }) => units),
    decimals,
  );
  const known = (sum: Sum, actual: Amount) => (isKnown && !isUnknown(sum) ? actual : undefined);
  const categories = sums.map((sum, i) =>
    makeRow(
      names[i] ?? UNBUDGETED,
      { budget: budgets.parts[i], actual: known(sum, spent.parts[i]!) },
      i < names.length ? lineStatus : unbudgetedStatus,
    ),
  );
  const pair = { budget: budgets.total, actual: known(counts.total, spent.total) };
  return { categories, total: makeRow('Total', pair, lineStatus) };
}

/** Amounts that are shown together and foot to their total. */
function together(exact: readonly bigint[], decimals: number): { parts: Amount[]; total: Amount } {
  const shown = foot(exact, decimals);
  return {
    parts: exact.map((units, i) => ({ exact: units, shown: shown.parts[i]! })),
    total: { exact: exact.reduce((a, b) => a + b, 0n), shown: shown.total },
  };
}

function restatementsOf({ restatements, period, basis, config }: ReportInput): Restatement[] {
  return restatements.filter(
    (each) =>
      each.start === period.start &&
      each.end === period.end &&
      each.basis === basis &&
      each.currency === config.currency,
  );
}
