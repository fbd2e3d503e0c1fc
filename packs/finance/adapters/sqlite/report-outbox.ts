/** The report schedules over SQLite, and how reports get into the outbox of the alerts. */
import type { DatabaseSync } from 'node:sqlite';
import type { Context } from 'brctl/sdk';
import type { ReportRow } from '../../core/alert-state/notice.ts';
import { isKnown, type ScheduleMemory } from '../../core/report-schedule/due.ts';
import type { ReportOutbox, SeenSchedule } from '../../ports/report-outbox.ts';
import { pruneOutbox, queueRow } from './alerts-outbox.ts';
import { inTransaction, openDatabase, openReadOnly } from './database.ts';
import { guarded } from './guarded.ts';

export async function openReportOutbox(
  context: Pick<Context, 'sqlite'>,
  path: string,
  options: Readonly<{ readOnly: boolean }>,
): Promise<ReportOutbox> {
  const open = options.readOnly ? openReadOnly : openDatabase;
  const database = await open(context, path);
  const read = <T>(work: () => T): T => guarded(path, work);
  const write = <T>(work: () => T): T => guarded(path, () => inTransaction(database, work));
  return {
    schedules: () => read(() => schedules(database)),
    isWritten: (name, occurrenceMs) => read(() => isWritten(database, name, occurrenceMs)),
    see: (seen, nowMs) => write(() => see(database, seen, nowMs)),
    queue: (row, nowMs) => write(() => queue(database, row, nowMs)),
    close: () => database.close(),
  };
}

function schedules(database: DatabaseSync): readonly ScheduleMemory[] {
  return database
    .prepare(
      `SELECT name, cron, since,
         (SELECT max(occurrence) FROM report_occurrences o WHERE o.name = s.name) AS last
       FROM report_schedules s ORDER BY name`,
    )
    .all()
    .map(({ name, cron, since, last }) => ({
      name: String(name),
      cron: String(cron),
      sinceMs: Number(since),
      lastMs: last === null ? null : Number(last),
    }));
}

function isWritten(database: DatabaseSync, name: string, occurrenceMs: number): boolean {
  const found = database
    .prepare('SELECT 1 FROM report_occurrences WHERE name = ? AND occurrence = ?')
    .get(name, occurrenceMs);
  return found !== undefined;
}

function see(database: DatabaseSync, seen: readonly SeenSchedule[], nowMs: number): void {
  const names = JSON.stringify(seen.map(({ name }) => name));
  database
    .prepare('DELETE FROM report_schedules WHERE name NOT IN (SELECT value FROM json_each(?))')
    .run(names);
  const known = new Map(schedules(database).map((each) => [each.name, each]));
  const put = database.prepare(
    `INSERT INTO report_schedules (name, cron, since) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET cron = excluded.cron, since = excluded.since`,
  );
  for (const { name, cron } of seen) {
    const memory = known.get(name);
    const isSame = memory !== undefined && isKnown(cron, memory, nowMs);
    put.run(name, cron.text, isSame ? memory.sinceMs : nowMs);
  }
}

function queue(database: DatabaseSync, row: ReportRow, nowMs: number): boolean {
  const { schedule, occurrenceMs } = row.report;
  const { changes } = database
    .prepare('INSERT INTO report_occurrences VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
    .run(schedule, occurrenceMs, nowMs);
  if (changes === 0) return false;
  queueRow(database, row, nowMs);
  pruneOutbox(database, nowMs);
  return true;
}
