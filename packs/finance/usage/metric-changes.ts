/** What an intake comes to for each service and metric. */
import { type Reading, usageName } from '../core/usage/usage.ts';
import type { UsageChange } from './intake.ts';

export type MetricChanges = Readonly<{
  added: number;
  replaced: number;
  unchanged: number;
  /** The newest of those that came in. */
  latest: Reading;
}>;

export function metricChanges(changes: readonly UsageChange[]): readonly MetricChanges[] {
  const groups = Map.groupBy(changes, ({ reading: { service, metric } }) =>
    usageName(service, metric),
  );
  return [...groups.values()].map((group) => ({
    added: countOf(group, 'added'),
    replaced: countOf(group, 'replaced'),
    unchanged: countOf(group, 'unchanged'),
    latest: group.at(-1)!.reading,
  }));
}

export function countOf(changes: readonly UsageChange[], change: UsageChange['change']): number {
  return changes.filter((each) => each.change === change).length;
}
