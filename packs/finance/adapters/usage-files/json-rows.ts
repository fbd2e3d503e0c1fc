/**
 * Readings in JSON: an array of flat objects, or objects one after the other (JSONL). Read by hand
 * for two things that JSON.parse does not give: the place of every value, and numbers as they were
 * typed, with all their digits.
 */
import type { ReadingField } from '../../core/usage/usage.ts';
import type { FileTrouble, ReadingRow, UsageFile } from '../../ports/usage-files.ts';
import { fieldNamed, unknownField } from './fields.ts';
import { type PlaceOf, placesIn, TROUBLES_MAX } from './places.ts';

type Rows = Pick<UsageFile, 'rows' | 'troubles'>;

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const NULL = /null(?!\w)/y;

type Scan = {
  readonly text: string;
  readonly place: PlaceOf;
  at: number;
  readonly troubles: FileTrouble[];
};

/** What is no JSON ends the file: what follows cannot be told apart. */
const NOT_JSON = new Error('not JSON');

export function readJsonRows(text: string): Rows {
  const scan: Scan = { text, place: placesIn(text), at: 0, troubles: [] };
  const rows: ReadingRow[] = [];
  try {
    take(scan, SPACE);
    if (text[scan.at] === '[') {
      scan.at += 1;
      listed(scan, ']', () => rows.push(...objectRow(scan)));
      take(scan, SPACE);
      if (scan.at < text.length) fail(scan, 'nothing may follow the list');
    } else {
      while (scan.at < text.length) {
        rows.push(...objectRow(scan));
        take(scan, SPACE);
      }
    }
  } catch (error) {
    if (error !== NOT_JSON) throw error;
  }
  return { rows, troubles: scan.troubles };
}

/** Items with commas between them, up to the closing mark. */
function listed(scan: Scan, end: ']' | '}', item: () => void): void {
  take(scan, SPACE);
  if (scan.text[scan.at] === end) {
    scan.at += 1;
    return;
  }
  for (;;) {
    item();
    take(scan, SPACE);
    const mark = scan.text[scan.at];
    if (mark !== ',' && mark !== end) fail(scan, `is no JSON: there should be , or ${end}`);
    scan.at += 1;
    if (mark === end) return;
    take(scan, SPACE);
  }
}

/** None where something is wrong with it. */
function objectRow(scan: Scan): ReadingRow[] {
  take(scan, SPACE);
  const start = scan.at;
  const before = scan.troubles.length;
  if (scan.text[start] !== '{') fail(scan, 'should be an object with the fields of a reading');
  scan.at += 1;
  const texts = new Map<ReadingField, string>();
  const places = new Map<ReadingField, number>();
  listed(scan, '}', () => member(scan, texts, places));
  if (scan.troubles.length > before) return [];
  const placeOf: ReadingRow['placeOf'] = (field) => scan.place(places.get(field) ?? start);
  return [{ text: Object.fromEntries(texts), placeOf }];
}

function member(
  scan: Scan,
  texts: Map<ReadingField, string>,
  places: Map<ReadingField, number>,
): void {
  const at = scan.at;
  const key = takeString(scan);
  if (key === undefined) fail(scan, 'is no JSON: there should be a key in quotes');
  const name: string = JSON.parse(key);
  take(scan, SPACE);
  if (scan.text[scan.at] !== ':') fail(scan, 'is no JSON: there should be a colon');
  scan.at += 1;
  take(scan, SPACE);
  const valueAt = scan.at;
  const value = plainValue(scan);
  const field = fieldNamed(name);
  if (field === undefined) say(scan, at, `key ${unknownField(name)}`);
  else if (places.has(field)) say(scan, at, `key ${field} is there twice`);
  else {
    places.set(field, valueAt);
    if (value !== undefined) texts.set(field, value);
  }
}

/** The text of a string, the digits of a number; undefined for null. */
function plainValue(scan: Scan): string | undefined {
  const string = takeString(scan);
  if (string !== undefined) return JSON.parse(string);
  const number = take(scan, NUMBER);
  if (number !== undefined) return number;
  if (take(scan, NULL) !== undefined) return undefined;
  return fail(scan, 'should be text in quotes, a number or null');
}

function take(scan: Scan, form: RegExp): string | undefined {
  form.lastIndex = scan.at;
  const found = form.exec(scan.text)?.[0];
  scan.at += found?.length ?? 0;
  return found;
}

/** By hand: a text may be as long as the file, which is more than an expression can look back. */
function takeString(scan: Scan): string | undefined {
  const { text, at } = scan;
  if (text[at] !== '"') return undefined;
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  const string = text.slice(at, end + 1);
  if (end >= text.length || !isString(string)) return undefined;
  scan.at = end + 1;
  return string;
}

function isString(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'string';
  } catch {
    return false;
  }
}

function say(scan: Scan, at: number, message: string): void {
  scan.troubles.push({ place: scan.place(at), message });
  if (scan.troubles.length >= TROUBLES_MAX) throw NOT_JSON;
}

function fail(scan: Scan, message: string): never {
  say(scan, scan.at, scan.at < scan.text.length ? message : 'ends before its JSON does');
  throw NOT_JSON;
}
