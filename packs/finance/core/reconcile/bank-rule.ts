/**
 * What the operator knows of the texts of a bank: who is meant, what kind of line it is, which
 * lines are nobody's. Globs only, each tried in time linear in the text: a text of a stranger
 * cannot make a rule slow.
 */
import type { Item, ItemKind } from './item.ts';

export const BANK_KINDS = ['payment', 'refund', 'fee', 'payout'] as const satisfies ItemKind[];
export type BankKind = (typeof BANK_KINDS)[number];

export const BANK_TESTS = ['if', 'contains', 'starts_with'] as const;
export type BankTest = (typeof BANK_TESTS)[number];

/** The first rule that fits a line decides; case does not matter, runs of spaces are one. */
export type BankRule = Readonly<{
  /** `if`: a glob of the whole text, `*` any run and `?` any one character. */
  test: BankTest;
  /** Any of them. */
  patterns: readonly string[];
  /** Texts may use `{1}`, `{2}` …: what the first, second … `*` stands for. */
  party: string | undefined;
  kind: BankKind | undefined;
  reference: string | undefined;
  isSkipped: boolean;
}>;

/** Undefined: the line is skipped. */
export type BankRules = (item: Item) => Item | undefined;

/** Longer texts are tried by their beginning. */
const TEXT_MAX = 2000;

export function bankRules(rules: readonly BankRule[]): BankRules {
  const compiled = rules.map((rule) => ({ rule, tests: rule.patterns.map(testOf(rule.test)) }));
  return (item) => {
    const texts = textsOf(item).map((text) => ({ text, lower: lowered(text) }));
    for (const { rule, tests } of compiled) {
      for (const { text, lower } of texts) {
        for (const test of tests) {
          const stars = test(text, lower);
          if (stars !== undefined) return rule.isSkipped ? undefined : changed(item, rule, stars);
        }
      }
    }
    return item;
  };
}

/** A bank gives the text as party, as text or as both: a rule may mean either. */
function textsOf({ party, text }: Item): string[] {
  const [a, b] = [plain(text), party === text ? '' : plain(party)];
  return b === '' || b === a ? [a] : a === '' ? [b] : [a, b, plain(`${b} ${a}`)];
}

/** One unit for one unit, so that what is found in it is found in the text. */
function lowered(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text;
}

function plain(text: string): string {
  return text.slice(0, TEXT_MAX).replace(/\s+/g, ' ').trim();
}

function changed(item: Item, rule: BankRule, stars: readonly string[]): Item {
  const filled = (template: string | undefined): string =>
    template === undefined
      ? ''
      : template.replace(/\{(\d)\}/g, (_, n: string) => stars[Number(n) - 1] ?? '').trim();
  const reference = filled(rule.reference);
  const isNew = reference !== '' && !item.references.includes(reference);
  return {
    ...item,
    kind: rule.kind ?? item.kind,
    party: filled(rule.party) || item.party,
    references: isNew ? [...item.references, reference] : item.references,
  };
}

/** What its stars stand for; undefined where it does not fit. */
type Test = (text: string, lower: string) => readonly string[] | undefined;

function testOf(test: BankTest): (pattern: string) => Test {
  if (test === 'if') return globTest;
  return (pattern) => {
    const wanted = lowered(plain(pattern));
    return (_, lower) => {
      const fits = test === 'contains' ? lower.includes(wanted) : lower.startsWith(wanted);
      return fits ? [] : undefined;
    };
  };
}

/**
 * Each piece between two stars at its first place after the one before; the last at the end. Where
 * any way of matching exists this one does, so there is nothing to go back for.
 */
function globTest(pattern: string): Test {
  const pieces = lowered(plain(pattern)).split('*');
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  return (text, lower) => {
    if (!fitsAt(lower, first, 0)) return undefined;
    if (last === undefined) return lower.length === first.length ? [] : undefined;
    const stars: string[] = [];
    let at = first.length;
    for (const piece of rest) {
      const found = findPiece(lower, piece, at);
      if (found < 0) return undefined;
      stars.push(text.slice(at, found));
      at = found + piece.length;
    }
    const end = lower.length - last.length;
    if (end < at || !fitsAt(lower, last, end)) return undefined;
    return [...stars, text.slice(at, end)].map((star) => star.trim());
  };
}

function findPiece(text: string, piece: string, from: number): number {
  if (!piece.includes('?')) return text.indexOf(piece, from);
  for (let at = from; at + piece.length <= text.length; at += 1) {
    if (fitsAt(text, piece, at)) return at;
  }
  return -1;
}

function fitsAt(text: string, piece: string, at: number): boolean {
  if (at + piece.length > text.length) return false;
  for (let i = 0; i < piece.length; i += 1) {
    if (piece[i] !== '?' && piece[i] !== text[at + i]) return false;
  }
  return true;
}
