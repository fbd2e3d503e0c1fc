/** Offsets in a text -> lines and columns, for as many as a message may need. */
import type { FilePlace } from '../../ports/usage-files.ts';

/** Whoever has so many wrong rows has one cause: the rest is not read. */
export const TROUBLES_MAX = 100;

export type PlaceOf = (offset: number) => FilePlace;

/** `shown`: how the text reads, where its units are no characters. */
export function placesIn(text: string, shown = (line: string): string => line): PlaceOf {
  let starts: readonly number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: [...shown(text.slice(starts[low], offset))].length + 1 };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
