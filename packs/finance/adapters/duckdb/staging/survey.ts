/**
 * The careful way in. The files are first copied, as they are, into one scratch Parquet with the
 * number of each row; every question about them is then a cheap query. This is what explains a bad
 * file row by row, folds spellings, and splits a file that holds several billing periods.
 */
import type { ImportWarning, Problem } from '../../../ports/intake.ts';
import type { Session } from '../session.ts';
import { caseWhen, identifier, literal, pathLiteral } from '../sql.ts';
import { decimalsKept } from './amount.ts';
import {
  type AmountColumn,
  asText,
  isAmount,
  lenient,
  losesDigits,
  type MappedColumn,
  problem,
} from './conversion.ts';
import { unknownCostSource } from './projection.ts';
import { nullIfText, relationOf } from './relation.ts';
import { type Gaps, gapsIn, rowInFile } from './rows.ts';
import type { Source } from './strict.ts';

export const PROBLEMS_SHOWN = 20;

/** One export file as it was copied: its rows with their numbers, and lines that did not parse. */
export type Copied = Readonly<{
  source: Source;
  /** Scratch Parquet: the file's own columns and `__row`. */
  raw: string;
  rejects: readonly Readonly<{ line: number; message: string; text: string }>[];
}>;

/** Read a few times and dropped: quick to write matters more than size. */
export const SCRATCH_PARQUET = '(FORMAT parquet, COMPRESSION lz4_raw)';

/** Never a column of an export: checked when the header is read. */
export const ROW = '__row';

export async function copyRaw(session: Session, source: Source, raw: string): Promise<Copied> {
  const { file, header, mapping } = source;
  const isCsv = file.kind === 'csv';
  if (isCsv) await session.run('DROP TABLE IF EXISTS rejects; DROP TABLE IF EXISTS rejects_scan');
  // An amount may be put together from several columns.
  const amounts = mapping.columns.filter(isAmount).map(({ sql }) => sql);
  const isOfAmount = (name: string) => amounts.some((sql) => sql.includes(identifier(name)));
  const exact = new Set(header.columns.map(({ name }) => name).filter(isOfAmount));
  const relation = relationOf(file, header, { collectRejects: isCsv, exact });
  const columns = header.columns.map(({ name, type }) => {
    const column = identifier(name);
    const value = file.kind === 'csv' || type !== 'VARCHAR' ? column : nullIfText(column);
    return `${value} AS ${column}`;
  });
  // The header of a CSV is its row 1.
  const row = `row_number() OVER () + ${isCsv ? 1 : 0} AS ${ROW}`;
  await session.run(
    `COPY (SELECT ${row}, ${columns.join(', ')} FROM ${relation})
     TO ${literal(raw)} ${SCRATCH_PARQUET}`,
  );
  if (!isCsv) return { source, raw, rejects: [] };
  const rows = await session.rows(
    `SELECT line::INTEGER AS line, any_value(error_message) AS message,
       any_value(csv_line) AS text
     FROM rejects GROUP BY line ORDER BY line`,
  );
  const rejects = rows.map((row) => ({
    line: Number(row.line),
    message: String(row.message),
    text: String(row.text ?? ''),
  }));
  return { source, raw, rejects };
}

/** TRUE where a row of this file cannot be taken. */
export function isBad(source: Source): string {
  const tests = checksOf(source).map(({ message }) => `(${message}) IS NOT NULL`);
  return `(${tests.join('\n  OR ')})`;
}

/** All that is wrong with a row, in one text. */
export function reasons(source: Source): string {
  const list = checksOf(source).map(
    ({ column, message }) => `${literal(`${column} `)} || (${message})`,
  );
  const found = `list_filter([${list.join(', ')}], lambda reason: reason IS NOT NULL)`;
  return `array_to_string(${found}, '; ')`;
}

type Check = Readonly<{ column: string; message: string }>;

function checksOf({ mapping }: Source): Check[] {
  const checks: Check[] = mapping.columns
    .map((column) => ({ column: column.from, message: problem(column) }))
    .filter(({ message }) => message !== 'NULL');
  const byTarget = new Map(mapping.columns.map((column) => [column.target, column]));
  for (const period of ['BillingPeriod', 'ChargePeriod']) {
    const start = byTarget.get(`${period}Start`);
    const end = byTarget.get(`${period}End`);
    if (start === undefined || end === undefined) continue;
    const [from, until] = [lenient(start), lenient(end)];
    checks.push({
      column: end.from,
      message: caseWhen(
        [
          [
            `${from} >= ${until}`,
            `${literal(`is not after ${start.from}: `)} || CAST(${from} AS VARCHAR) ` +
              `|| ' until ' || CAST(${until} AS VARCHAR)`,
          ],
        ],
        'NULL',
      ),
    });
  }
  const costSource = byTarget.get('x_CostSource');
  if (costSource !== undefined) {
    checks.push({
      column: costSource.from,
      message: caseWhen(
        [[unknownCostSource(mapping), `'is no cost source: "' || ${costSource.sql} || '"'`]],
        'NULL',
      ),
    });
  }
  return checks;
}

export type Problems = Readonly<{ first: readonly Problem[]; count: number }>;

/** All problems of one file in row order, of which the first few are spelled out. */
export async function findProblems(session: Session, copied: Copied): Promise<Problems> {
  const { source, raw, rejects } = copied;
  const label = source.file.label;
  const broken = rejects.map(({ line, message }) => ({
    file: label,
    row: line,
    column: undefined,
    message: `does not parse: ${message}`,
  }));
  const list = checksOf(source)
    .map(({ column, message }) => `{'c': ${literal(column)}, 'm': ${message}}`)
    .join(',\n  ');
  const all =
    `SELECT ${ROW} AS r, unnest([${list}], recursive := true) ` +
    `FROM read_parquet(${pathLiteral(raw)}) WHERE ${isBad(source)}`;
  const rows = await session.rows(
    `SELECT r::INTEGER AS r, c, m, (count(*) OVER ())::INTEGER AS n
     FROM (${all}) WHERE m IS NOT NULL ORDER BY r, c LIMIT ${PROBLEMS_SHOWN}`,
  );
  const gaps = rows.length > 0 ? await gapsOf(copied) : [];
  const values = rows.map((row) => ({
    file: label,
    row: rowInFile(Number(row.r), gaps),
    column: String(row.c),
    message: String(row.m),
  }));
  const first = [...broken, ...values].sort((a, b) => a.row - b.row).slice(0, PROBLEMS_SHOWN);
  return { first, count: broken.length + Number(rows[0]?.n ?? 0) };
}

/** A quote that was lost swallows the rows after it: nobody can say how many. */
export function hasLostRows({ rejects }: Copied): boolean {
  return rejects.some(({ message }) => /unterminated quote|maximum line size/i.test(message));
}

/** Read again from its start: only asked where a row has to be named. */
export function gapsOf({ source, rejects }: Copied): Promise<Gaps> {
  return gapsIn(
    source.file,
    rejects.map(({ line }) => line),
  );
}

/** Spellings that were folded, times without a zone, digits beyond the ledger's. */
export async function noteOddities(session: Session, copied: Copied): Promise<ImportWarning[]> {
  const { mapping, file } = copied.source;
  const from = `read_parquet(${pathLiteral(copied.raw)})`;
  const warnings: ImportWarning[] = [];
  for (const column of mapping.columns.filter(isFolded)) {
    warnings.push(...(await foldedValues(session, column, from)));
  }
  const counts: [string, string, (n: number) => ImportWarning][] = [];
  for (const column of mapping.columns.filter(isAmount)) {
    const lost = losesDigits(column);
    if (lost !== undefined) counts.push([`lost_${column.target}`, lost, digitsLost(column)]);
  }
  const start = mapping.columns.find(({ target }) => target === 'ChargePeriodStart');
  if (start?.type === 'VARCHAR' && mapping.isPlain) {
    const isZoneless = `(${lenient(start)}) IS NOT NULL AND NOT suffix(${start.sql}, 'Z')`;
    counts.push(['zoneless', isZoneless, () => zoneless(start.from)]);
  }
  if (counts.length > 0) {
    const list = counts.map(([name, test]) => `count_if(${test})::INTEGER AS ${identifier(name)}`);
    const [row] = await session.rows(`SELECT ${list.join(', ')} FROM ${from}`);
    for (const [name, , warn] of counts) {
      const n = Number(row?.[name] ?? 0);
      if (n > 0) warnings.push(warn(n));
    }
  }
  const onlyFile = (warning: ImportWarning): ImportWarning => ({
    ...warning,
    message: `${file.label}: ${warning.message}`,
  });
  return warnings.map(onlyFile);
}

function isFolded({ kind }: MappedColumn): boolean {
  return kind === 'category' || kind === 'currency';
}

async function foldedValues(
  session: Session,
  column: MappedColumn,
  from: string,
): Promise<ImportWarning[]> {
  const rows = await session.rows(
    `SELECT x, v, count(*)::INTEGER AS n
     FROM (SELECT ${asText(column)} AS x, ${lenient(column)} AS v FROM ${from})
     WHERE v IS NOT NULL AND x <> v GROUP BY ALL ORDER BY x`,
  );
  return rows.map(({ x, v, n }) => ({
    code: 'value-folded',
    message: `${column.from} "${x}" is read as "${v}" in ${n} row${n === 1 ? '' : 's'}`,
  }));
}

function digitsLost(column: AmountColumn): (n: number) => ImportWarning {
  const kept = decimalsKept(column.kind);
  return (n) => ({
    code: 'digits-rounded',
    message:
      `${column.from} has more than ${kept} decimals in ` +
      `${n} row${n === 1 ? '' : 's'}; rounded to ${kept}`,
  });
}

export function zoneless(column: string): ImportWarning {
  return { code: 'zone-assumed', message: `times such as ${column} carry no zone; taken as UTC` };
}
