/** The State port over SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import type { Context } from 'brctl/sdk';
import type { Day } from '../../core/day.ts';
import type {
  Freshness,
  ImportRecord,
  Restatement,
  State,
  WrittenReport,
} from '../../ports/state.ts';
import type { Basis } from '../../ports/warehouse.ts';
import { inTransaction, openDatabase, openReadOnly } from './database.ts';
import { guarded } from './guarded.ts';
import { learntBySource } from './learnt.ts';
import { damagedRecord, decodeRecord, encodeRecord } from './record.ts';

export async function openState(
  context: Pick<Context, 'sqlite'>,
  path: string,
  options: Readonly<{ readOnly: boolean }> = { readOnly: false },
): Promise<State> {
  const open = options.readOnly ? openReadOnly : openDatabase;
  const database = await open(context, path);
  const read = <T>(work: () => T): T => guarded(path, () => readingRecords(work));
  const write = <T>(work: () => T): T => guarded(path, () => inTransaction(database, work));
  return {
    freshness: () => read(() => freshness(database)),
    beginImport: (record) => write(() => beginImport(database, record)),
    finishImport: (id, done) => write(() => finishImport(database, { id, ...done })),
    sourcesOf: (contents, except) => read(() => sourcesOf(database, contents, except)),
    unfinishedImports: () => read(() => unfinishedImports(database)),
    recordReport: (report) => write(() => recordReport(database, report)),
    reports: () => read(() => reports(database)),
    restatements: () => read(() => restatementsOf(database)),
    close: () => database.close(),
  };
}

function beginImport(database: DatabaseSync, record: ImportRecord): void {
  database
    .prepare('INSERT INTO imports (id, source, started_at, record) VALUES (?, ?, ?, ?)')
    .run(record.id, record.source, record.startedAt.getTime(), encodeRecord(record));
}

/** Records are also read inside a query; what is no JSON fails there. */
function readingRecords<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const { message } = cause as Error;
    throw /malformed JSON/i.test(message) ? damagedRecord(message, cause) : cause;
  }
}

function freshness(database: DatabaseSync): Freshness[] {
  const learnt = learntBySource(database);
  return database
    .prepare(
      `SELECT p.source, max(p.complete_through) AS through, max(p.imported_at) AS at,
         (SELECT coalesce(sum(json_extract(i.record, '$.skipped')), 0) FROM imports i
          WHERE i.id IN (SELECT q.import_id FROM periods q WHERE q.source = p.source)) AS skipped
       FROM periods p GROUP BY p.source ORDER BY p.source`,
    )
    .all()
    .map(({ source, through, at, skipped }) => ({
      source: String(source),
      skipped: Number(skipped),
      completeThrough: through === null ? undefined : (Number(through) as Day),
      importedAt: new Date(Number(at)),
      learnt: learnt.get(String(source)),
    }));
}

function finishImport(
  database: DatabaseSync,
  done: Readonly<{
    id: string;
    periods: readonly string[];
    restatements: readonly Restatement[];
    at: Date;
  }>,
): void {
  const row = database.prepare('SELECT record FROM imports WHERE id = ?').get(done.id);
  const record = decodeRecord(String(row?.record));
  const upsert = database.prepare(
    `INSERT INTO periods (source, period, import_id, complete_through, imported_at)
     VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (source, period) DO UPDATE SET import_id = excluded.import_id,
       complete_through = excluded.complete_through, imported_at = excluded.imported_at`,
  );
  for (const { period, completeThrough } of record.periods) {
    if (!done.periods.includes(period)) continue;
    upsert.run(
      record.source,
      period,
      record.id,
      completeThrough ?? null,
      record.startedAt.getTime(),
    );
  }
  const insert = database.prepare(
    `INSERT INTO restatements (import_id, source, period, start_day, end_day, basis, currency,
       before_units, after_units, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const each of done.restatements) {
    const { importId, source, period, start, end, basis, currency, before, after, at } = each;
    const amounts = [`${before}`, `${after}`];
    insert.run(importId, source, period, start, end, basis, currency, ...amounts, at.getTime());
  }
  database
    .prepare('UPDATE imports SET finished_at = ? WHERE id = ?')
    .run(done.at.getTime(), done.id);
}

function sourcesOf(
  database: DatabaseSync,
  contents: readonly string[],
  except: string,
): readonly string[] {
  return database
    .prepare(
      `SELECT DISTINCT i.source FROM imports i, json_each(i.record, '$.files') f
       WHERE i.source <> ?
         AND json_extract(f.value, '$.content') IN (SELECT value FROM json_each(?))
       ORDER BY i.source`,
    )
    .all(except, JSON.stringify(contents))
    .map(({ source }) => String(source));
}

function unfinishedImports(database: DatabaseSync): ImportRecord[] {
  return database
    .prepare('SELECT record FROM imports WHERE finished_at IS NULL ORDER BY started_at, id')
    .all()
    .map(({ record }) => decodeRecord(String(record)));
}

function recordReport(database: DatabaseSync, report: WrittenReport): void {
  const { start, end, basis, currency, units, at, file } = report;
  database
    .prepare(
      `INSERT INTO reports (start_day, end_day, basis, currency, units, at, file)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (start_day, end_day, basis, currency) DO UPDATE SET units = excluded.units,
         at = excluded.at, file = excluded.file`,
    )
    .run(start, end, basis, currency, `${units}`, at.getTime(), file);
}

function reports(database: DatabaseSync): WrittenReport[] {
  return database
    .prepare('SELECT * FROM reports ORDER BY start_day, end_day, basis, currency')
    .all()
    .map((row) => ({
      start: Number(row.start_day) as Day,
      end: Number(row.end_day) as Day,
      basis: String(row.basis) as Basis,
      currency: String(row.currency),
      units: BigInt(String(row.units)),
      at: new Date(Number(row.at)),
      file: String(row.file),
    }));
}

function restatementsOf(database: DatabaseSync): Restatement[] {
  return database
    .prepare('SELECT * FROM restatements ORDER BY id')
    .all()
    .map((row) => ({
      importId: String(row.import_id),
      source: String(row.source),
      period: String(row.period),
      start: Number(row.start_day) as Day,
      end: Number(row.end_day) as Day,
      basis: String(row.basis) as Basis,
      currency: String(row.currency),
      before: BigInt(String(row.before_units)),
      after: BigInt(String(row.after_units)),
      at: new Date(Number(row.at)),
    }));
}
