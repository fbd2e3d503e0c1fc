/** An import for people: one line a period, exact control totals, then what needs a look. */
import { type Cell, renderTable, type View } from 'brctl/sdk';
import { decimalsOf } from '../core/currency.ts';
import { addDays, formatDay } from '../core/day.ts';
import { formatExact } from '../core/money.ts';
import type { Problem } from '../ports/intake.ts';
import type { ImportedPeriod, Totals } from '../ports/state.ts';
import { moved, rowsOf, totalsOf } from './control-totals.ts';
import type { ImportPlan, ImportStatus } from './plan.ts';

const HEADLINE: Readonly<Record<ImportStatus, string>> = {
  planned: 'would import',
  imported: 'imported',
  unchanged: 'unchanged: the ledger already holds these charges',
  rejected: 'nothing imported: the files have problems',
  refused: 'nothing imported: a period would lose more than half',
};

export function asTable(plan: ImportPlan, view: View): string {
  const { paint } = view;
  const isEmpty = plan.periods.length === 0 && plan.problemCount === 0;
  const isBad = plan.status === 'rejected' || plan.status === 'refused';
  const headline = isEmpty ? 'the files hold no charges' : HEADLINE[plan.status];
  const word = isBad ? paint.red(headline) : paint.bold(headline);
  const kind = plan.format === '' ? '' : `, ${plan.format}`;
  const lines = [`${plan.options.source}: ${word} (${count(plan.files.length, 'file')}${kind})\n`];
  if (plan.periods.length > 0) lines.push('\n', periodTable(plan.periods, view));
  if (plan.providers.length > 1) lines.push('\n', providerLine(plan.providers));
  const head = lines.length;
  for (const { message } of plan.warnings) lines.push(`${paint.yellow('warning')} ${message}\n`);
  lines.push(...problemLines(plan, view));
  for (const refusal of plan.refusals) lines.push(`${paint.red('refused')} ${refusal}\n`);
  if (plan.refusals.length > 0) lines.push('  --allow-shrink accepts this\n');
  for (const { start, end, basis, currency, before, after } of plan.restatements) {
    const days = `${formatDay(start)} to ${formatDay(addDays(end, -1))}`;
    lines.push(
      `restated ${days} (${basis}): reported ${formatExact(before)} ${currency}, ` +
        `now ${formatExact(after)}\n`,
    );
  }
  if (lines.length > head && plan.periods.length > 0) lines.splice(head, 0, '\n');
  return lines.join('');
}

function periodTable(periods: readonly ImportedPeriod[], view: View): string {
  const rows: Cell[][] = periods.map((period) => [
    period.period,
    period.change,
    String(period.rows),
    amounts(period.totals),
    replacedText(period),
    period.completeThrough === undefined ? 'nothing yet' : formatDay(period.completeThrough),
  ]);
  if (periods.length > 1) {
    rows.push(['Total', '', String(rowsOf(periods)), amounts(totalsOf(periods)), '', '']);
  }
  return renderTable({
    columns: [
      { title: 'Period' },
      { title: 'Change' },
      { title: 'Rows', align: 'right' },
      { title: 'Billed', align: 'right' },
      { title: 'Replaced' },
      { title: 'Complete through' },
    ],
    rows,
    title: view.paint.dim,
  });
}

function providerLine(providers: ImportPlan['providers']): string {
  const parts = providers.map(
    ({ provider, ...total }) => `${provider || 'unnamed'} ${amounts([total])}`,
  );
  return `${parts.join(' · ')}\n`;
}

function replacedText(period: ImportedPeriod): string {
  if (period.replaced === undefined) return '–';
  if (period.change === 'unchanged') return 'same rows';
  const by = moved(period)
    .map(
      ({ currency, units }) =>
        `${units < 0n ? '' : '+'}${formatExact(units, decimalsOf(currency))} ${currency}`,
    )
    .join(', ');
  return `${period.replaced.rows} rows, total moved by ${by}`;
}

function problemLines(plan: ImportPlan, view: View): string[] {
  if (plan.problemCount === 0) return [];
  const lines = plan.problems.map(
    (problem) => `${view.paint.red('problem')} ${problemPlace(problem)} ${problem.message}\n`,
  );
  const shown = plan.problems.length;
  if (plan.problemCount > shown)
    lines.push(`… the first ${shown} of ${plan.problemCount} problems\n`);
  else lines.push(`${count(plan.problemCount, 'problem')}\n`);
  if (plan.skipped > 0) {
    const isDone = plan.status === 'imported' || plan.status === 'unchanged';
    const where = isDone ? `: ${plan.rejects}` : ', and would be written to a CSV';
    lines.push(`${count(plan.skipped, 'row')} skipped${where}\n`);
    lines.push('  mend them in the export they come from, then import that again\n');
  }
  return lines;
}

function problemPlace({ file, row, column }: Problem): string {
  const words = [
    file,
    ...(row === undefined ? [] : [`row ${row}`]),
    ...(column === undefined ? [] : [`column ${column}`]),
  ];
  return `${words.join(', ')}:`;
}

function amounts(totals: Totals): string {
  return totals
    .map(({ currency, units }) => `${formatExact(units, decimalsOf(currency))} ${currency}`)
    .join(', ');
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
