/** The report for a chat, an issue or a wiki: the same rows as the table, as Markdown. */

import { oneLine } from '../../core/one-line.ts';
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

export function reportAsMarkdown(report: WeeklyReport): string {
  const [title, ...about] = headingPieces(report);
  const findings = report.findings.map(
    ({ severity, message }) =>
      `- **${severity === 'info' ? 'note' : severity}**: ${printedProse(cell(message))}`,
  );
  return [
    `## ${title}`,
    about.map(cell).join(' · '),
    categoryTable(report),
    ...(report.services.length === 0 ? [] : [serviceTable(report)]),
    freshnessPieces(report).map(cell).join(' · '),
    ...(findings.length === 0 ? [] : [findings.join('\n')]),
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
