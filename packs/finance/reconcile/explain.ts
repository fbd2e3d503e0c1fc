/**
 * `brctl finance matches explain`: why a row of the tracker is matched as it is, or not at all:
 * every pass, what it saw and why it took it or did not. Exit 1 when a file has an error.
 */
import { type Command, defineCommand, type PackContext, usageError, type View } from 'brctl/sdk';
import { oneLine } from '../core/one-line.ts';
import type { Explanation, explainItem } from '../core/reconcile/explain.ts';
import type { FileProblem } from '../core/reconcile/file-problem.ts';
import type { MatchSides } from '../core/reconcile/reconcile.ts';
import type { Counterpart } from '../core/reconcile/reconcile-result.ts';
import { matchName } from '../core/reconcile/reconcile-side.ts';
import type { OpenReconcilePorts } from './ports.ts';
import { type InputNames, readInputs } from './read.ts';
import { explanationsAsJson } from './render/others-as-json.ts';
import { problemsAsText } from './render/problems.ts';
import { INPUT_FLAGS, inputNames } from './run.ts';

type Words = InputNames & Readonly<{ row: string }>;

type Explained = Readonly<{
  row: string;
  problems: readonly FileProblem[];
  /** Undefined: a file has an error. */
  found: readonly Readonly<{ with: Counterpart; explanation: Explanation }>[] | undefined;
}>;

export function explainCommand(open: OpenReconcilePorts): Command<Words, Explained> {
  return defineCommand<Words, Explained>({
    path: ['matches', 'explain'],
    summary: 'Why a row is matched as it is: every pass, its candidates and their scores.',
    examples: [
      'brctl finance matches explain invoice-tracker.csv INV-2025-002 --bank december.ofx',
    ],
    arguments: [
      { name: 'tracker', summary: 'CSV of invoices', required: true, completes: 'file' },
      { name: 'row', summary: 'the invoice, or a line of the bank', required: true },
    ],
    flags: INPUT_FLAGS,
    formats: ['table', 'json'],
    parse: (input, context) => ({ ...inputNames(input, context), row: input.arguments[1] ?? '' }),
    plan: (words, context) => explained(words, context, open),
    render,
    outcome: ({ found }) => (found === undefined ? 'findings' : 'ok'),
  });
}

async function explained(
  words: Words,
  context: PackContext,
  open: OpenReconcilePorts,
): Promise<Explained> {
  const ports = await open(context, { readOnly: true });
  try {
    const { row } = words;
    const { input, problems } = await readInputs(words, ports);
    if (input === undefined) return { row, problems, found: undefined };
    const [{ sidesOf }, { explainItem: explain }] = await Promise.all([
      import('../core/reconcile/reconcile.ts'),
      import('../core/reconcile/explain.ts'),
    ]);
    // What was confirmed is explained as if nobody had said so.
    const sides = sidesOf({ ...input, memory: { ...input.memory, confirmed: [] } });
    const found = sides.flatMap((each) => explainIn(each, row, explain));
    if (found.length === 0) throw unknown(row, sides);
    return { row, problems, found };
  } finally {
    await ports.close();
  }
}

function explainIn({ with: side, ...match }: MatchSides, row: string, explain: typeof explainItem) {
  return (['entry', 'payment'] as const).flatMap((own) => {
    const items = own === 'entry' ? match.entries : match.payments;
    if (!items.some(({ id }) => id === row)) return [];
    return [{ with: side, explanation: explain(match, own, row) }];
  });
}

function unknown(row: string, sides: readonly MatchSides[]) {
  const hint =
    sides.length === 0
      ? 'give what it is to be matched with: --bank, --stripe or --invoices'
      : 'what is void, internal or free is not matched; reconcile names the others';
  return usageError('row-unknown', `there is nothing to match "${oneLine(row)}" with`, hint);
}

function render({ row, problems, found }: Explained, view: View): string {
  if (view.format === 'json') return explanationsAsJson(row, found ?? [], problems);
  if (found === undefined) return problemsAsText(problems, view);
  const { bold, dim } = view.paint;
  return found
    .map(({ with: side, explanation }) => {
      const { passes } = explanation;
      const silent = passes.filter(({ verdicts }) => verdicts.length === 0);
      const names = silent.map(({ pass }) => pass).join(', ');
      return [
        `${bold(oneLine(row))}   with ${side}   ${outcomeText(explanation)}\n`,
        ...passes.flatMap(({ pass, verdicts }) =>
          verdicts.length === 0
            ? []
            : [`${bold(pass)}\n`, ...verdicts.map((verdict) => verdictText(verdict, view))],
        ),
        names === '' ? '' : `${dim(`saw nothing: ${names}`)}\n`,
      ].join('');
    })
    .join('\n');
}

type Verdict = Explanation['passes'][number]['verdicts'][number];

function verdictText({ candidate, isTaken, why }: Verdict, { paint }: View): string {
  const { entries, payments, score, evidence } = candidate;
  const mark = isTaken ? paint.green('taken') : paint.yellow('not taken');
  const head = `  ${oneLine(matchName(entries, payments))}  ${score} of 1000, ${mark}`;
  const facts = evidence.map(({ text }) => `${paint.dim(`    ${oneLine(text)}`)}\n`);
  return `${head}: ${oneLine(why)}\n${facts.join('')}`;
}

function outcomeText({ outcome }: Explanation): string {
  switch (outcome.bucket) {
    case 'matched': {
      const { entries, payments, pass, score, margin } = outcome.match;
      const name = oneLine(matchName(entries, payments));
      return `matched: ${name} by ${pass}, score ${score}, margin ${margin}`;
    }
    case 'ambiguous':
      return `ambiguous: ${outcome.ambiguity.candidateCount} candidates`;
    case 'suggested':
      return `suggested: ${outcome.suggestion.reasons.join(', ')}`;
    case 'residue':
      return `left over: ${outcome.residue.reasons.map(({ code }) => code).join(', ')}`;
    default:
      return outcome satisfies never;
  }
}
