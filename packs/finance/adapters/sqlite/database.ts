/** Opens state.db: WAL, foreign keys, migrated; a newer file than this pack is refused. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { BrctlError, type Context, operationalError } from 'brctl/sdk';
import { damagedState, guarded, primaryCode } from './guarded.ts';
import { MIGRATIONS } from './schema.ts';

/** Writers are brief; a longer wait means that one hangs. */
const BUSY_TIMEOUT_MS = 5_000;

/** For a run that changes nothing: what is there, or an empty state where there is none. */
export async function openReadOnly(
  context: Pick<Context, 'sqlite'>,
  path: string,
): Promise<DatabaseSync> {
  const { DatabaseSync } = await context.sqlite();
  return guarded(path, () => {
    if (existsSync(path)) return current(DatabaseSync, path);
    const empty = new DatabaseSync(':memory:');
    migrate(empty, ':memory:');
    return empty;
  });
}

function current(Database: typeof DatabaseSync, path: string): DatabaseSync {
  refuseEmptied(path);
  const database = openToRead(Database, path);
  const version = userVersion(database);
  if (version === MIGRATIONS.length) return database;
  try {
    if (version > MIGRATIONS.length) throw newerState(path, version);
    return migratedCopy(Database, database, version);
  } finally {
    database.close();
  }
}

/** Of the ledger, in the folder of state.db. */
const CHARGES = 'charges';

/**
 * A file without a byte is a new database to SQLite. Beside a ledger it is what a full disk or a
 * copy that broke off left: taken as new it would tell everybody everything again. Where there is
 * no file somebody has decided that. One that is just being made has a log that is not empty.
 */
function refuseEmptied(path: string): void {
  const isEmpty = (file: string) => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0;
  if (!existsSync(path) || !isEmpty(path) || !isEmpty(`${path}-wal`)) return;
  const charges = join(dirname(path), CHARGES);
  if (!existsSync(charges) || readdirSync(charges).length === 0) return;
  throw damagedState(path, 'it is empty, and the ledger beside it is not');
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
      throw cause;
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
  refuseEmptied(path);
  return guarded(path, () => {
    makeFolder(dirname(path));
    const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    // FULL: a committed import survives a power cut, not only a crash.
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;',
    );
    migrate(database, path);
    return database;
  });
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw operationalError('state-unusable', `cannot open ${path}: ${(cause as Error).message}`);
  }
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
