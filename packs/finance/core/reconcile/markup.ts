/**
 * XML 1.0 as bank statements use it, and the SGML of OFX 1, read strictly and in one pass.
 *
 * There are no document types, no entities but the five and numeric ones, no more than so many
 * levels and bytes of text: what a statement needs, and nothing that could grow. Elements that
 * are asked for come whole, with what is in them; others are only walked through, so a file of any
 * length takes the memory of one entry.
 *
 * OFX 1 leaves the end tag of an element with text out (OFX 1.6, section 1.3.8 and 2.3): an
 * element that turns out never to be closed was an empty one, and what follows is beside it.
 */
import { quoted } from './file-problem.ts';
import { entity } from './markup-entity.ts';
import type { MarkupNode } from './markup-node.ts';
import type { SourceText } from './source-text.ts';

export type MarkupVisitor = Readonly<{
  dialect: 'xml' | 'sgml';
  /** Names of the elements that come whole; none may be inside another. */
  whole: ReadonlySet<string>;
  /** An element that is walked through begins, ends; a whole one, or one with text alone. */
  open(name: string, at: number, attributes: ReadonlyMap<string, string>): void;
  node(node: MarkupNode): void;
  close(name: string): void;
}>;

export const DEPTH_MAX = 48;
const TEXT_BYTES_MAX = 64 * 1024;
const NAME_MAX = 128;
const ATTRIBUTES_MAX = 32;

type Frame = {
  readonly name: string;
  /** With its prefix: the end tag must repeat it. */
  readonly tag: string;
  readonly at: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: MarkupNode[];
  text: string;
  /** It, or one around it, was asked for. */
  readonly isWhole: boolean;
  isOpened: boolean;
};

type Walk = {
  readonly source: SourceText;
  readonly visitor: MarkupVisitor;
  readonly stack: Frame[];
  at: number;
  hasRoot: boolean;
};

/** What is wrong ends the reading. */
const STOP = new Error('markup');

/** False where something is wrong, which is said; what came before has been visited. */
export function walkMarkup(source: SourceText, from: number, visitor: MarkupVisitor): boolean {
  const walk: Walk = { source, visitor, stack: [], at: from, hasRoot: false };
  try {
    while (walk.at < source.raw.length) step(walk);
    const top = walk.stack.at(-1);
    if (top !== undefined) {
      fail(walk, top.at, `<${top.tag}> is never closed`, 'the file may be cut short');
    }
    if (!walk.hasRoot) fail(walk, from, 'holds no element');
    return true;
  } catch (error) {
    if (error !== STOP) throw error;
    return false;
  }
}

function step(walk: Walk): void {
  const { raw } = walk.source;
  const next = raw.indexOf('<', walk.at);
  takeText(walk, walk.at, next < 0 ? raw.length : next);
  if (next < 0) {
    walk.at = raw.length;
    return;
  }
  walk.at = next;
  const second = raw[next + 1];
  if (second === '/') endTag(walk);
  else if (second === '?') skipPast(walk, '?>');
  else if (raw.startsWith('<!--', next)) skipPast(walk, '-->');
  else if (raw.startsWith('<![CDATA[', next)) cdata(walk);
  else if (second === '!') {
    fail(walk, next, 'declares a document type, which a statement never needs', 'export it again');
  } else startTag(walk);
}

function skipPast(walk: Walk, mark: string): void {
  const end = walk.source.raw.indexOf(mark, walk.at + 2);
  if (end < 0) fail(walk, walk.at, 'ends in the middle of a comment or an instruction');
  walk.at = end + mark.length;
}

function cdata(walk: Walk): void {
  const start = walk.at + '<![CDATA['.length;
  const end = walk.source.raw.indexOf(']]>', start);
  if (end < 0) fail(walk, walk.at, 'ends in the middle of a CDATA section');
  addText(walk, start, walk.source.slice(start, Math.min(end, start + TEXT_BYTES_MAX + 1)));
  walk.at = end + 3;
}

function takeText(walk: Walk, start: number, end: number): void {
  if (start === end) return;
  if (end - start > TEXT_BYTES_MAX) {
    fail(walk, start, `the text that begins here has more than ${TEXT_BYTES_MAX / 1024} KiB`);
  }
  const text = walk.source.slice(start, end);
  if (walk.stack.length === 0) {
    if (text.trim() !== '')
      fail(walk, start, `${quoted(text.trim())} stands outside of an element`);
    return;
  }
  addText(walk, start, text.includes('&') ? decoded(walk, start, text) : text);
}

function addText(walk: Walk, at: number, text: string): void {
  const top = walk.stack.at(-1);
  if (top === undefined) {
    fail(walk, at, 'text stands outside of an element');
    return;
  }
  // Of an element that has others in it, text is nothing but its layout.
  if (top.isOpened && text.trim() === '') return;
  top.text += text;
  if (top.text.length > TEXT_BYTES_MAX) fail(walk, at, `<${top.tag}> has too much text`);
}

function decoded(walk: Walk, start: number, text: string): string {
  const isLoose = walk.visitor.dialect === 'sgml';
  return text.replace(/&(?:(#?[A-Za-z0-9]{1,10});)?/g, (all, name: string | undefined, i) => {
    const found = name === undefined ? undefined : entity(name);
    if (found !== undefined) return found;
    if (isLoose && name === 'nbsp') return ' ';
    // Banks write the ampersand of a name as it is; SGML allows that.
    if (isLoose) return all;
    return fail(walk, start + i, `${quoted(text.slice(i, i + 12))} is no entity of a statement`);
  });
}

const NAME = /[A-Za-z_][A-Za-z0-9_.:-]*/y;
const ATTRIBUTE = /\s+([A-Za-z_][A-Za-z0-9_.:-]*)\s*=\s*(?:"([^"<]{0,1024})"|'([^'<]{0,1024})')/y;
const TAG_END = /\s*(\/?)>/y;

function take(walk: Walk, form: RegExp): RegExpExecArray | null {
  form.lastIndex = walk.at;
  const found = form.exec(walk.source.raw);
  walk.at += found?.[0].length ?? 0;
  return found;
}

function startTag(walk: Walk): void {
  const at = walk.at;
  walk.at += 1;
  const tag = take(walk, NAME)?.[0];
  if (tag === undefined || tag.length > NAME_MAX) fail(walk, at, 'a tag without a name');
  const attributes = new Map<string, string>();
  for (;;) {
    const found = take(walk, ATTRIBUTE);
    if (found === null) break;
    const [, name = '', double, single] = found;
    if (attributes.has(name) || attributes.size >= ATTRIBUTES_MAX) {
      fail(walk, at, `<${tag}> has ${name} twice, or too many attributes`);
    }
    attributes.set(name, decoded(walk, at, double ?? single ?? ''));
  }
  const end = take(walk, TAG_END);
  if (end === null) fail(walk, at, `the tag <${tag}> does not read`);
  push(walk, tag!, at, attributes);
  if (end![1] === '/') pop(walk);
}

function push(walk: Walk, tag: string, at: number, attributes: ReadonlyMap<string, string>): void {
  const { stack, visitor } = walk;
  if (visitor.dialect === 'sgml') closeText(walk);
  const name = localName(tag, visitor.dialect);
  const parent = stack.at(-1);
  if (parent === undefined && walk.hasRoot) fail(walk, at, 'a second root element begins here');
  if (stack.length >= DEPTH_MAX) fail(walk, at, `is nested more than ${DEPTH_MAX} levels deep`);
  if (parent !== undefined) openFrame(walk, parent);
  walk.hasRoot = true;
  const isWhole = parent?.isWhole === true || visitor.whole.has(name);
  stack.push({
    name,
    tag,
    at,
    attributes,
    children: [],
    text: '',
    isWhole,
    isOpened: false,
  });
}

/** An element with text and no end tag ends where the next one begins. */
function closeText(walk: Walk): void {
  const top = walk.stack.at(-1);
  if (top !== undefined && !top.isOpened && top.text.trim() !== '') pop(walk);
}

/** It has others in it: the visitor hears of it. */
function openFrame(walk: Walk, frame: Frame): void {
  if (frame.isOpened) return;
  frame.isOpened = true;
  if (walk.visitor.dialect === 'xml' && !frame.isWhole && frame.text.trim() !== '') {
    fail(walk, frame.at, `<${frame.tag}> has both text and elements`);
  }
  if (!frame.isWhole) walk.visitor.open(frame.name, frame.at, frame.attributes);
}

function localName(tag: string, dialect: MarkupVisitor['dialect']): string {
  return dialect === 'sgml' ? tag.toUpperCase() : tag.slice(tag.lastIndexOf(':') + 1);
}

function endTag(walk: Walk): void {
  const at = walk.at;
  walk.at += 2;
  const tag = take(walk, NAME)?.[0] ?? '';
  const end = take(walk, TAG_END);
  if (tag === '' || end === null || end[1] === '/') fail(walk, at, 'an end tag does not read');
  const { stack, visitor } = walk;
  if (visitor.dialect === 'sgml') {
    endLoose(walk, at, tag.toUpperCase());
    return;
  }
  const top = stack.at(-1);
  if (top?.tag !== tag) {
    const open = top === undefined ? 'nothing is open' : `<${top.tag}> is open`;
    fail(walk, at, `</${tag}> closes nothing: ${open}`);
  }
  pop(walk);
}

/** Elements above the one that ends had no text: what seems to be in them is beside them. */
function endLoose(walk: Walk, at: number, name: string): void {
  const { stack } = walk;
  if (stack.at(-1)?.name !== name) closeText(walk);
  const index = stack.findLastIndex((frame) => frame.name === name);
  if (index < 0) fail(walk, at, `</${name}> closes nothing`);
  while (stack.length - 1 > index) {
    const empty = stack.pop()!;
    const parent = stack.at(-1)!;
    if (parent.isWhole) parent.children.push({ ...leaf(empty), children: [] }, ...empty.children);
    else if (empty.isOpened && !empty.isWhole) walk.visitor.close(empty.name);
  }
  pop(walk);
}

function pop(walk: Walk): void {
  const { stack, visitor } = walk;
  const frame = stack.pop()!;
  const parent = stack.at(-1);
  if (parent?.isWhole === true && frame.isWhole) parent.children.push(leaf(frame));
  else if (frame.isOpened && !frame.isWhole) visitor.close(frame.name);
  else visitor.node(leaf(frame));
}

function leaf({ name, at, text, attributes, children }: Frame): MarkupNode {
  return { name, at, text: text.trim(), attributes, children };
}

function fail(walk: Walk, at: number, message: string, hint?: string): never {
  walk.source.problems.error({ at, code: 'markup', message, hint });
  throw STOP;
}
