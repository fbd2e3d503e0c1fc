/** What a matching with one counterpart says of each row, and of each line of the other side. */
import { compareText } from '../order.ts';
import type { Item } from './item.ts';
import type { ReasonCode } from './reason.ts';
import type {
  Counterpart,
  LineOutcome,
  ReconcileFinding,
  RowMatch,
  RowOutcome,
  RowReason,
  RowSuggestion,
} from './reconcile-result.ts';
import type { Ambiguity, Candidate, Evidence, Match, MatchResult, Residue } from './result.ts';

/** What one comparison says of one row. */
export type RowFacts = Readonly<{
  outcome: RowOutcome;
  reasons: readonly RowReason[];
  matches: readonly RowMatch[];
  suggestions: readonly RowSuggestion[];
}>;

export type SideFacts = Readonly<{
  rows: ReadonlyMap<string, RowFacts>;
  findings: readonly ReconcileFinding[];
  /** Every line of the other side, each once. */
  lines: readonly Readonly<{ currency: string; units: bigint; outcome: LineOutcome }>[];
}>;

export const NO_FACTS: SideFacts = { rows: new Map(), findings: [], lines: [] };

/** Reasons that a match is not whole with; others explain it. */
const OPEN_IN_MATCH: ReadonlySet<ReasonCode> = new Set([
  'amount_differs',
  'transposed',
  'wrong_currency',
  'partly_paid',
  'paid_twice',
  'billed_twice',
]);
const SETTLED_ALONE: ReadonlySet<ReasonCode> = new Set(['nothing_due', 'void', 'rejected']);

/** Of a line of the other side. */
export type LineFacts = Omit<RowFacts, 'outcome'> & Readonly<{ outcome: LineOutcome }>;

export type Sided = Readonly<{
  rows: ReadonlyMap<string, RowFacts>;
  payments: ReadonlyMap<string, LineFacts>;
}>;

/** `entries` are rows of the tracker, `payments` lines of the counterpart. */
export function sided(
  result: MatchResult,
  side: Counterpart,
  given: Readonly<{ entries: readonly Item[]; payments: readonly Item[] }>,
): Sided {
  const currencies = {
    entry: new Map(given.entries.map(({ id, currency }) => [id, currency])),
    payment: new Map(given.payments.map(({ id, currency }) => [id, currency])),
  };
  const rows = new Map<string, RowFacts>();
  const payments = new Map<string, LineFacts>();
  const add = (each: Told): void => {
    for (const id of each.entries) rows.set(id, each.facts(currencies.entry.get(id)!, id));
    for (const id of each.payments) {
      payments.set(id, each.facts(currencies.payment.get(id)!, id));
    }
  };
  for (const match of result.matches) add(ofMatch(match, side));
  for (const ambiguity of result.ambiguous) add(ofAmbiguity(ambiguity, side));
  for (const { side: own, id, reasons, candidates } of result.suggestions) {
    const suggestions = candidates.map((each) => suggestionOf(each, side));
    const facts = (currency: string): RowFacts => ({
      outcome: 'suggested',
      reasons: reasons.map((code) => openReason(code, side, currency, suggestions[0]!.evidence)),
      ...{ matches: [], suggestions },
    });
    add(own === 'entry' ? both([id], [], facts) : both([], [id], facts));
  }
  for (const left of result.residue) add(ofResidue(left, side));
  return { rows, payments };
}

type Told = Readonly<{
  entries: readonly string[];
  payments: readonly string[];
  facts(currency: string, id: string): RowFacts;
}>;

function both(entries: readonly string[], payments: readonly string[], facts: Told['facts']): Told {
  return { entries, payments, facts };
}

function openReason(
  code: ReasonCode,
  side: Counterpart,
  currency: string,
  evidence: readonly Evidence[],
): RowReason {
  return { with: side, code, difference: undefined, currency, evidence, isSettled: false };
}

function ofMatch(match: Match, side: Counterpart): Told {
  const { entries, payments, remaining, evidence, pass, score, margin } = match;
  const facts = (currency: string): RowFacts => {
    const difference = remaining === 0n ? match.difference : -remaining;
    const reasons = match.reasons.map((code): RowReason => {
      const isOpen = OPEN_IN_MATCH.has(code) && !(code === 'partly_paid' && remaining === 0n);
      return { with: side, code, difference, currency, evidence, isSettled: !isOpen };
    });
    const told: RowMatch = {
      ...{ with: side, rows: entries, ids: payments, pass, score, margin },
      ...{ difference, currency, evidence },
    };
    const isOpen = reasons.some(({ isSettled }) => !isSettled);
    return {
      ...{ outcome: isOpen ? 'differs' : 'reconciled', reasons, matches: [told] },
      suggestions: [],
    };
  };
  return both(entries, payments, facts);
}

/** So many rivals are named; more would hide what they are about. */
const RIVALS_MAX = 3;

/** Each line with its own candidates, and those that want the same counterpart. */
function ofAmbiguity({ entries, payments, ...told }: Ambiguity, side: Counterpart): Told {
  const all = told.candidates.map((each) => suggestionOf(each, side));
  const facts = (currency: string, id: string): RowFacts => {
    const suggestions = all.filter(({ rows, ids }) => rows.includes(id) || ids.includes(id));
    const wanted = new Set(suggestions.flatMap(({ rows, ids }) => [...rows, ...ids]));
    const rivals = all
      .filter((each) => !suggestions.includes(each))
      .filter(({ rows, ids }) => [...rows, ...ids].some((other) => wanted.has(other)))
      .slice(0, RIVALS_MAX)
      .map(({ match }) => match);
    const also = rivals.length === 0 ? '' : `, also ${rivals.join(', ')}`;
    const text = `${told.candidateCount} candidates fit equally well${also}`;
    return {
      outcome: 'ambiguous',
      reasons: told.reasons.map((code) =>
        openReason(code, side, currency, [{ fact: 'candidates', text }]),
      ),
      ...{ matches: [], suggestions },
    };
  };
  return both(entries, payments, facts);
}

function ofResidue({ side: own, id, reasons }: Residue, side: Counterpart): Told {
  const facts = (currency: string): RowFacts => {
    const told = reasons.map(({ code, difference, evidence }): RowReason => {
      const isSettled = SETTLED_ALONE.has(code) || (own === 'payment' && code === 'fee');
      return { with: side, code, difference, currency, evidence, isSettled };
    });
    const isOpen = told.some(({ isSettled }) => !isSettled);
    return {
      ...{ outcome: isOpen ? 'unmatched' : 'reconciled', reasons: told },
      ...{ matches: [], suggestions: [] },
    };
  };
  return own === 'entry' ? both([id], [], facts) : both([], [id], facts);
}

export function suggestionOf(candidate: Candidate, side: Counterpart): RowSuggestion {
  const { entries, payments, pass, score, reasons, evidence } = candidate;
  return {
    ...{ match: matchName(entries, payments), with: side, rows: entries, ids: payments },
    ...{ pass, score, reasons, evidence },
  };
}

/** `INV-1+INV-2=december.csv:14`: what a person names a match by. */
export function matchName(entries: readonly string[], payments: readonly string[]): string {
  const side = (ids: readonly string[]): string => [...ids].sort(compareText).join('+');
  return `${side(entries)}=${side(payments)}`;
}
