/** Why one line ended where it did: every pass, what it saw in the line, and what came of it. */
import { type MatchInput, matchItems, type Verdict } from './match.ts';
import {
  type Ambiguity,
  type Candidate,
  type Match,
  PASSES,
  type PassName,
  type Residue,
  type Side,
  type Suggestion,
} from './result.ts';

export type Explanation = Readonly<{
  side: Side;
  id: string;
  outcome: Outcome;
  /** In the order in which they are tried; those that saw nothing are in it too. */
  passes: readonly Readonly<{ pass: PassName; verdicts: readonly Verdict[] }>[];
}>;

/** Which bucket the line is in, and what stands there. */
export type Outcome =
  | Readonly<{ bucket: 'matched'; match: Match }>
  | Readonly<{ bucket: 'ambiguous'; ambiguity: Ambiguity }>
  | Readonly<{ bucket: 'suggested'; suggestion: Suggestion }>
  | Readonly<{ bucket: 'residue'; residue: Residue }>;

/**
 * Matches everything once more and listens for one line.
 *
 * @throws RangeError when there is no such line, or an id is there twice.
 */
export function explainItem(input: MatchInput, side: Side, id: string): Explanation {
  const items = side === 'entry' ? input.entries : input.payments;
  if (!items.some((item) => item.id === id)) throw new RangeError(`no ${side} "${id}"`);
  const heard = new Map<string, Verdict>();
  const result = matchItems(input, (verdict) => {
    if (!concerns(verdict.candidate, side, id)) return;
    // Rounds repeat what they said; the last word counts, and comes last.
    const key = keyOf(verdict.candidate);
    heard.delete(key);
    heard.set(key, verdict);
  });
  const verdicts = [...heard.values()];
  return {
    ...{ side, id, outcome: outcomeOf(result, side, id) },
    passes: PASSES.map((pass) => ({
      pass,
      verdicts: verdicts
        .filter(({ candidate }) => candidate.pass === pass)
        .sort((a, b) => b.candidate.score - a.candidate.score),
    })),
  };
}

function concerns(candidate: Ids, side: Side, id: string): boolean {
  return (side === 'entry' ? candidate.entries : candidate.payments).includes(id);
}

type Ids = Readonly<{ entries: readonly string[]; payments: readonly string[] }>;

function keyOf({ pass, entries, payments }: Candidate): string {
  return JSON.stringify([pass, entries, payments]);
}

function outcomeOf(result: ReturnType<typeof matchItems>, side: Side, id: string): Outcome {
  const match = result.matches.find((found) => concerns(found, side, id));
  if (match !== undefined) return { bucket: 'matched', match };
  const ambiguity = result.ambiguous.find((found) => concerns(found, side, id));
  if (ambiguity !== undefined) return { bucket: 'ambiguous', ambiguity };
  const isIt = (told: Readonly<{ side: Side; id: string }>) => told.side === side && told.id === id;
  const suggestion = result.suggestions.find(isIt);
  if (suggestion !== undefined) return { bucket: 'suggested', suggestion };
  return { bucket: 'residue', residue: result.residue.find(isIt)! };
}
