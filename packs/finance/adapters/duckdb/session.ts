/**
 * One in-memory DuckDB for one run. It holds no data of its own: charges are read from and written
 * to Parquet. Results leave as text or small integers, because the engine's own converter turns
 * DECIMAL into a double.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Context, operationalError } from 'brctl/sdk';

export type Row = Readonly<Record<string, string | number | boolean | null>>;

export type Session = Readonly<{
  run(sql: string): Promise<void>;
  /** Every column must be VARCHAR, BOOLEAN or an integer of at most 32 bits, or a count. */
  rows(sql: string): Promise<readonly Row[]>;
  /** How far the query that runs now is, in percent; undefined while it cannot tell. */
  progress(): number | undefined;
  close(): void;
}>;

export type SessionOptions = Readonly<{
  /** Where the engine may spill what does not fit in memory. */
  scratch: string;
}>;

/** Leaves room for the reader's and writer's buffers below two gigabytes in all. */
const MEMORY_LIMIT = '1GB';

export async function openSession(
  context: Pick<Context, 'duckdb' | 'signal'>,
  options: SessionOptions,
): Promise<Session> {
  const { DuckDBInstance } = await context.duckdb();
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: MEMORY_LIMIT,
    temp_directory: options.scratch,
    // Whatever is needed is built in; nothing is fetched at run time.
    autoinstall_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const interrupt = (): void => connection.interrupt();
  context.signal.addEventListener('abort', interrupt);
  const session: Session = {
    run: async (sql) => {
      context.signal.throwIfAborted();
      await connection.run(sql).catch(rethrow);
    },
    rows: async (sql) => {
      context.signal.throwIfAborted();
      return readRows(connection, sql).catch(rethrow);
    },
    progress: () => {
      const { percentage } = connection.progress;
      return percentage >= 0 ? percentage : undefined;
    },
    close: () => {
      context.signal.removeEventListener('abort', interrupt);
      connection.closeSync();
      instance.closeSync();
    },
  };
  await session.run(`SET TimeZone = 'UTC'`);
  await session.run('SET enable_progress_bar = true; SET enable_progress_bar_print = false');
  return session;
}

/** What is about memory or the disk is the world's fault; what is about data, the caller judges. */
function rethrow(error: Error): never {
  const [reason = ''] = error.message.split('\n');
  if (/^(IO Error|Out of Memory Error)/.test(reason)) {
    throw operationalError('engine-failed', `the engine could not go on: ${reason}`);
  }
  throw error;
}

async function readRows(connection: DuckDBConnection, sql: string): Promise<Row[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader
    .getRowObjects()
    .map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(name, value)])),
    );
}

function plain(name: string, value: unknown): string | number | boolean | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  throw new TypeError(`column ${name} must be cast to VARCHAR before it leaves the engine`);
}
