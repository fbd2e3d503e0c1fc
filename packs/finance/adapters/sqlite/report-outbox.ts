/** The report schedules over SQLite, and how reports get into the outbox of the alerts. */
import type { DatabaseSync } from 'node:sqlite';
import type { Context } from 'brctl/sdk';
import { reportChannelName } from '../../core/alert-config/report-channel.ts';
import type { NoticeRow, ReportRow } from '../../core/alert-state/notice.ts';
import { isKnown, type ScheduleMemory } from '../../core/report-schedule/due.ts';
import type { ReportOutbox, SeenSchedule } from '../../ports/report-outbox.ts';
import { idOf, insertRow, pruneOutbox, queueRow } from './alerts-outbox.ts';
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
    isReported: (name, period, untilMs) =>
      read(() => isReported(database, reportChannelName(name), { period, untilMs })),
    see: (seen, nowMs) => write(() => see(database, seen, nowMs)),
    queue: (row, nowMs) => write(() => queue(database, row, nowMs)),
    pass: (name, occurrenceMs, nowMs) => {
      write(() => note(database, name, { occurrenceMs, nowMs }));
    },
    tell: (unmade, rows, nowMs) => write(() => tell(database, rows, { unmade, nowMs })),
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

/** Delivered rows are kept for three months, and no period comes again later than that. */
function isReported(
  database: DatabaseSync,
  channel: string,
  { period, untilMs }: Readonly<{ period: string; untilMs: number }>,
): boolean {
  const found = database
    .prepare(
      `SELECT 1 FROM outbox WHERE channel = ? AND status <> 'dead' AND
         CASE WHEN json_valid(content) THEN json_extract(content, '$.report.period') = ?
           AND json_extract(content, '$.report.occurrenceMs') < ? END`,
    )
    .get(channel, period, untilMs);
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
  if (!note(database, schedule, { occurrenceMs, nowMs })) return false;
  queueRow(database, row, nowMs);
  pruneOutbox(database, nowMs);
  return true;
}

/** False where it was noted before. */
function note(
  database: DatabaseSync,
  name: string,
  { occurrenceMs, nowMs }: Readonly<{ occurrenceMs: number; nowMs: number }>,
): boolean {
  const { changes } = database
    .prepare('INSERT INTO report_occurrences VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
    .run(name, occurrenceMs, nowMs);
  return changes === 1;
}

function tell(
  database: DatabaseSync,
  rows: readonly NoticeRow[],
  { unmade, nowMs }: Readonly<{ unmade: ReportRow; nowMs: number }>,
): readonly string[] {
  const origin = idOf(unmade);
  for (const row of rows) insertRow(database, row, { nowMs, origin });
  return database
    .prepare(`SELECT channel FROM outbox WHERE origin = ? AND status = 'queued' ORDER BY position`)
    .all(origin)
    .map(({ channel }) => String(channel));
}
