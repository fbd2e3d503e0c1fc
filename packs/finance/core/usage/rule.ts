/** Which rules of the alert config follow a reading, and what of it they could not use. */
import type { AlertConfig, Ladder } from '../alert-config/config.ts';
import { isCostMetric } from '../alert-config/period.ts';
import { measure } from './figure.ts';
import { periodStartMs, type Reading, usageName } from './usage.ts';

/**
 * The `usageName`s under which the readings of a rule may be found: its metric, or its key in the
 * config (`storage` for the metric `database_storage_mb`). The first that has readings counts.
 */
export function usageNamesOf({ scope, metric, name }: Pick<Ladder, 'scope' | 'metric' | 'name'>) {
  if (scope.of !== 'service' || metric.of !== 'usage' || metric.name === undefined) return [];
  return [...new Set([metric.name, name].map((each) => usageName(scope.service, each)))];
}

/** The word of some that was probably meant. */
export type Suggest = (word: string, known: readonly string[]) => string | undefined;

/** One clause for each thing that keeps alerts from following these readings. */
export function unfollowed(
  reading: Reading,
  { ladders }: Pick<AlertConfig, 'ladders'>,
  suggest: Suggest = () => undefined,
): string[] {
  const { service, metric } = reading;
  if (isCostMetric(metric)) {
    const way = 'which brctl finance import fills';
    return [`no alert follows it: ${metric} is money of the ledger, ${way}, and no reading`];
  }
  const ours = ladders.filter(
    ({ scope }) => scope.of === 'service' && scope.service.toLowerCase() === service,
  );
  const names = ours.flatMap((ladder) =>
    ladder.metric.of === 'usage' ? [ladder.metric.name ?? ladder.name] : [],
  );
  const name = usageName(service, metric);
  const followers = ours.filter((ladder) => usageNamesOf(ladder).includes(name));
  if (followers.length > 0) return followers.flatMap((ladder) => obstacles(reading, ladder));
  const known = [...new Set(names)];
  const has = known.length === 0 ? 'has no usage alerts' : `has alerts about ${known.join(', ')}`;
  const services = ladders.flatMap(({ scope }) => (scope.of === 'service' ? [scope.service] : []));
  const guess = ours.length === 0 ? suggest(service, services) : suggest(metric, known);
  const meant = guess === undefined ? '' : ` (did you mean "${guess}"?)`;
  return [`no alert follows it: the service ${service} ${has}${meant}`];
}

function obstacles(reading: Reading, { id, metric, limit, period }: Ladder): string[] {
  const { kind, startMs, endMs } = reading;
  const found: string[] = [];
  const measured = measure(reading, { metric: metric.of === 'usage' ? metric.name! : id, limit });
  if (measured.reason !== undefined) found.push(measured.reason);
  if (kind === 'running' && period !== undefined && periodStartMs(endMs - 1, period) !== startMs) {
    found.push(`its counter does not begin with the ${period}`);
  }
  return found.map((reason) => `alert ${id} cannot follow it: ${reason}`);
}
