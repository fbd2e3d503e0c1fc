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
  // The texts are those of core/alert-state/memory.ts and core/alert-state/send-row.ts.
  `
  CREATE TABLE alerts (
    fingerprint TEXT PRIMARY KEY,
    alert TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE alert_groups (
    key TEXT PRIMARY KEY,
    content TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- When alerts were last evaluated.
  CREATE TABLE alert_runs (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE alert_silences (
    id TEXT PRIMARY KEY,
    ends_at INTEGER NOT NULL,
    silence TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Maintenance windows that somebody opened by hand.
  CREATE TABLE alert_windows (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    closes_at INTEGER,
    author TEXT,
    comment TEXT
  ) STRICT;

  -- One notice to one channel each; position is the order in which they were written.
  CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    route TEXT NOT NULL,
    group_key TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    content TEXT NOT NULL,
    origin TEXT,
    status TEXT NOT NULL CHECK (status IN ('queued', 'sending', 'delivered', 'dead')),
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    claim TEXT,
    claimed_until INTEGER,
    maybe INTEGER NOT NULL CHECK (maybe IN (0, 1)),
    cause TEXT,
    note TEXT,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    CHECK ((status = 'sending') = (claim IS NOT NULL)),
    CHECK ((status = 'sending') = (claimed_until IS NOT NULL)),
    CHECK ((status IN ('delivered', 'dead')) = (ended_at IS NOT NULL))
  ) STRICT;
  CREATE INDEX outbox_open ON outbox (channel, route, group_key, position)
    WHERE status IN ('queued', 'sending');
  CREATE INDEX outbox_ended ON outbox (ended_at) WHERE status IN ('delivered', 'dead');

  -- What a channel gave back for a group, and wants to see again.
  CREATE TABLE alert_handles (
    channel TEXT NOT NULL,
    route TEXT NOT NULL,
    group_key TEXT NOT NULL,
    handle TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, route, group_key)
  ) STRICT, WITHOUT ROWID;
  `,
  // The texts are those of core/actions/codec.ts.
  `
  CREATE TABLE actions (
    key TEXT PRIMARY KEY,
    phase TEXT NOT NULL,
    phase_at INTEGER NOT NULL,
    content TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Every move of an action; position is the order in which they were written.
  CREATE TABLE action_journal (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    entry TEXT NOT NULL,
    UNIQUE (key, sequence)
  ) STRICT;

  -- Who agreed to what, beside the entry that says so.
  CREATE TABLE action_approvals (
    key TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    who TEXT NOT NULL,
    comment TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (key, sequence)
  ) STRICT, WITHOUT ROWID;
  `,
  // Reports that go out by a schedule; the reports themselves are rows of the outbox.
  `
  CREATE TABLE report_schedules (
    name TEXT PRIMARY KEY,
    cron TEXT NOT NULL,
    -- First seen; occurrences until then are not due.
    since INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Every occurrence that a report was written for, for good: none is written twice.
  CREATE TABLE report_occurrences (
    name TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (name, occurrence)
  ) STRICT, WITHOUT ROWID;
  `,
  // What reconciliation found, and months that were closed: rows are only ever added.
  `
  CREATE TABLE reconcile_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    tracker TEXT NOT NULL,
    -- SHA-256 of all that it said: a run that says the same again is not written.
    digest TEXT NOT NULL,
    invoices INTEGER NOT NULL,
    reconciled INTEGER NOT NULL,
    left_over INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX reconcile_runs_tracker ON reconcile_runs (tracker, id);

  CREATE TABLE reconcile_matches (
    run INTEGER NOT NULL REFERENCES reconcile_runs (id),
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (run, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX reconcile_matches_name ON reconcile_matches (name, run);

  CREATE TABLE reconcile_closes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    month TEXT NOT NULL,
    at INTEGER NOT NULL,
    result TEXT NOT NULL,
    content TEXT NOT NULL
  ) STRICT;
  CREATE INDEX reconcile_closes_month ON reconcile_closes (month, id);

  CREATE TRIGGER reconcile_runs_kept BEFORE UPDATE ON reconcile_runs
    BEGIN SELECT RAISE(ABORT, 'reconcile_runs is only added to'); END;
  CREATE TRIGGER reconcile_matches_kept BEFORE UPDATE ON reconcile_matches
    BEGIN SELECT RAISE(ABORT, 'reconcile_matches is only added to'); END;
  CREATE TRIGGER reconcile_closes_kept BEFORE UPDATE ON reconcile_closes
    BEGIN SELECT RAISE(ABORT, 'reconcile_closes is only added to'); END;
  `,
];
