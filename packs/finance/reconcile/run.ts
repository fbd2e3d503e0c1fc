/**
 * `brctl finance reconcile`: is every invoice what was used, and was it paid once?
 *
 * Exit 1 when anything is left over, or when a file has an error: then nothing is written.
 */
import { basename } from 'node:path';
import {
  booleanFlag,
  type Command,
  defineCommand,
  type Input,
  listFlag,
  type PackContext,
  textFlag,
  type View,
} from 'brctl/sdk';
import { dayOf } from '../core/day.ts';
import type { FileProblem } from '../core/reconcile/file-problem.ts';
import { logOf } from '../core/reconcile/reconcile-log.ts';
import type { Reconciliation } from '../core/reconcile/reconcile-result.ts';
import { ENCODINGS } from '../core/reconcile/source-text.ts';
import type { TrackerContent } from '../core/reconcile/tracker.ts';
import { dayWord } from './day-word.ts';
import type { OpenReconcilePorts, ReconcilePorts } from './ports.ts';
import { type InputNames, readInputs } from './read.ts';
import { exceptionsAsCsv } from './render/as-csv.ts';
import { reconciliationAsJson } from './render/as-json.ts';
import { reconciliationAsMarkdown } from './render/as-markdown.ts';
import { reconciliationAsText } from './render/as-text.ts';
import { problemsAsText } from './render/problems.ts';
import { writeWhatFits } from './write.ts';

const FORMATS = ['table', 'json', 'csv', 'md'] as const;

export type ReconcileOptions = InputNames &
  Readonly<{ inPlace: boolean; out: string | undefined; dryRun: boolean }>;

export type ReconcilePlan = Readonly<{
  options: ReconcileOptions;
  tracker: TrackerContent;
  problems: readonly FileProblem[];
  /** Undefined: a file has an error. */
  result: Reconciliation | undefined;
  ports: ReconcilePorts;
}>;

export const INPUT_FLAGS = {
  bank: {
    type: 'list',
    placeholder: 'FILE',
    summary: 'bank statement: OFX, CAMT.053, or a CSV with --mapping; may be repeated',
  },
  stripe: {
    type: 'list',
    placeholder: 'FILE',
    summary: 'Stripe export: balance transactions, payouts or invoices; may be repeated',
  },
  invoices: {
    type: 'list',
    placeholder: 'FILE',
    summary: 'invoices as issued: FOCUS InvoiceDetail, or a CSV with --mapping; may be repeated',
  },
  mapping: {
    type: 'list',
    placeholder: 'FILE',
    summary: 'what the columns of a CSV are, and rules for bank texts; one per kind of file',
  },
  encoding: { type: 'string', choices: ENCODINGS, summary: 'of files that are not UTF-8' },
  'as-of': {
    type: 'string',
    placeholder: 'DAY',
    summary: 'the day that counts as today, e.g. 2025-12-31; default: today (UTC)',
  },
} as const;

export function reconcileCommand(
  open: OpenReconcilePorts,
): Command<ReconcileOptions, ReconcilePlan> {
  return defineCommand<ReconcileOptions, ReconcilePlan>({
    path: ['reconcile'],
    summary: 'Match invoices with the ledger, the bank and Stripe.',
    description: DESCRIPTION,
    examples: [
      'brctl finance reconcile invoice-tracker.csv',
      'brctl finance reconcile invoice-tracker.csv --bank december.ofx --stripe payouts.csv',
      'brctl finance reconcile invoice-tracker.csv --bank bank.csv --mapping bank.yaml --in-place',
    ],
    arguments: [{ name: 'tracker', summary: 'CSV of invoices', required: true, completes: 'file' }],
    flags: {
      ...INPUT_FLAGS,
      'in-place': {
        type: 'boolean',
        summary: 'write Reconciled and Notes into the tracker itself, not into a copy',
      },
    },
    formats: FORMATS,
    dryRun: true,
    parse: (input, context) => ({
      ...inputNames(input, context),
      inPlace: booleanFlag(input, 'in-place'),
      out: input.out,
      dryRun: input.dryRun,
    }),
    plan: (options, context) => plan(options, context, open),
    apply,
    release: ({ ports }) => ports.close(),
    render,
    outcome: ({ result }) =>
      result !== undefined && result.summary.leftOver === 0 ? 'ok' : 'findings',
  });
}

const DESCRIPTION = [
  'Each invoice of the tracker is compared with the charges of the ledger on the billed basis,',
  'with bank lines and Stripe where files are given, and with what the tracker says elsewhere.',
  'Every row is reconciled, or has a reason why not. What fits only perhaps is suggested, never',
  'chosen: brctl finance matches confirm and reject decide, and are remembered.',
  'Without --in-place a copy of the tracker goes to the reports folder; in both only the cells',
  'Reconciled and Notes differ. What is left over goes there too, as <name>-exceptions.csv.',
  'Exit code 1: something is left over, or a file has an error and nothing was written.',
].join('\n');

export function inputNames(input: Input, context: PackContext): InputNames {
  return {
    tracker: input.arguments[0]!,
    bank: listFlag(input, 'bank'),
    stripe: listFlag(input, 'stripe'),
    invoices: listFlag(input, 'invoices'),
    mappings: listFlag(input, 'mapping'),
    encoding: ENCODINGS.find((each) => each === textFlag(input, 'encoding')),
    asOf: dayWord(textFlag(input, 'as-of'), '--as-of') ?? dayOf(context.now),
  };
}

/** Readers warn of it, and the reconciliation says what it means. */
function isToldAsFinding({ code, file }: FileProblem, { tracker }: InputNames): boolean {
  return code === 'payout-differs' || (code === 'duplicate-id' && file === tracker);
}

async function plan(
  options: ReconcileOptions,
  context: PackContext,
  open: OpenReconcilePorts,
): Promise<ReconcilePlan> {
  const ports = await open(context, { readOnly: options.dryRun });
  try {
    const { tracker, input, problems } = await readInputs(options, ports);
    if (input === undefined) return { options, tracker, problems, result: undefined, ports };
    const { reconcile } = await import('../core/reconcile/reconcile.ts');
    const notTold = problems.filter((each) => !isToldAsFinding(each, options));
    return { options, tracker, problems: notTold, result: reconcile(input), ports };
  } catch (error) {
    await ports.close();
    throw error;
  }
}

/** Each file is whole whatever happens between them; the next run writes the same again. */
async function apply(plan: ReconcilePlan, context: PackContext): Promise<ReconcilePlan> {
  const { options, tracker, result, ports } = plan;
  if (result === undefined) return plan;
  const name = basename(options.tracker).replace(/\.csv$/i, '');
  ports.store.record({
    ...{ at: context.now, tracker: basename(options.tracker), matches: logOf(result) },
    ...{ rows: result.rows.length, reconciled: result.summary.outcomes.reconciled },
    leftOver: result.summary.leftOver,
  });
  if (options.out === undefined) {
    const file = await ports.saveReport(`${name}-exceptions.csv`, exceptionsAsCsv(result));
    context.streams.err(`saved ${file}\n`);
  }
  const copy = options.inPlace ? undefined : ports.reportPath(`${name}-reconciled.csv`);
  if (options.inPlace || options.out === undefined) {
    const written = await writeWhatFits(ports.files, tracker, result.changes, copy);
    for (const column of written.lacking) {
      context.streams.err(`note: ${options.tracker} has no column for ${column}\n`);
    }
    const isNew = written.isChanged || copy !== undefined;
    if (isNew) context.streams.err(`saved ${written.path}\n`);
  }
  return plan;
}

function render({ result, problems, options }: ReconcilePlan, view: View): string {
  const format = FORMATS.find((each) => each === view.format) ?? FORMATS[0];
  if (format === 'json') return reconciliationAsJson(result, problems, options);
  if (result === undefined) return problemsAsText(problems, view);
  switch (format) {
    case 'csv':
      return exceptionsAsCsv(result);
    case 'md':
      return reconciliationAsMarkdown(result, problems);
    case 'table':
      return reconciliationAsText(result, problems, view);
    default:
      return format satisfies never;
  }
}
