/** Questions about readings in SQL. `readings` is the relation of the files with their source. */

import type { UsageWindow } from '../../../core/usage/figure.ts';
import type { Reading } from '../../../core/usage/usage.ts';
import type { UsageFilter } from '../../../ports/usage.ts';
import { literal } from '../sql.ts';
import { READING_SQL } from './usage-rows.ts';

/** Nothing ends before it. */
const EVER_MS = -1;

export function aroundSql(readings: string, incoming: readonly Reading[]): string {
  const spans = new Map<string, { head: string; startMs: number; endMs: number }>();
  for (const { service, metric, source, startMs, endMs } of incoming) {
    const head = [service, metric, source].map(literal).join(', ');
    const span = spans.get(head) ?? { head, startMs, endMs };
    const [from, until] = [Math.min(span.startMs, startMs), Math.max(span.endMs, endMs)];
    spans.set(head, { head, startMs: from, endMs: until });
  }
  const rows = [...spans.values()].map(
    ({ head, startMs, endMs }) => `(${head}, ${timestamp(startMs)}, ${timestamp(endMs)})`,
  );
  return `
    WITH spans(service, metric, source, starting, ending) AS (VALUES ${rows.join(', ')}),
    there AS (
      SELECT * FROM ${readings} SEMI JOIN spans USING (service, metric)),
    near AS (
      SELECT there.* FROM there JOIN spans USING (service, metric, source)
      WHERE started_at <= ending AND ended_at >= starting),
    newest AS (
      SELECT * FROM there QUALIFY row_number() OVER (
        PARTITION BY service, metric ORDER BY ended_at DESC, source, started_at) = 1)
    SELECT ${READING_SQL} FROM (FROM near UNION FROM newest)`;
}

export function latestSql(readings: string, { service, metric, sinceMs }: UsageFilter): string {
  const tests = [
    `ended_at >= ${timestamp(sinceMs ?? EVER_MS)}`,
    ...(service === undefined ? [] : [`service = ${literal(service)}`]),
    ...(metric === undefined ? [] : [`metric = ${literal(metric)}`]),
  ];
  return `
    SELECT ${READING_SQL}, readings AS count FROM (
      SELECT *, count(*) OVER (PARTITION BY service, metric, source) AS readings
      FROM ${readings} WHERE ${tests.join(' AND ')}
      QUALIFY row_number() OVER (
        PARTITION BY service, metric, source ORDER BY ended_at DESC, started_at DESC) = 1)`;
}

export function seriesSql(
  readings: string,
  asked: Readonly<{ service: string; metric: string; startMs: number; endMs: number }>,
): string {
  return `
    SELECT ${READING_SQL} FROM ${readings}
    WHERE service = ${literal(asked.service)} AND metric = ${literal(asked.metric)}
      AND ended_at >= ${timestamp(asked.startMs)} AND ended_at < ${timestamp(asked.endMs)}`;
}

/**
 * One scan, whatever the number of windows. The conditions are those of core/usage/figure.ts:
 * what is seen, what counts, and what is astray.
 */
export function totalsSql(readings: string, windows: readonly UsageWindow[]): string {
  const rows = windows.map(
    ({ startMs, endMs }, i) =>
      `(${i}, ${startMs === undefined ? 'NULL' : timestamp(startMs)}, ${timestamp(endMs)})`,
  );
  const counts = `CASE kind WHEN 'level' THEN true
      WHEN 'running' THEN starting IS NULL OR started_at = starting
      ELSE starting IS NOT NULL AND started_at >= starting AND ended_at <= ending END`;
  return `
    WITH windows(window_index, starting, ending) AS (
      SELECT i, CAST(s AS TIMESTAMP), CAST(e AS TIMESTAMP)
      FROM (VALUES ${rows.join(', ')}) t(i, s, e)),
    seen AS (
      SELECT *, ${counts} AS counts FROM ${readings}, windows
      WHERE CASE kind WHEN 'amount' THEN started_at < ending ELSE ended_at <= ending END),
    grouped AS (
      SELECT window_index, service, metric, source, kind, unit,
        count_if(counts) AS count,
        count_if(NOT counts AND kind <> 'level' AND ended_at > starting) AS astray,
        max(struct_pack(e := ended_at, s := started_at, v := value, l := limit_value))
          FILTER (counts) AS last,
        sum(value) FILTER (counts) AS total,
        min(started_at) FILTER (counts) AS first,
        CAST(sum(epoch_ms(ended_at) - epoch_ms(started_at)) FILTER (counts) AS BIGINT)
          AS covered_ms,
        epoch_ms(max(ended_at)) AS newest_ms
      FROM seen GROUP BY ALL)
    SELECT window_index, service, metric, source, kind, unit, count, astray, covered_ms, newest_ms,
      CAST(CASE kind WHEN 'amount' THEN total ELSE last.v END AS VARCHAR) AS value,
      CAST(last.l AS VARCHAR) AS limit_value,
      epoch_ms(CASE kind WHEN 'amount' THEN first ELSE last.s END) AS start_ms,
      epoch_ms(last.e) AS end_ms
    FROM grouped`;
}

function timestamp(ms: number): string {
  return `make_timestamp_ms(${ms})`;
}
