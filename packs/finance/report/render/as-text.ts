/**
 * The report for people: categories and total, services within their category, then how complete
 * the numbers are and what was found. On a terminal it fits the width; a pipe gets the same rows
 * with all columns and whole names, however long, without bar and colour; three spaces or more
 * end a column there, and no name holds two. Programs are better off with CSV or JSON.
 */

import type { View } from 'brctl/sdk';
import type { Finding } from '../../core/finding.ts';
import { oneLine } from '../../core/one-line.ts';
import type { WeeklyReport } from '../weekly-report.ts';
import { printedProse } from './amount-text.ts';
import { categoryTable } from './category-table.ts';
import { freshnessPieces } from './freshness-text.ts';
import { headingPieces } from './heading.ts';
import { serviceTable } from './service-table.ts';
import { wrapPieces, wrapWords } from './wrap.ts';

/** However wide a terminal is, nobody reads longer lines. */
const WIDTH_MAX = 100;

export function reportAsText(report: WeeklyReport, view: View): string {
  const width = view.isTTY ? Math.min(view.width, WIDTH_MAX) : WIDTH_MAX;
  const tableWidth = view.isTTY ? width : Infinity;
  const { bold, dim } = view.paint;
  const [label, ...about] = headingPieces(report);
  const heading = wrapPieces([label!, ...about], { separator: '   ', width });
  heading[0] = heading[0]!.replace(label!, bold);
  const pieces = freshnessPieces(report);
  const footer = wrapPieces(pieces, { separator: ' · ', width })
    .flatMap((line) => wrapWords(line, width, '  '))
    .map(dim);
  const notes = report.findings.flatMap((finding) => findingLines(finding, { ...view, width }));
  return [
    heading.map((line) => `${line}\n`).join(''),
    categoryTable(report, { ...view, width: tableWidth }),
    ...(report.services.length === 0 ? [] : [serviceTable(report, { ...view, width: tableWidth })]),
    footer.map((line) => `${line}\n`).join(''),
    ...(notes.length === 0 ? [] : [notes.map((line) => `${line}\n`).join('')]),
  ].join('\n');
}

function findingLines({ severity, message }: Finding, { width, paint }: View): string[] {
  const label = severity === 'info' ? 'note' : severity;
  const colour = { info: paint.cyan, warning: paint.yellow, error: paint.red }[severity];
  const lines = wrapWords(`${label}: ${printedProse(oneLine(message))}`, width, '  ');
  lines[0] = lines[0]!.replace(label, colour);
  return lines;
}
