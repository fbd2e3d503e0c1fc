/**
 * The fast way in: FOCUS CSV in canonical spelling, one billing period, one pass from text to
 * Parquet. Anything else stops the query, and the caller surveys the file instead; so this path
 * never has to explain, and never takes a value that the survey would not.
 */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ExportFile } from '../../../ports/export-files.ts';
import type { Header } from '../dialects/detect.ts';
import type { Mapping } from '../dialects/mapping.ts';
import type { Session } from '../session.ts';
import { caseWhen, identifier, literal } from '../sql.ts';
import {
  fitsNarrow,
  hasShape,
  isAmount,
  type MappedColumn,
  STOP,
  strict,
  type TimeShape,
  timeShape,
} from './conversion.ts';
import { extrasOf, projection, unknownCostSource } from './projection.ts';
import { relationOf } from './relation.ts';

export type Source = Readonly<{ file: ExportFile; header: Header; mapping: Mapping }>;

/** zstd at its fastest: smaller than snappy at the same speed, and every reader has it. */
export const PARQUET = `(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`;

/** First rows of each file that decide which amounts are read in the narrow form. */
const SAMPLE_ROWS = 5_000;

export function canBeStrict(sources: readonly Source[]): boolean {
  const extras = (mapping: Mapping): string =>
    extrasOf(mapping)
      .map(({ target }) => target)
      .join();
  return sources.every(
    ({ mapping, file }) =>
      mapping.isPlain && file.kind === 'csv' && extras(mapping) === extras(sources[0]!.mapping),
  );
}

export type StrictlyStaged = Readonly<{
  period: string;
  /** The times carry no `Z`; they are taken as UTC. */
  isZoneless: boolean;
}>;

/** The staged period, or undefined where the files are not as plain as this path needs. */
export async function stageStrictly(
  session: Session,
  sources: readonly Source[],
  staged: string,
): Promise<StrictlyStaged | undefined> {
  try {
    const sample = await samplePeriod(session, sources);
    if (sample === undefined) return undefined;
    const wide = await wideColumns(session, sources);
    const selects = sources.map((source) => strictSelect(source, sample, wide));
    await mkdir(dirname(staged), { recursive: true });
    const charges = selects.join('\nUNION ALL\n');
    await copyUnordered(session, `(${charges}) TO ${literal(staged)} ${PARQUET}`);
    return { period: sample.start.slice(0, 7), isZoneless: !sample.start.endsWith('Z') };
  } catch (error) {
    if (isAboutTheData(error)) return undefined;
    throw error;
  }
}

function plain({ file, header }: Source): string {
  return relationOf(file, header, { collectRejects: false, exact: new Set() });
}

/** Rows have no order in FOCUS; keeping the file's would cost memory and half of the speed. */
async function copyUnordered(session: Session, copy: string): Promise<void> {
  await session.run('SET preserve_insertion_order = false');
  try {
    await session.run(`COPY ${copy}`);
  } finally {
    await session.run('SET preserve_insertion_order = true');
  }
}

type Sample = Readonly<{ start: string; end: string; currency: string; time: TimeShape }>;

/** What the first row says; every row must say the same, and spell its times in the same way. */
async function samplePeriod(
  session: Session,
  sources: readonly Source[],
): Promise<Sample | undefined> {
  const { mapping } = sources[0]!;
  const named = {
    start: 'BillingPeriodStart',
    end: 'BillingPeriodEnd',
    currency: 'BillingCurrency',
  };
  const list = Object.entries(named).map(([name, target]) => {
    const { sql } = mapping.columns.find((column) => column.target === target)!;
    return `${sql} AS ${identifier(name)}`;
  });
  const [row] = await session.rows(`SELECT ${list.join(', ')} FROM ${plain(sources[0]!)} LIMIT 1`);
  if (typeof row?.start !== 'string' || typeof row.end !== 'string') return undefined;
  if (typeof row.currency !== 'string') return undefined;
  const time = timeShape(row.start);
  if (time === undefined || timeShape(row.end) !== time || row.start >= row.end) return undefined;
  return { start: row.start, end: row.end, currency: row.currency, time };
}

/** Amount columns whose sample does not fit the narrow form. */
async function wideColumns(session: Session, sources: readonly Source[]): Promise<Set<string>> {
  const wide = new Set<string>();
  for (const source of sources) {
    const amounts = source.mapping.columns.filter(isAmount);
    const tests = amounts.map(
      (column) => `bool_and(${fitsNarrow(column)}) AS ${identifier(column.target)}`,
    );
    const [row] = await session.rows(
      `SELECT ${tests.join(', ')} FROM (FROM ${plain(source)} LIMIT ${SAMPLE_ROWS})`,
    );
    for (const { target } of amounts) if (row?.[target] === false) wide.add(target);
  }
  return wide;
}

function strictSelect(source: Source, sample: Sample, wide: ReadonlySet<string>): string {
  const { mapping } = source;
  const { time } = sample;
  const constants: Readonly<Record<string, string>> = {
    BillingPeriodStart: sample.start,
    BillingPeriodEnd: sample.end,
    BillingCurrency: sample.currency,
  };
  const sqlOf = (target: string): string =>
    mapping.columns.find((column) => column.target === target)!.sql;
  const convert = (column: MappedColumn): string => {
    const constant = constants[column.target];
    if (constant !== undefined) {
      // One comparison instead of a parse per row, and the proof that there is only one.
      const value = strict({ ...column, sql: literal(constant) }, { isNarrow: true, time });
      return caseWhen([[`${column.sql} = ${literal(constant)}`, value]], STOP);
    }
    if (column.target === 'ChargePeriodEnd') {
      const start = sqlOf('ChargePeriodStart');
      const isOrdered = `${hasShape(column.sql, time)} AND ${start} < ${column.sql}`;
      return caseWhen([[isOrdered, `CAST(${column.sql} AS TIMESTAMP)`]], STOP);
    }
    return strict(column, { isNarrow: !wide.has(column.target), time });
  };
  const select = projection(mapping, convert);
  const guard = caseWhen([[unknownCostSource(mapping), STOP]], 'true');
  return `SELECT ${select}\nFROM ${plain(source)}\nWHERE ${guard}`;
}

/** Bad values and lines are for the survey; a full disk or a signal is not. */
export function isAboutTheData(error: unknown): boolean {
  const message = error instanceof Error ? error.message : '';
  return /^(Invalid Input Error|Conversion Error|Out of Range Error)/.test(message);
}
