/**
 * One CSV file with a section per topic, as readers of the sectioned weekly report expect it:
 * their section titles, column names, money with its sign, statuses in capitals. What they do not
 * know (the row Basis, the section NOTES) stands at the end of its kind, so that nothing moves
 * within a section.
 *
 * Sections and rows that nothing is known for are left out: a breakdown by model needs quantities,
 * which the ledger has and the warehouse port does not ask for; a projection needs a forecast.
 */
import type { ReportSection } from '../../core/alert-config/report-include.ts';
import { type Day, formatDay } from '../../core/day.ts';
import { formatScaled } from '../../core/money.ts';
import type { History } from '../trend.ts';
import type { Amount, Row, Status, WeeklyReport } from '../weekly-report.ts';
import { plainPercent } from './amount-text.ts';
import { type CsvCell, toCsv } from './csv.ts';
import { isoRange } from './period-text.ts';

export type SectionsInput = Readonly<{
  report: WeeklyReport;
  history: History;
  generated: Date;
  sections: readonly ReportSection[];
}>;

/** Of `--layout sections`, as its readers know it. */
export const LAYOUT_SECTIONS: readonly ReportSection[] = [
  'executive_summary',
  'cost_by_service',
  'trend_analysis',
  'findings',
];

type Section = readonly (readonly CsvCell[])[];

export function reportAsSections(input: SectionsInput): string {
  const { report, history, sections } = input;
  const made: Readonly<Record<ReportSection, () => Section>> = {
    executive_summary: () => summary(report, history),
    cost_by_category: () => categories(report),
    cost_by_service: () => services(report),
    trend_analysis: () => trend(report, history),
    data_freshness: () => freshness(report),
    findings: () => notes(report, history),
  };
  return [header(input), ...sections.map((section) => made[section]())]
    .filter((section) => section.length > 0)
    .map(toCsv)
    .join('\n');
}

function header({ report, generated }: SectionsInput): Section {
  const { week, period, basis, currency } = report;
  const [year, number] = week?.split('-W') ?? [];
  const days = isoRange(period);
  return [
    ['Report Type', week === undefined ? 'Cost Report' : 'Weekly Cost Report'],
    ['Report Period', week === undefined ? days : `Week ${Number(number)} ${year} (${days})`],
    ['Generated', generated.toISOString().replace(/\.\d+Z$/, 'Z')],
    ['Currency', currency],
    ['Basis', basis],
  ];
}

const YTD = 'YTD Spend';

/** Four weeks are a month here, as readers of this layout know it. */
const WEEKS_PER_MONTH = 4n;

function summary(report: WeeklyReport, { yearToDate }: History): Section {
  const { week, total } = report;
  const rows: Row[] = [
    { ...total, name: week === undefined ? 'Total Spend' : 'Total Weekly Spend' },
  ];
  if (week !== undefined) rows.push(runRate(total));
  if (yearToDate !== undefined) rows.push({ ...yearToDate.total, name: YTD });
  return [
    ['SECTION: EXECUTIVE SUMMARY'],
    ['Metric', 'Budget', 'Actual', 'Variance', 'Variance %', 'Status'],
    ...rows.map((row) => [
      row.name,
      ...money([row.budget, row.actual, row.variance], report),
      { number: row.percent === undefined ? '' : `${plainPercent(row.percent)}%` },
      STATUS[row.status],
    ]),
  ];
}

function runRate(total: Row): Row {
  const times = (amount: Amount | undefined) =>
    amount && {
      exact: amount.exact * WEEKS_PER_MONTH,
      rounded: amount.rounded * WEEKS_PER_MONTH,
      shown: amount.shown * WEEKS_PER_MONTH,
    };
  const { budget, actual, variance } = total;
  return {
    ...total,
    name: 'Monthly Run Rate',
    budget: times(budget),
    actual: times(actual),
    variance: times(variance),
  };
}

function services(report: WeeklyReport): Section {
  if (report.services.length === 0) return [];
  const per = report.week === undefined ? '' : '/Week';
  return [
    ['SECTION: COST BY SERVICE'],
    ['Service', 'Category', 'Tier', `Budget${per}`, `Actual${per}`, 'Variance', 'Status', 'Notes'],
    ...report.services.map((row) => [
      row.name,
      row.purpose ?? row.category ?? '',
      row.tier ?? '',
      ...money([row.budget, row.actual, row.variance], report),
      STATUS[row.status],
      row.notes ?? '',
    ]),
  ];
}

function categories(report: WeeklyReport): Section {
  return [
    ['SECTION: COST BY CATEGORY'],
    ['Category', 'Budget', 'Actual', 'Variance', 'Variance %', 'Status'],
    ...report.categories.map((row) => [
      row.name,
      ...money([row.budget, row.actual, row.variance], report),
      { number: row.percent === undefined ? '' : `${plainPercent(row.percent)}%` },
      STATUS[row.status],
    ]),
  ];
}

function freshness({ sources }: WeeklyReport): Section {
  const day = (each: Day | undefined): string => (each === undefined ? '' : formatDay(each));
  return [
    ['SECTION: DATA FRESHNESS'],
    ['Source', 'Complete Through', 'Status', 'Provisional From'],
    ...sources.map(({ name, completeThrough, status, provisionalFrom }) => [
      name,
      day(completeThrough),
      status.toUpperCase(),
      day(provisionalFrom),
    ]),
  ];
}

/** All weeks have the lines of the budget; Unbudgeted only where some week has such charges. */
function trend(report: WeeklyReport, { weeks }: History): Section {
  if (weeks.length === 0) return [];
  const names = [...new Set(weeks.flatMap(({ categories }) => categories.map(({ name }) => name)))];
  return [
    ['SECTION: WEEKLY TREND'],
    ['Week', 'Total Spend', ...names, 'Notes'],
    ...weeks.map(({ week, total, categories }) => {
      const amounts = names.map((name) => {
        const row = categories.find((each) => each.name === name);
        return row === undefined ? NOTHING : row.actual;
      });
      return [`Week ${week.number}`, ...money([total.actual, ...amounts], report), ''];
    }),
  ];
}

const NOTHING: Amount = { exact: 0n, rounded: 0n, shown: 0n };

/** What the numbers above do not say themselves. */
function notes({ findings }: WeeklyReport, { yearToDate }: History): Section {
  const since = yearToDate?.since;
  const year = since && `from ${since} on, where the ledger begins; its budget is of the same days`;
  const rows = [
    ...(year === undefined ? [] : [[YTD, year]]),
    ...findings.map(({ subject, message }) => [subject, message]),
  ];
  return rows.length === 0 ? [] : [['SECTION: NOTES'], ['Subject', 'Note'], ...rows];
}

function money(
  amounts: readonly (Amount | undefined)[],
  { currency, decimals }: WeeklyReport,
): CsvCell[] {
  const symbol = currency === 'USD' ? '$' : `${currency} `;
  return amounts.map((amount) => {
    if (amount === undefined) return '';
    const text = formatScaled(amount.shown, decimals);
    const number = text.startsWith('-') ? `-${symbol}${text.slice(1)}` : symbol + text;
    return { number };
  });
}

const STATUS: Readonly<Record<Status, string>> = {
  under: 'UNDER_BUDGET',
  'on budget': 'ON_BUDGET',
  over: 'OVER_BUDGET',
  unused: 'UNUSED',
  unbudgeted: 'UNBUDGETED',
  'free tier': 'FREE_TIER',
  'no budget': 'NO_BUDGET',
  'no data': 'NO_DATA',
};
