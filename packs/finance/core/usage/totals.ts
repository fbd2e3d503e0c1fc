/** The totals of readings over windows, as every store of readings gives them. */
import { compareTotals, type UsageTotal, type UsageWindow } from './figure.ts';
import type { Reading } from './usage.ts';

/** `readings` are in their total order, each once; rows come in the order of `compareTotals`. */
export function usageTotals(
  readings: readonly Reading[],
  windows: readonly UsageWindow[],
): readonly UsageTotal[] {
  return windows.flatMap((window, i) => totalsOf(readings, window, i)).sort(compareTotals);
}

function totalsOf(readings: readonly Reading[], window: UsageWindow, i: number): UsageTotal[] {
  const seen = readings.filter((each) => isSeen(each, window));
  const groups = Map.groupBy(seen, (each) =>
    JSON.stringify([each.service, each.metric, each.source, each.kind, each.unit]),
  );
  return [...groups.values()].map((group) => {
    const counted = group.filter((each) => doesCount(each, window));
    const { service, metric, source, kind, unit } = group[0]!;
    return {
      ...{ window: i, service, metric, source, kind, unit, count: counted.length },
      astray: group.filter((each) => isAstray(each, window)).length,
      counted: counted.length === 0 ? null : countedOf(counted),
      newestMs: group.reduce((ms, { endMs }) => Math.max(ms, endMs), -Infinity),
    };
  });
}

function countedOf(readings: readonly Reading[]): NonNullable<UsageTotal['counted']> {
  const { kind, value, limit, startMs, endMs } = readings.at(-1)!;
  const isAmount = kind === 'amount';
  return {
    value: isAmount ? readings.reduce((sum, each) => sum + each.value, 0n) : value,
    limit,
    startMs: isAmount
      ? readings.reduce((ms, each) => Math.min(ms, each.startMs), startMs)
      : startMs,
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
