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
/** What stands further back cites nothing. */
const TEXT_MAX = 400;
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
  const found = new Set(item.references.map(spelling).filter(isTelling));
  for (const text of [item.party, item.text]) {
    const plain = text.slice(0, TEXT_MAX).normalize('NFKC').toUpperCase();
    const tokens = plain.match(TOKEN) ?? [];
    for (let from = 0; from < Math.min(tokens.length, TOKENS_MAX); from += 1) {
      let run = '';
      for (let at = from; at < Math.min(tokens.length, from + WORDS_MAX); at += 1) {
        run += tokens[at]!;
        if (run.length > LENGTH_MAX) break;
        if (isTelling(run)) found.add(/^0/.test(run) ? spelling(run) : run);
      }
    }
  }
  return [...found];
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
  let digits = 0;
  for (let at = 0; at < text.length && digits < DIGITS_MIN; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) digits += 1;
  }
  return text.length >= LENGTH_MIN && digits >= DIGITS_MIN;
}
