/**
 * Offsets in a file -> lines and columns, in the same short time wherever they are: banks write
 * megabytes on one line, and others a line for every byte.
 *
 * Lines end with CR LF, LF or CR. Columns count characters: of UTF-8 every byte that does not
 * continue one.
 */
import type { FilePlace } from './file-problem.ts';

export type FilePlaces = Readonly<{
  lineOf(at: number): number;
  placeOf(at: number): FilePlace;
}>;

const BLOCK = 4096;
const LF = 0x0a;
const CR = 0x0d;

/** `first`: where the first line begins. `isUtf8`: else every byte is a character. */
export function filePlaces(bytes: Uint8Array, first: number, isUtf8: boolean): FilePlaces {
  let blocks: Float64Array | undefined;
  const placeOf = (at: number): FilePlace => {
    blocks ??= readBlocks(bytes, first, isUtf8);
    const end = Math.min(at, bytes.length);
    const block = Math.floor(end / BLOCK);
    const place = { line: blocks[block * 2]!, column: blocks[block * 2 + 1]! };
    step(bytes, Math.max(block * BLOCK, first), end, isUtf8, place);
    return place;
  };
  return { placeOf, lineOf: (at) => placeOf(at).line };
}

/** Line and column of the first byte of each block. */
function readBlocks(bytes: Uint8Array, first: number, isUtf8: boolean): Float64Array {
  const blocks = new Float64Array((Math.floor(bytes.length / BLOCK) + 1) * 2);
  const place = { line: 1, column: 1 };
  for (let block = 0; block * 2 < blocks.length; block += 1) {
    blocks[block * 2] = place.line;
    blocks[block * 2 + 1] = place.column;
    const start = Math.max(block * BLOCK, first);
    step(bytes, start, Math.min((block + 1) * BLOCK, bytes.length), isUtf8, place);
  }
  return blocks;
}

/** Moves a place over `[start, end)`. */
function step(
  bytes: Uint8Array,
  start: number,
  end: number,
  isUtf8: boolean,
  place: { line: number; column: number },
): void {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at]!;
    if (byte === LF || (byte === CR && bytes[at + 1] !== LF)) {
      place.line += 1;
      place.column = 1;
    } else if (!isUtf8 || (byte & 0xc0) !== 0x80) place.column += 1;
  }
}
