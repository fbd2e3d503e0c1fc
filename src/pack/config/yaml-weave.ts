/**
 * Gives the operator's YAML text a merged value: stretches of text from the operator's file and
 * from the shipped one, put together so that they mean `target`. What the operator has keeps its
 * text; what the pack added or changed comes with the text it was shipped with.
 */
import {
  type ListRule,
  type ListValue,
  listRule,
  sameValue,
  type ThreeOf,
  type Value,
} from './merge-values.ts';
import { commentsBeyond, commentsOf } from './yaml-comments.ts';
import { aligned, cut, cutAligned, type In, mergedComments, pick, type Sides } from './yaml-cut.ts';
import type { Chunk, Layout, Part } from './yaml-layout.ts';

/** Set where texts do not fit together; what is put together then is thrown away. */
type Loom = { isStuck: boolean };

/** Undefined where the texts do not fit together; the caller checks what the result means. */
export function weave(target: Value, { base, mine, theirs }: ThreeOf<Layout>): string | undefined {
  const { shape } = mine.root;
  if (shape === 'scalar' || base.root.shape !== shape || theirs.root.shape !== shape) {
    return undefined;
  }
  const loom: Loom = { isStuck: false };
  const [old, left, right] = [base, mine, theirs].map(({ text, root }) => ({ text, at: root }));
  const sides = { base: old!, mine: left!, theirs: right! };
  const text = [
    mergedComments(
      cut(sides, ({ start }) => [0, start]),
      '',
    ),
    shape === 'block' ? weaveBlock(loom, target, sides) : weaveFlow(loom, target, sides),
    mergedComments(
      cut(sides, ({ end }) => [end, Number.POSITIVE_INFINITY]),
      '',
    ),
  ].join('');
  return loom.isStuck ? undefined : text;
}

function stuck(loom: Loom): string {
  loom.isStuck = true;
  return '';
}

type Items = Readonly<{
  rule: ListRule;
  base: ReadonlyMap<string, In<Chunk>>;
  mine: ReadonlyMap<string, In<Chunk>>;
  theirs: ReadonlyMap<string, In<Chunk>>;
}>;

/** Undefined: these are lists whose items have no names. */
function itemsOf({ base, mine, theirs }: Sides<Part>): Items | undefined {
  const parts = [base, mine, theirs];
  const lists = parts.flatMap((part) => (part?.at.value.kind === 'list' ? [part.at.value] : []));
  const rule = lists.length === 0 ? undefined : listRule(lists satisfies ListValue[]);
  if (lists.length > 0 && rule === undefined) return undefined;
  const [old, left, right] = parts.map(
    (side) =>
      new Map(
        side?.at.chunks.map((chunk) => [
          rule === undefined ? chunk.key : rule.keyOf(chunk.part.value),
          { text: side.text, at: chunk },
        ]),
      ),
  );
  return { rule, base: old!, mine: left!, theirs: right! };
}

function targetsOf(target: Value, rule: ListRule): [string, Value][] {
  if (target.kind === 'map') return [...target.entries];
  if (target.kind === 'leaf' || rule === undefined) return [];
  return target.items.map((item) => [rule.keyOf(item), item]);
}

function weaveBlock(loom: Loom, target: Value, sides: Sides<Part>): string {
  const { at, text } = sides.mine;
  const first = at.chunks[0];
  const items = itemsOf(sides);
  const targets = items === undefined ? [] : targetsOf(target, items.rule);
  // A block without items is no collection any more.
  if (items === undefined || first === undefined || targets.length === 0) return stuck(loom);
  const indent = ' '.repeat(first.column);
  const left = orphanedComments(sides, items, new Set(targets.map(([key]) => key)), indent);
  const isCompact = text.slice(first.lead - 1, first.lead) === ' ';
  const woven = targets.map(([key, value], i) => {
    const three = sidesAt(items, key);
    const lead = `${left.get(key) ?? ''}${leadOf(three, indent)}`;
    const body = weaveItem(loom, value, three, first, target.kind);
    if (i > 0 || !isCompact) return `${lead}${indent}${body}`;
    // Between the dash and the first key there is no place for a comment.
    return lead.trim() === '' ? body : stuck(loom);
  });
  const tail = mergedComments(
    cut(sides, ({ shape, tail, end }) => [shape === 'flow' ? end : tail, end]),
    indent,
  );
  return [...woven, left.get(undefined) ?? '', tail].join('');
}

type Three = Readonly<Partial<Record<'base' | 'mine' | 'theirs', In<Chunk> | undefined>>>;

function sidesAt(items: Items, key: string): Three {
  return { base: items.base.get(key), mine: items.mine.get(key), theirs: items.theirs.get(key) };
}

function leadOf({ base, mine, theirs }: Three, indent: string): string {
  // Between brackets there are commas, no comments.
  const lead = (at: Chunk) => [at.inFlow ? at.line : at.lead, at.line] as const;
  if (mine !== undefined && theirs !== undefined) {
    return mergedComments(cut({ base, mine, theirs }, lead), indent);
  }
  if (mine !== undefined) return mine.text.slice(...lead(mine.at));
  const shipped = theirs === undefined ? '' : theirs.text.slice(...lead(theirs.at));
  return mergedComments({ base: '', mine: '', theirs: shipped }, indent);
}

/**
 * Comments that the operator wrote at an item which the pack took back, by the item they now
 * stand before; undefined: after the last one.
 */
function orphanedComments(
  { base, mine }: Sides<Part>,
  items: Items,
  kept: ReadonlySet<string>,
  indent: string,
): Map<string | undefined, string> {
  const orphaned = new Map<string | undefined, string>();
  if ([...items.mine.keys()].every((key) => kept.has(key))) return orphaned;
  const comments = { base: commentsOf(base?.text ?? ''), mine: commentsOf(mine.text) };
  const within = (side: 'base' | 'mine', chunk: Chunk | undefined) =>
    comments[side].filter(({ at }) => chunk && at >= chunk.lead && at < chunk.end);
  let waiting = '';
  for (const [key, { at }] of items.mine) {
    if (kept.has(key)) {
      orphaned.set(key, waiting);
      waiting = '';
      continue;
    }
    const own = commentsBeyond(within('mine', at), within('base', items.base.get(key)?.at));
    waiting += own.map((text) => `${indent}${text}\n`).join('');
  }
  return orphaned.set(undefined, waiting);
}

function weaveFlow(loom: Loom, target: Value, sides: Sides<Part>): string {
  const { mine, theirs } = sides;
  const items = itemsOf(sides);
  if (items === undefined || mine.at.isRigid) return stuck(loom);
  const targets = targetsOf(target, items.rule);
  const [open, close] = [mine.text[mine.at.start], mine.text[mine.at.end - 1]];
  if (targets.length === 0) return `${open}${close}`;
  // An empty pair of brackets does not say how to set out what comes into it.
  const model = mine.at.chunks.length > 0 ? mine : theirs;
  const [first, second] = model.at.chunks;
  if (first === undefined) return stuck(loom);
  const gap = ({ lead, start }: Chunk) => model.text.slice(lead, start);
  const next = second === undefined ? `,${gap(first) || ' '}` : gap(second);
  const woven = targets.map(([key, value], i) => {
    const three = sidesAt(items, key);
    const own = three.mine?.at;
    const before = own === undefined || own === first ? next : gap(own);
    const body = weaveItem(loom, value, three, first, target.kind);
    return `${i === 0 ? gap(first) : before}${body}`;
  });
  return `${open}${woven.join('')}${model.text.slice(model.at.tail, model.at.end)}`;
}

/** `like` is a neighbour in the operator's file. */
function weaveItem(
  loom: Loom,
  target: Value,
  { base, mine, theirs }: Three,
  like: Chunk,
  kind: Value['kind'],
): string {
  if (mine !== undefined && theirs !== undefined) {
    return weaveChunk(loom, target, { base, mine, theirs });
  }
  if (mine !== undefined) return mine.text.slice(mine.at.start, mine.at.end);
  if (theirs === undefined) return stuck(loom);
  const { text, at } = theirs;
  const body = aligned(text.slice(at.start, at.end), at.column, like.column);
  if (at.inFlow === like.inFlow) return body;
  return restyled(theirs, kind) ?? stuck(loom);
}

/** A short item of brackets as an item by indentation, and the other way round. */
function restyled({ text, at }: In<Chunk>, kind: Value['kind']): string | undefined {
  const { part, inFlow } = at;
  const value = text.slice(part.start, part.end);
  const name = text.slice(at.start, part.start).trimEnd();
  if (part.shape === 'block' || value === '' || value.includes('\n')) return undefined;
  if (kind === 'map' && !name.endsWith(':')) return undefined;
  const item = kind === 'map' ? `${name} ${value}` : value;
  if (!inFlow) return item;
  return kind === 'map' ? `${item}\n` : `- ${item}\n`;
}

function weaveChunk(loom: Loom, target: Value, sides: Sides<Chunk>): string {
  const { base, mine, theirs } = sides;
  const isAlike = mine.at.inFlow === theirs.at.inFlow;
  const body = cutAligned(sides, ({ start, end }) => [start, end]);
  if (body.mine === body.theirs || body.base === body.theirs) return body.mine;
  if (body.mine === body.base && isAlike) return body.theirs;

  const head = cutAligned(sides, ({ start, part }) => [start, part.start]);
  const value = cutAligned(sides, ({ part }) => [part.start, part.end]);
  const trail = cutAligned(sides, ({ part, end }) => [part.end, end]);
  const isFree = isAlike && mine.at.part.shape === theirs.at.part.shape;
  const inner = innerSides(sides);
  if (target.kind !== 'leaf' && inner !== undefined) {
    const isBlock = mine.at.part.shape === 'block';
    // What follows the dash on its line sets the column of all keys: it stays.
    const isHeadFree = isFree && (!isBlock || [head.mine, head.theirs].every(endsLine));
    const woven = isBlock ? weaveBlock(loom, target, inner) : weaveFlow(loom, target, inner);
    return `${isHeadFree ? pick(head) : head.mine}${woven}${isFree ? pick(trail) : trail.mine}`;
  }
  const isShort = isAlike && [base, mine, theirs].every((side) => side && isInline(side));
  const isMine = sameValue(mine.at.part.value, target);
  if (isMine && !isShort) return body.mine;
  if (!isShort) return isAlike ? body.theirs : stuck(loom);
  const isSpelling = isMine && sameValue(theirs.at.part.value, target);
  const taken = isSpelling ? pick(value) : isMine ? value.mine : value.theirs;
  return `${pick(head)}${taken}${pick(trail)}`;
}

/** Undefined unless the items of both sides can be told apart. */
function innerSides({ base, mine, theirs }: Sides<Chunk>): Sides<Part> | undefined {
  const { kind } = mine.at.part.value;
  const isCollection = kind !== 'leaf' && kind === theirs.at.part.value.kind;
  if (!isCollection) return undefined;
  const inside = ({ text, at }: In<Chunk>): In<Part> => ({ text, at: at.part });
  const isKnown = base !== undefined && base.at.part.value.kind === kind;
  const sides = {
    base: isKnown ? inside(base) : undefined,
    mine: inside(mine),
    theirs: inside(theirs),
  };
  return itemsOf(sides) === undefined ? undefined : sides;
}

function endsLine(text: string): boolean {
  return text.endsWith('\n');
}

/** On the line of its key, with a value that can be replaced without touching what is around. */
function isInline({ text, at }: In<Chunk>): boolean {
  const { shape, start, end } = at.part;
  return shape !== 'block' && start < end && !/\n/.test(text.slice(at.start, end));
}
