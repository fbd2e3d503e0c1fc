/**
 * Whether a bank's text names a vendor: 0 to 1000, from the two texts alone.
 *
 * Banks cut, join and mistype names and put their own words around them, so the vendor is looked
 * for inside the text: whole, cut off, by its initials, with a letter or two wrong, by trigrams.
 */
import { COMMON_WORDS, LEGAL_WORDS, RAIL_WORDS } from './name-words.ts';

export type Name = Readonly<{
  /** Equal for texts that are the same name. */
  key: string;
  words: readonly string[];
  /** The words that tell it apart, joined. */
  joined: string;
  /** All of its words, joined. */
  whole: string;
  trigrams: ReadonlySet<string>;
  initials: string;
}>;

export const FULL = 1000;
/** Fewer letters are no name: `XX`, `TRN`. */
export const NAME_LENGTH = 4;
const CUT_OFF = 960;
/** Alone, or among words that may be another's: OLD is a word too. */
const INITIALS = 850;
const INITIALS_AMONG = 620;
/** The next word was written without a gap. */
const GLUED = 60;
const BEGUN_MIN = 6;
const TYPO_LIKELY = 250;
/** Longer texts are no names; the rest is not looked at. */
const LENGTH_MAX = 200;
const WORDS_MAX = 24;

const NOT_WORD = /[^\p{L}\p{N}]+/gu;
/** `B.V.` is one word. */
const ABBREVIATED = /(?<=(^|[^\p{L}\p{N}])\p{L})\.(?=\p{L}([^\p{L}\p{N}]|$))/gu;
const MARKS = /\p{M}+/gu;
const NUMBER_LIKE = /\d.*\d.*\d|^\d+$/;

/** Normalised words: no case, no accents, no punctuation; numbers are left to references. */
export function nameOf(text: string): Name {
  const plain = text.slice(0, LENGTH_MAX).normalize('NFKC').normalize('NFD').replace(MARKS, '');
  const all = plain
    .toLowerCase()
    .replace(ABBREVIATED, '')
    .replace(/['’`]/g, '')
    .split(NOT_WORD)
    .filter((word) => word !== '' && !NUMBER_LIKE.test(word))
    .slice(0, WORDS_MAX);
  const words = without(without(all, RAIL_WORDS), LEGAL_WORDS);
  const telling = without(words, COMMON_WORDS);
  const joined = telling.join('');
  return {
    key: words.join(' '),
    words: telling,
    joined,
    whole: words.join(''),
    trigrams: trigramsOf(joined),
    initials: words.map((word) => word.charAt(0)).join(''),
  };
}

/** Names such as "The Company Ltd" are made of nothing else: then they are kept. */
function without(words: readonly string[], dropped: ReadonlySet<string>): readonly string[] {
  const kept = words.filter((word) => !dropped.has(word));
  return kept.length === 0 ? words : kept;
}

function trigramsOf(joined: string): ReadonlySet<string> {
  const padded = `  ${joined} `;
  const grams = new Set<string>();
  for (let at = 0; at + 3 <= padded.length && joined !== ''; at += 1) {
    grams.add(padded.slice(at, at + 3));
  }
  return grams;
}

/** How far `text` names `vendor`. */
export function nameScore(text: Name, vendor: Name): number {
  if (text.joined === '' || vendor.joined === '') return 0;
  if (text.key === vendor.key || text.joined === vendor.joined) return FULL;
  if (isWithin(vendor, text)) return FULL - 20;
  if (isCutOff(text, vendor)) return CUT_OFF;
  if (vendor.initials.length >= 3 && text.words.includes(vendor.initials)) {
    return text.words.length === 1 ? INITIALS : INITIALS_AMONG;
  }
  const begun = vendor.joined.startsWith(text.joined) ? begunScore(text.joined.length) : 0;
  const alike = Math.max(begun, prefixScore(text, vendor), trigramScore(text, vendor));
  // Two letters wrong leave more than this; for less the slow comparison cannot succeed.
  return alike < TYPO_LIKELY ? alike : Math.max(alike, typoScore(text, vendor));
}

/** All that the text says is how the vendor begins: the more of it, the less it is another. */
function begunScore(length: number): number {
  return length < BEGUN_MIN ? 0 : Math.min(CUT_OFF - 20, 700 + 25 * (length - BEGUN_MIN));
}

/** Most of the vendor, and then the word ends: what follows is no other name that begins alike. */
function isCutOff(text: Name, vendor: Name): boolean {
  const least = Math.max(8, Math.floor(vendor.joined.length * 0.7));
  let length = 0;
  while (length < vendor.joined.length && text.joined[length] === vendor.joined[length])
    length += 1;
  return length >= least && [...wordStarts(text), text.joined.length].includes(length);
}

/** Short names must be words of their own; longer ones may stand anywhere from a word's start. */
function isWithin(vendor: Name, text: Name): boolean {
  const { joined } = vendor;
  if (joined.length <= 4) return text.words.includes(joined);
  return wordStarts(text).some((at) => text.joined.startsWith(joined, at));
}

function wordStarts(name: Name): number[] {
  let at = 0;
  return name.words.map((word) => {
    const start = at;
    at += word.length;
    return start;
  });
}

/**
 * The longest beginning of the vendor that a word of the text starts with. Where whole words agree
 * and then other words follow on both sides, it is somebody else: American Express is not
 * American Water.
 */
function prefixScore(text: Name, vendor: Name): number {
  const starts = wordStarts(text);
  const ends = new Set([...wordStarts(vendor), vendor.joined.length]);
  const textEnds = new Set([...starts, text.joined.length]);
  let best = 0;
  for (const start of starts) {
    let length = 0;
    while (
      length < vendor.joined.length &&
      start + length < text.joined.length &&
      text.joined[start + length] === vendor.joined[length]
    ) {
      length += 1;
    }
    if (length < 4) continue;
    const isOther =
      ends.has(length) && textEnds.has(start + length) && start + length < text.joined.length;
    const share = Math.floor((1000 * length) / Math.min(vendor.joined.length, 12));
    best = Math.max(best, isOther ? Math.floor(share / 2) : Math.min(share, CUT_OFF - 20));
  }
  return best;
}

function trigramScore(text: Name, vendor: Name): number {
  const [small, large] =
    text.trigrams.size < vendor.trigrams.size
      ? [text.trigrams, vendor.trigrams]
      : [vendor.trigrams, text.trigrams];
  if (small.size < 6) return 0;
  let shared = 0;
  for (const gram of small) if (large.has(gram)) shared += 1;
  const score = Math.floor((900 * shared) / small.size);
  if (small === vendor.trigrams) return score;
  // A short text within a long name says only so much of it.
  const { length } = vendor.joined;
  return Math.floor((score * (length + Math.min(length, text.joined.length))) / (2 * length));
}

/** Letters wrong, missing, doubled or swapped, against as many words of the text. */
function typoScore(text: Name, vendor: Name): number {
  const { joined } = vendor;
  if (joined.length < 5) return 0;
  const allowed = joined.length >= 9 ? 2 : 1;
  let best = 0;
  for (const [from] of text.words.entries()) {
    let window = '';
    for (const word of text.words.slice(from)) {
      window += word;
      if (word.length > joined.length && window === word) {
        const glued = editDistance(word.slice(0, joined.length), joined, allowed);
        if (glued <= allowed) best = FULL - Math.floor((1000 * glued) / joined.length) - GLUED;
      }
      if (window.length > joined.length + allowed) break;
      if (window.length < joined.length - allowed) continue;
      const distance = editDistance(window, joined, allowed);
      if (distance <= allowed) {
        best = Math.max(best, FULL - Math.floor((1000 * distance) / joined.length));
      }
    }
  }
  return Math.min(Math.max(best, cutTypoScore(text, vendor)), CUT_OFF - 10);
}

/** Both cut off and mistyped: the beginning of the vendor, but for a letter or two. */
function cutTypoScore(text: Name, vendor: Name): number {
  const { length } = text.joined;
  if (length < 7 || length >= vendor.joined.length) return 0;
  const allowed = length >= 10 ? 2 : 1;
  const distances = [-1, 0, 1].map((more) =>
    editDistance(text.joined, vendor.joined.slice(0, length + more), allowed),
  );
  const distance = Math.min(...distances);
  if (distance > allowed) return 0;
  return begunScore(length) - Math.floor((1000 * distance) / length);
}

/** Insertions, deletions, changes and swaps of neighbours; more than `most` is only that. */
export function editDistance(a: string, b: string, most: number): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const change = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(change, last[j]! + 1, row[j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, before[j - 2]! + 1);
      }
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return most + 1;
    before = last;
    last = row;
  }
  return last[b.length]!;
}
