/**
 * Rows that were set aside, as a CSV to mend the export by: the file's own columns as they were,
 * with where the row stood and what is wrong with it. It is not an export: importing it would
 * replace the month by these rows alone, so a file with the reason column is refused.
 */
import type { Session } from '../session.ts';
import { identifier, literal, pathLiteral } from '../sql.ts';
import { type Gaps, withRowsInFile } from './rows.ts';
import { type Copied, gapsOf, isBad, ROW, reasons } from './survey.ts';

export const REASON = 'brctl_reason';

/** Writes the CSV and returns how many rows it holds. */
export async function writeRejects(
  session: Session,
  copies: readonly Copied[],
  path: string,
): Promise<number> {
  const selects: string[] = [];
  for (const copied of copies) {
    selects.push(valueRejects(copied, await gapsOf(copied)), ...lineRejects(copied));
  }
  const all = selects.join('\nUNION ALL BY NAME\n');
  const [copied] = await session.rows(`COPY (${all}) TO ${literal(path)} (FORMAT csv, HEADER)`);
  return Number(copied?.Count ?? 0);
}

function valueRejects(copied: Copied, gaps: Gaps): string {
  const { source, raw } = copied;
  const columns = source.header.columns.map(({ name }) => identifier(name));
  const bad = `(FROM read_parquet(${pathLiteral(raw)}) WHERE ${isBad(source)})`;
  return (
    `SELECT ${literal(source.file.label)} AS brctl_file, row_in_file::BIGINT AS brctl_row, ` +
    `${reasons(source)} AS ${REASON}, ${columns.join(', ')}\n` +
    `FROM ${withRowsInFile(bad, ROW, gaps)}`
  );
}

/** A line that does not parse has no columns; it is kept as one text. */
function lineRejects({ source, rejects }: Copied): string[] {
  return rejects.map(
    ({ line, message, text }) =>
      `SELECT ${literal(source.file.label)} AS brctl_file, ${line}::BIGINT AS brctl_row, ` +
      `${literal(`does not parse: ${message}`)} AS ${REASON}, ${literal(text)} AS brctl_line`,
  );
}
