/** Opens state.db: WAL, foreign keys, migrated; a newer file than this pack is refused. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { BrctlError, type Context, isBrctlError, operationalError } from 'brctl/sdk';
import { MIGRATIONS } from './schema.ts';

/** Writers are brief; a longer wait means that one hangs. */
const BUSY_TIMEOUT_MS = 5_000;

/** For a run that changes nothing: what is there, or an empty state where there is none. */
export async function openReadOnly(
  context: Pick<Context, 'sqlite'>,
  path: string,
): Promise<DatabaseSync> {
  const { DatabaseSync } = await context.sqlite();
  if (existsSync(path)) {
    const database = openToRead(DatabaseSync, path);
    const version = userVersion(database);
    if (version === MIGRATIONS.length) return database;
    try {
      if (version > MIGRATIONS.length) throw newerState(path, version);
      return migratedCopy(DatabaseSync, database, version);
    } finally {
      database.close();
    }
  }
  const empty = new DatabaseSync(':memory:');
  migrate(empty, ':memory:');
  return empty;
}

/** Of an older pack's file, in memory: whoever only reads cannot bring it up to date. */
function migratedCopy(
  Database: typeof DatabaseSync,
  from: DatabaseSync,
  version: number,
): DatabaseSync {
  const copy = new Database(':memory:', { enableForeignKeyConstraints: false });
  for (const migration of MIGRATIONS.slice(0, version)) copy.exec(migration);
  const tables = copy
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'`)
    .all();
  for (const { name } of tables) {
    const read = from.prepare(`SELECT * FROM "${name}"`);
    read.setReturnArrays(true);
    read.setReadBigInts(true);
    // With return arrays a row is a list of values, whatever the types say.
    for (const row of read.iterate() as unknown as Iterable<SQLInputValue[]>) {
      const places = row.map(() => '?').join(', ');
      copy.prepare(`INSERT INTO "${name}" VALUES (${places})`).run(...row);
    }
  }
  copy.exec(`PRAGMA user_version = ${version}`);
  migrate(copy, ':memory:');
  return copy;
}

/** SQLITE_READONLY and SQLITE_CANTOPEN. */
const CANNOT_WRITE: ReadonlySet<number> = new Set([8, 14]);

function primaryCode(error: unknown): number {
  return ((error as { errcode?: number }).errcode ?? 0) & 0xff;
}

/**
 * A reader in WAL mode makes a file for its shared memory beside the database. Whoever may only
 * read cannot; where no writer has left a log there is nothing to share, and the file is whole.
 */
function openToRead(Database: typeof DatabaseSync, path: string): DatabaseSync {
  const options = { timeout: BUSY_TIMEOUT_MS, readOnly: true };
  const database = new Database(path, options);
  try {
    userVersion(database);
    return database;
  } catch (cause) {
    database.close();
    if (!CANNOT_WRITE.has(primaryCode(cause)) || existsSync(`${path}-wal`)) {
      throw unusable('read', path, cause);
    }
    const url = pathToFileURL(path);
    url.searchParams.set('immutable', '1');
    return new Database(url, options);
  }
}

function newerState(path: string, version: number): BrctlError {
  return new BrctlError('incompatible', {
    code: 'state-newer',
    message: `${path} was written by a newer finance pack (schema ${version})`,
    hint: 'install that version or a later one',
  });
}

export async function openDatabase(
  context: Pick<Context, 'sqlite'>,
  path: string,
): Promise<DatabaseSync> {
  const { DatabaseSync } = await context.sqlite();
  try {
    mkdirSync(dirname(path), { recursive: true });
    const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    // FULL: a committed import survives a power cut, not only a crash.
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;',
    );
    migrate(database, path);
    return database;
  } catch (cause) {
    if (isBrctlError(cause)) throw cause;
    throw unusable('open', path, cause);
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED: ReadonlySet<number> = new Set([11, 26]);

function unusable(doing: string, path: string, cause: unknown): BrctlError {
  const message = `cannot ${doing} ${path}: ${(cause as Error).message}`;
  if (!DAMAGED.has(primaryCode(cause))) return operationalError('state-unusable', message);
  return new BrctlError('integrity', {
    code: 'state-damaged',
    message,
    hint:
      'put a backup in its place, or move it away: the charges lie beside it, and importing ' +
      'the files again tells how far each source is complete',
    cause,
  });
}

function migrate(database: DatabaseSync, path: string): void {
  const version = userVersion(database);
  if (version === MIGRATIONS.length) return;
  if (version > MIGRATIONS.length) throw newerState(path, version);
  inTransaction(database, () => {
    // Read again inside the transaction: another process may have been first.
    for (const migration of MIGRATIONS.slice(userVersion(database))) database.exec(migration);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

function userVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk has rolled it back already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
