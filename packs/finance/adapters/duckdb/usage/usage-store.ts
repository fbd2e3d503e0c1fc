/** The UsageStore port over Parquet files, read and written by the engine. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BrctlError, type Context, isBrctlError, operationalError } from 'brctl/sdk';
import { formatExact } from '../../../core/money.ts';
import { compareTotals } from '../../../core/usage/figure.ts';
import { formatInstant } from '../../../core/usage/instant.ts';
import {
  compareReadings,
  mergeReadings,
  type Reading,
  readingMonth,
} from '../../../core/usage/usage.ts';
import type { UsageStore } from '../../../ports/usage.ts';
import { moveIntoPlace } from '../ledger-files.ts';
import { openSession, type Row, type Session } from '../session.ts';
import { literal, pathLiteral } from '../sql.ts';
import { dropUsageScratch, listUsage, type UsageFile, usageFiles } from './usage-files.ts';
import { COLUMNS, READING_SQL, readingOf, totalOf } from './usage-rows.ts';
import { aroundSql, latestSql, seriesSql, totalsSql } from './usage-sql.ts';

export type UsageStoreOptions = Readonly<{
  context: Pick<Context, 'duckdb' | 'signal' | 'uniqueId'>;
  /** Holds `usage/`. */
  root: string;
}>;

export async function openUsageStore({ context, root }: UsageStoreOptions): Promise<UsageStore> {
  const scratch = join(root, '.spill', context.uniqueId());
  // Started by the first question that there are readings for: an engine is not for nothing.
  let opened: Promise<Session> | undefined;
  const session = (): Promise<Session> => {
    opened ??= openSession(context, { scratch });
    return opened;
  };
  /** No rows where there are no files yet. */
  const ask = async (sqlOf: (readings: string) => string): Promise<readonly Row[]> => {
    const files = await listUsage(root);
    if (files.length === 0) return [];
    const engine = await session();
    return readUsage(() => engine.rows(sqlOf(relationOf(files))));
  };
  return {
    around: async (incoming) => {
      if (incoming.length === 0) return [];
      const rows = await ask((readings) => aroundSql(readings, incoming));
      return rows.map(readingOf).sort(compareReadings);
    },
    put: async (incoming) => {
      const files = usageFiles(root);
      try {
        await dropUsageScratch(files);
        for (const month of Map.groupBy(incoming, fileOf).values()) {
          await putMonth(await session(), { root, readings: month });
        }
      } finally {
        await dropUsageScratch(files);
      }
    },
    latest: async (filter) => {
      const rows = await ask((readings) => latestSql(readings, filter));
      return rows
        .map((row) => ({ reading: readingOf(row), count: Number(row.count) }))
        .sort((a, b) => compareReadings(a.reading, b.reading));
    },
    series: async (asked) => {
      const rows = await ask((readings) => seriesSql(readings, asked));
      return rows.map(readingOf).sort(compareReadings);
    },
    totals: async (windows) => {
      if (windows.length === 0) return [];
      const rows = await ask((readings) => totalsSql(readings, windows));
      return rows.map(totalOf).sort(compareTotals);
    },
    close: async () => (await opened)?.close(),
  };
}

function fileOf(reading: Reading): string {
  return `${reading.source}/${readingMonth(reading)}`;
}

/** All files as one relation, with `source` from the path. */
function relationOf(files: readonly UsageFile[]): string {
  const paths = files.map(({ path }) => pathLiteral(path)).join(', ');
  return `read_parquet([${paths}], hive_partitioning = true, hive_types_autocast = false)`;
}

/** brctl writes whole files only, so one that does not read was changed by something else. */
async function readUsage<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (isBrctlError(cause)) throw cause;
    throw new BrctlError('integrity', {
      code: 'usage-damaged',
      message: `the usage readings do not read: ${(cause as Error).message.split('\n')[0]}`,
      hint: 'remove the file below data/finance/usage that is named, and import its month again',
      cause,
    });
  }
}

type Month = Readonly<{ root: string; readings: readonly Reading[] }>;

async function putMonth(session: Session, { root, readings }: Month): Promise<void> {
  const [first] = readings;
  if (first === undefined) return;
  const { source } = first;
  const files = usageFiles(root);
  const place = files.file(source, readingMonth(first));
  const there = (await listUsage(root)).filter(({ path }) => path === place);
  const rows =
    there.length === 0
      ? []
      : await readUsage(() => session.rows(`SELECT ${READING_SQL} FROM ${relationOf(there)}`));
  const before = rows.map(readingOf);
  const after = mergeReadings(before, readings);
  if (after.length === before.length && after.every((each) => before.includes(each))) return;
  await mkdir(files.scratch, { recursive: true }).catch(unwritable);
  const draft = join(files.scratch, 'readings.jsonl');
  const staged = join(files.scratch, 'readings.parquet');
  await writeFile(draft, after.map(line).join('')).catch(unwritable);
  await session.run(copySql(draft, staged));
  await moveIntoPlace(staged, place).catch(unwritable);
}

function unwritable(cause: Error): never {
  throw operationalError('usage-unwritable', `cannot write usage readings: ${cause.message}`);
}

function line(reading: Reading): string {
  const texts: Record<keyof typeof COLUMNS, string | null> = {
    service: reading.service,
    metric: reading.metric,
    kind: reading.kind,
    started_at: formatInstant(reading.startMs),
    ended_at: formatInstant(reading.endMs),
    value: formatExact(reading.value),
    unit: reading.unit,
    limit_value: reading.limit === undefined ? null : formatExact(reading.limit),
    recorded_at: formatInstant(reading.recordedMs),
  };
  return `${JSON.stringify(texts)}\n`;
}

function copySql(draft: string, staged: string): string {
  const texts = Object.keys(COLUMNS).map((name) => `${name}: 'VARCHAR'`);
  const typed = Object.entries(COLUMNS).map(
    ([name, type]) => `CAST(${name} AS ${type}) AS ${name}`,
  );
  const from = `read_ndjson(${pathLiteral(draft)}, columns = {${texts.join(', ')}})`;
  return `COPY (SELECT ${typed.join(', ')} FROM ${from}) TO ${literal(staged)} (FORMAT parquet)`;
}
