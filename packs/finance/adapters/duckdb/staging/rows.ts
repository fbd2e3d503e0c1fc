/**
 * Where a copied row stands in its file. The engine numbers the rows it has read; lines that do
 * not parse and empty ones are not among them, and a spreadsheet counts them.
 */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ExportFile } from '../../../ports/export-files.ts';

/**
 * Per row of the file that is not in the copy, in order: the first number in the copy that stands
 * behind it.
 */
export type Gaps = readonly number[];

export async function gapsIn(file: ExportFile, rejected: readonly number[]): Promise<Gaps> {
  const empty = file.kind === 'csv' ? await emptyRows(file) : [];
  const missing = [...new Set([...rejected, ...empty])].sort((a, b) => a - b);
  return missing.map((row, before) => row - before);
}

export function rowInFile(row: number, gaps: Gaps): number {
  const behind = gaps.findIndex((first) => first > row);
  return row + (behind < 0 ? gaps.length : behind);
}

/** The same in SQL. */
export function sqlRowInFile(row: string, gaps: Gaps): string {
  if (gaps.length === 0) return row;
  return `(${row} + len(list_filter([${gaps.join(', ')}], lambda first: first <= ${row})))`;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;

/** Rows without a byte, as a spreadsheet numbers them: a line break in a quoted cell is none. */
async function emptyRows(file: ExportFile): Promise<number[]> {
  const delimiter = file.delimiter!.charCodeAt(0);
  const empty: number[] = [];
  let row = 1;
  let isEmpty = true;
  let isQuoted = false;
  let before = LINE_FEED;
  for await (const chunk of contentOf(file)) {
    for (const byte of chunk as Buffer) {
      if (isQuoted) {
        isQuoted = byte !== QUOTE;
      } else if (byte === LINE_FEED) {
        if (isEmpty) empty.push(row);
        row += 1;
        isEmpty = true;
      } else if (byte !== CARRIAGE_RETURN) {
        // Two quotes in a quoted cell are one quote of its text.
        const canOpen = before === delimiter || before === LINE_FEED || before === QUOTE;
        isQuoted = byte === QUOTE && canOpen;
        isEmpty = false;
      }
      before = byte;
    }
  }
  return empty;
}

function contentOf(file: ExportFile): Readable {
  const bytes = createReadStream(file.path);
  if (!file.gzip) return bytes;
  const content = createGunzip();
  bytes.on('error', (error) => content.destroy(error));
  return bytes.pipe(content);
}
