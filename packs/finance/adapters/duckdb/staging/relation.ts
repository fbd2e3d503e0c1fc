/**
 * An export file as a relation of the engine. CSV and JSONL are read as text, column by column as
 * the header says, so that no sampled type can change a value; Parquet keeps its own types.
 */
import type { ExportFile } from '../../../ports/export-files.ts';
import type { Header } from '../dialects/detect.ts';
import type { Session } from '../session.ts';
import { literal, literalList, pathLiteral } from '../sql.ts';
import { compressionOf, describeJsonl, jsonlRelation } from './jsonl.ts';

/** CSV has no null; these stand for it. */
const NULL_TEXTS = ['', 'NULL', 'null'];

/** Longest line a CSV may have; more than that is a file that lost a quote. */
const LINE_BYTES_MAX = 16 * 1024 * 1024;

/** What one thread parses at a time. Left alone, the engine would take sixteen longest lines. */
const BUFFER_BYTES = 32 * 1024 * 1024;

export async function describeFile(session: Session, file: ExportFile): Promise<Header> {
  if (file.kind === 'csv') {
    return { kind: 'csv', columns: file.header!.map((name) => ({ name, type: 'VARCHAR' })) };
  }
  if (file.kind === 'jsonl') {
    return { kind: 'jsonl', ...(await describeJsonl(session, file)) };
  }
  const rows = await session.rows(
    `SELECT column_name AS name, column_type AS type FROM (DESCRIBE FROM ${parquet(file)})`,
  );
  const columns = rows.map(({ name, type }) => ({ name: String(name), type: String(type) }));
  return { kind: 'parquet', columns };
}

export type ReadOptions = Readonly<{
  /** Lines that do not parse are set aside in the tables `rejects` and `rejects_scan`. */
  collectRejects: boolean;
  /** Keys of a JSONL whose numbers are kept to the last digit. */
  exact: ReadonlySet<string>;
}>;

export function relationOf(file: ExportFile, header: Header, reading: ReadOptions): string {
  if (file.kind === 'parquet') return parquet(file);
  if (header.kind === 'jsonl') return jsonlRelation(file, header, reading);
  const columns = header.columns.map(({ name }) => `${literal(name)}: 'VARCHAR'`).join(', ');
  const rejects = reading.collectRejects
    ? `, store_rejects = true, rejects_table = 'rejects', rejects_scan = 'rejects_scan'`
    : '';
  const options = [
    `columns = {${columns}}, header = true, auto_detect = false, strict_mode = true`,
    `delim = ${literal(file.delimiter!)}, quote = '"', escape = '"'`,
    `nullstr = [${NULL_TEXTS.map(literal).join(', ')}]`,
    `max_line_size = ${LINE_BYTES_MAX}, buffer_size = ${BUFFER_BYTES}`,
    compressionOf(file),
  ];
  return `read_csv(${pathLiteral(file.path)}, ${options.join(', ')}${rejects})`;
}

/** Folders of an export may look like partition columns; a file is read as what it is. */
function parquet({ path }: ExportFile): string {
  return `read_parquet(${pathLiteral(path)}, hive_partitioning = false)`;
}

/** A column's value with the texts that stand for null taken as null. */
export function nullIfText(sql: string): string {
  return `CASE WHEN ${sql} NOT IN ${literalList(NULL_TEXTS)} THEN ${sql} END`;
}
