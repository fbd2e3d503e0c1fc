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
import { type Day, dayOf } from '../core/day.ts';
import { needsAttention } from '../core/finding.ts';
import type { Basis } from '../ports/warehouse.ts';
import { reportFileName } from './file-name.ts';
import { choosePeriod, type PeriodChoice } from './period-choice.ts';
import type { OpenReportPorts, ReportPorts } from './ports.ts';
import { readReport } from './read.ts';
import { reportAsCsv } from './render/as-csv.ts';
import { reportAsJson } from './render/as-json.ts';
import { reportAsMarkdown } from './render/as-markdown.ts';
import { LAYOUT_SECTIONS, reportAsSections } from './render/as-sections.ts';
import { reportAsText } from './render/as-text.ts';
import type { History } from './trend.ts';
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
    const { period, basis, layout, today } = options;
    const question = { range: period.range, week: period.week?.label, basis, today };
    const answer = await readReport({ ...question, withHistory: layout === 'sections' }, ports);
    return { ...answer, generated: context.now, out: options.out, ports };
  } catch (error) {
    await ports.close();
    throw error;
  }
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
    : reportAsSections({ report, history, generated, sections: LAYOUT_SECTIONS });
}
