/** From surveyed copies to one staged file per billing period, amounts as narrow as they fit. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Problem } from '../../../ports/intake.ts';
import type { Session } from '../session.ts';
import { identifier, literal, pathLiteral } from '../sql.ts';
import { fitsNarrow, isAmount, lenient } from './conversion.ts';
import { projection } from './projection.ts';
import { type Gaps, rowInFile } from './rows.ts';
import { PARQUET } from './strict.ts';
import {
  type Copied,
  gapsOf,
  isBad,
  PROBLEMS_SHOWN,
  type Problems,
  ROW,
  SCRATCH_PARQUET,
} from './survey.ts';

export type PeriodFile = Readonly<{ period: string; path: string }>;

/** Good rows of all copies in the ledger's columns, with period and origin, in reading order. */
export async function convert(
  session: Session,
  copies: readonly Copied[],
  converted: string,
): Promise<void> {
  const narrow = await narrowColumns(session, copies);
  const selects = copies.map(({ source, raw }, i) => {
    const start = source.mapping.columns.find(({ target }) => target === 'BillingPeriodStart')!;
    const values = projection(source.mapping, (column) =>
      lenient(column, narrow.has(column.target)),
    );
    return (
      `SELECT ${values},\n  strftime(${lenient(start)}, '%Y-%m') AS __period, ` +
      `${i} AS __file, ${ROW}\n` +
      `FROM read_parquet(${pathLiteral(raw)}) WHERE NOT ${isBad(source)}`
    );
  });
  const rows = selects.join('\nUNION ALL BY NAME\n');
  await session.run(`COPY (${rows}) TO ${literal(converted)} ${SCRATCH_PARQUET}`);
}

/** Amount columns that lose nothing in the narrow form, in any of the files. */
async function narrowColumns(session: Session, copies: readonly Copied[]): Promise<Set<string>> {
  const wide = new Set<string>();
  const all = new Set<string>();
  for (const { source, raw } of copies) {
    const amounts = source.mapping.columns.filter(isAmount);
    const tests = amounts.map(
      (column) => `bool_and(${fitsNarrow(column)}) AS ${identifier(column.target)}`,
    );
    const [row] = await session.rows(
      `SELECT ${tests.join(', ')} FROM read_parquet(${pathLiteral(raw)})`,
    );
    for (const { target } of amounts) {
      all.add(target);
      if (row?.[target] === false) wide.add(target);
    }
  }
  return all.difference(wide);
}

/** One currency per source and period: rows that differ from the first are the problem. */
export async function findCurrencyMixes(
  session: Session,
  copies: readonly Copied[],
  converted: string,
): Promise<Problems> {
  const rows = await session.rows(`
    WITH charges AS (
      SELECT __period AS p, BillingCurrency AS c, __file AS f, ${ROW} AS r
      FROM read_parquet(${pathLiteral(converted)})),
    firsts AS (
      SELECT p, arg_min(c, f * 1000000000000 + r) AS first FROM charges
      GROUP BY p HAVING count(DISTINCT c) > 1)
    SELECT p, c, f::INTEGER AS f, r::INTEGER AS r, first, (count(*) OVER ())::INTEGER AS n
    FROM charges JOIN firsts USING (p) WHERE c <> first ORDER BY f, r LIMIT ${PROBLEMS_SHOWN}`);
  const gaps: Gaps[] = [];
  for (const { f } of rows) gaps[Number(f)] ??= await gapsOf(copies[Number(f)]!);
  const first: Problem[] = rows.map(({ p, c, f, r, first }) => ({
    file: copies[Number(f)]!.source.file.label,
    row: rowInFile(Number(r), gaps[Number(f)]!),
    column: 'BillingCurrency',
    message: `is "${c}", but ${p} began in "${first}": one source and period has one currency`,
  }));
  return { first, count: Number(rows[0]?.n ?? 0) };
}

/** Writes `<folder>/<period>.parquet` for every period; the engine keeps the order it reads in. */
export async function splitByPeriod(
  session: Session,
  options: { converted: string; folder: string },
): Promise<PeriodFile[]> {
  const from = `read_parquet(${pathLiteral(options.converted)})`;
  const periods = await session.rows(`SELECT DISTINCT __period AS p FROM ${from} ORDER BY p`);
  const written: PeriodFile[] = [];
  for (const { p } of periods) {
    const period = String(p);
    const path = join(options.folder, `${period}.parquet`);
    const rows =
      `SELECT * EXCLUDE (__period, __file, ${ROW}) FROM ${from} ` +
      `WHERE __period = ${literal(period)}`;
    await mkdir(dirname(path), { recursive: true });
    await session.run(`COPY (${rows}) TO ${literal(path)} ${PARQUET}`);
    written.push({ period, path });
  }
  return written;
}
