/**
 * JSON (RFC 8259) whose values know their place and whose numbers keep all their digits, one
 * record at a time: a list, an object with its records in `data`, or objects one after another.
 */
import type { SourceText } from './source-text.ts';

export type JsonValue = Readonly<{ at: number }> &
  Readonly<
    | { kind: 'object'; members: ReadonlyMap<string, JsonValue> }
    | { kind: 'list'; items: readonly JsonValue[] }
    | { kind: 'text' | 'number' | 'word'; text: string }
  >;
export type JsonObject = Extract<JsonValue, { kind: 'object' }>;

const DEPTH_MAX = 32;
const VALUES_MAX = 4096;

type Scan = { readonly source: SourceText; at: number; values: number };

const STOP = new Error('json');
const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d{0,40})(?:\.\d{1,40})?(?:[eE][+-]?\d{1,4})?(?![\w.])/y;
const WORD = /(?:true|false|null)(?!\w)/y;

/** False where it is no JSON, which is said; the records before it have been given. */
export function scanJson(source: SourceText, record: (object: JsonObject) => void): boolean {
  const scan: Scan = { source, at: source.start, values: 0 };
  try {
    take(scan, SPACE);
    if (source.raw[scan.at] === '[') records(scan, record);
    else {
      while (scan.at < source.raw.length) {
        const found = wrapper(scan, record);
        if (found !== undefined) record(found);
        take(scan, SPACE);
      }
    }
    take(scan, SPACE);
    if (scan.at < source.raw.length) fail(scan, 'nothing may follow the list');
    return true;
  } catch (error) {
    if (error !== STOP) throw error;
    return false;
  }
}

function records(scan: Scan, record: (object: JsonObject) => void): void {
  listed(scan, ']', () => {
    scan.values = 0;
    const { at } = scan;
    const found = value(scan, 1);
    if (found.kind !== 'object') fail(scan, 'should be an object', at);
    record(found as JsonObject);
  });
}

/** An object of its own, or undefined where it was one around a list of records. */
function wrapper(scan: Scan, record: (object: JsonObject) => void): JsonObject | undefined {
  const { at } = scan;
  scan.values = 0;
  if (scan.source.raw[at] !== '{') fail(scan, 'should be an object or a list of objects');
  const members = new Map<string, JsonValue>();
  let isList = false;
  listed(scan, '}', () => {
    const name = key(scan);
    if (name === 'data' && scan.source.raw[scan.at] === '[') {
      isList = true;
      records(scan, record);
    } else members.set(name, value(scan, 1));
  });
  return isList ? undefined : { kind: 'object', at, members };
}

function value(scan: Scan, depth: number): JsonValue {
  const { at, source } = scan;
  if (depth > DEPTH_MAX) fail(scan, `is nested more than ${DEPTH_MAX} levels deep`);
  scan.values += 1;
  if (scan.values > VALUES_MAX) fail(scan, `one record has more than ${VALUES_MAX} values`);
  const first = source.raw[at];
  if (first === '{') {
    const members = new Map<string, JsonValue>();
    listed(scan, '}', () => {
      const name = key(scan);
      members.set(name, value(scan, depth + 1));
    });
    return { kind: 'object', at, members };
  }
  if (first === '[') {
    const items: JsonValue[] = [];
    listed(scan, ']', () => items.push(value(scan, depth + 1)));
    return { kind: 'list', at, items };
  }
  if (first === '"') return { kind: 'text', at, text: string(scan) };
  const number = take(scan, NUMBER);
  if (number !== undefined) return { kind: 'number', at, text: number };
  const word = take(scan, WORD);
  if (word !== undefined) return { kind: 'word', at, text: word };
  return fail(scan, 'is no JSON value');
}

/** Items with commas between them, from the opening to the closing mark. */
function listed(scan: Scan, end: ']' | '}', item: () => void): void {
  const { raw } = scan.source;
  scan.at += 1;
  take(scan, SPACE);
  if (raw[scan.at] === end) {
    scan.at += 1;
    return;
  }
  for (;;) {
    item();
    take(scan, SPACE);
    const mark = raw[scan.at];
    if (mark !== ',' && mark !== end) fail(scan, `is no JSON: there should be , or ${end}`);
    scan.at += 1;
    if (mark === end) return;
    take(scan, SPACE);
  }
}

function key(scan: Scan): string {
  if (scan.source.raw[scan.at] !== '"') fail(scan, 'is no JSON: there should be a key in quotes');
  const name = string(scan);
  take(scan, SPACE);
  if (scan.source.raw[scan.at] !== ':') fail(scan, 'is no JSON: there should be a colon');
  scan.at += 1;
  take(scan, SPACE);
  return name;
}

function string(scan: Scan): string {
  const { source, at } = scan;
  let end = at + 1;
  while (end < source.raw.length && source.raw[end] !== '"') {
    end += source.raw[end] === '\\' ? 2 : 1;
  }
  try {
    if (end >= source.raw.length) throw STOP;
    const text: unknown = JSON.parse(source.slice(at, end + 1));
    scan.at = end + 1;
    return String(text);
  } catch {
    return fail(scan, 'a text that begins here does not end, or holds what JSON cannot');
  }
}

function take(scan: Scan, form: RegExp): string | undefined {
  form.lastIndex = scan.at;
  const found = form.exec(scan.source.raw)?.[0];
  scan.at += found?.length ?? 0;
  return found;
}

function fail(scan: Scan, message: string, at = scan.at): never {
  const isEnd = at >= scan.source.raw.length;
  const told = isEnd ? 'ends before its JSON does' : message;
  const hint = isEnd ? 'the file may be cut short' : undefined;
  scan.source.problems.error({ at, code: 'json', message: told, hint });
  throw STOP;
}

/** The text of a member, or its digits; undefined for null, for none, and for what holds others. */
export function memberText(object: JsonObject, ...path: readonly string[]): string | undefined {
  let found: JsonValue | undefined = object;
  for (const name of path) {
    found = found?.kind === 'object' ? found.members.get(name) : undefined;
  }
  if (found === undefined || found.kind === 'object' || found.kind === 'list') return undefined;
  return found.text === '' || (found.kind === 'word' && found.text === 'null')
    ? undefined
    : found.text;
}
