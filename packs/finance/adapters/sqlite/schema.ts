/**
 * Tables of state.db. A migration is never edited once released: the next one is appended.
 *
 * Days are days since 1970-01-01, instants are milliseconds, amounts are integer counts of 1e-12
 * units as text (SQLite's integers end at 64 bits).
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE imports (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX imports_unfinished ON imports (started_at) WHERE finished_at IS NULL;

  CREATE TABLE periods (
    source TEXT NOT NULL,
    period TEXT NOT NULL,
    import_id TEXT NOT NULL REFERENCES imports (id),
    complete_through INTEGER,
    imported_at INTEGER NOT NULL,
    PRIMARY KEY (source, period)
  ) STRICT;

  CREATE TABLE reports (
    start_day INTEGER NOT NULL,
    end_day INTEGER NOT NULL,
    basis TEXT NOT NULL,
    currency TEXT NOT NULL,
    units TEXT NOT NULL,
    at INTEGER NOT NULL,
    file TEXT NOT NULL,
    PRIMARY KEY (start_day, end_day, basis, currency)
  ) STRICT;

  CREATE TABLE restatements (
    id INTEGER PRIMARY KEY,
    import_id TEXT NOT NULL REFERENCES imports (id),
    source TEXT NOT NULL,
    period TEXT NOT NULL,
    start_day INTEGER NOT NULL,
    end_day INTEGER NOT NULL,
    basis TEXT NOT NULL,
    currency TEXT NOT NULL,
    before_units TEXT NOT NULL,
    after_units TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  `,
];
