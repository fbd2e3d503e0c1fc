/** The report for a chat, an issue or a wiki: the same rows as the table, as Markdown. */

import { REPORT_SECTIONS, type ReportSection } from '../../core/alert-config/report-include.ts';
import { oneLine } from '../../core/one-line.ts';
import type { History } from '../trend.ts';
import type { Row, WeeklyReport } from '../weekly-report.ts';
import {
  plainAmount,
  plainPercent,
  printed,
  printedActual,
  printedProse,
  serviceStatusText,
} from './amount-text.ts';
import { freshnessPieces } from './freshness-text.ts';
import { headingPieces } from './heading.ts';

export type MarkdownParts = Readonly<{
  sections: readonly ReportSection[];
  /** Undefined: without the weeks before. */
  history: History | undefined;
}>;

const EVERYTHING: MarkdownParts = { sections: REPORT_SECTIONS, history: undefined };

export function reportAsMarkdown(report: WeeklyReport, parts = EVERYTHING): string {
  const { history, sections } = parts;
  const has = (section: ReportSection): boolean => sections.includes(section);
  const [title, ...about] = headingPieces(report);
  const findings = report.findings.map(
    ({ severity, message }) =>
      `- **${severity === 'info' ? 'note' : severity}**: ${printedProse(cell(message))}`,
  );
  return [
    `## ${title}`,
    about.map(cell).join(' · '),
    ...(has('cost_by_category') ? [categoryTable(report)] : []),
    // The total stands below the categories where they are there.
    ...(has('executive_summary') && !has('cost_by_category')
      ? [categoryTable({ ...report, categories: [] })]
      : []),
    ...(has('cost_by_service') && report.services.length > 0 ? [serviceTable(report)] : []),
    ...(has('trend_analysis') && (history?.weeks.length ?? 0) > 0
      ? [trendTable(history!.weeks, report)]
      : []),
    ...(has('data_freshness') ? [freshnessPieces(report).map(cell).join(' · ')] : []),
    ...(has('findings') && findings.length > 0 ? [findings.join('\n')] : []),
  ]
    .map((block) => `${block}\n`)
    .join('\n');
}

function categoryTable({ categories, total, decimals }: WeeklyReport): string {
  const bold = (row: readonly string[]) => row.map((text) => (text === '' ? '' : `**${text}**`));
  const rows = [...categories, total].map((row) => [
    cell(row.name),
    ...amounts(row, decimals),
    printed(plainPercent(row.percent)),
    row.status,
  ]);
  const body = rows.map((row, i) => (i === rows.length - 1 ? bold(row) : row));
  const titles = ['Category', 'Budget', 'Actual', 'Variance', '%', 'Status'];
  return table(titles, ['---', '--:', '--:', '--:', '--:', '---'], body);
}

function serviceTable({ services, decimals }: WeeklyReport): string {
  const rows = services.map((row) => [
    cell(row.category ?? ''),
    cell(row.name),
    cell(row.tier ?? ''),
    ...amounts(row, decimals),
    serviceStatusText(row.status),
  ]);
  const titles = ['Category', 'Service', 'Tier', 'Budget', 'Actual', 'Variance', 'Status'];
  return table(titles, ['---', '---', '---', '--:', '--:', '--:', '---'], rows);
}

function trendTable(weeks: History['weeks'], { decimals }: WeeklyReport): string {
  const rows = weeks.map(({ week, total }) => [
    week.label,
    ...amounts(total, decimals),
    printed(plainPercent(total.percent)),
    total.status,
  ]);
  const titles = ['Week', 'Budget', 'Actual', 'Variance', '%', 'Status'];
  return table(titles, ['---', '--:', '--:', '--:', '--:', '---'], rows);
}

function amounts(row: Row, decimals: number): string[] {
  const [budget, variance] = [row.budget, row.variance].map((each) =>
    printed(plainAmount(each, decimals)),
  );
  return [budget!, printedActual(row, decimals), variance!];
}

function table(
  titles: readonly string[],
  rules: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return [titles, rules, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Names are data: they must not end a cell, start a tag or turn into markup. */
function cell(text: string): string {
  return oneLine(text).replace(/[\\`*_[\]<>|]/g, '\\$&');
}
