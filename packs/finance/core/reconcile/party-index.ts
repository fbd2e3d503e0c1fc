/**
 * Which vendors a payment's text names. Every text is looked up once, through the trigrams,
 * beginnings and initials it shares with vendors, never by comparing it with all of them.
 */
import { FULL, type Name, nameOf, nameScore } from './name.ts';
import type { MatchMemory, MatchOptions } from './options.ts';

export type PartyLink = Readonly<{ vendor: number; score: number }>;

export type PartyIndex = Readonly<{
  texts: readonly Name[];
  vendors: readonly Name[];
  /** Best first; not below the least score of a name. */
  vendorsOf: (text: number) => readonly PartyLink[];
  /** 0 where the text does not name the vendor. */
  score: (text: number, vendor: number) => number;
}>;

/** So many vendors are looked at closely for one text. */
const CLOSELY = 40;

export function partyIndex(
  texts: readonly Name[],
  vendors: readonly Name[],
  options: MatchOptions,
  memory: MatchMemory,
): PartyIndex {
  const postings = postingsOf(vendors);
  const aliases = aliasesOf(memory);
  const known = new Map<number, ReadonlyMap<number, number>>();
  const lists = new Map<number, readonly PartyLink[]>();
  const byKey = new Map(vendors.map((vendor, at) => [vendor.key, at]));
  const scoresOf = (text: number): ReadonlyMap<number, number> => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const scores = scoresFor(texts[text]!, vendors, postings, options.nameMin);
    for (const key of aliases.get(texts[text]!.key) ?? []) {
      const vendor = byKey.get(key);
      if (vendor !== undefined) scores.set(vendor, FULL);
    }
    known.set(text, scores);
    return scores;
  };
  const vendorsOf = (text: number): readonly PartyLink[] => {
    const found = lists.get(text);
    if (found !== undefined) return found;
    const links = [...scoresOf(text)]
      .map(([vendor, score]) => ({ vendor, score }))
      .sort((a, b) => b.score - a.score || a.vendor - b.vendor);
    lists.set(text, links);
    return links;
  };
  return {
    ...{ texts, vendors, vendorsOf },
    score: (text, vendor) => scoresOf(text).get(vendor) ?? 0,
  };
}

function scoresFor(
  text: Name,
  vendors: readonly Name[],
  postings: ReadonlyMap<string, readonly number[]>,
  least: number,
): Map<number, number> {
  const shared = new Map<number, number>();
  for (const key of keysOf(text, text.words)) {
    for (const vendor of postings.get(key) ?? []) shared.set(vendor, (shared.get(vendor) ?? 0) + 1);
  }
  const scores = new Map<number, number>();
  const closest = [...shared]
    .filter(([vendor, count]) => count >= Math.min(3, vendors[vendor]!.trigrams.size))
    .map(([vendor, count]) => ({
      vendor,
      share: count / Math.min(vendors[vendor]!.trigrams.size, text.trigrams.size),
    }))
    .sort((a, b) => b.share - a.share || a.vendor - b.vendor)
    .slice(0, CLOSELY);
  for (const { vendor } of closest) {
    const score = nameScore(text, vendors[vendor]!);
    if (score >= least) scores.set(vendor, score);
  }
  return scores;
}

function postingsOf(vendors: readonly Name[]): ReadonlyMap<string, readonly number[]> {
  const postings = new Map<string, number[]>();
  for (const [at, vendor] of vendors.entries()) {
    const initials = vendor.initials.length >= 3 ? [vendor.initials] : [];
    for (const key of keysOf(vendor, initials)) {
      const list = postings.get(key);
      if (list === undefined) postings.set(key, [at]);
      else list.push(at);
    }
  }
  return postings;
}

/** Initials count as much as some trigrams do: three keys each. */
function* keysOf(name: Name, initials: readonly string[]): Generator<string> {
  yield* name.trigrams;
  for (const word of initials) {
    for (const copy of '123') yield `initials ${copy} ${word}`;
  }
}

function aliasesOf(memory: MatchMemory): ReadonlyMap<string, readonly string[]> {
  const aliases = new Map<string, string[]>();
  for (const { payment, entry } of memory.aliases) {
    const key = nameOf(payment).key;
    aliases.set(key, [...(aliases.get(key) ?? []), nameOf(entry).key]);
  }
  return aliases;
}
