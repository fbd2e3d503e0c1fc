/**
 * How fresh the charges of a rule are: which sources feed it, and through which day they are
 * complete. What is not known is never a zero.
 */

import { type Day, type DayRange, formatDay } from '../day.ts';
import { compareText } from '../order.ts';
import type { Series } from './charges.ts';
import { isPast, type SourceFreshness } from './source.ts';
import { DAY_MS } from './span.ts';

/** Older charges are stale, unless a rule says `freshness`: a week-end and a provider's delay. */
export const CHARGES_FRESH_MS = 3 * DAY_MS;
/** Readings are taken by a schedule; two missed days are no delay any more. */
export const READINGS_FRESH_MS = 2 * DAY_MS;

export type Feeds = Readonly<{
  /** By name. */
  sources: readonly SourceFreshness[];
  /** Sources that have been silent for so long that no rule depends on them. */
  past: readonly SourceFreshness[];
  /** The last day that is complete in all of them; undefined where one has none. */
  through: Day | undefined;
}>;

export type FeedsAsked = Readonly<{
  /** Of the rule, on any day that was asked for. */
  series: readonly Series[];
  /** All charges there are. */
  isAll: boolean;
  /** What it is about, as its source may be called. */
  names: readonly string[];
  freshness: readonly SourceFreshness[];
  asOf: Day;
}>;

/**
 * The sources that a rule depends on. Of all charges it is every source that is not past. Else it
 * is those that its charges come from; where it has none yet, the sources called as it or its
 * provider; where there are none of these either, every source: any could be the one.
 */
export function feedsOf({ series, isAll, names, freshness, asOf }: FeedsAsked): Feeds {
  const charged = new Set(series.map(({ source }) => source));
  const called = new Set(names.map((name) => name.toLowerCase()));
  const isNamed = ({ source }: SourceFreshness) => called.has(source.toLowerCase());
  const current = freshness.filter((each) => charged.has(each.source) || !isPast(each, asOf));
  const known = new Map(freshness.map((each) => [each.source, each]));
  const own = [...charged].map(
    (source) => known.get(source) ?? { source, completeThrough: undefined },
  );
  const named = current.filter(isNamed);
  const others = isAll ? current : own.length > 0 ? [] : named.length > 0 ? named : current;
  const found = new Map([...own, ...others].map((each) => [each.source, each]));
  const sources = [...found.values()]
    .map(({ completeThrough: through, ...each }) => ({
      ...each,
      // Nobody knew more on the day that is looked at.
      completeThrough: through === undefined ? through : (Math.min(through, asOf) as Day),
    }))
    .sort((a, b) => compareText(a.source, b.source));
  const past = freshness.filter((each) => !current.includes(each));
  return { sources, past, through: leastOf(sources) };
}

function leastOf(sources: readonly SourceFreshness[]): Day | undefined {
  if (sources.length === 0) return undefined;
  const days = sources.map(({ completeThrough }) => completeThrough ?? -Infinity);
  const least = Math.min(...days);
  return least === -Infinity ? undefined : (least as Day);
}

/** The sources that are further behind the period, or the day that is looked at, than allowed. */
export function staleIn(
  { sources }: Feeds,
  asked: Readonly<{ range: DayRange; asOf: Day; limitMs: number }>,
): readonly SourceFreshness[] {
  const last = Math.min(asked.asOf, asked.range.end - 1);
  return sources.filter(
    ({ completeThrough }) =>
      completeThrough === undefined || (last - completeThrough) * DAY_MS > asked.limitMs,
  );
}

/** What a rule without a source has to go by. */
export function silenceText({ past }: Pick<Feeds, 'past'>): string {
  if (past.length === 0) return 'nothing has been imported yet';
  return `nothing has come in for two months: ${freshnessText(past)}`;
}

/** `complete through 2026-03-01 (aws), 2026-02-27 (openai)` */
export function freshnessText(sources: readonly SourceFreshness[]): string {
  const byDay = Map.groupBy(sources, ({ completeThrough }) => completeThrough);
  const days = [...byDay].sort(([a], [b]) => (b ?? -Infinity) - (a ?? -Infinity));
  const parts = days.map(([day, each]) => {
    const names = each.map(({ source }) => source).join(', ');
    return day === undefined ? `no day (${names})` : `${formatDay(day)} (${names})`;
  });
  return `complete through ${parts.join(', ')}`;
}
