/**
 * Numbers that name a line: `INV-2025-001` is also `INV 2025 001`, `inv2025001` and, where a bank
 * keeps digits only, `2025001`.
 */
import type { Item } from './item.ts';

const TOKEN = /[\p{L}\p{N}]+/gu;
/** Fewer characters name too much. */
const LENGTH_MIN = 4;
const DIGITS_MIN = 3;
const LENGTH_MAX = 40;
/** A reference in print is at most so many words long. */
const WORDS_MAX = 4;
const TOKENS_MAX = 60;
/** A line that stands for itself, `december.csv:14`, is not cited by anybody. */
const OWN_PLACE = /:\d+$/;

/** The spellings by which others may cite it. */
export function citedAs(item: Item): readonly string[] {
  const own = OWN_PLACE.test(item.id) ? [] : [item.id];
  const all = [...own, ...item.references].flatMap((text) => {
    const whole = spelling(text);
    const digits = whole.replace(/\D/g, '').replace(/^0+/, '');
    return digits.length >= 6 ? [whole, digits] : [whole];
  });
  return [...new Set(all.filter(isTelling))];
}

/** Whatever in a line could be a citation: its references, and runs of words with digits. */
export function citations(item: Item): readonly string[] {
  const found = new Set(item.references.map(spelling));
  for (const text of [item.party, item.text]) {
    const tokens = [...text.slice(0, 400).normalize('NFKC').matchAll(TOKEN)].map(
      ([token]) => token,
    );
    for (let from = 0; from < Math.min(tokens.length, TOKENS_MAX); from += 1) {
      let run = '';
      for (const token of tokens.slice(from, from + WORDS_MAX)) {
        run += token;
        if (run.length > LENGTH_MAX) break;
        found.add(spelling(run));
      }
    }
  }
  return [...found].filter(isTelling);
}

function spelling(text: string): string {
  const plain = text
    .slice(0, 100)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
  return /^\d+$/.test(plain) ? plain.replace(/^0+/, '') : plain;
}

function isTelling(text: string): boolean {
  return text.length >= LENGTH_MIN && (text.match(/\d/g)?.length ?? 0) >= DIGITS_MIN;
}
