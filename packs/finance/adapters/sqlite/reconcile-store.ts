/** The ReconcileStore port over SQLite. */
import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Context } from 'brctl/sdk';
import type { CloseTotal, MonthClose } from '../../core/reconcile/reconcile-close.ts';
import type { LoggedMatch } from '../../core/reconcile/reconcile-log.ts';
import type { ReconcileRun, ReconcileStore } from '../../ports/reconcile-store.ts';
import { damagedRow } from './alerts-damage.ts';
import { inTransaction, openDatabase, openReadOnly } from './database.ts';
import { guarded } from './guarded.ts';

export async function openReconcileStore(
  context: Pick<Context, 'sqlite'>,
  path: string,
  { readOnly }: Readonly<{ readOnly: boolean }>,
): Promise<ReconcileStore> {
  const database = await (readOnly ? openReadOnly : openDatabase)(context, path);
  const guard = <T>(work: () => T): T => guarded(path, work);
  return {
    record: (run) => guard(() => inTransaction(database, () => record(database, run))),
    find: (match) => guard(() => find(database, match)),
    names: () => guard(() => names(database)),
    closes: () => guard(() => closes(database)),
    addClose: (close) => guard(() => inTransaction(database, () => addClose(database, close))),
    sha256,
    close: () => database.close(),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function record(database: DatabaseSync, run: ReconcileRun): boolean {
  const { at, tracker, rows, reconciled, leftOver } = run;
  const contents = run.matches.map(encodeMatch);
  const digest = sha256(JSON.stringify([rows, reconciled, leftOver, contents]));
  const last = database
    .prepare('SELECT digest FROM reconcile_runs WHERE tracker = ? ORDER BY id DESC LIMIT 1')
    .get(tracker);
  if (last?.digest === digest) return false;
  const { lastInsertRowid } = database
    .prepare(
      `INSERT INTO reconcile_runs (at, tracker, digest, invoices, reconciled, left_over)
       VALUES (?, ?, ?, ?, ?, ?)`,
    )
    .run(at.getTime(), tracker, digest, rows, reconciled, leftOver);
  const insert = database.prepare(
    'INSERT INTO reconcile_matches (run, name, content) VALUES (?, ?, ?)',
  );
  for (const [i, { match }] of run.matches.entries()) {
    insert.run(lastInsertRowid, match, contents[i]!);
  }
  return true;
}

function find(database: DatabaseSync, match: string): LoggedMatch | undefined {
  const row = database
    .prepare('SELECT content FROM reconcile_matches WHERE name = ? ORDER BY run DESC LIMIT 1')
    .get(match);
  return row === undefined ? undefined : decodeMatch(match, String(row.content));
}

function names(database: DatabaseSync): readonly string[] {
  return database
    .prepare(
      `SELECT DISTINCT name FROM reconcile_matches
       WHERE run IN (SELECT max(id) FROM reconcile_runs GROUP BY tracker) ORDER BY name`,
    )
    .all()
    .map(({ name }) => String(name));
}

function closes(database: DatabaseSync): readonly MonthClose[] {
  return database
    .prepare(
      `SELECT month, at, result, content FROM reconcile_closes
       WHERE id IN (SELECT max(id) FROM reconcile_closes GROUP BY month) ORDER BY month`,
    )
    .all()
    .map(({ month, at, result, content }) => {
      const read = parsed('reconcile_closes', String(month), String(content)) as Encoded;
      const { tracker, files, outcomes } = read;
      return {
        ...{ month: String(month), at: new Date(Number(at)), result: String(result) },
        ...{ tracker, files, outcomes },
        ...{ ledger: read.ledger.map(decodeTotal), invoices: read.invoices.map(decodeTotal) },
      };
    });
}

function addClose(database: DatabaseSync, close: MonthClose): boolean {
  const { month, at, result, tracker, files, ledger, invoices, outcomes } = close;
  const content = JSON.stringify({
    ...{ tracker, files, outcomes },
    ...{ ledger: ledger.map(encodeTotal), invoices: invoices.map(encodeTotal) },
  });
  const last = database
    .prepare(
      'SELECT result, content FROM reconcile_closes WHERE month = ? ORDER BY id DESC LIMIT 1',
    )
    .get(month);
  if (last?.result === result && last.content === content) return false;
  database
    .prepare('INSERT INTO reconcile_closes (month, at, result, content) VALUES (?, ?, ?, ?)')
    .run(month, at.getTime(), result, content);
  return true;
}

type EncodedTotal = Omit<CloseTotal, 'units'> & Readonly<{ units: string }>;
type Encoded = Pick<MonthClose, 'tracker' | 'files' | 'outcomes'> &
  Readonly<{ ledger: readonly EncodedTotal[]; invoices: readonly EncodedTotal[] }>;

function encodeTotal({ name, currency, units, count }: CloseTotal): EncodedTotal {
  return { name, currency, units: `${units}`, count };
}

function decodeTotal({ units, ...total }: EncodedTotal): CloseTotal {
  return { ...total, units: BigInt(units) };
}

/** Without its name, which is a column. */
function encodeMatch({ match: _, ...rest }: LoggedMatch): string {
  return JSON.stringify(rest, (__, value) => (typeof value === 'bigint' ? `${value}` : value));
}

function decodeMatch(match: string, content: string): LoggedMatch {
  const read = parsed('reconcile_matches', match, content) as LoggedMatch;
  const { difference, score, margin } = read;
  const units = difference === undefined ? undefined : BigInt(difference);
  return { ...read, match, score, margin, difference: units };
}

function parsed(table: string, row: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw damagedRow(table, row, (cause as Error).message);
  }
}
