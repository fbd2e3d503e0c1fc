/**
 * `brctl finance report`: what did a week (or any days) cost against budget?
 *
 * Exit 1 when something about the numbers needs a person: charges that no line pays for or that
 * could not be counted, sources that are stale or silent. Being over budget is a status, not a
 * finding: that is what alerts are for.
 */
import {
  type Command,
  defineCommand,
  type Input,
  type PackContext,
  textFlag,
  usageError,
  type View,
} from 'brctl/sdk';
import { compileBudgets } from '../core/classify.ts';
import { type Day, type DayRange, dayOf } from '../core/day.ts';
import { needsAttention } from '../core/finding.ts';
import type { Basis } from '../ports/warehouse.ts';
import { reportFileName } from './file-name.ts';
import { choosePeriod, type PeriodChoice } from './period-choice.ts';
import type { OpenReportPorts, ReportPorts } from './ports.ts';
import { reportAsCsv } from './render/as-csv.ts';
import { reportAsJson } from './render/as-json.ts';
import { reportAsMarkdown } from './render/as-markdown.ts';
import { reportAsSections } from './render/as-sections.ts';
import { reportAsText } from './render/as-text.ts';
import { EVER, silentSources } from './silence.ts';
import { sourceRows } from './sources.ts';
import { type History, readHistory } from './trend.ts';
import { buildReport } from './weekly.ts';
import type { WeeklyReport } from './weekly-report.ts';

const FORMATS = ['table', 'csv', 'json', 'md'] as const;
const BASES = ['effective', 'billed'] as const satisfies readonly Basis[];
const LAYOUTS = ['tidy', 'sections'] as const;

export type ReportOptions = Readonly<{
  period: PeriodChoice;
  basis: Basis;
  layout: (typeof LAYOUTS)[number];
  today: Day;
  /** The file of `--out`: then nothing is saved by default. */
  out: string | undefined;
  dryRun: boolean;
}>;

export type ReportPlan = Readonly<{
  report: WeeklyReport;
  /** Only the sectioned layout shows it. */
  history: History | undefined;
  generated: Date;
  out: string | undefined;
  ports: ReportPorts;
}>;

export function reportCommand(open: OpenReportPorts): Command<ReportOptions, ReportPlan> {
  return defineCommand<ReportOptions, ReportPlan>({
    path: ['report'],
    summary: 'What a week cost against its budget.',
    description: DESCRIPTION,
    examples: [
      'brctl finance report --week 52',
      'brctl finance report --week 2025-W52 --basis billed --format json',
      'brctl finance report --from 2025-12-01 --to 2025-12-28 --out december.csv',
    ],
    flags: {
      week: {
        type: 'string',
        placeholder: 'WEEK',
        summary: 'ISO week: 52 (the latest that is over) or 2025-W52; default: the last week',
      },
      from: { type: 'string', placeholder: 'DAY', summary: 'first day, e.g. 2025-12-01 (UTC)' },
      to: { type: 'string', placeholder: 'DAY', summary: 'last day; it is included' },
      basis: {
        type: 'string',
        choices: BASES,
        default: 'effective',
        summary: 'effective: as used, long charges spread over their days; billed: as invoiced',
      },
      layout: {
        type: 'string',
        choices: LAYOUTS,
        default: 'tidy',
        summary: 'of the CSV, printed or saved: one tidy table, or a section per topic',
      },
    },
    formats: FORMATS,
    dryRun: true,
    parse,
    plan: (options, context) => plan(options, context, open),
    apply,
    release: ({ ports }) => ports.close(),
    render,
    outcome: ({ report }) => (needsAttention(report.findings) ? 'findings' : 'ok'),
  });
}

const DESCRIPTION = [
  'Budget, actual and variance per budget line (config/finance/budgets.yaml), then by service,',
  'then how complete the sources are. Days are UTC days and weeks ISO weeks, Monday to Sunday.',
  'Unless --out or --dry-run is given, the report is also saved as CSV in the reports folder.',
  'Exit code 1: something needs a look, such as charges without a budget line, or a source ' +
    'that is stale in a period that is over.',
].join('\n');

function parse(input: Input, context: PackContext): ReportOptions {
  const today = dayOf(context.now);
  const layout = LAYOUTS.find((each) => each === textFlag(input, 'layout')) ?? 'tidy';
  if (layout !== 'tidy') checkLayout(layout, input);
  const words = {
    week: textFlag(input, 'week'),
    from: textFlag(input, 'from'),
    to: textFlag(input, 'to'),
  };
  return {
    period: choosePeriod(words, today),
    basis: BASES.find((each) => each === textFlag(input, 'basis')) ?? 'effective',
    layout,
    today,
    out: input.out,
    dryRun: input.dryRun,
  };
}

/**
 * What is printed may have any format as long as the CSV in the reports folder has the layout.
 * A run that saves none and prints something else would leave the layout out without a word.
 */
function checkLayout(layout: ReportOptions['layout'], { format, out, dryRun }: Input): void {
  const isSaved = out === undefined && !dryRun;
  if (isSaved || format === 'csv') return;
  throw usageError(
    'layout-without-csv',
    `--layout ${layout}: ${layout} is a layout of CSV, and this run writes ${format}`,
    'add --format csv, or leave out --layout',
  );
}

async function plan(
  options: ReportOptions,
  context: PackContext,
  open: OpenReportPorts,
): Promise<ReportPlan> {
  // Only what is saved among the reports is remembered; a reader needs no right to write.
  const readOnly = options.dryRun || options.out !== undefined;
  const ports = await open(context, { readOnly });
  try {
    return { ...(await read(options, ports)), generated: context.now, out: options.out, ports };
  } catch (error) {
    await ports.close();
    throw error;
  }
}

async function read(
  { period, basis, layout, today }: ReportOptions,
  { warehouse, state, settings }: ReportPorts,
): Promise<Pick<ReportPlan, 'report' | 'history'>> {
  const config = await settings.budgets();
  const classifier = compileBudgets(config);
  const { groupBy } = classifier;
  const ask = (range: DayRange) => warehouse.aggregate({ basis, period: range, groupBy });
  const askEver = once(() => ask(EVER));
  const [cells, files] = await Promise.all([ask(period.range), warehouse.periods()]);
  const known = { config, classifier, basis, period: period.range, files };
  // The files decide what there is: a source whose folder was removed is gone.
  const present = new Set(files.map(({ source }) => source));
  const freshness = state.freshness().filter(({ source }) => present.has(source));
  const sources = sourceRows({ ...known, currency: config.currency, cells, freshness });
  const isSilent = silentSources(sources, period.range).length > 0;
  const report = buildReport({
    ...known,
    week: period.week?.label,
    today,
    cells,
    ever: isSilent ? await askEver() : [],
    freshness,
    restatements: state.restatements(),
  });
  if (layout === 'tidy') return { report, history: undefined };
  return { report, history: await readHistory({ ...known, freshness, ask, askEver }) };
}

/** The one question over the whole ledger is asked when it has to be, and then once. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

/** What was said is remembered, so that a later import can tell that it changed. */
async function apply(plan: ReportPlan, context: PackContext): Promise<ReportPlan> {
  const { report, out, ports } = plan;
  if (out !== undefined) return plan;
  const file = await ports.saveReport(reportFileName(report, layoutOf(plan)), asCsv(plan));
  const units = report.total.actual?.exact;
  if (units !== undefined) {
    const { period, basis, currency } = report;
    const { start, end } = period;
    ports.state.recordReport({ start, end, basis, currency, units, at: context.now, file });
  }
  context.streams.err(`saved ${file}\n`);
  return plan;
}

function render(plan: ReportPlan, view: View): string {
  const format = FORMATS.find((each) => each === view.format) ?? FORMATS[0];
  switch (format) {
    case 'json':
      return reportAsJson(plan.report);
    case 'csv':
      return asCsv(plan);
    case 'md':
      return reportAsMarkdown(plan.report);
    case 'table':
      return reportAsText(plan.report, view);
    default:
      return format satisfies never;
  }
}

function layoutOf({ history }: ReportPlan): ReportOptions['layout'] {
  return history === undefined ? 'tidy' : 'sections';
}

function asCsv({ report, history, generated }: ReportPlan): string {
  return history === undefined
    ? reportAsCsv(report)
    : reportAsSections({ report, history, generated });
}
