/** Readings between Parquet and values: columns, and rows that leave the engine as text. */
import { parseUnits } from '../../../core/money.ts';
import type { UsageTotal } from '../../../core/usage/figure.ts';
import { type Reading, USAGE_KINDS, type UsageKind } from '../../../core/usage/usage.ts';
import type { Row } from '../session.ts';

/** Of the files, in their order. */
export const COLUMNS: Readonly<Record<string, string>> = {
  service: 'VARCHAR',
  metric: 'VARCHAR',
  kind: 'VARCHAR',
  started_at: 'TIMESTAMP',
  ended_at: 'TIMESTAMP',
  value: 'DECIMAL(38,12)',
  unit: 'VARCHAR',
  limit_value: 'DECIMAL(38,12)',
  recorded_at: 'TIMESTAMP',
};

/** A reading as the engine gives it; of a relation that `source` is a column of. */
export const READING_SQL = `service, metric, source, kind, unit,
  epoch_ms(started_at) AS start_ms, epoch_ms(ended_at) AS end_ms,
  epoch_ms(recorded_at) AS recorded_ms,
  CAST(value AS VARCHAR) AS value, CAST(limit_value AS VARCHAR) AS limit_value`;

export function readingOf(row: Row): Reading {
  return {
    ...nameOf(row),
    startMs: Number(row.start_ms),
    endMs: Number(row.end_ms),
    value: parseUnits(String(row.value)),
    limit: amountOf(row.limit_value),
    recordedMs: Number(row.recorded_ms),
  };
}

export function totalOf(row: Row): UsageTotal {
  const count = Number(row.count);
  return {
    window: Number(row.window_index),
    ...nameOf(row),
    count,
    astray: Number(row.astray),
    counted:
      count === 0
        ? null
        : {
            value: parseUnits(String(row.value)),
            limit: amountOf(row.limit_value),
            startMs: Number(row.start_ms),
            endMs: Number(row.end_ms),
            coveredMs: row.kind === 'amount' ? Number(row.covered_ms) : undefined,
          },
    newestMs: Number(row.newest_ms),
  };
}

function nameOf(row: Row) {
  const { service, metric, source, unit } = row;
  const texts = { service, metric, source, unit } as Record<string, string>;
  return {
    ...(texts as Pick<Reading, 'service' | 'metric' | 'source' | 'unit'>),
    kind: kindOf(row),
  };
}

function kindOf({ kind }: Row): UsageKind {
  const known = USAGE_KINDS.find((each) => each === kind);
  if (known === undefined) throw new RangeError(`not a kind of reading: "${kind}"`);
  return known;
}

function amountOf(text: Row[string] | undefined): bigint | undefined {
  return text === null || text === undefined ? undefined : parseUnits(String(text));
}
