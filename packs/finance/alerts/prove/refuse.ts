/** Problems of a file that a command was given. */
import { compareDiagnostics, type PackContext, place, usageError } from 'brctl/sdk';
import { oneLine } from '../../core/one-line.ts';
import type { ConfigProblem } from '../../ports/settings.ts';

/** All of them on stderr, where there are several: the error says the first, or how many. */
export function refuseProblems(
  problems: readonly ConfigProblem[],
  { streams }: Pick<PackContext, 'streams'>,
): void {
  if (problems.length === 0) return;
  const ordered = problems
    .map((each) => ({ ...each, severity: 'error' as const }))
    .sort(compareDiagnostics);
  const [first] = ordered;
  if (ordered.length === 1) {
    throw usageError(first!.code, `${place(first!)}: ${oneLine(first!.message)}`, first!.hint);
  }
  for (const each of ordered) {
    const hint = each.hint === undefined ? '' : `\n    hint: ${oneLine(each.hint)}`;
    streams.err(`${place(each)}: error: ${oneLine(each.message)} [${each.code}]${hint}\n`);
  }
  throw usageError('test-invalid', `${ordered.length} problems, and nothing was run`);
}
