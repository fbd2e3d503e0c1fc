/** Readings in CSV: a header that names the fields, then a row each. */
import { type CsvError, parse } from 'csv-parse/sync';
import type { ReadingField } from '../../core/usage/usage.ts';
import type { FileTrouble, ReadingRow, UsageFile } from '../../ports/usage-files.ts';
import { fieldNamed, unknownField } from './fields.ts';
import { type PlaceOf, placesIn, TROUBLES_MAX } from './places.ts';

type Rows = Pick<UsageFile, 'rows' | 'troubles'>;

/** `end`: where the cell ends, in bytes. */
type RawCell = Readonly<{ text: string; end: number }>;
type Cell = Readonly<{ text: string; start: number }>;

const DELIMITERS = [',', ';', '\t'];
const REQUIRED = ['service', 'metric', 'value', 'unit'] as const;

export function readCsvRows(text: string): Rows {
  const bytes = Buffer.from(text);
  const place = placesIn(bytes.toString('latin1'), (line) =>
    Buffer.from(line, 'latin1').toString(),
  );
  const delimiter = delimiterOf(text);
  const parsed = parseCells(bytes, delimiter);
  const [header = [], ...records] = parsed.records;
  const fields = header.map(({ text: name }) => fieldNamed(name));
  const troubles = [...headerTroubles(header, fields, place), ...parsed.troubles];
  if (troubles.length > parsed.troubles.length) return { rows: [], troubles };
  const rows: ReadingRow[] = [];
  for (const cells of records) {
    if (cells.length !== header.length) {
      const message = `has ${cells.length} cells, the header has ${header.length}`;
      troubles.push({ place: place(cells[0]!.start), message });
      if (troubles.length >= TROUBLES_MAX) break;
      continue;
    }
    const given = new Map(cells.map((cell, i) => [fields[i]!, cell]));
    rows.push({
      text: Object.fromEntries([...given].map(([field, cell]) => [field, cell.text])),
      placeOf: (field) => place((given.get(field) ?? cells[0]!).start),
    });
  }
  return { rows, troubles };
}

/** The one by which the first line names most fields. */
function delimiterOf(text: string): string {
  const [first = ''] = text.trimStart().split(/\r?\n|\r/, 1);
  const counts = DELIMITERS.map((each) => first.split(each).filter(isField).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))]!;
}

function isField(cell: string): boolean {
  return fieldNamed(cell.replaceAll('"', '')) !== undefined;
}

function headerTroubles(
  header: readonly Cell[],
  fields: readonly (ReadingField | undefined)[],
  place: PlaceOf,
): FileTrouble[] {
  const troubles = header.flatMap(({ text, start }, i): FileTrouble[] => {
    const field = fields[i];
    if (field === undefined)
      return [{ place: place(start), message: `column ${unknownField(text)}` }];
    if (fields.indexOf(field) === i) return [];
    return [{ place: place(start), message: `column ${field} is there twice` }];
  });
  const missing = REQUIRED.filter((field) => !fields.includes(field));
  if (missing.length === 0) return troubles;
  const message = `the header lacks ${missing.join(', ')}`;
  return [...troubles, { place: place(header[0]?.start ?? 0), message }];
}

function parseCells(
  bytes: Buffer,
  delimiter: string,
): Readonly<{ records: readonly (readonly Cell[])[]; troubles: FileTrouble[] }> {
  const raw: RawCell[][] = [];
  const troubles: FileTrouble[] = [];
  try {
    parse(bytes, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      // Called for each cell, and before an error for those that come before it.
      cast: (text, { index, bytes: end }) => {
        if (index === 0) raw.push([]);
        raw.at(-1)!.push({ text, end });
        return text;
      },
    });
  } catch (error) {
    const { lines: line, message } = error as CsvError & { lines?: number };
    troubles.push({ place: line === undefined ? undefined : { line, column: 1 }, message });
    raw.pop();
  }
  let at = 0;
  const records = raw.map((row) => {
    while (bytes[at] === 0x0a || bytes[at] === 0x0d) at += 1;
    return row.map(({ text, end }) => {
      const start = at;
      at = end + 1;
      return { text, start };
    });
  });
  return { records, troubles };
}
