/**
 * An export file as a relation of the engine. CSV and JSONL are read as text, column by column as
 * the header says, so that no sampled type can change a value; Parquet keeps its own types.
 */
import { FOCUS_COLUMNS } from '../../../core/focus.ts';
import type { ExportFile } from '../../../ports/export-files.ts';
import type { Header } from '../dialects/detect.ts';
import type { SourceColumn } from '../dialects/mapping.ts';
import type { Session } from '../session.ts';
import { literal, literalList, pathLiteral } from '../sql.ts';

/** CSV has no null; these stand for it. */
const NULL_TEXTS = ['', 'NULL', 'null'];

/** Longest line a CSV may have; more than that is a file that lost a quote. */
const LINE_BYTES_MAX = 16 * 1024 * 1024;

/** What one thread parses at a time. Left alone, the engine would take sixteen longest lines. */
const BUFFER_BYTES = 32 * 1024 * 1024;

/** Rows of a JSONL that are looked at for columns beyond those of FOCUS. */
const JSONL_SAMPLE_ROWS = 20_000;

export async function describeFile(session: Session, file: ExportFile): Promise<Header> {
  if (file.kind === 'csv') {
    return { kind: 'csv', columns: file.header!.map((name) => ({ name, type: 'VARCHAR' })) };
  }
  if (file.kind === 'jsonl') return { kind: 'jsonl', columns: await jsonlColumns(session, file) };
  const rows = await session.rows(
    `SELECT column_name AS name, column_type AS type FROM (DESCRIBE FROM ${parquet(file)})`,
  );
  const columns = rows.map(({ name, type }) => ({ name: String(name), type: String(type) }));
  return { kind: 'parquet', columns };
}

/**
 * Keys of the first rows. FOCUS keys are always read, also when they first appear in the last row;
 * the sample only decides which of them count as present and which custom ones exist.
 */
async function jsonlColumns(session: Session, file: ExportFile): Promise<SourceColumn[]> {
  const objects = `read_ndjson_objects(${pathLiteral(file.path)}, ${compressionOf(file)})`;
  const rows = await session.rows(
    `SELECT DISTINCT unnest(json_keys(json)) AS name
     FROM (FROM ${objects} LIMIT ${JSONL_SAMPLE_ROWS}) ORDER BY 1`,
  );
  const seen = rows.map(({ name }) => String(name));
  const late = FOCUS_COLUMNS.filter(({ kind }) => kind === 'json').map(
    ({ name }) => name as string,
  );
  // A key without a name cannot become a column.
  return [...new Set([...seen.filter((name) => name !== ''), ...late])].map((name) => ({
    name,
    type: 'VARCHAR',
  }));
}

export type ReadOptions = Readonly<{
  /** Lines that do not parse are set aside in the tables `rejects` and `rejects_scan`. */
  collectRejects: boolean;
}>;

export function relationOf(file: ExportFile, header: Header, options: ReadOptions): string {
  const path = pathLiteral(file.path);
  const columns = `{${header.columns.map(({ name }) => `${literal(name)}: 'VARCHAR'`).join(', ')}}`;
  if (file.kind === 'parquet') return parquet(file);
  const compression = compressionOf(file);
  if (file.kind === 'jsonl') return `read_ndjson(${path}, columns = ${columns}, ${compression})`;
  const rejects = options.collectRejects
    ? `, store_rejects = true, rejects_table = 'rejects', rejects_scan = 'rejects_scan'`
    : '';
  return (
    `read_csv(${path}, header = true, columns = ${columns}, auto_detect = false, ` +
    `delim = ${literal(file.delimiter!)}, quote = '"', escape = '"', strict_mode = true, ` +
    `nullstr = [${NULL_TEXTS.map(literal).join(', ')}], max_line_size = ${LINE_BYTES_MAX}, ` +
    `buffer_size = ${BUFFER_BYTES}, ${compression}${rejects})`
  );
}

/** Folders of an export may look like partition columns; a file is read as what it is. */
function parquet({ path }: ExportFile): string {
  return `read_parquet(${pathLiteral(path)}, hive_partitioning = false)`;
}

/** Said, never guessed from a name; `uncompressed` is the word that both readers know. */
function compressionOf({ gzip }: ExportFile): string {
  return `compression = '${gzip ? 'gzip' : 'uncompressed'}'`;
}

/** A column's value with the texts that stand for null taken as null. */
export function nullIfText(sql: string): string {
  return `CASE WHEN ${sql} NOT IN ${literalList(NULL_TEXTS)} THEN ${sql} END`;
}
