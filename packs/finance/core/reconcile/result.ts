/** What a matching says. Every line is in exactly one of its four buckets. */
import type { ReasonCode } from './reason.ts';

/** Strictest first: the order in which they are tried. */
export const PASSES = [
  'reference',
  'reference_sum',
  'offset',
  'named',
  'allowance',
  'sum',
  'parts',
  'partial',
  'transposed',
  'near',
  'anonymous',
  'anonymous_sum',
] as const;
export type PassName = (typeof PASSES)[number];

export type Side = 'entry' | 'payment';

/** One fact that speaks for (or against) something, with its numbers. */
export type Evidence = Readonly<{ fact: string; text: string }>;

/** Lines that may belong together, by id. */
export type Candidate = Readonly<{
  pass: PassName;
  entries: readonly string[];
  payments: readonly string[];
  /** How well they fit, 0 to 1000. */
  score: number;
  reasons: readonly ReasonCode[];
  evidence: readonly Evidence[];
}>;

/** Settled without being asked. An offset holds two lines of one side and none of the other. */
export type Match = Candidate &
  Readonly<{
    /** What the whole assignment would lose if just this were forbidden, 0 to 1000. */
    margin: number;
    /** Paid minus owed in the currency of the payments; undefined between two currencies. */
    difference: bigint | undefined;
    /** What is still owed of a part-paid invoice. */
    remaining: bigint;
  }>;

/** Lines among which several candidates fit equally well. */
export type Ambiguity = Readonly<{
  entries: readonly string[];
  payments: readonly string[];
  /** At most `CANDIDATES_MAX` of them, best first; `candidateCount` says how many there are. */
  candidates: readonly Candidate[];
  candidateCount: number;
  reasons: readonly ReasonCode[];
}>;

export const CANDIDATES_MAX = 12;
export const SUGGESTIONS_MAX = 3;

/** A line that is not settled, and what it may belong to: best first, at most three. */
export type Suggestion = Readonly<{
  side: Side;
  id: string;
  reasons: readonly ReasonCode[];
  candidates: readonly Candidate[];
}>;

export type ResidueReason = Readonly<{
  code: ReasonCode;
  /** In the currency of the line; undefined where nothing is compared. */
  difference: bigint | undefined;
  evidence: readonly Evidence[];
}>;

/** A line that nothing fits, and why. */
export type Residue = Readonly<{ side: Side; id: string; reasons: readonly ResidueReason[] }>;

export type MatchResult = Readonly<{
  matches: readonly Match[];
  suggestions: readonly Suggestion[];
  ambiguous: readonly Ambiguity[];
  residue: readonly Residue[];
}>;
