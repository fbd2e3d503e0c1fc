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
  const empty = file.kind === 'parquet' ? [] : await emptyRows(file);
  const missing = [...new Set([...rejected, ...empty])].sort((a, b) => a - b);
  return missing.map((row, before) => row - before);
}

export function rowInFile(row: number, gaps: Gaps): number {
  const behind = gaps.findIndex((first) => first > row);
  return row + (behind < 0 ? gaps.length : behind);
}

/** The same for a relation with the column `row`: SQL that adds `row_in_file`. */
export function withRowsInFile(relation: string, row: string, gaps: Gaps): string {
  if (gaps.length === 0) return `(SELECT *, ${row} AS row_in_file FROM ${relation})`;
  const list = `[${gaps.join(', ')}]::BIGINT[]`;
  const before =
    `(SELECT first, max(n) AS n FROM (SELECT unnest(${list}) AS first, ` +
    `generate_subscripts(${list}, 1) AS n) GROUP BY first)`;
  return (
    `(SELECT r.*, r.${row} + COALESCE(g.n, 0) AS row_in_file ` +
    `FROM ${relation} AS r ASOF LEFT JOIN ${before} AS g ON r.${row} >= g.first)`
  );
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const BLANKS: ReadonlySet<number> = new Set([0x09, 0x20]);

/**
 * Rows without a byte, as a spreadsheet numbers them: a line break in a quoted cell is none. In a
 * JSONL, lines of blanks.
 */
async function emptyRows(file: ExportFile): Promise<number[]> {
  const isCsv = file.kind === 'csv';
  const delimiter = file.delimiter?.charCodeAt(0);
  const empty: number[] = [];
  let row = 1;
  let isEmpty = true;
  let isQuoted = false;
  let canOpen = true;
  let before = LINE_FEED;
  for await (const chunk of contentOf(file)) {
    for (const byte of chunk as Buffer) {
      if (isQuoted) {
        isQuoted = byte !== QUOTE;
        // Two quotes in a quoted cell are one quote of its text.
        canOpen = true;
      } else if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
        const isSecondHalf = byte === LINE_FEED && before === CARRIAGE_RETURN;
        if (!isSecondHalf) {
          if (isEmpty) empty.push(row);
          row += 1;
        }
        isEmpty = true;
        canOpen = true;
      } else {
        isQuoted = isCsv && byte === QUOTE && canOpen;
        canOpen = byte === delimiter;
        isEmpty &&= !isCsv && BLANKS.has(byte);
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
