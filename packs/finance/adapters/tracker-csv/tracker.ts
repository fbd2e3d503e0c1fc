/**
 * An invoice tracker in CSV, byte-preserving: what is read knows its bytes, and what is written
 * back differs in the cells that were asked for and nowhere else.
 */
import {
  type CsvCell,
  type CsvRecord,
  csvText,
  guessDelimiter,
  isBlank,
  scanCsv,
} from '../../core/reconcile/csv-scan.ts';
import { readIsoDate } from '../../core/reconcile/date-text.ts';
import { type FileProblem, quoted } from '../../core/reconcile/file-problem.ts';
import { type Encoding, encodeText, openText } from '../../core/reconcile/source-text.ts';
import type {
  TrackerChange,
  TrackerChanges,
  TrackerContent,
} from '../../core/reconcile/tracker.ts';
import { type Columns, type Field, isMain, isTrackerColumn, readColumns } from './columns.ts';
import { readInvoices } from './invoices.ts';
import { readSections } from './sections.ts';

export type TrackerRow = Readonly<{ line: number; cells: readonly CsvCell[] }>;

export type Tracker = TrackerContent &
  Readonly<{
    bytes: Uint8Array;
    encoding: Encoding;
    delimiter: string;
    main: Readonly<{
      columns: readonly string[];
      /** Where the cells are that may be written; undefined: the file has no such column. */
      reconciledAt: number | undefined;
      notesAt: number | undefined;
      /** By the index that invoices and changes name. */
      rows: readonly TrackerRow[];
    }>;
  }>;

/** @param encoding Of a file that is not UTF-8; nothing is guessed. */
export function readTracker(bytes: Uint8Array, file: string, encoding?: Encoding): Tracker {
  const { source, problems } = openText(bytes, file, encoding);
  if (source === undefined) return emptyTracker(bytes, file, problems.found);
  const delimiter = guessDelimiter(source, isTrackerColumn);
  const records = scanCsv(source, delimiter);
  const first = records.findIndex((record) => !isBlank(record));
  const header = records[first];
  // What is cut has told why; its last row may be half of one.
  const columns = header === undefined ? undefined : readColumns(header, problems);
  if (header === undefined && problems.found.length === 0) {
    problems.error({ code: 'file-unreadable', message: 'holds no table' });
  }
  if (columns === undefined) return emptyTracker(bytes, file, problems.found);
  const end = endOfMain(records, first + 1, columns);
  const rows = records.slice(first + 1, end).filter((record) => !isBlank(record));
  const invoices = readInvoices({ file, columns, records: rows, problems });
  const currency = columns.amounts[0]?.currency ?? invoices[0]?.currency;
  const sections = readSections(records.slice(end), { file, currency, problems });
  for (const { title, columns: names, place } of sections.sections) {
    if (!isMain(names)) continue;
    const message = `the section ${quoted(title)} has the columns of invoices and is not read`;
    const hint = 'put its rows into the first table, or into a file of its own';
    problems.warn({ line: place.line, code: 'section-unread', message, hint });
  }
  return {
    file,
    bytes,
    encoding: source.encoding,
    delimiter,
    currency,
    invoices,
    ...sections,
    problems: inOrder(problems.found),
    main: { columns: columns.names, ...writable(columns), rows },
  };
}

/**
 * A blank line ends the invoices, unless more of them follow: sections have a title, and what is
 * no header begins with no date.
 */
function endOfMain(records: readonly CsvRecord[], from: number, columns: Columns): number {
  const date = columns.at.get('date')!;
  let end = from;
  for (;;) {
    while (end < records.length && !isBlank(records[end]!)) end += 1;
    const next = records.findIndex((record, i) => i > end && !isBlank(record));
    const text = records[next]?.cells[date]?.text;
    if (next < 0 || text === undefined || readIsoDate(text) === undefined) return end;
    end = next;
  }
}

function writable(columns: Columns): Pick<Tracker['main'], 'reconciledAt' | 'notesAt'> {
  return { reconciledAt: columns.at.get('reconciled'), notesAt: columns.at.get('notes') };
}

function inOrder(problems: readonly FileProblem[]): readonly FileProblem[] {
  return problems.toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
}

function emptyTracker(bytes: Uint8Array, file: string, problems: readonly FileProblem[]): Tracker {
  return {
    file,
    bytes,
    encoding: 'utf-8',
    delimiter: ',',
    currency: undefined,
    invoices: [],
    sections: [],
    summary: [],
    vendors: [],
    budget: [],
    schedule: [],
    problems,
    main: { columns: [], reconciledAt: undefined, notesAt: undefined, rows: [] },
  };
}

type Patch = Readonly<{ start: number; end: number; bytes: Uint8Array }>;

/**
 * The file with the changes in it; the same bytes where they change nothing.
 *
 * @throws RangeError for a row or a column that is not there, a text with a NUL, or a character
 *   that the file's encoding does not have.
 */
export function writeTracker(tracker: Tracker, changes: TrackerChanges): Uint8Array {
  const patches = [...changes]
    .flatMap(([row, change]) => patchesOf(tracker, row, change))
    .toSorted((a, b) => a.start - b.start);
  if (patches.length === 0) return tracker.bytes;
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, bytes } of patches) {
    parts.push(tracker.bytes.subarray(at, start), bytes);
    at = end;
  }
  parts.push(tracker.bytes.subarray(at));
  return joined(parts);
}

function patchesOf(tracker: Tracker, row: number, change: TrackerChange): Patch[] {
  const found = tracker.main.rows[row];
  if (found === undefined) throw new RangeError(`the tracker has no row ${row}`);
  const { reconciledAt, notesAt } = tracker.main;
  return [
    ...patchOf(tracker, found, reconciledAt, 'reconciled', change.reconciled),
    ...patchOf(tracker, found, notesAt, 'notes', change.notes),
  ];
}

function patchOf(
  tracker: Tracker,
  row: TrackerRow,
  index: number | undefined,
  field: Extract<Field, 'reconciled' | 'notes'>,
  text: string | undefined,
): Patch[] {
  if (text === undefined) return [];
  if (index === undefined) throw new RangeError(`the tracker has no column for ${field}`);
  if (text.includes('\0')) throw new RangeError(`a NUL cannot stand in ${field}`);
  const cell = row.cells[index];
  if (cell === undefined) throw new RangeError(`line ${row.line} has no cell for ${field}`);
  if (cell.text === text) return [];
  const { start, end } = cell;
  const wasQuoted = tracker.bytes[start] === 0x22;
  const bytes = encodeText(csvText(text, tracker.delimiter, wasQuoted), tracker.encoding);
  return [{ start, end, bytes }];
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
