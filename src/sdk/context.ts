/**
 * Everything a command may touch that is not a value. The host builds it once per run; tests
 * build it whole with `fakeContext`.
 *
 * `now` is read once at start-up: one command, one instant. Native modules belong to the host
 * and are loaded only when a command asks for them.
 */
import type { Paint } from './view.ts';

/** What `await import('@duckdb/node-api')` gives; typed by the one adapter that uses it. */
export type DuckDBModule = typeof import('@duckdb/node-api');
export type SqliteModule = typeof import('node:sqlite');

export type Streams = Readonly<{
  /** The result and nothing else. */
  out(text: string): void;
  /** Progress, hints and logs. */
  err(text: string): void;
  /** stdout is a terminal: widths, colour and bars make sense. */
  isTTY: boolean;
  /** stderr is a terminal: progress may be drawn and erased. */
  errIsTTY: boolean;
  /** Columns of the terminal; 80 where there is none. */
  width: number;
  paint: Paint;
}>;

/** Every path of a deployment that a command may need. Absolute. */
export type TargetPaths = Readonly<{
  /** `/srv/blackroad` */
  root: string;
  /** `/srv/blackroad/.brctl` */
  state: string;
  /** `/srv/blackroad/config/<pack>` */
  config: string;
  /** `/srv/blackroad/data/<pack>` */
  data: string;
}>;

export type Context = Readonly<{
  now: Date;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  streams: Streams;
  fetch: typeof globalThis.fetch;
  /** Aborted on SIGINT and SIGTERM. */
  signal: AbortSignal;
  /** Unpredictable text for names of files and runs; tests pass a counter. */
  uniqueId(): string;
  duckdb(): Promise<DuckDBModule>;
  sqlite(): Promise<SqliteModule>;
}>;

/** Somebody who holds a role that the pack asks for (`config/roles.yaml`). */
export type RoleBinding = Readonly<{
  role: string;
  /** `slack:U0123ABCD`, `email:someone@example.com` or `user:someone`. */
  to: string;
  email: string | undefined;
}>;

/** What a command of a pack gets on top: where it is installed and for whom it works. */
export type PackContext = Context &
  Readonly<{
    target: TargetPaths;
    /**
     * Who holds the roles that the pack's manifest asks for, and no others; in the order of the
     * file. The file is read when somebody asks.
     *
     * @throws BrctlError (operational) with file:line:column when it cannot be understood.
     */
    roles(): Promise<readonly RoleBinding[]>;
    pack: Readonly<{
      name: string;
      version: string;
      /** The immutable generation this run was loaded from; resolved once, never `current`. */
      root: string;
    }>;
  }>;
