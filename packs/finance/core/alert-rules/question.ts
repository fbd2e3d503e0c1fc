/**
 * What an evaluation has to know: one question to the ledger for each basis that a rule is on, and
 * one to the readings. However many rules there are, each is one scan.
 */
import type { AlertConfig, Ladder } from '../alert-config/config.ts';
import type { AlertPeriod } from '../alert-config/period.ts';
import type { BudgetsConfig } from '../budget.ts';
import { compileBudgets } from '../classify.ts';
import { addDays, type Day, type DayRange, dayRange } from '../day.ts';
import { DAY, type Dimension, dimension } from '../dimension.ts';
import { dimensionsOf } from '../match.ts';
import type { UsageWindow } from '../usage/figure.ts';
import type { SourceFreshness } from './source.ts';
import { DAY_MS, LATE_DAYS, openSpans } from './span.ts';

export const CHARGE_BASES = ['effective', 'billed'] as const;
/** On which the ledger is asked: a pace and a projection are of what was accrued. */
export type ChargeBasis = (typeof CHARGE_BASES)[number];

export type EvaluationQuestion = Readonly<{
  charges: readonly Readonly<{
    basis: ChargeBasis;
    period: DayRange;
    groupBy: readonly Dimension[];
  }>[];
  /** Each once; `windowAt` finds them. */
  windows: readonly UsageWindow[];
}>;

export type Asked = Readonly<{
  config: AlertConfig;
  budgets: BudgetsConfig;
  /** The last day that counts. */
  asOf: Day;
  nowMs: number;
  /** Of the sources that the ledger holds: for those that are late, periods stay open. */
  freshness: readonly SourceFreshness[];
}>;

/** Of growth that no period ends: as long as a month shows it. */
const GROWTH_DAYS = 28;

export function evaluationQuestion({ config, budgets, ...clock }: Asked): EvaluationQuestion {
  const { asOf } = clock;
  const ladders = config.isEnabled ? config.ladders.filter(({ isEnabled }) => isEnabled) : [];
  const costs = ladders.filter(({ metric }) => metric.of === 'cost');
  const owned = ladders.some(isOwnedByTag) ? ladders.filter(({ kind }) => kind === 'service') : [];
  const bases = CHARGE_BASES.filter(
    (basis) =>
      (basis === OWNER_BASIS && owned.length > 0) ||
      costs.some(({ steps }) => steps.some((step) => chargeBasis(step) === basis)),
  );
  const groupBy = [DAY, ...columnsOf([...costs, ...owned], { tagged: ladders, budgets })];
  // Of a thousand ladders most are alike in this.
  const kinds = new Map(costs.map((ladder) => [`${ladder.kind} ${ladder.period}`, ladder]));
  const firsts = [
    ...[...kinds.values()].map((each) => firstDay(each, { config, ...clock })),
    ...(owned.length > 0 ? [growthStart(asOf)] : []),
  ];
  const period = dayRange(Math.min(asOf, ...firsts) as Day, addDays(asOf, 1));
  const windows = ladders.flatMap((ladder) => usageWindows(ladder, { config, ...clock }));
  return {
    charges: bases.map((basis) => ({ basis, period, groupBy })),
    windows: [...new Map(windows.map((each) => [windowKey(each), each])).values()],
  };
}

export function chargeBasis({ basis }: Ladder['steps'][number]): ChargeBasis {
  return basis === 'billed' ? 'billed' : 'effective';
}

/** Of the charges whose tags say who a limit belongs to. */
export const OWNER_BASIS = 'effective' satisfies ChargeBasis;

/** A limit of usage: a reading has no tags, the charges of its service do. */
function isOwnedByTag({ metric, steps }: Ladder): boolean {
  return metric.of === 'usage' && steps.some(({ owner }) => owner?.by === 'tag');
}

type Columns = Readonly<{ tagged: readonly Ladder[]; budgets: BudgetsConfig }>;

/** Those of the budgets first, so that what is compiled of them fits. */
function columnsOf(ladders: readonly Ladder[], { tagged, budgets }: Columns): readonly Dimension[] {
  const matched = ladders.flatMap(({ scope }) =>
    scope.of === 'service' || scope.of === 'charges' ? dimensionsOf(scope.match) : [],
  );
  const tags = tagged.flatMap(({ steps }) =>
    steps.flatMap(({ owner }) => (owner?.by === 'tag' ? [dimension(`Tags.${owner.tag}`)] : [])),
  );
  return [...new Set([...compileBudgets(budgets).groupBy, ...matched, ...tags])];
}

type Clock = Readonly<Pick<Asked, 'config' | 'asOf' | 'nowMs' | 'freshness'>>;

/** Rules are judged on periods that are open for their own feeds: never more than for all. */
function firstDay({ kind, period = 'day' }: Ladder, { config, freshness, ...clock }: Clock): Day {
  const spans = openSpans(kind === 'forecast' ? 'month' : period, { ...clock, feeds: freshness });
  if (kind === 'forecast') return spans[0]!.range.start;
  const { start } = spans.at(-1)!.range;
  return kind === 'anomaly' ? addDays(start, -baselineDays(config)) : start;
}

export function baselineDays({ anomaly }: Pick<AlertConfig, 'anomaly'>): number {
  return anomaly?.baselineDays ?? 14;
}

function usageWindows(ladder: Ladder, clock: Clock): readonly UsageWindow[] {
  const { asOf, nowMs, config } = clock;
  // Readings come when they are taken; of charges alone a feed says how far it is complete.
  const calendar = { asOf, nowMs, feeds: [] };
  if (ladder.metric.of !== 'usage') return [];
  switch (ladder.kind) {
    case 'service':
      // Readings that count within a month have one, whether the config says so or not.
      return [
        ...(ladder.period === undefined ? [levelWindow(nowMs)] : []),
        ...openSpans(ladder.period ?? 'month', calendar).map(({ range }) =>
          rangeWindow(range, nowMs),
        ),
      ];
    case 'anomaly':
      return dailyWindows(dayRange(anomalyStart(config, asOf), asOf), nowMs);
    case 'forecast':
      return [
        levelWindow(nowMs),
        ...dailyWindows(dayRange(addDays(asOf, -GROWTH_DAYS), addDays(asOf, 1)), nowMs),
        ...periodsOf(config).map((period) =>
          rangeWindow(openSpans(period, calendar)[0]!.range, nowMs),
        ),
      ];
    default:
      return [];
  }
}

/** One day more than the baseline: a counter's use of a day is how much it grew. */
export function anomalyStart(config: Pick<AlertConfig, 'anomaly'>, asOf: Day): Day {
  return addDays(asOf, -LATE_DAYS.day - baselineDays(config) - 1);
}

export function growthStart(asOf: Day): Day {
  return addDays(asOf, -GROWTH_DAYS);
}

function periodsOf({ ladders }: Pick<AlertConfig, 'ladders'>): readonly AlertPeriod[] {
  const found = ladders.flatMap(({ kind, metric, period }) =>
    kind === 'service' && metric.of === 'usage' && period !== undefined ? [period] : [],
  );
  return [...new Set(found)];
}

/** What stands now, whenever it began. */
export function levelWindow(nowMs: number): UsageWindow {
  return { startMs: undefined, endMs: nowMs };
}

export function rangeWindow({ start, end }: DayRange, nowMs: number): UsageWindow {
  return { startMs: start * DAY_MS, endMs: Math.min(end * DAY_MS, nowMs) };
}

function dailyWindows({ start, end }: DayRange, nowMs: number): readonly UsageWindow[] {
  return Array.from({ length: end - start }, (_, i) => addDays(start, i)).flatMap((day) => {
    const { startMs, endMs } = rangeWindow(dayRange(day, addDays(day, 1)), nowMs);
    return [
      { startMs, endMs },
      { startMs: undefined, endMs },
    ];
  });
}

function windowKey({ startMs, endMs }: UsageWindow): string {
  return `${startMs ?? ''} ${endMs}`;
}

/** The index of a window in the question; undefined where it was not asked for. */
export function windowFinder(
  windows: readonly UsageWindow[],
): (window: UsageWindow) => number | undefined {
  const known = new Map(windows.map((each, i) => [windowKey(each), i]));
  return (window) => known.get(windowKey(window));
}
