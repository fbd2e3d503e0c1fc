/**
 * `brctl finance close MONTH`: records what a month came to, with the hashes of what it was told
 * from. Later runs report what has moved since. Exit 1 when rows of the month are left over, a
 * month that was closed has moved, or a file has an error and nothing is recorded.
 */
import {
  type Command,
  defineCommand,
  type Input,
  type PackContext,
  renderTable,
  usageError,
  type View,
} from 'brctl/sdk';
import { billingPeriod } from '../core/billing-period.ts';
import { formatExact } from '../core/money.ts';
import { oneLine } from '../core/one-line.ts';
import type { FileProblem } from '../core/reconcile/file-problem.ts';
import {
  type MonthClose,
  monthNow,
  rowsOfMonth,
  trackerName,
} from '../core/reconcile/reconcile-close.ts';
import { OUTCOMES, type ReconcileFinding } from '../core/reconcile/reconcile-result.ts';
import type { OpenReconcilePorts, ReconcilePorts } from './ports.ts';
import { type InputNames, readInputs } from './read.ts';
import { rowAsJson } from './render/as-json.ts';
import { closeAsJson } from './render/others-as-json.ts';
import { problemsAsText } from './render/problems.ts';
import { INPUT_FLAGS, inputNames } from './run.ts';

export type CloseOptions = InputNames & Readonly<{ month: string; now: Date; dryRun: boolean }>;

export type ClosePlan = Readonly<{
  options: CloseOptions;
  problems: readonly FileProblem[];
  /** Undefined: a file has an error. */
  close: MonthClose | undefined;
  restated: readonly ReconcileFinding[];
  change: 'none' | 'closed' | 'unchanged';
  ports: ReconcilePorts;
}>;

export function closeCommand(open: OpenReconcilePorts): Command<CloseOptions, ClosePlan> {
  return defineCommand<CloseOptions, ClosePlan>({
    path: ['close'],
    summary: 'Record what a month came to, so that later changes are seen.',
    description:
      'Reconciles the tracker and records, for the invoices of the month, what came of them, ' +
      'what the ledger was billed per source, and the SHA-256 of every file. A month may be ' +
      'closed again; both records stay.',
    examples: ['brctl finance close 2025-12 invoice-tracker.csv --bank december.ofx'],
    arguments: [
      { name: 'month', summary: 'like 2025-12', required: true },
      { name: 'tracker', summary: 'CSV of invoices', required: true, completes: 'file' },
    ],
    flags: INPUT_FLAGS,
    formats: ['table', 'json'],
    dryRun: true,
    parse,
    plan: (options, context) => plan(options, context, open),
    apply: async (made) => {
      if (made.close === undefined) return made;
      const isNew = made.ports.store.addClose(made.close);
      return { ...made, change: isNew ? 'closed' : 'unchanged' };
    },
    release: ({ ports }) => ports.close(),
    render,
    outcome: ({ close, restated }) =>
      close !== undefined && restated.length === 0 && leftOf(close) === 0 ? 'ok' : 'findings',
  });
}

function parse(input: Input, context: PackContext): CloseOptions {
  const [month = '', ...rest] = input.arguments;
  try {
    billingPeriod(month);
  } catch {
    throw usageError('month-invalid', `"${month}" is no month`, 'a month is like 2025-12');
  }
  const names = inputNames({ ...input, arguments: rest }, context);
  return { ...names, month, now: context.now, dryRun: input.dryRun };
}

async function plan(
  options: CloseOptions,
  context: PackContext,
  open: OpenReconcilePorts,
): Promise<ClosePlan> {
  const ports = await open(context, { readOnly: options.dryRun });
  try {
    const { input, problems } = await readInputs(options, ports);
    const base = { options, problems, change: 'none', ports } as const;
    if (input === undefined) return { ...base, close: undefined, restated: [] };
    const { reconcile } = await import('../core/reconcile/reconcile.ts');
    const { rows, findings } = reconcile(input);
    const own = rowsOfMonth(options.month, rows);
    const files: MonthClose['files'][number][] = [];
    for (const file of filesOf(options)) files.push({ file, sha256: await ports.digest(file) });
    const close: MonthClose = {
      ...monthNow(options.month, rows, input.cells),
      ...{ tracker: trackerName(options.tracker), files, at: options.now },
      result: ports.store.sha256(JSON.stringify(own.map(rowAsJson))),
    };
    const isOf = ({ subject }: ReconcileFinding): boolean =>
      subject.startsWith(`${options.month} `);
    const restated = findings.filter((each) => each.code === 'restated' && isOf(each));
    return { ...base, close, restated };
  } catch (error) {
    await ports.close();
    throw error;
  }
}

function filesOf({ tracker, bank, stripe, invoices, mappings }: InputNames): readonly string[] {
  return [tracker, ...bank, ...stripe, ...invoices, ...mappings];
}

function leftOf({ outcomes }: MonthClose): number {
  return OUTCOMES.reduce((n, each) => n + (each === 'reconciled' ? 0 : outcomes[each]), 0);
}

const WORDS = { none: 'would be closed', closed: 'closed', unchanged: 'closed already, the same' };

function render({ options, problems, close, restated, change }: ClosePlan, view: View): string {
  if (view.format === 'json') {
    return closeAsJson(options.month, change, close, restated, problems);
  }
  if (close === undefined) return problemsAsText(problems, view);
  const { paint } = view;
  const rows = OUTCOMES.reduce((n, each) => n + close.outcomes[each], 0);
  const left = leftOf(close);
  const rest = left === 0 ? paint.green('none left over') : paint.yellow(`${left} left over`);
  const head = `${paint.bold(options.month)}   ${WORDS[change]}   ${rows} invoices, ${rest}\n`;
  const totals = [...close.invoices, ...close.ledger].map(({ name, currency, units, count }) => [
    ...[oneLine(name), String(count), formatExact(units), currency],
  ]);
  const columns = [
    { title: 'Of' },
    { title: 'Lines', align: 'right' },
    { title: 'Total', align: 'right' },
    { title: '' },
  ] as const;
  const files = close.files.map(({ file, sha256 }) => [oneLine(file), sha256]);
  return [
    head,
    ...(totals.length === 0 ? [] : [renderTable({ columns, rows: totals, title: paint.bold })]),
    renderTable({
      columns: [{ title: 'File' }, { title: 'SHA-256' }],
      ...{ rows: files, title: paint.bold },
    }),
    ...restated.map(({ message }) => `${paint.yellow('warning')}: ${oneLine(message)}\n`),
    ...(problems.length === 0 ? [] : [problemsAsText(problems, view)]),
  ].join('\n');
}
