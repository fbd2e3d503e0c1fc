/**
 * Rows that were set aside, as a CSV that can be mended and imported again: the file's own columns
 * as they were, with where the row stood and what is wrong with it.
 */
import type { Session } from '../session.ts';
import { identifier, literal } from '../sql.ts';
import { type Copied, isBad, ROW, reasons } from './survey.ts';

/** Writes the CSV and returns how many rows it holds. */
export async function writeRejects(
  session: Session,
  copies: readonly Copied[],
  path: string,
): Promise<number> {
  const selects = copies.flatMap((copied) => [valueRejects(copied), ...lineRejects(copied)]);
  const all = selects.join('\nUNION ALL BY NAME\n');
  await session.run(`COPY (${all}) TO ${literal(path)} (FORMAT csv, HEADER)`);
  const [row] = await session.rows(`SELECT count(*) AS n FROM (${all})`);
  return Number(row?.n ?? 0);
}

function valueRejects(copied: Copied): string {
  const { source, raw } = copied;
  const columns = source.header.columns.map(({ name }) => identifier(name));
  return (
    `SELECT ${literal(source.file.label)} AS brctl_file, ${ROW}::BIGINT AS brctl_row, ` +
    `${reasons(source)} AS brctl_reason, ${columns.join(', ')}\n` +
    `FROM read_parquet(${literal(raw)}) WHERE ${isBad(source)}`
  );
}

/** A line that does not parse has no columns; it is kept as one text. */
function lineRejects({ source, rejects }: Copied): string[] {
  return rejects.map(
    ({ line, message, text }) =>
      `SELECT ${literal(source.file.label)} AS brctl_file, ${line}::BIGINT AS brctl_row, ` +
      `${literal(`does not parse: ${message}`)} AS brctl_reason, ${literal(text)} AS brctl_line`,
  );
}
