/**
 * Changes to the text of `config/roles.yaml`: whatever was not asked to change stays byte for
 * byte, comments, quotes and indentation included.
 *
 * A comment belongs to the binding below it; one that is indented deeper than the dash of a
 * binding belongs to the binding above. Whoever calls reads the result again: text that is
 * written in a way which these rules do not fit must not be saved.
 */
import {
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Binding } from './bindings.ts';

export type Edit =
  | Readonly<{ kind: 'append'; binding: Binding }>
  | Readonly<{ kind: 'remove'; index: number }>
  | Readonly<{ kind: 'email'; index: number; email: string }>
  /** From the role of one pack to that of every pack. */
  | Readonly<{ kind: 'widen'; index: number }>;

/** Replaces the text between two offsets. */
type Splice = Readonly<{ start: number; end: number; text: string }>;

type Sheet = Readonly<{
  text: string;
  eol: string;
  /** The pair `bindings: …`, and its value where that is a list. */
  pair: Pair;
  list: YAMLSeq | undefined;
  /** A list in brackets. */
  isFlow: boolean;
}>;

/** Undefined where the text is written in a way that is not edited. */
export function editText(whole: string, edits: readonly Edit[]): string | undefined {
  const mark = whole.startsWith('\uFEFF') ? '\uFEFF' : '';
  const sheet = sheetOf(whole.slice(mark.length));
  if (sheet === undefined) return undefined;
  const removed = edits.flatMap((edit) => (edit.kind === 'remove' ? [edit.index] : []));
  const others = edits.flatMap((edit) => (edit.kind === 'remove' ? [] : [splice(sheet, edit)]));
  const splices = [...removals(sheet, removed), ...others.flat()];
  if (splices.some((each) => each === undefined)) return undefined;
  const known = splices as readonly Splice[];
  return mark + applied(sheet.text, known);
}

function applied(text: string, splices: readonly Splice[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text: fresh } of splices.toSorted((a, b) => a.start - b.start)) {
    parts.push(text.slice(at, start), fresh);
    at = Math.max(at, end);
  }
  return parts.join('') + text.slice(at);
}

function sheetOf(text: string): Sheet | undefined {
  const { contents } = parseDocument(text, { keepSourceTokens: true, logLevel: 'error' });
  if (!isMap(contents)) return undefined;
  const pair = contents.items.find(({ key }) => isScalar(key) && key.value === 'bindings');
  if (pair === undefined) return undefined;
  const list = isSeq(pair.value) ? pair.value : undefined;
  if (list === undefined && !(isScalar(pair.value) && pair.value.value === null)) return undefined;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return { text, eol, pair, list, isFlow: list?.flow === true };
}

function splice(sheet: Sheet, edit: Exclude<Edit, { kind: 'remove' }>): (Splice | undefined)[] {
  if (edit.kind === 'append') return append(sheet, edit.binding);
  const item = sheet.list?.items[edit.index];
  if (!isMap(item)) return [undefined];
  return [edit.kind === 'email' ? setEmail(sheet, item, edit.email) : dropPack(sheet, item)];
}

// ---- a new binding

function append(sheet: Sheet, binding: Binding): (Splice | undefined)[] {
  const { list, isFlow, pair, text } = sheet;
  const words = wordsOf(binding);
  if (list === undefined || list.items.length === 0) {
    const [key, value] = [rangeOf(pair.key), rangeOf(pair.value)];
    if (key === undefined || value === undefined) return [undefined];
    const held = text.slice(value[0], value[1]);
    if (!/^(\[[ \t]*\]|null|~)?$/i.test(held)) return [undefined];
    const colon = text.indexOf(':', key[1]) + 1;
    const at = afterComments(text, lineAfter(text, value[1]), 1);
    return [
      { start: colon, end: held === '' ? colon : value[1], text: '' },
      insertion(sheet, at, block(sheet, words, 2)),
    ];
  }
  const last = list.items.at(-1)!;
  const end = contentEnd(last);
  if (end === undefined) return [undefined];
  if (isFlow) return [{ start: end, end, text: `, { ${words.join(', ')} }` }];
  const dash = dashOf(list, list.items.length - 1);
  if (dash === undefined) return [undefined];
  const column = dash - lineStart(text, dash);
  const at = afterComments(text, lineEnding(text, end), Math.max(column, 1));
  const isAiry = list.items.length > 1 && isBlank(text, lineAbove(text, itemStart(text, dash)));
  return [insertion(sheet, at, (isAiry ? sheet.eol : '') + block(sheet, words, column))];
}

/** At the end of a text without a final newline the line before has to end first. */
function insertion({ text, eol }: Sheet, at: number, fresh: string): Splice {
  const isEnded = at === 0 || text[at - 1] === '\n';
  return { start: at, end: at, text: isEnded ? fresh : eol + fresh };
}

function block({ eol }: Sheet, words: readonly string[], column: number): string {
  const pad = ' '.repeat(column);
  return words.map((word, i) => `${pad}${i === 0 ? '- ' : '  '}${word}${eol}`).join('');
}

function wordsOf(binding: Binding): string[] {
  return (['role', 'to', 'email', 'pack'] as const).flatMap((key) => {
    const value = binding[key];
    return value === undefined ? [] : [`${key}: ${scalar(value)}`];
  });
}

/** Bare where every reader of YAML takes it for this text; a role may be called `null`. */
function scalar(value: string): string {
  const isPlain = /^[A-Za-z0-9][A-Za-z0-9:@._+-]*$/.test(value) && !value.endsWith(':');
  return isPlain && stringify(value).trimEnd() === value ? value : JSON.stringify(value);
}

// ---- a change of one binding

function setEmail(sheet: Sheet, item: YAMLMap, email: string): Splice | undefined {
  const { text, eol } = sheet;
  const old = rangeOf(pairOf(item, 'email')?.value);
  if (old !== undefined) return { start: old[0], end: old[1], text: scalar(email) };
  const to = pairOf(item, 'to');
  const [key, value] = [rangeOf(to?.key), rangeOf(to?.value)];
  if (key === undefined || value === undefined) return undefined;
  const word = `email: ${scalar(email)}`;
  if (item.flow === true) return { start: value[1], end: value[1], text: `, ${word}` };
  const pad = ' '.repeat(key[0] - lineStart(text, key[0]));
  return insertion(sheet, lineEnding(text, value[1]), `${pad}${word}${eol}`);
}

function dropPack({ text }: Sheet, item: YAMLMap): Splice | undefined {
  const i = item.items.findIndex(({ key }) => isScalar(key) && key.value === 'pack');
  const [key, value] = [rangeOf(item.items[i]?.key), rangeOf(item.items[i]?.value)];
  if (key === undefined || value === undefined) return undefined;
  const line = lineStart(text, key[0]);
  const isAlone = text.slice(line, key[0]).trim() === '';
  if (item.flow !== true && isAlone) {
    return { start: line, end: lineEnding(text, value[1]), text: '' };
  }
  const before = rangeOf(item.items[i - 1]?.value);
  if (before !== undefined) return { start: before[1], end: value[1], text: '' };
  const next = rangeOf(item.items[i + 1]?.key);
  return next === undefined ? undefined : { start: key[0], end: next[0], text: '' };
}

// ---- bindings that go

function removals(sheet: Sheet, indexes: readonly number[]): (Splice | undefined)[] {
  const { text, list, isFlow, pair } = sheet;
  if (indexes.length === 0) return [];
  if (list === undefined) return [undefined];
  if (!isFlow) {
    const regions = indexes.map((index) => blockRegion(sheet, list, index));
    if (indexes.length < list.items.length) return regions;
    const key = rangeOf(pair.key);
    if (key === undefined) return [undefined];
    // Nothing after the colon would be no list any more.
    const colon = text.indexOf(':', key[1]) + 1;
    return [{ start: colon, end: colon, text: ' []' }, ...regions];
  }
  const gone = new Set(indexes);
  const kept = list.items.flatMap((item, i) => (gone.has(i) ? [] : [rangeOf(item)]));
  const whole = rangeOf(list);
  if (whole === undefined || kept.some((range) => range === undefined)) return [undefined];
  const items = kept.map((range) => text.slice(range![0], range![1]));
  return [{ start: whole[0], end: whole[1], text: `[${items.join(', ')}]` }];
}

/** From the comment above to the last comment that belongs to it, and one of two blank lines. */
function blockRegion({ text }: Sheet, list: YAMLSeq, index: number): Splice | undefined {
  const dash = dashOf(list, index);
  const end = contentEnd(list.items[index]);
  if (dash === undefined || end === undefined) return undefined;
  const column = dash - lineStart(text, dash);
  const start = itemStart(text, dash);
  const after = afterComments(text, lineEnding(text, end), column + 1);
  const above = lineAbove(text, start);
  const isLast = index === list.items.length - 1;
  const isLoose = isBlank(text, above) && (isLast || isBlank(text, after));
  return { start: isLoose ? above : start, end: after, text: '' };
}

/** Where the comment starts that stands right above the line of a dash, or that line. */
function itemStart(text: string, dash: number): number {
  let at = lineStart(text, dash);
  const column = dash - at;
  for (;;) {
    const above = lineAbove(text, at);
    const indent = above < at ? commentIndent(text, above) : undefined;
    if (indent === undefined || indent > column) return at;
    at = above;
  }
}

// ---- offsets

/** Past comments that are indented so far at least, blank lines between them included. */
function afterComments(text: string, from: number, column: number): number {
  let end = from;
  for (let at = from; at < text.length; at = lineAfter(text, at)) {
    const indent = commentIndent(text, at);
    if (indent === undefined && !isBlank(text, at)) return end;
    if (indent !== undefined && indent < column) return end;
    if (indent !== undefined) end = lineAfter(text, at);
  }
  return end;
}

function commentIndent(text: string, at: number): number | undefined {
  const [, indent] = /^([ \t]*)#/.exec(lineAt(text, at)) ?? [];
  return indent?.length;
}

function isBlank(text: string, at: number): boolean {
  return at < text.length && lineAt(text, at).trim() === '';
}

function lineAt(text: string, at: number): string {
  return text.slice(at, lineAfter(text, at));
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

/** The start of the line before the one that starts there; the same where there is none. */
function lineAbove(text: string, start: number): number {
  return start === 0 ? 0 : lineStart(text, start - 1);
}

/** The end of the line that a value ends in; a block of text has its own newline in it. */
function lineEnding(text: string, end: number): number {
  return text[end - 1] === '\n' ? end : lineAfter(text, end);
}

function lineAfter(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

type Range = readonly [number, number];

function rangeOf(node: unknown): Range | undefined {
  const { range } = (node ?? {}) as { range?: readonly number[] | null };
  return range?.[0] === undefined || range[1] === undefined ? undefined : [range[0], range[1]];
}

/** Of a map over several lines the range ends after comments: its last value ends before. */
function contentEnd(node: unknown): number | undefined {
  if (isMap(node) && node.flow !== true) return rangeOf(node.items.at(-1)?.value)?.[1];
  return rangeOf(node)?.[1];
}

function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name);
}

function dashOf(list: YAMLSeq, index: number): number | undefined {
  const token = list.srcToken;
  if (token?.type !== 'block-seq') return undefined;
  return token.items[index]?.start.find(({ type }) => type === 'seq-item-ind')?.offset;
}
