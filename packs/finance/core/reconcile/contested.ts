/** What no pass could tell apart, as groups that have no line in common. */
import { type Board, type Contest, idsOf } from './board.ts';
import type { Line } from './line.ts';
import { type Ambiguity, CANDIDATES_MAX, type Candidate } from './result.ts';

type Group = { lines: Set<Line>; contests: Contest[] };

export function collectAmbiguous(
  board: Board,
): Readonly<{ told: readonly Ambiguity[]; lines: ReadonlySet<Line> }> {
  const groupOf = new Map<Line, Group>();
  for (const contested of board.contests) {
    const open = contested.lines.filter(({ isOpen }) => isOpen);
    // Something else took what there was to choose between: it is not contested any more.
    if (open.length < contested.lines.length) continue;
    const group: Group = { lines: new Set(open), contests: [contested] };
    for (const other of new Set(open.map((line) => groupOf.get(line)))) {
      for (const line of other?.lines ?? []) group.lines.add(line);
      group.contests.unshift(...(other?.contests ?? []));
    }
    for (const line of group.lines) groupOf.set(line, group);
  }
  const groups = [...new Set(groupOf.values())];
  return { told: groups.map(told), lines: new Set(groupOf.keys()) };
}

function told({ lines, contests }: Group): Ambiguity {
  const inOrder = [...lines].sort((a, b) => a.at - b.at);
  const isGivenUp = inOrder.some((line) => line.isGivenUp);
  const candidates = contests
    .flatMap((contested) => contested.candidates)
    .sort((a, b) => b.score - a.score)
    .slice(0, CANDIDATES_MAX);
  return {
    entries: idsOf(inOrder, 'entry'),
    payments: idsOf(inOrder, 'payment'),
    candidates: distinct(candidates),
    candidateCount: contests.reduce((sum, { count }) => sum + count, 0),
    reasons: isGivenUp ? ['ambiguous', 'search_gave_up'] : ['ambiguous'],
  };
}

/** Both lines of a tie name the same candidates. */
function distinct(candidates: readonly Candidate[]): readonly Candidate[] {
  const keyOf = ({ pass, entries, payments }: Candidate) =>
    JSON.stringify([pass, entries, payments]);
  return [...new Map(candidates.map((candidate) => [keyOf(candidate), candidate])).values()];
}
