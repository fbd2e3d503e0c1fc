/** The same stretch of three YAML texts, and which of the three stays. */
import { linesOf } from './merge-text.ts';
import { mergeCommentLines } from './yaml-comments.ts';
import type { Chunk } from './yaml-layout.ts';

/** A part together with the text it lies in. */
export type In<T> = Readonly<{ text: string; at: T }>;
/** Of the base there may be nothing: both sides added the same key. */
export type Sides<T> = Readonly<{ base: In<T> | undefined; mine: In<T>; theirs: In<T> }>;
export type Cut = Readonly<{ base: string | undefined; mine: string; theirs: string }>;

export function cut<T>(
  { base, mine, theirs }: Sides<T>,
  of: (at: T) => readonly [number, number],
): Cut {
  const slice = ({ text, at }: In<T>) => text.slice(...of(at));
  return {
    base: base === undefined ? undefined : slice(base),
    mine: slice(mine),
    theirs: slice(theirs),
  };
}

/** What was shipped, unless the operator has something else than before. */
export function pick({ base, mine, theirs }: Cut): string {
  return mine === base ? theirs : mine;
}

export function mergedComments({ base, mine, theirs }: Cut, indent: string): string {
  if (base === undefined || mine === theirs) return mine;
  const lines = { base: linesOf(base), mine: linesOf(mine), theirs: linesOf(theirs) };
  return mergeCommentLines(lines, indent).join('');
}

/** Text of another file, whose items start at another column; its first line starts inside. */
export function aligned(text: string, from: number, to: number): string {
  if (from === to) return text;
  const [first = '', ...rest] = text.split('\n');
  const moved = rest.map((line) => {
    if (line.trim() === '') return line;
    return to > from
      ? ' '.repeat(to - from) + line
      : line.slice(Math.min(from - to, line.search(/\S/)));
  });
  return [first, ...moved].join('\n');
}

/** Pieces of an item as they would stand in the operator's file. */
export function cutAligned(sides: Sides<Chunk>, of: (at: Chunk) => readonly [number, number]): Cut {
  const { base, mine, theirs } = cut(sides, of);
  const to = sides.mine.at.column;
  return {
    base: base === undefined ? undefined : aligned(base, sides.base?.at.column ?? to, to),
    mine,
    theirs: aligned(theirs, sides.theirs.at.column, to),
  };
}
