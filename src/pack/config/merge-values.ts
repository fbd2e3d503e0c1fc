/**
 * Three-way merge over plain values, without any text: what the merged config must mean.
 *
 * Maps are merged by key. Lists are merged by item where their items have names (maps that all
 * hold a scalar `name`, `id`, `path` or `role`, unique in its list) or are unique scalars; every
 * other list is one value. What both sides changed differently is a conflict, and so is what one
 * side removed and the other changed.
 */

/** `id` is type and exact value: `37.50` and `37.5` are one number, `"37.5"` is another thing. */
export type LeafValue = Readonly<{ kind: 'leaf'; id: string }>;
export type MapValue = Readonly<{ kind: 'map'; entries: ReadonlyMap<string, Value> }>;
export type ListValue = Readonly<{ kind: 'list'; items: readonly Value[] }>;
export type Value = LeafValue | MapValue | ListValue;

export type ThreeOf<T> = Readonly<{ base: T; mine: T; theirs: T }>;

export type MergedValue = Readonly<{
  /** Where `places` says so, the operator's part stands. */
  value: Value;
  /** The parts that both sides changed, such as `lines[Infrastructure].amount`. */
  places: readonly string[];
}>;

/** How the items of a list are told apart; undefined: they are not, the list is one value. */
export type ListRule = Readonly<{ keyOf(item: Value): string }> | undefined;

export const WHOLE_FILE = 'the whole file';
const NULL_ID = 'null';
const NAMING_KEYS: readonly string[] = ['name', 'id', 'path', 'role'];

export function stringLeaf(text: string): LeafValue {
  return { kind: 'leaf', id: `string ${text}` };
}

export function booleanLeaf(value: boolean): LeafValue {
  return { kind: 'leaf', id: `boolean ${value}` };
}

export const NULL_LEAF: LeafValue = { kind: 'leaf', id: NULL_ID };

/** A number from its text, to the last digit: two amounts never become one by rounding. */
export function numberLeaf(source: string): LeafValue {
  const decimal = /^0[xo]/.test(source) ? `${BigInt(source)}` : source;
  return { kind: 'leaf', id: `number ${plainNumber(decimal)}` };
}

function plainNumber(source: string): string {
  const found = /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(source);
  if (found === null) return source.toLowerCase().replace(/^\+/, '');
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = found;
  const digits = `${whole}${fraction}`;
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  if (end === 0) return '0';
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - end);
  return `${sign === '-' ? '-' : ''}${digits.slice(0, end).replace(/^0+/, '')}e${power}`;
}

/** The order of keys says nothing, the order of items does. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === 'leaf') return b.kind === 'leaf' && a.id === b.id;
  if (a.kind === 'list') {
    if (b.kind !== 'list' || a.items.length !== b.items.length) return false;
    return a.items.every((item, i) => sameValue(item, b.items[i]));
  }
  if (b.kind !== 'map' || a.entries.size !== b.entries.size) return false;
  return [...a.entries].every(([key, value]) => sameValue(value, b.entries.get(key)));
}

export function mergeValues({ base, mine, theirs }: ThreeOf<Value>): MergedValue {
  const places: string[] = [];
  const value = mergeAt({ base, mine, theirs }, '', places) ?? mine;
  return { value, places };
}

type Maybe = Value | undefined;

function mergeAt(three: ThreeOf<Maybe>, place: string, places: string[]): Maybe {
  const { base, mine, theirs } = three;
  if (mine?.kind === 'map' && theirs?.kind === 'map' && (base ?? mine).kind === 'map') {
    return mergeMaps(three as ThreeOf<MapValue | undefined>, place, places);
  }
  if (sameValue(mine, theirs)) return mine;
  if (sameValue(base, mine)) return theirs;
  if (sameValue(base, theirs)) return mine;
  if (mine?.kind === 'list' && theirs?.kind === 'list' && (base ?? mine).kind === 'list') {
    const merged = mergeLists(three as ThreeOf<ListValue | undefined>, place, places);
    if (merged !== undefined) return merged;
  }
  places.push(place === '' ? WHOLE_FILE : place);
  return mine;
}

const NO_ENTRIES: ReadonlyMap<string, Value> = new Map();

function mergeMaps(
  { base, mine, theirs }: ThreeOf<MapValue | undefined>,
  place: string,
  places: string[],
): MapValue {
  const [old, left, right] = [base, mine, theirs].map((map) => map?.entries ?? NO_ENTRIES);
  const keys = { base: [...old!.keys()], mine: [...left!.keys()], theirs: [...right!.keys()] };
  const merged = mergeEach(
    { base: old!, mine: left!, theirs: right! },
    (key) => {
      return placeOfKey(place, key);
    },
    places,
  );
  const leader = leaderOf(keys) ?? 'mine';
  return { kind: 'map', entries: ordered(keys, leader, merged) };
}

function mergeLists(
  { base, mine, theirs }: ThreeOf<ListValue | undefined>,
  place: string,
  places: string[],
): ListValue | undefined {
  const rule = listRule([base, mine, theirs]);
  if (rule === undefined) return undefined;
  const [old, left, right] = [base, mine, theirs].map(
    (list) => new Map(list?.items.map((item) => [rule.keyOf(item), item])),
  );
  const keys = { base: [...old!.keys()], mine: [...left!.keys()], theirs: [...right!.keys()] };
  const leader = leaderOf(keys);
  if (leader === undefined) return undefined;
  const merged = mergeEach(
    { base: old!, mine: left!, theirs: right! },
    (key) => {
      return placeOfItem(place, key);
    },
    places,
  );
  return { kind: 'list', items: [...ordered(keys, leader, merged).values()] };
}

function mergeEach(
  { base, mine, theirs }: ThreeOf<ReadonlyMap<string, Value>>,
  placeOf: (key: string) => string,
  places: string[],
): Map<string, Value> {
  const merged = new Map<string, Value>();
  for (const key of new Set([...mine.keys(), ...theirs.keys()])) {
    const three = { base: base.get(key), mine: mine.get(key), theirs: theirs.get(key) };
    const value = mergeAt(three, placeOf(key), places);
    if (value !== undefined) merged.set(key, value);
  }
  return merged;
}

/**
 * Whose order holds: the operator's, unless only the shipped file was put in another order.
 * Undefined: both were, differently.
 */
function leaderOf({
  base,
  mine,
  theirs,
}: ThreeOf<readonly string[]>): 'mine' | 'theirs' | undefined {
  const sets = [new Set(base), new Set(mine), new Set(theirs)];
  const common = (keys: readonly string[]) =>
    JSON.stringify(keys.filter((key) => sets.every((set) => set.has(key))));
  const [old, left, right] = [common(base), common(mine), common(theirs)];
  if (right === old || right === left) return 'mine';
  return left === old ? 'theirs' : undefined;
}

/** What only the other side has stands after what precedes it there. */
function ordered<T>(
  keys: ThreeOf<readonly string[]>,
  leader: 'mine' | 'theirs',
  merged: ReadonlyMap<string, T>,
): Map<string, T> {
  const own = new Set(keys[leader].filter((key) => merged.has(key)));
  const followers = new Map<string | undefined, string[]>();
  let before: string | undefined;
  for (const key of keys[leader === 'mine' ? 'theirs' : 'mine']) {
    if (own.has(key)) before = key;
    else if (merged.has(key)) {
      const group = followers.get(before);
      if (group === undefined) followers.set(before, [key]);
      else group.push(key);
    }
  }
  const order = [undefined, ...own].flatMap((key) => [
    ...(key === undefined ? [] : [key]),
    ...(followers.get(key) ?? []),
  ]);
  return new Map(order.map((key) => [key, merged.get(key) as T]));
}

export function listRule(lists: readonly (ListValue | undefined)[]): ListRule {
  const known = lists.filter((list) => list !== undefined);
  const rules = [wholeKey, ...NAMING_KEYS.map(keyAt)];
  const found = rules.find((keyOf) => known.every(({ items }) => areTold(items.map(keyOf))));
  return found === undefined ? undefined : { keyOf: (item) => found(item) ?? '' };
}

function areTold(keys: readonly (string | undefined)[]): boolean {
  return !keys.includes(undefined) && new Set(keys).size === keys.length;
}

function wholeKey(item: Value): string | undefined {
  return item.kind === 'leaf' ? item.id : undefined;
}

function keyAt(key: string): (item: Value) => string | undefined {
  return (item) => {
    const named = item.kind === 'map' ? item.entries.get(key) : undefined;
    return named?.kind === 'leaf' && named.id !== NULL_ID ? named.id : undefined;
  };
}

function placeOfKey(place: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${place}[${JSON.stringify(key)}]`;
  return place === '' ? key : `${place}.${key}`;
}

function placeOfItem(place: string, id: string): string {
  const name = id.replace(/^\w+ /, '');
  return `${place}[${/^[^[\]"\n]+$/.test(name) ? name : JSON.stringify(name)}]`;
}
