/**
 * The layout of a YAML (or JSON) text: which characters are which part of its value, with the
 * comments and blank lines that belong to each part. Merging moves such stretches of text, so that
 * nothing is ever printed anew.
 *
 * Undefined for a text that cannot be read, and for one where a part has no text of its own or no
 * name of its own: duplicate or complex keys, aliases, anchors, tags, directives, merge keys, a
 * second document.
 */
import {
  type CST,
  isCollection,
  isMap,
  isScalar,
  type Node,
  type Pair,
  type ParsedNode,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import {
  booleanLeaf,
  type LeafValue,
  NULL_LEAF,
  numberLeaf,
  stringLeaf,
  type Value,
} from './merge-values.ts';

import { headerEnd, isSeparator, lineStart, orTooDeep, ownGap } from './yaml-lines.ts';

export type Part = Readonly<{
  value: Value;
  /** `block`: a collection by indentation; `flow`: one in brackets. */
  shape: 'scalar' | 'flow' | 'block';
  /** Of a block: from the first comment of its first item. Empty where nothing is written. */
  start: number;
  /** Of a block: with the comments after its last item, which begin at `tail`. */
  end: number;
  tail: number;
  chunks: readonly Chunk[];
  /** A flow collection with comments inside: text cannot be moved in or out. */
  isRigid: boolean;
}>;

/** An item of a list, or a key of a map with its value. */
export type Chunk = Readonly<{
  /** Of a map. */
  key: string;
  /** Comments and blank lines before it: from `lead` to `line`. */
  lead: number;
  line: number;
  /** The key, the dash, or in brackets the item itself. */
  start: number;
  column: number;
  inFlow: boolean;
  part: Part;
  end: number;
}>;

export type Layout = Readonly<{ text: string; root: Part }>;

type Reader = { readonly text: string; isClear: boolean };
type Item = Readonly<{ key: string; start: number; after: number; node: Node | null }>;
type Region = Readonly<{ from: number; to: number }>;

const NOTHING = { chunks: [], isRigid: false } as const;
const BLANK_OR_COMMENT = /^[ \t]*(#.*)?$/;

/** `text` has LF line ends, the last line too, and no byte order mark. */
export function layoutOf(text: string): Layout | undefined {
  return /[\r\uFEFF]/.test(text) ? undefined : orTooDeep(() => read(text));
}

function read(text: string): Layout | undefined {
  const document = parseDocument(text, {
    keepSourceTokens: true,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const { contents, errors, warnings } = document;
  if (errors.length > 0 || warnings.length > 0 || contents === null) return undefined;
  let isClear = true;
  visit(document, {
    Alias: () => {
      isClear = false;
    },
    Node: (_, node) => {
      isClear &&= node.tag === undefined && !('anchor' in node && node.anchor !== undefined);
    },
  });
  if (!isClear) return undefined;
  const reader: Reader = { text, isClear: true };
  const root = rootOf(reader, contents);
  return reader.isClear ? { text, root } : undefined;
}

function rootOf(reader: Reader, node: ParsedNode): Part {
  const { text } = reader;
  const start = isBlock(node) ? lineStart(text, firstOf(node)) : node.range[0];
  if (/^%/m.test(text.slice(0, start))) reader.isClear = false;
  const before = text.slice(0, start).replace(/^---(?=\s)/gm, '#');
  if (isBlock(node)) {
    expectGap(reader, before);
    return blockOf(reader, node, { from: headerEnd(text.slice(0, start)), to: text.length });
  }
  expectGap(reader, `${before}#`);
  expectGap(reader, text.slice(node.range[1]));
  return inlineOf(reader, node, node.range[0]);
}

type Collection = YAMLMap | YAMLSeq;

function isBlock(node: Node | null): node is Collection {
  return isCollection(node) && node.flow !== true;
}

function partOf(reader: Reader, { node, after }: Item, end: number): Part {
  if (!isBlock(node)) return inlineOf(reader, node, after);
  const first = firstOf(node);
  const line = lineStart(reader.text, first);
  const from = line > after ? restOfLine(reader, after) : first;
  return blockOf(reader, node, { from, to: end });
}

function inlineOf(reader: Reader, node: Node | null, after: number): Part {
  if (node === null || isEmpty(node)) {
    return { ...NOTHING, value: NULL_LEAF, shape: 'scalar', start: after, end: after, tail: after };
  }
  if (isCollection(node)) return flowOf(reader, node as Collection);
  const [start = 0, end = 0] = node.range ?? [];
  const value = isScalar(node) ? leafOf(reader, node) : NULL_LEAF;
  return { ...NOTHING, value, shape: 'scalar', start, end, tail: end };
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && !node.source;
}

function leafOf(reader: Reader, { value, source }: Scalar): LeafValue {
  if (typeof value === 'string') return stringLeaf(value);
  if (typeof value === 'boolean') return booleanLeaf(value);
  if (typeof value === 'number') return numberLeaf(source ?? `${value}`);
  if (value !== null) reader.isClear = false;
  return NULL_LEAF;
}

function blockOf(reader: Reader, node: Collection, { from, to }: Region): Part {
  const { text } = reader;
  const items = itemsOf(reader, node);
  const column = (items[0]?.start ?? 0) - lineStart(text, items[0]?.start ?? 0);
  const chunks: Chunk[] = [];
  let lead = from;
  items.forEach((item, i) => {
    const line = Math.max(lineStart(text, item.start), from);
    if (text.slice(line, item.start).trim() !== '') reader.isClear = false;
    const next = items[i + 1];
    const limit = next === undefined ? to : lineStart(text, next.start);
    const rest = restOfLine(reader, contentEnd(reader, item));
    const gap = text.slice(rest, limit);
    expectGap(reader, gap);
    const end = rest + ownGap(gap, column);
    chunks.push({
      key: item.key,
      lead,
      line,
      start: item.start,
      column,
      inFlow: false,
      part: partOf(reader, item, end),
      end,
    });
    lead = end;
  });
  const value = collectionValue(reader, node, chunks);
  return { value, shape: 'block', start: from, end: to, tail: lead, chunks, isRigid: false };
}

function flowOf(reader: Reader, node: Collection): Part {
  const { text } = reader;
  const [start = 0, end = 0] = node.range ?? [];
  if (text[start] !== '{' && text[start] !== '[') reader.isClear = false;
  let at = start + 1;
  let isRigid = false;
  const chunks = itemsOf(reader, node).map((item): Chunk => {
    const part = partOf(reader, item, item.after);
    isRigid ||= !isSeparator(text.slice(at, item.start));
    const lead = at;
    at = Math.max(part.end, item.after);
    const column = item.start - lineStart(text, item.start);
    const { key, start: line } = item;
    return { key, lead, line, start: line, column, inFlow: true, part, end: at };
  });
  isRigid ||= !isSeparator(text.slice(at, end - 1));
  const value = collectionValue(reader, node, chunks);
  return { value, shape: 'flow', start, end, tail: at, chunks, isRigid };
}

function collectionValue(reader: Reader, node: Collection, chunks: readonly Chunk[]): Value {
  if (!isMap(node)) return { kind: 'list', items: chunks.map(({ part }) => part.value) };
  const entries = new Map(chunks.map(({ key, part }) => [key, part.value]));
  if (entries.size < chunks.length) reader.isClear = false;
  return { kind: 'map', entries };
}

function itemsOf(reader: Reader, node: Collection): Item[] {
  if (isMap(node)) return node.items.map((pair) => pairItem(reader, pair as Pair<Node, Node>));
  const nodes = node.items as Node[];
  if (node.flow === true) {
    return nodes.map((item) => {
      const [start = 0, after = 0] = item.range ?? [];
      // `[ , ]` and `[ a: 1 ]` have items without brackets or text of their own.
      if (start === after) reader.isClear = false;
      return { key: '', start, after, node: item };
    });
  }
  const dashes = tokensOf(node).flatMap(({ start }) => offsetOf(start, 'seq-item-ind') ?? []);
  if (dashes.length !== nodes.length) reader.isClear = false;
  return dashes.map((start, i) => ({ key: '', start, after: start + 1, node: nodes[i] ?? null }));
}

function pairItem(reader: Reader, { key, value, srcToken }: Pair<Node, Node>): Item {
  const isExplicit = offsetOf(srcToken?.start, 'explicit-key-ind') !== undefined;
  const isPlain = isScalar(key) && key.value !== null && key.value !== '<<';
  if (isExplicit || !isPlain) reader.isClear = false;
  const [start = 0, end = 0] = key?.range ?? [];
  const colon = offsetOf(srcToken?.sep, 'map-value-ind');
  const after = colon === undefined ? end : colon + 1;
  return { key: isScalar(key) ? String(key.value) : '', start, after, node: value };
}

function tokensOf(node: Collection): readonly CST.CollectionItem[] {
  const token = node.srcToken;
  return token !== undefined && 'items' in token ? (token.items as CST.CollectionItem[]) : [];
}

function offsetOf(tokens: readonly CST.SourceToken[] | undefined, type: string) {
  return tokens?.find((token) => token.type === type)?.offset;
}

function firstOf(node: Collection): number {
  if (!isMap(node)) return offsetOf(tokensOf(node)[0]?.start, 'seq-item-ind') ?? 0;
  return (node.items[0]?.key as Node | undefined)?.range?.[0] ?? 0;
}

/** Where the last character of an item stands that is neither comment nor space. */
function contentEnd(reader: Reader, { node, after }: Item): number {
  if (node === null || isEmpty(node)) return after;
  if (!isBlock(node)) return node.range?.[1] ?? after;
  const last = itemsOf(reader, node).at(-1);
  return last === undefined ? after : contentEnd(reader, last);
}

/** The start of the next line; between here and there may only be a comment. */
function restOfLine(reader: Reader, at: number): number {
  // A block of text (`|`) ends with its line.
  if (reader.text[at - 1] === '\n') return at;
  const end = reader.text.indexOf('\n', at);
  const next = end === -1 ? reader.text.length : end + 1;
  if (!BLANK_OR_COMMENT.test(reader.text.slice(at, next).trimEnd())) reader.isClear = false;
  return next;
}

function expectGap(reader: Reader, gap: string): void {
  if (!gap.split('\n').every((line) => BLANK_OR_COMMENT.test(line))) reader.isClear = false;
}
