/** An item as the matching sees it: what is compared is worked out once. */
import { roundUnits } from '../money.ts';
import { compareText } from '../order.ts';
import type { Item } from './item.ts';
import { NAME_LENGTH, type Name, nameOf } from './name.ts';
import type { MatchMemory, MatchOptions } from './options.ts';

import type { Side } from './result.ts';

export type Line = {
  readonly item: Item;
  readonly side: Side;
  /** Position in the one order of its side: day, then amount, then id. */
  readonly at: number;
  /** The amount in the smallest coin. Two lines of the same amount are equal in this. */
  readonly coins: bigint;
  /** The same as text with the currency: the key of the index. */
  readonly amount: string;
  /** Names are shared: this is its number among those of its side. */
  party: number;
  /** Of an entry what cites it, of a payment what it may cite. */
  readonly references: readonly string[];
  /** The lines that nothing but their id tells apart from it, itself among them, in order. */
  readonly twins: readonly Line[];
  /** Another of the same party and amount is only a few days away: no habit tells them apart. */
  isCrowded: boolean;
  isOpen: boolean;
  /** In this round some pass could not tell it from another. */
  isContested: boolean;
  /** A search that concerns it was too large. */
  isGivenUp: boolean;
};

export type Parties = Readonly<{ names: readonly Name[] }>;

export const DECIMALS = 2;

export function coinsOf(units: bigint, currency: string, options: MatchOptions): bigint {
  return roundUnits(units, options.decimals[currency] ?? DECIMALS);
}

export function amountKey(coins: bigint, currency: string): string {
  return `${currency} ${coins}`;
}

export type References = Readonly<{
  of: ReadonlyMap<Item, readonly string[]>;
  /** Those that both sides have. */
  shared: ReadonlySet<string>;
}>;

/**
 * Lines in their own order, whatever the order of the items.
 *
 * @throws RangeError when an id is there twice.
 */
export function linesOf(
  items: readonly Item[],
  side: Side,
  given: Readonly<{ options: MatchOptions; memory: MatchMemory; references: References }>,
): Readonly<{ lines: Line[]; parties: Parties }> {
  const { options, memory } = given;
  const sorted = items.toSorted(byDay);
  const names: Name[] = [];
  const numberOf = new Map<string, number>();
  const rejected = new Set(memory.rejected.map((pair) => pair[side]));
  const seen = new Set<string>();
  const twinsOf = new Map<string, Line[]>();
  const lines = sorted.map((item, at): Line => {
    if (seen.has(item.id)) throw new RangeError(`two items of one side are called "${item.id}"`);
    seen.add(item.id);
    const party = partyOf(item, side, names, numberOf);
    const coins = coinsOf(item.units, item.currency, options);
    const references = given.references.of.get(item) ?? [];
    const isCited = references.some((text) => given.references.shared.has(text));
    const key = twinKey(item, isCited || rejected.has(item.id));
    const twins = twinsOf.get(key) ?? [];
    twinsOf.set(key, twins);
    const line: Line = {
      ...{ item, side, at, coins, amount: amountKey(coins, item.currency), party, twins },
      references,
      ...{ isCrowded: false, isOpen: true, isContested: false, isGivenUp: false },
    };
    twins.push(line);
    return line;
  });
  return { lines, parties: { names } };
}

function partyOf(item: Item, side: Side, names: Name[], numberOf: Map<string, number>): number {
  const own = nameOf(item.party);
  // A bank may put the name anywhere: `POS 8812` with the vendor in the purpose.
  const isBare = side === 'payment' && own.joined.length < NAME_LENGTH && item.text !== '';
  const name = isBare ? nameOf(`${item.party} ${item.text}`) : own;
  const known = numberOf.get(name.key);
  if (known !== undefined) return known;
  numberOf.set(name.key, names.length);
  names.push(name);
  return names.length - 1;
}

/** A line that is cited, that cites or that was rejected is one of its own. */
function twinKey(item: Item, isOwn: boolean): string {
  const { day, dueDay, units, currency, kind, party, text, references } = item;
  const own = isOwn ? item.id : '';
  return JSON.stringify([
    ...[day, dueDay ?? '', `${units}`, currency, kind, party, text],
    ...[references, own],
  ]);
}

function byDay(a: Item, b: Item): number {
  if (a.day !== b.day) return a.day - b.day;
  if (a.units !== b.units) return a.units < b.units ? -1 : 1;
  return compareText(a.id, b.id);
}
