/**
 * CSV (RFC 4180, and what spreadsheets make of it) as cells that know their bytes.
 *
 * A quote inside a cell that does not begin with one is a character like any other. Everything is
 * bounded; what cannot be read ends the reading, for nothing after it can be told apart.
 */
import { quoted } from './file-problem.ts';
import type { SourceText } from './source-text.ts';

/** `[start, end)` in bytes, with the quotes. */
export type CsvCell = Readonly<{ text: string; start: number; end: number }>;

export type CsvRecord = Readonly<{
  /** The line it begins on, from 1. */
  line: number;
  start: number;
  /** Without the end of line. */
  end: number;
  cells: readonly CsvCell[];
}>;

export const CELL_BYTES_MAX = 64 * 1024;
export const CELLS_MAX = 512;
export const RECORDS_MAX = 500_000;

const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;

type Scan = {
  readonly source: SourceText;
  readonly delimiter: number;
  at: number;
  line: number;
};

/** What is wrong is said to `source.problems`; the records before it are given. */
export function scanCsv(source: SourceText, delimiter: string): readonly CsvRecord[] {
  const { raw } = source;
  const scan: Scan = { source, delimiter: delimiter.charCodeAt(0), at: source.start, line: 1 };
  const records: CsvRecord[] = [];
  while (scan.at < raw.length) {
    if (records.length >= RECORDS_MAX) {
      const message = `has more than ${RECORDS_MAX} lines`;
      const hint = 'read it in parts';
      source.problems.error({ at: scan.at, code: 'file-too-long', message, hint });
      break;
    }
    const record = takeRecord(scan);
    if (record === undefined) break;
    records.push(record);
    takeLineEnd(scan);
  }
  return records;
}

/** Nothing, or nothing but delimiters and spaces: what a spreadsheet makes of an empty line. */
export function isBlank({ cells }: CsvRecord): boolean {
  return cells.every(({ text }) => text.trim() === '');
}

function takeRecord(scan: Scan): CsvRecord | undefined {
  const { line, at: start } = scan;
  const cells: CsvCell[] = [];
  for (;;) {
    const cell = takeCell(scan);
    if (cell === undefined) return undefined;
    cells.push(cell);
    if (scan.source.raw.charCodeAt(scan.at) !== scan.delimiter) break;
    if (cells.length >= CELLS_MAX) {
      return fail(scan, scan.at, 'too-many-cells', `the line has more than ${CELLS_MAX} cells`);
    }
    scan.at += 1;
  }
  return { line, start, end: scan.at, cells };
}

function takeCell(scan: Scan): CsvCell | undefined {
  const { source, at: start } = scan;
  if (source.raw.charCodeAt(start) === QUOTE) return takeQuoted(scan);
  const { raw } = source;
  let at = start;
  for (; at < raw.length; at += 1) {
    const unit = raw.charCodeAt(at);
    if (unit === scan.delimiter || unit === LF || unit === CR) break;
  }
  if (at - start > CELL_BYTES_MAX) return tooLong(scan, start, at - start);
  scan.at = at;
  return { text: source.slice(start, at), start, end: at };
}

function takeQuoted(scan: Scan): CsvCell | undefined {
  const { source, at: start } = scan;
  const { raw } = source;
  let end = raw.indexOf('"', start + 1);
  while (end >= 0 && raw.charCodeAt(end + 1) === QUOTE) end = raw.indexOf('"', end + 2);
  if (end < 0) {
    const message = 'the quote that is opened here is never closed';
    return fail(scan, start, 'quote-open', message, 'the file may be cut short');
  }
  if (end - start > CELL_BYTES_MAX) return tooLong(scan, start, end - start);
  let after = end + 1;
  while (raw.charCodeAt(after) === 0x20 || raw.charCodeAt(after) === 0x09) {
    // A tab may be the delimiter.
    if (raw.charCodeAt(after) === scan.delimiter) break;
    after += 1;
  }
  const next = raw.charCodeAt(after);
  if (after < raw.length && next !== scan.delimiter && next !== LF && next !== CR) {
    const found = quoted(source.slice(after, after + 20));
    const message = `after the closing quote comes ${found} instead of the next cell`;
    return fail(scan, after, 'quote-stray', message, 'write a quote inside a cell twice');
  }
  const inside = source.slice(start + 1, end);
  scan.line += lineEndsIn(raw, start, end);
  scan.at = after;
  return { text: inside.includes('"') ? inside.replaceAll('""', '"') : inside, start, end: after };
}

function lineEndsIn(raw: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at += 1) {
    const unit = raw.charCodeAt(at);
    if (unit === LF || (unit === CR && raw.charCodeAt(at + 1) !== LF)) count += 1;
  }
  return count;
}

function takeLineEnd(scan: Scan): void {
  const { raw } = scan.source;
  if (scan.at >= raw.length) return;
  scan.at += raw.charCodeAt(scan.at) === CR && raw.charCodeAt(scan.at + 1) === LF ? 2 : 1;
  scan.line += 1;
}

function tooLong(scan: Scan, at: number, length: number): undefined {
  const most = `${CELL_BYTES_MAX / 1024} KiB`;
  const message = `the cell that begins here has ${length} bytes; ${most} is the most`;
  return fail(scan, at, 'cell-too-long', message, 'a quote may be missing before or after it');
}

function fail(scan: Scan, at: number, code: string, message: string, hint?: string): undefined {
  scan.source.problems.error({ at, code, message, hint });
  return undefined;
}

const DELIMITERS = [',', ';', '\t', '|'];

/** The one by which the first line names most columns that `isKnown`. */
export function guessDelimiter(source: SourceText, isKnown: (name: string) => boolean): string {
  const { raw, start } = source;
  let end = start;
  while (end < raw.length && end - start < CELL_BYTES_MAX) {
    const unit = raw.charCodeAt(end);
    if (unit === LF || unit === CR) break;
    end += 1;
  }
  const first = source.slice(start, end);
  const counts = DELIMITERS.map(
    (each) =>
      first.split(each).filter((name) => isKnown(name.replaceAll('"', '').trim())).length * 1000 +
      first.split(each).length,
  );
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}

/** A cell as it is written: in quotes where it needs them, or had them. */
export function csvText(text: string, delimiter: string, wasQuoted = false): string {
  const needs = wasQuoted || /["\r\n]|^\s|\s$/.test(text) || text.includes(delimiter);
  return needs ? `"${text.replaceAll('"', '""')}"` : text;
}
