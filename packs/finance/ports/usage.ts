/**
 * Where usage readings live: one Parquet file per (source, month of the start), replaced whole.
 *
 * Values are exact (1e-12 of the unit as typed); what they mean is core/usage/usage.ts, and what an
 * evaluation makes of `totals` is core/usage/figure.ts.
 *
 * @throws BrctlError (integrity) from every method where a file does not read.
 */

import type { UsageTotal, UsageWindow } from '../core/usage/figure.ts';
import type { Reading } from '../core/usage/usage.ts';

export type UsageFilter = Readonly<{
  /** As readings hold them: in lower case. */
  service?: string | undefined;
  metric?: string | undefined;
  /** Readings that end at this instant or later. */
  sinceMs?: number | undefined;
}>;

/** The newest reading of one service, metric and source, and how many there are. */
export type LatestReading = Readonly<{ reading: Reading; count: number }>;

export type UsageStore = Readonly<{
  /**
   * What new readings have to be compared with: of the same source, service and metric those whose
   * time meets the span of theirs, and the newest of each service and metric of any source.
   * In the total order of readings, each once.
   */
  around(readings: readonly Reading[]): Promise<readonly Reading[]>;
  /**
   * Adds readings, or puts them in the place of those with the same key. Month by month: where it
   * is interrupted each month is as before or as after, and putting the same again ends it. Needs
   * the lock of readings.
   */
  put(readings: readonly Reading[]): Promise<void>;
  /** In the total order of readings: by service, metric, source. */
  latest(filter: UsageFilter): Promise<readonly LatestReading[]>;
  /** All of one metric that end in `[startMs, endMs)`, in the total order of readings. */
  series(
    asked: Readonly<{ service: string; metric: string; startMs: number; endMs: number }>,
  ): Promise<readonly Reading[]>;
  /** One scan for all windows; rows in a total order (core/usage/figure.ts `compareTotals`). */
  totals(windows: readonly UsageWindow[]): Promise<readonly UsageTotal[]>;
  close(): Promise<void>;
}>;
