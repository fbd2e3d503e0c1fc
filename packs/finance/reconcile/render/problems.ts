/** What is wrong with the files, each with its place. */
import { place, type View } from 'brctl/sdk';
import { oneLine } from '../../core/one-line.ts';
import type { FileProblem } from '../../core/reconcile/file-problem.ts';
import { isError } from '../read.ts';

export function problemsAsText(problems: readonly FileProblem[], view: View): string {
  const { red } = view.paint;
  const head = `${red('nothing reconciled')}: the files have errors\n`;
  const lines = problems.map((each) => line(each, view));
  return [...(problems.some(isError) ? [head] : []), ...lines].join('');
}

export function problemLine(problem: FileProblem): string {
  return oneLine(`${place(problem)}: ${problem.message}`);
}

function line(problem: FileProblem, { paint }: View): string {
  const { severity, hint } = problem;
  const word = severity === 'error' ? paint.red(severity) : paint.yellow(severity);
  const more = hint === undefined ? '' : `\n  ${oneLine(hint)}`;
  return `${word} ${problemLine(problem)}${more}\n`;
}
