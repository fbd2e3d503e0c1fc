/**
 * Which vendors a payment's text names. Every text is looked up once, through the trigrams,
 * beginnings and initials it shares with vendors, never by comparing it with all of them.
 */
import { editDistance, FULL, type Name, nameOf, nameScore } from './name.ts';
import type { MatchMemory, MatchOptions } from './options.ts';

export type PartyLink = Readonly<{ vendor: number; score: number }>;

export type PartyIndex = Readonly<{
  texts: readonly Name[];
  vendors: readonly Name[];
  /** Vendors that are the same but for a slip of the pen have the number of one of them. */
  sameAs: readonly number[];
  /** Best first; not below the least score of a name. */
  vendorsOf: (text: number) => readonly PartyLink[];
  /** 0 where the text does not name the vendor. */
  score: (text: number, vendor: number) => number;
  /** The same, but also where it is less than a name. */
  trace: (text: number, vendor: number) => number;
}>;

/** Less is no trace of a name. */
const TRACE_MIN = 400;
/** What half of all names contain tells nobody apart: the rarest are asked first, to a limit. */
const VISITS_MAX = 6000;
const ASKED_MIN = 6;
const SHARED_COUNT = 3;
/** So many vendors are looked at closely for one text. */
const CLOSELY = 24;
/** Names that share less than so many trigrams in a thousand are not looked at. */
const SHARED_MIN = 250;

export function partyIndex(
  texts: readonly Name[],
  vendors: readonly Name[],
  options: MatchOptions,
  memory: MatchMemory,
): PartyIndex {
  const postings = postingsOf(vendors);
  const aliases = aliasesOf(memory);
  const sameAs = slipsOf(vendors, postings);
  const known = new Map<number, ReadonlyMap<number, number>>();
  const lists = new Map<number, readonly PartyLink[]>();
  const byKey = new Map(vendors.map((vendor, at) => [vendor.key, at]));
  const scoresOf = (text: number): ReadonlyMap<number, number> => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const scores = new Map<number, number>();
    const add = (vendor: number, score: number): void => {
      const one = sameAs[vendor]!;
      scores.set(one, Math.max(score, scores.get(one) ?? 0));
    };
    for (const vendor of closest(texts[text]!, vendors, postings, SHARED_MIN)) {
      const score = nameScore(texts[text]!, vendors[vendor]!);
      if (score >= TRACE_MIN) add(vendor, score);
    }
    for (const key of aliases.get(texts[text]!.key) ?? []) {
      const vendor = byKey.get(key);
      if (vendor !== undefined) add(vendor, FULL);
    }
    known.set(text, scores);
    return scores;
  };
  const vendorsOf = (text: number): readonly PartyLink[] => {
    const found = lists.get(text);
    if (found !== undefined) return found;
    const links = [...scoresOf(text)]
      .filter(([, score]) => score >= options.nameMin)
      .map(([vendor, score]) => ({ vendor, score }))
      .sort((a, b) => b.score - a.score || a.vendor - b.vendor);
    lists.set(text, links);
    return links;
  };
  const trace = (text: number, vendor: number): number => scoresOf(text).get(sameAs[vendor]!) ?? 0;
  return {
    ...{ texts, vendors, sameAs, vendorsOf },
    score: (text, vendor) => {
      const score = trace(text, vendor);
      return score >= options.nameMin ? score : 0;
    },
    trace,
  };
}

type Postings = Readonly<{
  byKey: ReadonlyMap<string, readonly number[]>;
  /** One count for each vendor, all zero between two questions. */
  counts: Uint16Array;
}>;

/** Vendors that share most with the text; at least the `least` share, in permille. */
function closest(
  text: Name,
  vendors: readonly Name[],
  { byKey, counts }: Postings,
  least: number,
): readonly number[] {
  const touched: number[] = [];
  const lists = [...keysOf(text, text.words)]
    .map((key) => byKey.get(key) ?? [])
    .sort((a, b) => a.length - b.length);
  let asked = 0;
  let visits = 0;
  for (const list of lists) {
    if (visits + list.length > VISITS_MAX && asked >= ASKED_MIN) break;
    visits += list.length;
    asked += 1;
    for (const vendor of list) {
      if (counts[vendor] === 0) touched.push(vendor);
      counts[vendor]! += 1;
    }
  }
  const found: { vendor: number; share: number }[] = [];
  for (const vendor of touched) {
    const count = counts[vendor]!;
    counts[vendor] = 0;
    const { size } = vendors[vendor]!.trigrams;
    const share = Math.floor((1000 * count) / Math.min(size, text.trigrams.size, asked));
    if (count >= Math.min(SHARED_COUNT, size) && share >= least) found.push({ vendor, share });
  }
  return found
    .sort((a, b) => b.share - a.share || a.vendor - b.vendor)
    .slice(0, CLOSELY)
    .map(({ vendor }) => vendor);
}

/** Shorter names that differ in a letter are different names. */
const SLIP_LENGTH = 8;

/** Each vendor, or the first that is written the same but for one or two letters. */
function slipsOf(vendors: readonly Name[], postings: Postings): readonly number[] {
  const sameAs = vendors.map((_, at) => at);
  for (const [at, vendor] of vendors.entries()) {
    if (vendor.joined.length < SLIP_LENGTH) continue;
    const first = closest(vendor, vendors, postings, 500).find((other) => {
      return other < at && isSlip(vendors[other]!, vendor);
    });
    if (first !== undefined) sameAs[at] = sameAs[first]!;
  }
  return sameAs;
}

function isSlip(a: Name, b: Name): boolean {
  if (a.joined === b.joined) return true;
  return [[a.joined, b.joined] as const, [a.whole, b.whole] as const].some(([left, right]) => {
    const allowed = left.length >= 12 ? 2 : 1;
    if (Math.abs(left.length - right.length) > allowed) return false;
    return editDistance(left, right, allowed) <= allowed;
  });
}

function postingsOf(vendors: readonly Name[]): Postings {
  const postings = new Map<string, number[]>();
  for (const [at, vendor] of vendors.entries()) {
    const initials = vendor.initials.length >= 3 ? [vendor.initials] : [];
    for (const key of keysOf(vendor, initials)) {
      const list = postings.get(key);
      if (list === undefined) postings.set(key, [at]);
      else list.push(at);
    }
  }
  return { byKey: postings, counts: new Uint16Array(vendors.length) };
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
