/**
 * What the sectioned layout shows beyond the week itself: the weeks before it, and the year so
 * far. The year begins where the ledger does and is left out where a month of it is missing; a
 * line of a week is as unknown here as in the report of that week.
 */
import { billingPeriod, billingPeriodsOf } from '../core/billing-period.ts';
import type { BudgetsConfig } from '../core/budget.ts';
import type { Classifier } from '../core/classify.ts';
import { decimalsOf } from '../core/currency.ts';
import { addDays, type DayRange, dayRange, yearOf } from '../core/day.ts';
import { type Week, weekOf } from '../core/week.ts';
import type { Freshness } from '../ports/state.ts';
import type { Basis, Cell } from '../ports/warehouse.ts';
import { categoryRows } from './category-rows.ts';
import { findSilence, NO_SILENCE, silentSources } from './silence.ts';
import { sourceRows } from './sources.ts';
import { tally } from './tally.ts';
import type { Row } from './weekly-report.ts';

export type TrendWeek = Readonly<{ week: Week; total: Row; categories: readonly Row[] }>;

export type YearToDate = Readonly<{
  total: Row;
  /** Label of the month that it counts from, where that is not January. */
  since: string | undefined;
}>;

export type History = Readonly<{
  /** Oldest first; only weeks that have charges. */
  weeks: readonly TrendWeek[];
  /** To the end of the period. */
  yearToDate: YearToDate | undefined;
}>;

export type HistoryInput = Readonly<{
  /** Cells of a period, grouped by the classifier's columns. */
  ask(period: DayRange): Promise<readonly Cell[]>;
  /** The same of all periods. */
  askEver(): Promise<readonly Cell[]>;
  config: BudgetsConfig;
  classifier: Classifier;
  basis: Basis;
  period: DayRange;
  files: readonly Readonly<{ source: string; period: string }>[];
  freshness: readonly Freshness[];
}>;

const WEEKS = 4;

export async function readHistory(input: HistoryInput): Promise<History> {
  const weeks: TrendWeek[] = [];
  for (const week of lastWeeks(input.period)) {
    const rows = await readWeek(input, week);
    if (rows !== undefined) weeks.push({ week, ...rows });
  }
  return { weeks, yearToDate: await readYear(input) };
}

/** The weeks that end with the period or before, oldest first. */
function lastWeeks({ end }: DayRange): Week[] {
  const after = weekOf(end);
  return Array.from({ length: WEEKS }, (_, i) => weekOf(addDays(after.start, (i - WEEKS) * 7)));
}

type Rows = Readonly<{ categories: readonly Row[]; total: Row }>;

async function readWeek(input: HistoryInput, { start, end }: Week): Promise<Rows | undefined> {
  const { config, classifier, files, freshness, askEver } = input;
  const period = { start, end };
  const cells = await input.ask(period);
  const counts = tally(cells, config, classifier);
  if (counts.total.charges === 0) return undefined;
  const sources = sourceRows({ period, currency: config.currency, cells, files, freshness });
  const silent = silentSources(sources, period);
  const ever = silent.length === 0 ? [] : await askEver();
  const silence = findSilence({ config, classifier, counts, silent, ever });
  const decimals = decimalsOf(config.currency);
  return categoryRows({ config, period, decimals, counts, isKnown: true, silence });
}

async function readYear(input: HistoryInput): Promise<YearToDate | undefined> {
  const { config, classifier, files } = input;
  const lastDay = addDays(input.period.end, -1);
  const january = `${yearOf(lastDay)}-01`;
  const months = files.map(({ period }) => period).filter((label) => label >= january);
  const since = months.sort()[0];
  if (since === undefined || billingPeriod(since).start > lastDay) return undefined;
  const period = dayRange(billingPeriod(since).start, input.period.end);
  if (!billingPeriodsOf(period).every(({ label }) => months.includes(label))) return undefined;
  const counts = tally(await input.ask(period), config, classifier);
  if (counts.total.charges === 0) return undefined;
  const decimals = decimalsOf(config.currency);
  const rows = { config, period, decimals, counts, isKnown: true, silence: NO_SILENCE };
  return { total: categoryRows(rows).total, since: since === january ? undefined : since };
}
