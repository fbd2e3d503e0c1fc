/** A reconciliation for a chat, an issue or a wiki. */
import { formatDay } from '../../core/day.ts';
import { formatExact } from '../../core/money.ts';
import { oneLine } from '../../core/one-line.ts';
import type { FileProblem } from '../../core/reconcile/file-problem.ts';
import type { Reconciliation } from '../../core/reconcile/reconcile-result.ts';
import { problemLine } from './problems.ts';
import { evidenceText, reasonHead } from './reason-text.ts';
import { summaryTable } from './summary-table.ts';

export function reconciliationAsMarkdown(
  { file, asOf, rows, findings, summary }: Reconciliation,
  problems: readonly FileProblem[],
): string {
  const { columns, rows: sums } = summaryTable(summary);
  const left = rows.filter(({ outcome }) => outcome !== 'reconciled');
  const { outcomes, leftOver } = summary;
  const about = [
    `${outcomes.reconciled} of ${rows.length} invoices reconciled`,
    leftOver === 0 ? 'nothing left over' : `${leftOver} left over`,
    `as of ${formatDay(asOf)}`,
  ];
  const rules = columns.map(({ align }) => (align === 'right' ? '--:' : '---'));
  const lists = [
    findings.map(
      ({ severity, message, suggestion }) =>
        `- **${severity === 'info' ? 'note' : severity}**: ${cell(message)}` +
        (suggestion === undefined ? '' : ` → ${cell(suggestion)}`),
    ),
    problems.map((each) => `- **${each.severity}**: ${cell(problemLine(each))}`),
  ];
  return [
    `## Reconciliation of ${cell(file)}`,
    about.join(' · '),
    table(
      columns.map(({ title }) => title),
      rules,
      sums,
    ),
    ...(left.length === 0 ? [] : [leftTable(left)]),
    ...lists.filter((list) => list.length > 0).map((list) => list.join('\n')),
  ]
    .map((block) => `${block}\n`)
    .join('\n');
}

function leftTable(rows: Reconciliation['rows']): string {
  const titles = ['Invoice', 'Vendor', 'Amount', 'Outcome', 'Reason', 'Evidence'];
  const rules = ['---', '---', '--:', '---', '---', '---'];
  const lines = rows.flatMap(({ id, vendor, units, currency, outcome, reasons }) =>
    reasons
      .filter(({ isSettled }) => !isSettled)
      .map((reason) => [
        ...[cell(id), cell(vendor), `${formatExact(units)} ${currency}`, outcome],
        ...[cell(reasonHead(reason)), cell(evidenceText(reason.evidence))],
      ]),
  );
  return table(titles, rules, lines);
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
