/** Text that stays within a width; a piece longer than the width gets a line of its own. */
import { columnWidth } from 'brctl/sdk';

export type WrapOptions = Readonly<{
  separator: string;
  width: number;
  /** In front of every line but the first. */
  indent?: string;
}>;

export function wrapPieces(pieces: readonly string[], options: WrapOptions): string[] {
  const { separator, width, indent = '' } = options;
  const lines: string[] = [];
  for (const piece of pieces) {
    const line = lines.at(-1);
    const longer = line === undefined ? piece : line + separator + piece;
    if (line === undefined) lines.push(piece);
    else if (columnWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(indent + piece);
  }
  return lines;
}

export function wrapWords(text: string, width: number, indent: string): string[] {
  return wrapPieces(text.split(' '), { separator: ' ', width, indent });
}
