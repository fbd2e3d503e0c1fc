/** The UsageStore port in memory: small, plain and the reference for every other adapter. */

import { usageTotals } from '../../core/usage/totals.ts';
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
    totals: async (windows) => usageTotals(readings, windows),
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
  const startMs = same.reduce((ms, each) => Math.min(ms, each.startMs), Infinity);
  const endMs = same.reduce((ms, each) => Math.max(ms, each.endMs), -Infinity);
  return reading.startMs <= endMs && reading.endMs >= startMs;
}
