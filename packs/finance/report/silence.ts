/**
 * Budget lines and services whose cost is unknown because nothing is heard of the sources that
 * feed them. Rules do not say which source feeds a line, but the ledger does: where all charges
 * that a line ever had, in any period, came from sources that are silent for the whole of this
 * one, a line without charges is unknown, not unused. A line that was never charged stays zero.
 */
import type { BudgetsConfig } from '../core/budget.ts';
import type { Classifier } from '../core/classify.ts';
import { type DayRange, dayRange, parseDay } from '../core/day.ts';
import type { Cell } from '../ports/warehouse.ts';
import type { Tally } from './tally.ts';
import type { SourceRow } from './weekly-report.ts';

/** Every day that a charge can have. */
export const EVER: DayRange = dayRange(parseDay('1970-01-01'), parseDay('9999-01-01'));

/** By index in the config: the silent sources that all of its charges came from. */
export type Silence = Readonly<{
  lines: ReadonlyMap<number, readonly string[]>;
  services: ReadonlyMap<number, readonly string[]>;
}>;

export const NO_SILENCE: Silence = { lines: new Map(), services: new Map() };

/** Sources without one day of the period that is believed complete. */
export function silentSources(sources: readonly SourceRow[], period: DayRange): string[] {
  return sources
    .filter(
      ({ status, provisionalFrom }) =>
        status === 'missing' || status === 'absent' || provisionalFrom === period.start,
    )
    .map(({ name }) => name);
}

export type SilenceInput = Readonly<{
  config: BudgetsConfig;
  classifier: Classifier;
  /** Of the period. */
  counts: Tally;
  silent: readonly string[];
  /** Of all periods, grouped by the classifier's columns; needed where some source is silent. */
  ever: readonly Cell[];
}>;

export function findSilence({ config, classifier, counts, silent, ever }: SilenceInput): Silence {
  if (silent.length === 0) return NO_SILENCE;
  const own = ever.filter(({ currency }) => currency === config.currency);
  const charged = new Set(counts.services.map(({ service }) => service));
  return {
    lines: allSilent(feedsBy(own, classifier.lineOf), silent, (line) => {
      return counts.lines[line]!.charges > 0;
    }),
    services: allSilent(feedsBy(own, classifier.serviceOf), silent, (each) => charged.has(each)),
  };
}

/** The sources of everything that one thing of the config was ever charged. */
function feedsBy(
  cells: readonly Cell[],
  indexOf: (key: Cell['key']) => number | undefined,
): Map<number, Set<string>> {
  const feeds = new Map<number, Set<string>>();
  for (const { key, source } of cells) {
    const index = indexOf(key);
    if (index === undefined) continue;
    feeds.set(index, (feeds.get(index) ?? new Set()).add(source));
  }
  return feeds;
}

function allSilent(
  feeds: ReadonlyMap<number, ReadonlySet<string>>,
  silent: readonly string[],
  isCharged: (index: number) => boolean,
): Map<number, readonly string[]> {
  const found = [...feeds]
    .filter(
      ([index, sources]) => !isCharged(index) && [...sources].every((s) => silent.includes(s)),
    )
    .map(([index, sources]) => [index, silent.filter((name) => sources.has(name))] as const);
  return new Map(found);
}
