/**
 * Reconciliation of two sides, entries and payments: what belongs together, what may, what cannot
 * be told apart, and what is left over and why. Pure, exact, the same for every order of rows.
 *
 * Passes run strictest first and again until none finds anything: what one takes away may make
 * another clear. Each line ends in exactly one bucket.
 */
import { type Board, boardOf, type MatchInput, type Watch } from './board.ts';
import { collectAmbiguous } from './contested.ts';
import { habitsOf } from './habit.ts';
import { passPartial, passReferenceSum } from './pass-cited.ts';
import { passAllowance, passNear, passTransposed } from './pass-differs.ts';
import { passAnonymous, passNamed, passReference } from './pass-equal.ts';
import { passOffset } from './pass-offset.ts';
import { passParts } from './pass-parts.ts';
import { passAnonymousSum, passSum } from './pass-sum.ts';
import { residueOf } from './residue.ts';
import type { MatchResult, PassName } from './result.ts';
import { suggestionsOf } from './suggest.ts';

export type { MatchInput, Verdict, Watch } from './board.ts';

const STEPS: readonly Readonly<{ pass: PassName; run: (board: Board) => number }>[] = [
  { pass: 'reference', run: passReference },
  { pass: 'reference_sum', run: passReferenceSum },
  { pass: 'offset', run: passOffset },
  { pass: 'named', run: passNamed },
  { pass: 'allowance', run: passAllowance },
  { pass: 'sum', run: passSum },
  { pass: 'parts', run: passParts },
  { pass: 'partial', run: passPartial },
  { pass: 'transposed', run: passTransposed },
  { pass: 'near', run: passNear },
  { pass: 'anonymous', run: passAnonymous },
  { pass: 'anonymous_sum', run: passAnonymousSum },
];

/** Every round takes something, so this many end; more would only be a mistake of ours. */
const ROUNDS_MAX = 12;

/** @throws RangeError when an id is twice on one side. */
export function matchItems(input: MatchInput, watch?: Watch): MatchResult {
  const board = boardOf(input, watch);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const taken = playRound(board);
    if (!learn(board) && taken === 0) break;
  }
  const ambiguous = collectAmbiguous(board);
  const isLeft = new Set([...board.entries, ...board.payments].filter(({ isOpen }) => isOpen));
  for (const line of ambiguous.lines) isLeft.delete(line);
  const { suggestions, lines } = suggestionsOf(board, [...isLeft]);
  for (const line of lines) isLeft.delete(line);
  const residue = residueOf(board, [...isLeft]);
  return { matches: board.matches, suggestions, ambiguous: ambiguous.told, residue };
}

function playRound(board: Board): number {
  for (const line of [...board.entries, ...board.payments]) line.isContested = false;
  board.contests = [];
  board.held = [];
  return STEPS.reduce((taken, { run }) => taken + run(board), 0);
}

/** Habits from what was settled without a rival; whether they are others than before. */
function learn(board: Board): boolean {
  const habits = habitsOf(board.lessons);
  const isNew =
    habits.size !== board.habits.size ||
    [...habits].some(([vendor, { days }]) => board.habits.get(vendor)?.days !== days);
  board.habits = habits;
  return isNew;
}
