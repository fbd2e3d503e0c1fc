/**
 * JSONL as a relation of text columns. JSON sets numbers no limit, the engine's reader does: it
 * keeps them as doubles. Numbers too long for one are therefore taken from the line itself.
 */
import type { ExportFile } from '../../../ports/export-files.ts';
import type { SourceColumn } from '../dialects/mapping.ts';
import type { Session } from '../session.ts';
import { identifier, literal, pathLiteral } from '../sql.ts';

/** A double tells any two numbers of this many digits apart. */
const DOUBLE_DIGITS = 15;

const NUMBER = '-?[0-9]+(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?';

/** What is seen of a JSONL before it is read: a pass over the whole file. */
export type JsonlHeader = Readonly<{
  columns: readonly SourceColumn[];
  /** Some number may have more digits than a double keeps. */
  hasLongNumbers: boolean;
}>;

/** Every key of any row: one that first appears in the last row is a column like the others. */
export async function describeJsonl(session: Session, file: ExportFile): Promise<JsonlHeader> {
  const longNumber = `: *-?(?:[0-9][.]?){${DOUBLE_DIGITS + 1}}`;
  const rows = await session.rows(
    `SELECT DISTINCT unnest(keys) AS name, bool_or(isLong) OVER () AS long
     FROM (SELECT json_keys(json) AS keys,
             bool_or(regexp_matches(json, ${literal(longNumber)})) AS isLong
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
  const columns = names.map((name) => {
    const read = `struct_extract(fields, ${literal(name)})`;
    return `${exact.has(name) ? exactNumber(name, read) : read} AS ${identifier(name)}`;
  });
  return (
    `(SELECT ${columns.join(', ')} FROM ` +
    `(SELECT json, json_transform(json, ${literal(shape)}) AS fields FROM ${objectsIn(file)}))`
  );
}

/**
 * The number as the line spells it. A nested object may have a key of the same name; only a
 * spelling of the very double that was read is taken, and where there is none (the key is spelled
 * with escapes) the text is one that no check lets pass.
 */
function exactNumber(name: string, read: string): string {
  const key = literal(`$.${JSON.stringify(name)}`);
  const pattern = `${escaped(JSON.stringify(name))}[ \\t]*:[ \\t]*(${NUMBER})[ \\t]*[,}]`;
  const spellings = `regexp_extract_all(json, ${literal(pattern)}, 1)`;
  const isIt = `lambda x: TRY_CAST(x AS DOUBLE) = TRY_CAST(${read} AS DOUBLE)`;
  return (
    `CASE WHEN json_type(json, ${key}) = 'DOUBLE' ` +
    `THEN COALESCE(list_filter(${spellings}, ${isIt})[1], ${read} || '…') ELSE ${read} END`
  );
}

function escaped(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

function objectsIn(file: ExportFile): string {
  return `read_ndjson_objects(${pathLiteral(file.path)}, ${compressionOf(file)})`;
}

/** Said, never guessed from a name; `uncompressed` is the word that both readers know. */
export function compressionOf({ gzip }: ExportFile): string {
  return `compression = '${gzip ? 'gzip' : 'uncompressed'}'`;
}
