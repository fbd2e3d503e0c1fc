/**
 * JSONL as a relation of text columns. JSON sets numbers no limit, the engine's reader does: it
 * keeps them as doubles. Numbers too long for one are therefore taken from the line itself.
 */
import type { ExportFile } from '../../../ports/export-files.ts';
import type { SourceColumn } from '../dialects/mapping.ts';
import type { Session } from '../session.ts';
import { identifier, literal, pathLiteral } from '../sql.ts';

/** A double tells any two numbers of fifteen digits apart. */
const LONG_NUMBER = '-?(?:[0-9][.]?){16,}(?:[eE][+-]?[0-9]+)?';

/** What is seen of a JSONL before it is read: a pass over the whole file. */
export type JsonlHeader = Readonly<{
  columns: readonly SourceColumn[];
  /** Some number may have more digits than a double keeps, and every line can be taken apart. */
  hasLongNumbers: boolean;
}>;

const BLANK = '[ \\t\\r\\n]*';

/** Every key of any row: one that first appears in the last row is a column like the others. */
export async function describeJsonl(session: Session, file: ExportFile): Promise<JsonlHeader> {
  const isLong = `regexp_matches(json, ${literal(`:${BLANK}${LONG_NUMBER}`)})`;
  const rows = await session.rows(
    `WITH shapes AS (
       SELECT json_keys(json) AS keys, bool_or(${isLong}) AS isLong,
         bool_and(prefix(ltrim(json, ' ' || chr(9) || chr(13)), '{')) AS isObject
       FROM ${objectsIn(file)} GROUP BY keys),
     whole AS (
       SELECT bool_or(isLong) AS isLong,
         bool_and(isObject AND len(keys) = len(list_distinct(keys))) AS isSound FROM shapes)
     SELECT DISTINCT unnest(keys) AS name, whole.isLong AND isSound AS long FROM shapes, whole
     ORDER BY name`,
  );
  return {
    columns: rows.map(({ name }) => ({ name: String(name), type: 'VARCHAR' })),
    // A key twice, or no object at all, is for the engine's reader to complain of.
    hasLongNumbers: rows.some(({ long }) => long === true),
  };
}

export type JsonlReading = Readonly<{
  /** Keys whose numbers are kept to the last digit. */
  exact: ReadonlySet<string>;
}>;

export function jsonlRelation(
  file: ExportFile,
  header: JsonlHeader,
  { exact }: JsonlReading,
): string {
  const names = header.columns.map(({ name }) => name);
  if (!header.hasLongNumbers || exact.size === 0) {
    const types = names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ');
    const reading = `columns = {${types}}, records = true, ${compressionOf(file)}`;
    return `read_ndjson(${pathLiteral(file.path)}, ${reading})`;
  }
  const members = (json: string, some: readonly string[]): string => {
    const shape = JSON.stringify(Object.fromEntries(some.map((name) => [name, 'VARCHAR'])));
    return `json_transform(${json}, ${literal(shape)})`;
  };
  const amounts = names.filter((name) => exact.has(name));
  // Read apart: an object in another member may have the same keys, and stays as it is.
  const others = names.filter((name) => !exact.has(name));
  const columns = names.map((name) => {
    const from = exact.has(name) ? 'amounts' : 'others';
    return `struct_extract(${from}, ${literal(name)}) AS ${identifier(name)}`;
  });
  return (
    `(SELECT ${columns.join(', ')} FROM (SELECT ` +
    `${members(longNumbersQuoted('json', amounts), amounts)} AS amounts, ` +
    `${members('json', others)} AS others FROM ${objectsIn(file)}))`
  );
}

/**
 * A line whose long numbers are texts, for the named keys. A quote after a letter ends a text, and
 * a colon after it makes that a key: within a text a quote comes after a backslash.
 */
function longNumbersQuoted(json: string, keys: readonly string[]): string {
  const key = `"(?:${keys.map(anySpelling).join('|')})"`;
  const pattern = `(${key}${BLANK}:${BLANK})(${LONG_NUMBER})`;
  return `regexp_replace(${json}, ${literal(pattern)}, '\\1"\\2"', 'g')`;
}

/** JSON may write any letter as its number, and a slash after a backslash. */
function anySpelling(key: string): string {
  const letters = [...key].map((letter) => {
    const code = letter.charCodeAt(0).toString(16).padStart(4, '0');
    const isPlain = /[A-Za-z0-9_]/.test(letter);
    const spelled = letter === '/' ? '\\\\?/' : isPlain ? letter : `\\x{${code}}`;
    return `(?:${spelled}|\\\\u(?i:${code}))`;
  });
  return letters.join('');
}

function objectsIn(file: ExportFile): string {
  return `read_ndjson_objects(${pathLiteral(file.path)}, ${compressionOf(file)})`;
}

/** Said, never guessed from a name; `uncompressed` is the word that both readers know. */
export function compressionOf({ gzip }: ExportFile): string {
  return `compression = '${gzip ? 'gzip' : 'uncompressed'}'`;
}
