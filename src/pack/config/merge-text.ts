/**
 * Three-way merge of lines (diff3): what one side changed is taken, what both changed differently
 * is a conflict. Also where two sides changed lines that touch: nobody can say which comes first.
 *
 * Lines are compared without their line ends. The operator's lines keep theirs byte for byte;
 * shipped lines get the ends that the operator's file uses.
 */
import { diff3MergeRegions, diffIndices } from 'node-diff3';
import { type ThreeOf, WHOLE_FILE } from './merge-values.ts';

export type MergeResult =
  | Readonly<{ kind: 'clean'; text: string }>
  | Readonly<{ kind: 'conflict'; places: readonly string[] }>;

/** A run of lines of one side, `from` inclusive and `to` exclusive. */
type Span = Readonly<{ from: number; to: number }>;

/** Who a stretch of the merged lines comes from; of a conflict the spans of both sides. */
export type Stretch =
  | Readonly<{ of: 'mine' | 'theirs'; span: Span }>
  | Readonly<{ of: 'both'; mine: Span; theirs: Span }>;

/** Comparing costs the product of the line counts: beyond this it is no config file. */
const COMPARISONS_MAX = 25_000_000;

/**
 * The stretches that make up the merged lines, in order. Undefined where so much differs that
 * comparing would take minutes.
 */
export function mergeLines(lines: ThreeOf<readonly string[]>): Stretch[] | undefined {
  const all = [lines.base, lines.mine, lines.theirs];
  const shortest = Math.min(...all.map(({ length }) => length));
  const start = countWhile(shortest, (i) => all.every((side) => side[i] === lines.base[i]));
  const end = countWhile(shortest - start, (i) =>
    all.every((side) => side.at(-1 - i) === lines.base.at(-1 - i)),
  );
  const [base, mine, theirs] = all.map((side) => side.slice(start, side.length - end));
  if (base!.length * Math.max(mine!.length, theirs!.length) > COMPARISONS_MAX) return undefined;
  const last = lines.mine.length;
  return [
    { of: 'mine' as const, span: { from: 0, to: start } },
    ...stretchesOf({ base: base!, mine: mine!, theirs: theirs! }, start),
    { of: 'mine' as const, span: { from: last - end, to: last } },
  ];
}

function countWhile(limit: number, holds: (i: number) => boolean): number {
  let count = 0;
  while (count < limit && holds(count)) count += 1;
  return count;
}

function stretchesOf({ base, mine, theirs }: ThreeOf<string[]>, offset: number): Stretch[] {
  const edits = diffIndices(base, mine).map(({ buffer1, buffer2 }) => ({
    end: buffer1[0] + buffer1[1],
    growth: buffer2[1] - buffer1[1],
  }));
  /** Where a line that nobody touched stands in the operator's file. */
  const inMine = (line: number) =>
    edits.reduce((place, { end, growth }) => (end <= line ? place + growth : place), line);
  return diff3MergeRegions(mine, base, theirs).map((region): Stretch => {
    if (!region.stable) {
      const own = spanOf(offset + region.aStart, region.aLength);
      if (same(region.aContent, region.bContent)) return { of: 'mine', span: own };
      return { of: 'both', mine: own, theirs: spanOf(offset + region.bStart, region.bLength) };
    }
    const { buffer, bufferStart, bufferLength } = region;
    const start = offset + (buffer === 'o' ? inMine(bufferStart) : bufferStart);
    return { of: buffer === 'b' ? 'theirs' : 'mine', span: spanOf(start, bufferLength) };
  });
}

function spanOf(from: number, length: number): Span {
  return { from, to: from + length };
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, i) => line === b[i]);
}

/** Texts without byte order mark. `places` of a conflict are lines of the operator's text. */
export function mergeText({ base, mine, theirs }: ThreeOf<string>): MergeResult {
  const sides = { base: linesOf(base), mine: linesOf(mine), theirs: linesOf(theirs) };
  const stretches = mergeLines({
    base: sides.base.map(withoutEnd),
    mine: sides.mine.map(withoutEnd),
    theirs: sides.theirs.map(withoutEnd),
  });
  if (stretches === undefined) return { kind: 'conflict', places: [WHOLE_FILE] };
  const places = stretches.flatMap((stretch) =>
    stretch.of === 'both' ? [placeOf(stretch.mine, sides.mine.length)] : [],
  );
  if (places.length > 0) return { kind: 'conflict', places };
  const end = lineEndOf(mine) ?? lineEndOf(base) ?? lineEndOf(theirs) ?? '\n';
  const lines = stretches.flatMap((stretch) => {
    if (stretch.of === 'both') return [];
    const taken = sides[stretch.of].slice(stretch.span.from, stretch.span.to);
    return stretch.of === 'mine' ? taken : taken.map((line) => `${withoutEnd(line)}${end}`);
  });
  const text = lines.map((line) => (line.endsWith('\n') ? line : `${line}${end}`)).join('');
  return { kind: 'clean', text: hasLastEnd({ mine, theirs }) ? text : withoutEnd(text) };
}

/** The operator's last line ends as it did; a file that was empty says nothing about that. */
export function hasLastEnd({ mine, theirs }: Omit<ThreeOf<string>, 'base'>): boolean {
  return (mine === '' ? theirs : mine).endsWith('\n');
}

/** The line end that most lines have. Undefined: there is only one line. */
export function lineEndOf(text: string): '\n' | '\r\n' | undefined {
  const all = text.split('\n').length - 1;
  const wide = text.split('\r\n').length - 1;
  if (all === 0) return undefined;
  return wide * 2 > all ? '\r\n' : '\n';
}

/** Each with its end. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function withoutEnd(line: string): string {
  return line.replace(/\r?\n$/, '');
}

function placeOf({ from, to }: Span, count: number): string {
  if (to - from > 1) return `lines ${from + 1}-${to}`;
  return `line ${Math.max(1, Math.min(from + 1, count))}`;
}
