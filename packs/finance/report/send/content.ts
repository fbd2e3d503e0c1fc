/**
 * A report as a mail: what it comes to in a few plain lines, and the sections that were asked for
 * as attachments. What was asked for and cannot be had is said in it.
 */
import { operationalError } from 'brctl/sdk';
import type { ReportSchedule } from '../../core/alert-config/config.ts';
import { COUNT_MAX } from '../../core/alert-config/occurrence.ts';
import {
  ATTACHED,
  includedSections,
  isMade,
  leftOut,
} from '../../core/alert-config/report-include.ts';
import type { Attachment, ReportMail } from '../../core/alert-state/notice.ts';
import { addDays, formatDay } from '../../core/day.ts';
import { absolute } from '../../core/money.ts';
import { oneLine } from '../../core/one-line.ts';
import { compareText } from '../../core/order.ts';
import type { Due, ReportDays } from '../../core/report-schedule/due.ts';
import type { ReportAnswer } from '../read.ts';
import { plainAmount, plainPercent, printed, printedProse } from '../render/amount-text.ts';
import { reportAsJson } from '../render/as-json.ts';
import { reportAsMarkdown } from '../render/as-markdown.ts';
import { reportAsSections } from '../render/as-sections.ts';
import { freshnessPieces } from '../render/freshness-text.ts';
import { spokenRange } from '../render/period-text.ts';
import type { Row, WeeklyReport } from '../weekly-report.ts';

export type Written = Readonly<{
  schedule: Pick<ReportSchedule, 'name' | 'format' | 'include' | 'recipients'>;
  due: Due;
  days: ReportDays;
  answer: ReportAnswer;
  generated: Date;
}>;

/** Of all attachments; a row of the outbox is read as a whole, and mail servers have limits. */
export const ATTACHED_BYTES_MAX = 5 * 1024 * 1024;

/** @throws BrctlError (operational) where the attachments are too large to be sent. */
export function reportMail(written: Written): ReportMail {
  const { schedule, due, days, answer } = written;
  const { report } = answer;
  const attachments = ATTACHED[schedule.format].map((format) => attachment(format, written));
  const bytes = attachments.reduce((sum, { text }) => sum + sizeOf(text), 0);
  if (bytes > ATTACHED_BYTES_MAX) {
    throw operationalError(
      'report-too-large',
      `${days.label} has ${bytes} bytes to attach; the limit is ${ATTACHED_BYTES_MAX}`,
      `${smallerBy(schedule.format)}, or read it with ${readingOf(days)}`,
    );
  }
  const title = titleOf(report, days);
  return {
    schedule: schedule.name,
    occurrenceMs: due.occurrenceMs,
    missed: due.missed,
    title,
    text: textOf(title, report, notesOn(schedule, due)),
    period: days.label,
    attachments,
    recipients: schedule.recipients,
  };
}

/** The JSON of a report has all of it, as its schema says. */
function smallerBy(format: ReportSchedule['format']): string {
  const by = 'leave sections out with include';
  return format === 'json' ? `${by}, which format: csv allows` : by;
}

/** The command that prints the same days. */
function readingOf({ week, range }: ReportDays): string {
  if (week !== undefined) return `brctl finance report --week ${week.label}`;
  const { start, end } = range;
  return `brctl finance report --from ${formatDay(start)} --to ${formatDay(addDays(end, -1))}`;
}

/** Bytes of UTF-8. */
export function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

type Format = (typeof ATTACHED)[keyof typeof ATTACHED][number];

function attachment(format: Format, { schedule, days, answer, generated }: Written): Attachment {
  const { report, history = { weeks: [], yearToDate: undefined } } = answer;
  const sections = includedSections(schedule.include);
  const subject = report.week === undefined ? 'cost-report' : 'weekly-cost-report';
  const name = `${subject}-${days.label.replaceAll(' ', '-')}.${format}`;
  switch (format) {
    case 'csv': {
      const text = reportAsSections({ report, history, generated, sections });
      return { name, mediaType: 'text/csv', text };
    }
    case 'md':
      return {
        name,
        mediaType: 'text/markdown',
        text: reportAsMarkdown(report, { sections, history }),
      };
    case 'json':
      return { name, mediaType: 'application/json', text: reportAsJson(report) };
    default:
      return format satisfies never;
  }
}

/** What a reader may miss, and why; one sentence each. */
export function notesOn(
  { format, include }: Pick<ReportSchedule, 'format' | 'include'>,
  { missed }: Pick<Due, 'missed'>,
): readonly string[] {
  const missing = leftOut(include).map(({ name, why }) => `${name} is left out: ${why}`);
  const isPart = includedSections(include).length < includedSections([]).length;
  return [
    ...(missed === 0 ? [] : [missedText(missed)]),
    ...(isMade(format) ? [] : [`${format} cannot be made yet: CSV and Markdown are attached`]),
    ...missing,
    ...(format === 'json' && isPart ? ['the JSON has all of the report, as its schema says'] : []),
  ];
}

export function missedText(missed: number): string {
  if (missed === 1) return '1 earlier one was missed, and is not sent';
  const count = missed > COUNT_MAX ? `more than ${COUNT_MAX}` : `${missed}`;
  return `${count} earlier ones were missed, and are not sent`;
}

/** `Cost report 2025-W52: 42.15 USD of 125.00 USD, under` */
function titleOf({ total, currency, decimals }: WeeklyReport, { label }: ReportDays): string {
  const budget = total.budget && `${plainAmount(total.budget, decimals)} ${currency}`;
  const of = budget === undefined ? '' : ` of ${budget}`;
  if (total.actual === undefined) return `Cost report ${label}: not known${of}`;
  return `Cost report ${label}: ${spoken(total, { decimals, currency })}${of}, ${total.status}`;
}

const LABEL_WIDTH = 12;

function textOf(title: string, report: WeeklyReport, notes: readonly string[]): string {
  const { period, basis, total, currency, decimals, isOpen } = report;
  const line = (label: string, text: string): string => `${label.padEnd(LABEL_WIDTH)}${text}`;
  const budget = total.budget && `${plainAmount(total.budget, decimals)} ${currency}`;
  const findings = report.findings.filter(({ severity }) => severity !== 'info');
  const blocks = [
    [title],
    [
      line('Days', `${spokenRange(period)}${isOpen ? ', provisional' : ''}`),
      line('Cost', basis),
      line('Budget', budget ?? 'none'),
      line('Actual', spoken(total, report)),
      line('Variance', varianceText(total, report) || 'not known'),
      line('Status', total.status),
    ],
    listed('Largest variances', variances(report)),
    listed(
      'Needs a look',
      findings.map(({ message }) => printedProse(oneLine(message))),
    ),
    listed('Data', freshnessPieces(report)),
    listed('About this report', notes),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function listed(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

type Money = Pick<WeeklyReport, 'currency' | 'decimals'>;

function spoken({ actual }: Row, { currency, decimals }: Money): string {
  return actual === undefined
    ? 'not known'
    : `${printed(plainAmount(actual, decimals))} ${currency}`;
}

/** `−82.85 USD (−66.3 %)` */
function varianceText({ variance, percent }: Row, { currency, decimals }: Money): string {
  if (variance === undefined) return '';
  const part = percent === undefined ? '' : ` (${printed(plainPercent(percent))} %)`;
  return `${printed(plainAmount(variance, decimals))} ${currency}${part}`;
}

const VARIANCES_MAX = 5;

/** Of services; of budget lines where no service has a budget of its own. */
function variances(report: WeeklyReport): readonly string[] {
  const off = (rows: readonly Row[]) =>
    rows.filter(({ variance }) => variance !== undefined && variance.shown !== 0n);
  const services = off(report.services);
  const rows = services.length > 0 ? services : off(report.categories);
  return rows
    .toSorted((a, b) => byVariance(a, b))
    .slice(0, VARIANCES_MAX)
    .map((row) => `${oneLine(row.name)}: ${varianceText(row, report)}, ${row.status}`);
}

function byVariance(a: Row, b: Row): number {
  const [left, right] = [a, b].map(({ variance }) => absolute(variance!.exact)) as [bigint, bigint];
  return left === right ? compareText(a.name, b.name) : left > right ? -1 : 1;
}
