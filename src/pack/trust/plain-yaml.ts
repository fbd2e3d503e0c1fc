/**
 * The texts of a YAML file as people write one, without the YAML parser, which takes longer to
 * load and to run than the commands that ask. Block maps and lists with one line per value, short
 * flow collections and comments are understood here; at anything else this gives up, and the
 * caller asks the parser. Where it does not give up, it says what the parser says.
 */

/** All values that are, or may be, text; undefined where only the parser can tell. */
export function plainTexts(source: string): readonly string[] | undefined {
  const text = source.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  if (UNUSUAL.test(text)) return undefined;
  const outline: Outline = { levels: [], pending: undefined };
  const texts: string[] = [];
  let isFirst = true;
  for (const line of text.split('\n')) {
    if (/^ *(#|$)/.test(line)) continue;
    const isStart = isFirst && /^---(?: +#.*)? *$/.test(line);
    isFirst = false;
    if (isStart) continue;
    const values = readLine(line, outline);
    if (values === undefined) return undefined;
    texts.push(...values);
  }
  return texts;
}

/** Control characters, which includes tabs, and what some count as the end of a line. */
const UNUSUAL = /[^\n\x20-\x7E\xA0-\u2027\u202A-\uFEFE\uFF00-\uFFFF]/;

type Level = Readonly<{ column: number; kind: 'map' | 'list'; keys: Set<string> }>;

type Outline = {
  readonly levels: Level[];
  /** Where a key or a dash stands that has no value yet. */
  pending: Readonly<{ column: number; kind: Level['kind'] }> | undefined;
};

/** Far from where the parser gives up. */
const DEPTH_MAX = 50;

const DASHES = /^( *)((?:- +)*)(.*)$/;
const KEY = /^([A-Za-z_][A-Za-z0-9_-]{0,99}):(?: +(.*))?$/;
/** A key that is no text: two such may be the same in other letters. */
const NO_TEXT = /^(true|false|null)$/i;
const COMMENT = /^(#.*)?$/;

/** The values on the line; undefined where it is not understood. */
function readLine(line: string, outline: Outline): readonly string[] | undefined {
  const [, spaces = '', dashes = '', rest = ''] = DASHES.exec(line) ?? [];
  for (const { index } of dashes.matchAll(/-/g)) {
    const column = spaces.length + index;
    if (place(outline, { column, kind: 'list' }) === undefined) return undefined;
    outline.pending = { column, kind: 'list' };
  }
  const [, key, value = ''] = KEY.exec(rest) ?? [];
  if (key === undefined) return dashes === '' ? undefined : ending(outline, rest);
  const column = spaces.length + dashes.length;
  const level = place(outline, { column, kind: 'map' });
  if (level === undefined || level.keys.has(key) || NO_TEXT.test(key)) return undefined;
  level.keys.add(key);
  if (!COMMENT.test(value)) return ending(outline, value);
  outline.pending = { column, kind: 'map' };
  return [];
}

function ending(outline: Outline, value: string): readonly string[] | undefined {
  outline.pending = undefined;
  return scalarIn(value) ?? flowIn(value);
}

/** The level that an item of this kind at this column is in; undefined where there is none. */
function place(outline: Outline, { column, kind }: Omit<Level, 'keys'>): Level | undefined {
  const { levels, pending } = outline;
  const isOpen = pending !== undefined || levels.length === 0;
  const begins = pending?.column ?? -1;
  // A list may stand right below its key.
  const isBelow = kind === 'list' && pending?.kind === 'map' && column === begins;
  outline.pending = undefined;
  if (isOpen && (column > begins || isBelow)) {
    if (levels.length === DEPTH_MAX) return undefined;
    const level: Level = { column, kind, keys: new Set() };
    levels.push(level);
    return level;
  }
  while ((levels.at(-1)?.column ?? -1) > column) levels.pop();
  // Where the map goes on that such a list is in.
  if (kind === 'map' && levels.at(-1)?.kind === 'list') levels.pop();
  const level = levels.at(-1);
  return level?.column === column && level.kind === kind ? level : undefined;
}

const QUOTED = /^(?:"([^"\\]*)"|'([^']*)')(?: +#.*)? *$/;
const PLAIN = /^-?[A-Za-z0-9$/_+.(<]/;

function scalarIn(value: string): readonly string[] | undefined {
  const quoted = QUOTED.exec(value);
  if (quoted !== null) return [quoted[1] ?? quoted[2] ?? ''];
  const plain = value.replace(/ +#.*$/, '').trimEnd();
  // A colon would make it a key.
  return PLAIN.test(plain) && !/:( |$)/.test(plain) ? [plain] : undefined;
}

const WORD = String.raw`(?:[A-Za-z0-9_][\w.%@/+-]*(?: [A-Za-z0-9_][\w.%@/+-]*)*|"[^"\\]*"|'[^']*')`;
const FIELD = `[A-Za-z_][A-Za-z0-9_-]{0,99}: +${WORD}`;
const FLOW_LIST = new RegExp(String.raw`^\[ *((?:${WORD}(?: *, *${WORD})*)?) *\](?: +#.*)? *$`);
const FLOW_MAP = new RegExp(String.raw`^\{ *((?:${FIELD}(?: *, *${FIELD})*)?) *\}(?: +#.*)? *$`);
const ITEM = new RegExp(`(?:([A-Za-z_][A-Za-z0-9_-]*): +)?(${WORD})`, 'g');

/** `[a, "b"]` or `{ percent: 80, message: "b" }`, with nothing inside of them. */
function flowIn(value: string): readonly string[] | undefined {
  const [, inside] = FLOW_MAP.exec(value) ?? FLOW_LIST.exec(value) ?? [];
  if (inside === undefined) return undefined;
  const items = [...inside.matchAll(ITEM)];
  const keys = items.flatMap(([, key]) => key ?? []);
  if (keys.some((key) => NO_TEXT.test(key)) || new Set(keys).size < keys.length) return undefined;
  return items.map(([, , word = '']) => word.replace(/^(["'])(.*)\1$/, '$2'));
}
