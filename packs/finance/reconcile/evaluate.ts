/**
 * `brctl finance matches eval`: how well the matching does on what people confirmed and rejected,
 * when it is not told. Exit 1 when it takes something that they say is wrong, or a file has an
 * error.
 */
import { type Command, defineCommand, type PackContext, type View } from 'brctl/sdk';
import { formatScaled } from '../core/money.ts';
import { oneLine } from '../core/one-line.ts';
import type { FileProblem } from '../core/reconcile/file-problem.ts';
import type { Evaluation } from '../core/reconcile/reconcile-eval.ts';
import type { Counterpart } from '../core/reconcile/reconcile-result.ts';
import type { OpenReconcilePorts } from './ports.ts';
import { type InputNames, readInputs } from './read.ts';
import { evaluationAsJson } from './render/others-as-json.ts';
import { problemsAsText } from './render/problems.ts';
import { INPUT_FLAGS, inputNames } from './run.ts';

type Evaluated = Readonly<{
  problems: readonly FileProblem[];
  /** Undefined: a file has an error. */
  sides: readonly Readonly<{ with: Counterpart; result: Evaluation }>[] | undefined;
}>;

export function evalCommand(open: OpenReconcilePorts): Command<InputNames, Evaluated> {
  return defineCommand<InputNames, Evaluated>({
    path: ['matches', 'eval'],
    summary: 'Precision and recall on the matches that people have confirmed.',
    description:
      'Matches the files once more without the confirmed and rejected pairs of ' +
      'config/finance/reconcile.yaml, and compares what it takes with what they say. Rows and ' +
      'lines that nobody has spoken of do not count.',
    examples: ['brctl finance matches eval invoice-tracker.csv --bank december.ofx'],
    arguments: [{ name: 'tracker', summary: 'CSV of invoices', required: true, completes: 'file' }],
    flags: INPUT_FLAGS,
    formats: ['table', 'json'],
    parse: inputNames,
    plan: (names, context) => evaluated(names, context, open),
    render,
    outcome: ({ sides }) =>
      sides?.every(({ result }) => result.wrong.length === 0) === true ? 'ok' : 'findings',
  });
}

async function evaluated(
  names: InputNames,
  context: PackContext,
  open: OpenReconcilePorts,
): Promise<Evaluated> {
  const ports = await open(context, { readOnly: true });
  try {
    const { input, problems } = await readInputs(names, ports);
    if (input === undefined) return { problems, sides: undefined };
    const { memory } = input;
    const [{ sidesOf }, { evaluate }] = await Promise.all([
      import('../core/reconcile/reconcile.ts'),
      import('../core/reconcile/reconcile-eval.ts'),
    ]);
    const asked = sidesOf({ ...input, memory: { ...memory, confirmed: [] } });
    const sides = asked.map(({ with: side, ...match }) => ({
      ...{ with: side, result: evaluate({ ...match, memory }) },
    }));
    return { problems, sides };
  } finally {
    await ports.close();
  }
}

function render({ problems, sides }: Evaluated, view: View): string {
  if (view.format === 'json') return evaluationAsJson(sides ?? [], problems);
  if (sides === undefined) return problemsAsText(problems, view);
  if (sides.length === 0) {
    return 'nothing to evaluate: give the files that were matched, --bank or --invoices\n';
  }
  return sides.map(({ with: side, result }) => sideText(side, result, view)).join('\n');
}

function sideText(side: Counterpart, result: Evaluation, { paint }: View): string {
  const { confirmed, rejected, found, wrong, suggested, missed } = result;
  const noun = confirmed === 1 ? 'pair' : 'pairs';
  return [
    `${paint.bold(side)}   ${confirmed} ${noun} confirmed, ${rejected} rejected\n`,
    `precision ${percent(result.precision)}   recall ${percent(result.recall)}\n`,
    `${found} taken, ${suggested} suggested, ${missed.length} missed, ${wrong.length} wrong\n`,
    ...wrong.map((pair) => `${paint.red('wrong')} ${oneLine(pair)}\n`),
    ...missed.map((pair) => `${paint.yellow('missed')} ${oneLine(pair)}\n`),
  ].join('');
}

function percent(permille: number | undefined): string {
  return permille === undefined ? 'unknown' : `${formatScaled(BigInt(permille), 1)} %`;
}
