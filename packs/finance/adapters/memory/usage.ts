/** The UsageStore port in memory: small, plain and the reference for every other adapter. */

import { compareTotals, type UsageTotal, type UsageWindow } from '../../core/usage/figure.ts';
import {
  compareReadings,
  mergeReadings,
  type Reading,
  readingKey,
  usageName,
} from '../../core/usage/usage.ts';
import type { LatestReading, UsageStore } from '../../ports/usage.ts';

export function memoryUsage(given: readonly Reading[] = []): UsageStore {
  let readings = mergeReadings([], given);
  return {
    around: async (incoming) => {
      const near = incoming.length === 0 ? [] : readings.filter((each) => isNear(each, incoming));
      const names = new Set(incoming.map(nameOf));
      const newest = [...Map.groupBy(readings, nameOf)]
        .filter(([name]) => names.has(name))
        .map(([, each]) => each.reduce(newer));
      const found = new Map([...near, ...newest].map((each) => [readingKey(each), each]));
      return [...found.values()].sort(compareReadings);
    },
    put: async (incoming) => {
      readings = mergeReadings(readings, incoming);
    },
    latest: async ({ service, metric, sinceMs = 0 }) => {
      const asked = readings.filter(
        (each) =>
          (service === undefined || each.service === service) &&
          (metric === undefined || each.metric === metric) &&
          each.endMs >= sinceMs,
      );
      return [...Map.groupBy(asked, seriesOf).values()]
        .map((each): LatestReading => ({ reading: each.at(-1)!, count: each.length }))
        .sort((a, b) => compareReadings(a.reading, b.reading));
    },
    series: async ({ service, metric, startMs, endMs }) =>
      readings.filter(
        (each) =>
          each.service === service &&
          each.metric === metric &&
          startMs <= each.endMs &&
          each.endMs < endMs,
      ),
    totals: async (windows) =>
      windows.flatMap((window, i) => totalsOf(readings, window, i)).sort(compareTotals),
    close: async () => {},
  };
}

function nameOf({ service, metric }: Reading): string {
  return usageName(service, metric);
}

function seriesOf({ service, metric, source }: Reading): string {
  return JSON.stringify([service, metric, source]);
}

/** The first of those that are equally new. */
function newer(best: Reading, reading: Reading): Reading {
  return reading.endMs > best.endMs ? reading : best;
}

function isNear(reading: Reading, incoming: readonly Reading[]): boolean {
  const same = incoming.filter((each) => seriesOf(each) === seriesOf(reading));
  const startMs = Math.min(...same.map((each) => each.startMs));
  const endMs = Math.max(...same.map((each) => each.endMs));
  return reading.startMs <= endMs && reading.endMs >= startMs;
}

function totalsOf(readings: readonly Reading[], window: UsageWindow, i: number): UsageTotal[] {
  const seen = readings.filter((each) => isSeen(each, window));
  const groups = Map.groupBy(seen, (each) =>
    JSON.stringify([seriesOf(each), each.kind, each.unit]),
  );
  return [...groups.values()].map((group) => {
    const counted = group.filter((each) => doesCount(each, window));
    const { service, metric, source, kind, unit } = group[0]!;
    return {
      ...{ window: i, service, metric, source, kind, unit, count: counted.length },
      astray: group.filter((each) => isAstray(each, window)).length,
      counted: counted.length === 0 ? null : countedOf(counted),
      newestMs: Math.max(...group.map(({ endMs }) => endMs)),
    };
  });
}

function countedOf(readings: readonly Reading[]): NonNullable<UsageTotal['counted']> {
  const { kind, value, limit, startMs, endMs } = readings.at(-1)!;
  const isAmount = kind === 'amount';
  return {
    value: isAmount ? readings.reduce((sum, each) => sum + each.value, 0n) : value,
    ...{ limit, startMs: isAmount ? Math.min(...readings.map((each) => each.startMs)) : startMs },
    endMs,
    coveredMs: isAmount
      ? readings.reduce((ms, each) => ms + each.endMs - each.startMs, 0)
      : undefined,
  };
}

function isSeen({ kind, startMs, endMs }: Reading, window: UsageWindow): boolean {
  return kind === 'amount' ? startMs < window.endMs : endMs <= window.endMs;
}

function doesCount({ kind, startMs, endMs }: Reading, window: UsageWindow): boolean {
  if (kind === 'level') return true;
  if (window.startMs === undefined) return kind === 'running';
  if (kind === 'running') return startMs === window.startMs;
  return startMs >= window.startMs && endMs <= window.endMs;
}

function isAstray(reading: Reading, window: UsageWindow): boolean {
  if (reading.kind === 'level' || window.startMs === undefined) return false;
  return !doesCount(reading, window) && reading.endMs > window.startMs;
}
