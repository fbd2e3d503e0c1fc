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
  /** Some number may have more digits than a double keeps. */
  hasLongNumbers: boolean;
}>;

/** Every key of any row: one that first appears in the last row is a column like the others. */
export async function describeJsonl(session: Session, file: ExportFile): Promise<JsonlHeader> {
  const rows = await session.rows(
    `SELECT DISTINCT unnest(keys) AS name, bool_or(isLong) OVER () AS long
     FROM (SELECT json_keys(json) AS keys,
             bool_or(regexp_matches(json, ${literal(`:[ \\t]*${LONG_NUMBER}`)})) AS isLong
           FROM ${objectsIn(file)} GROUP BY keys)
     ORDER BY name`,
  );
  return {
    columns: rows.map(({ name }) => ({ name: String(name), type: 'VARCHAR' })),
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
  const types = names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ');
  if (!header.hasLongNumbers) {
    const reading = `columns = {${types}}, records = true, ${compressionOf(file)}`;
    return `read_ndjson(${pathLiteral(file.path)}, ${reading})`;
  }
  const shape = JSON.stringify(Object.fromEntries(names.map((name) => [name, 'VARCHAR'])));
  const fields = `json_transform(${longNumbersQuoted('json', [...exact])}, ${literal(shape)})`;
  const columns = names.map(
    (name) => `struct_extract(fields, ${literal(name)}) AS ${identifier(name)}`,
  );
  return `(SELECT ${columns.join(', ')} FROM (SELECT ${fields} AS fields FROM ${objectsIn(file)}))`;
}

/**
 * A line whose long numbers are texts, for the named keys. A quote after a letter ends a text, and
 * a colon after it makes that a key: within a text a quote comes after a backslash.
 */
function longNumbersQuoted(json: string, keys: readonly string[]): string {
  const key = `"(?:${keys.map(anySpelling).join('|')})"`;
  const pattern = `(${key}[ \\t]*:[ \\t]*)(${LONG_NUMBER})`;
  return `regexp_replace(${json}, ${literal(pattern)}, '\\1"\\2"', 'g')`;
}

/** JSON may write any letter as its number. */
function anySpelling(key: string): string {
  const letters = [...key].map((letter) => {
    const code = letter.charCodeAt(0).toString(16).padStart(4, '0');
    const isPlain = /[A-Za-z0-9_]/.test(letter);
    return `(?:${isPlain ? letter : `\\x{${code}}`}|\\\\u(?i:${code}))`;
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
