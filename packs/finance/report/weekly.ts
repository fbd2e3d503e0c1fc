/**
 * Cells, budgets and freshness -> the report. Pure: the same input gives the same report, in
 * whatever order the cells come.
 */
import { type BudgetsConfig, UNBUDGETED } from '../core/budget.ts';
import type { Classifier } from '../core/classify.ts';
import { decimalsOf } from '../core/currency.ts';
import type { Day, DayRange } from '../core/day.ts';
import type { Freshness, Restatement } from '../ports/state.ts';
import type { Basis, Cell } from '../ports/warehouse.ts';
import { categoryRows } from './category-rows.ts';
import {
  chargeFindings,
  estimateFindings,
  idleFindings,
  splitFindings,
  unbudgetedFindings,
} from './findings.ts';
import { freshnessFindings, openPeriodFindings, skippedFindings } from './freshness-findings.ts';
import { restatementFindings } from './restated.ts';
import { serviceRows, splitServices } from './service-rows.ts';
import { findSilence, silentSources } from './silence.ts';
import { silenceFindings } from './silence-findings.ts';
import { sourceRows } from './sources.ts';
import { serviceNameOf, tally } from './tally.ts';
import type { WeeklyReport } from './weekly-report.ts';

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
  /** The same of all periods; needed only where a source is silent for the whole of this one. */
  ever: readonly Cell[];
  /** What the ledger holds. */
  files: readonly Readonly<{ source: string; period: string }>[];
  freshness: readonly Freshness[];
  restatements: readonly Restatement[];
}>;

export function buildReport(input: ReportInput): WeeklyReport {
  const { week, period, basis, today, config, classifier, cells, ever, files } = input;
  const { currency } = config;
  const decimals = decimalsOf(currency);
  const sources = sourceRows({ ...input, currency });
  const counts = tally(cells, config, classifier);
  const isKnown =
    cells.some((cell) => cell.currency === currency) ||
    (cells.length === 0 && sources.some(({ actual }) => actual !== undefined));
  const silent = silentSources(sources, period);
  const silence = findSilence({ config, classifier, counts, silent, ever });
  const known = { config, period, decimals, isKnown, silence };
  const { categories, total } = categoryRows({ ...known, counts });
  const byService = { ...known, classifier, tally: counts, categories };
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
      ...skippedFindings(input.freshness),
      ...(isKnown ? silenceFindings({ ...freshness, config, silence, services, total }) : []),
      ...unbudgetedFindings({ tally: counts, row: unbudgeted, services, currency }),
      ...chargeFindings({ cells, currency, basis, nameOf }),
      ...openPeriodFindings(freshness),
      ...(isKnown ? idleFindings(config, counts, silence) : []),
      ...estimateFindings(cells, currency),
      ...splitFindings(splitServices(byService)),
      ...restatementFindings({ restatements: restatementsOf(input), total, sources, files }),
    ],
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
