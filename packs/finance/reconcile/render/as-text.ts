/**
 * A reconciliation for people: sums per side, then every row that is left over with why, then what
 * else was found. Rows that are reconciled are a number.
 */
import { columnWidth, renderTable, type View } from 'brctl/sdk';
import { formatDay } from '../../core/day.ts';
import { formatExact } from '../../core/money.ts';
import { oneLine } from '../../core/one-line.ts';
import type { FileProblem } from '../../core/reconcile/file-problem.ts';
import type {
  ReconcileFinding,
  ReconcileRow,
  Reconciliation,
  RowOutcome,
  RowReason,
} from '../../core/reconcile/reconcile-result.ts';
import { problemsAsText } from './problems.ts';
import { evidenceText, reasonHead, suggestionText } from './reason-text.ts';
import { summaryTable } from './summary-table.ts';

const WIDTH_MAX = 100;
/** More than somebody reads; `--format csv` has them all. */
const SHOWN_MAX = 50;

export function reconciliationAsText(
  result: Reconciliation,
  problems: readonly FileProblem[],
  view: View,
): string {
  const width = view.isTTY ? Math.min(view.width, WIDTH_MAX) : WIDTH_MAX;
  const left = result.rows.filter(({ outcome }) => outcome !== 'reconciled');
  const findings = result.findings.slice(0, SHOWN_MAX);
  return [
    heading(result, view),
    renderTable({ ...summaryTable(result.summary), title: view.paint.bold }),
    ...(left.length === 0 ? [] : [rowsText(left, { ...view, width })]),
    ...explainedText(result.rows, { ...view, width }),
    ...(findings.length === 0
      ? []
      : [
          findings.flatMap((each) => findingLines(each, result.file, { ...view, width })).join('') +
            more(result.findings.length, 'finding'),
        ]),
    ...(problems.length === 0 ? [] : [problemsAsText(problems, view)]),
  ].join('\n');
}

function heading({ file, asOf, rows, summary }: Reconciliation, { paint }: View): string {
  const { leftOver, outcomes } = summary;
  const done = `${outcomes.reconciled} of ${rows.length} invoices reconciled`;
  const rest =
    leftOver === 0 ? paint.green('nothing left over') : paint.yellow(`${leftOver} left over`);
  return `${paint.bold(oneLine(file))}   ${done}   ${rest}   as of ${formatDay(asOf)}\n`;
}

function rowsText(rows: readonly ReconcileRow[], view: View): string {
  const shown = rows.slice(0, SHOWN_MAX);
  const { paint } = view;
  const paintOf: Readonly<Record<RowOutcome, (text: string) => string>> = {
    ...{ differs: paint.red, unmatched: paint.red, ambiguous: paint.yellow },
    ...{ suggested: paint.yellow, reconciled: paint.green },
  };
  const table = renderTable({
    columns: [
      { title: 'Invoice' },
      { title: 'Vendor' },
      { title: 'Date' },
      { title: 'Amount', align: 'right' },
      { title: '' },
      { title: 'Outcome' },
    ],
    rows: shown.map(({ id, vendor, day, units, currency, outcome }) => [
      ...[oneLine(id), oneLine(vendor), formatDay(day), formatExact(units), currency],
      { text: outcome, paint: paintOf[outcome] },
    ]),
    title: paint.bold,
  });
  const [head, ...lines] = table.split('\n');
  const body = shown.map((row, i) => `${lines[i]}\n${reasonLines(row, view).join('')}`);
  return `${head}\n${body.join('')}${more(rows.length, 'row')}`;
}

function reasonLines({ reasons, suggestions }: ReconcileRow, view: View): string[] {
  const { dim } = view.paint;
  const open = reasons.filter(({ isSettled }) => !isSettled);
  return [
    ...open.flatMap((reason) => {
      const why = evidenceText(reason.evidence);
      const head = `${reason.with}: ${reasonHead(reason)}`;
      const advice = suggestionText(reason.evidence);
      return [
        ...wrapped(why === '' ? head : `${head}: ${why}`, view.width, '  '),
        ...(advice === undefined ? [] : wrapped(`-> ${advice}`, view.width, '  ')),
      ];
    }),
    ...suggestions.map(({ match, score }) => `  perhaps ${oneLine(match)} (${score} of 1000)\n`),
  ].map((line) => dim(line.slice(0, -1)).concat('\n'));
}

/** Rows that are reconciled although the amounts differ: the difference is told all the same. */
function explainedText(rows: readonly ReconcileRow[], view: View): string[] {
  const label = view.paint.cyan('note');
  const told = rows
    .filter(({ outcome }) => outcome === 'reconciled')
    .flatMap(({ id, reasons }) =>
      reasons
        .filter(isDifference)
        .map((reason) => `${oneLine(id)} is reconciled with ${reason.with}, ${reasonHead(reason)}`),
    )
    .map((text) => `${label}: ${text}`);
  if (told.length === 0) return [];
  const lines = told.slice(0, SHOWN_MAX).flatMap((text) => wrapped(text, view.width, ''));
  return [`${lines.join('')}${more(told.length, 'row')}`];
}

/** What the tracker says of itself stands among the findings. */
function isDifference({ with: side, difference }: RowReason): boolean {
  return side !== 'tracker' && difference !== undefined && difference !== 0n;
}

function findingLines(finding: ReconcileFinding, file: string, view: View): string[] {
  const { severity, message, suggestion, evidence, place } = finding;
  const label = severity === 'info' ? 'note' : severity;
  const paint = severity === 'info' ? view.paint.cyan : view.paint.yellow;
  const of = place === undefined || place.file === file ? 'line ' : `${place.file}:`;
  const at = place?.line === undefined ? '' : ` (${of}${place.line})`;
  const slip = evidence.find(({ fact }) => /^(counted_|left_out|sign_)/.test(fact));
  const why = slip === undefined ? '' : `: ${slip.text}`;
  const text = oneLine(`${label}: ${message}${why}${at}`);
  const lines = wrapped(text, view.width, '');
  const advice =
    suggestion === undefined ? [] : wrapped(`-> ${oneLine(suggestion)}`, view.width, '  ');
  return [lines[0]!.replace(label, paint), ...lines.slice(1), ...advice];
}

function more(count: number, noun: string): string {
  const left = count - SHOWN_MAX;
  if (left <= 0) return '';
  return `… and ${left} more ${noun}${left === 1 ? '' : 's'}; --format csv has all\n`;
}

/** Lines within the width; those after the first are indented once more. */
function wrapped(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    const longer = line.trim() === '' ? line + word : `${line} ${word}`;
    if (columnWidth(longer) > width && line.trim() !== '') {
      lines.push(`${line}\n`);
      line = `${indent}  ${word}`;
    } else line = longer;
  }
  return [...lines, `${line}\n`];
}
