/**
 * What a metric stands at in a period: from the totals of its readings, one value with its unit
 * and the instant it is of, or the reason why there is none. Nothing missing is ever 0.
 */
import { ONE } from '../money.ts';
import { compareText } from '../order.ts';
import { formatInstant } from './instant.ts';
import { areAlike, convert, floorDivide, parseUnit, unitInName } from './unit.ts';
import { type UsageKind, usageName } from './usage.ts';

/**
 * A period `[startMs, endMs)`. Without a start, everything before the end: for what no period ends.
 * What is of later is not seen.
 */
export type UsageWindow = Readonly<{ startMs: number | undefined; endMs: number }>;

/** The readings of one window, service, metric, source, kind and unit. */
export type UsageTotal = Readonly<{
  /** Its index in the question. */
  window: number;
  service: string;
  metric: string;
  source: string;
  kind: UsageKind;
  unit: string;
  /**
   * How many of them count: of levels those up to the end of the window, of amounts those that lie
   * in it, of running counters those that began with it. Without a start no amounts, and counters
   * whenever they began.
   */
  count: number;
  /** Amounts across an edge of the window, and counters read in it that began at another time. */
  astray: number;
  /** Of those that count; null when none does. */
  counted: Readonly<{
    /** Of amounts, all of them; else the latest. */
    value: bigint;
    /** Of the latest. */
    limit: bigint | undefined;
    /** Of amounts the earliest; else of the latest. */
    startMs: number;
    /** Of the latest. */
    endMs: number;
    /** How long the amounts are together; else undefined. */
    coveredMs: number | undefined;
  }> | null;
  /** The end of the newest that is seen, whether it counts or not. */
  newestMs: number;
}>;

export function compareTotals(a: UsageTotal, b: UsageTotal): number {
  return (
    a.window - b.window ||
    compareText(a.service, b.service) ||
    compareText(a.metric, b.metric) ||
    compareText(a.source, b.source) ||
    compareText(a.kind, b.kind) ||
    compareText(a.unit, b.unit)
  );
}

export type UsageFigure = Readonly<{
  kind: UsageKind;
  value: bigint;
  unit: string;
  /** What the newest reading says of it, in `unit`. */
  limit: bigint | undefined;
  /** Since when it is counted; of a level its instant. */
  sinceMs: number;
  /** The instant it is of: how fresh it is. */
  endMs: number;
  /** How much of the window amounts cover; of other kinds undefined. */
  coveredMs: number | undefined;
  sources: readonly string[];
}>;

export type NoFigure = Readonly<{
  code: 'no-reading' | 'kinds-mixed' | 'sources-mixed' | 'units-mixed' | 'period-differs';
  /** One clause without a full stop. */
  reason: string;
  /** The newest reading and its kind, where there is one. */
  newestMs: number | undefined;
  kind: UsageKind | undefined;
}>;

export type FigureOrReason =
  | Readonly<{ figure: UsageFigure; none?: undefined }>
  | Readonly<{ figure?: undefined; none: NoFigure }>;

/** By window and `usageName`: `figures.get(0)?.get(usageName('supabase', 'storage'))`. */
export function usageFigures(
  totals: readonly UsageTotal[],
): ReadonlyMap<number, ReadonlyMap<string, FigureOrReason>> {
  const windows = Map.groupBy(totals, ({ window }) => window);
  return new Map(
    [...windows].map(([window, rows]) => {
      const metrics = Map.groupBy(rows, ({ service, metric }) => usageName(service, metric));
      return [window, new Map([...metrics].map(([name, each]) => [name, usageFigure(each)]))];
    }),
  );
}

/** A kind that was given up longer ago than any period lasts is past. */
const PAST_MS = 35 * 86_400_000;

/** Of the totals of one window, service and metric. */
export function usageFigure(all: readonly UsageTotal[]): FigureOrReason {
  const newest = all.reduce<UsageTotal | undefined>(
    (best, total) => (best === undefined || total.newestMs > best.newestMs ? total : best),
    undefined,
  );
  if (newest === undefined) return none('no-reading', 'there is no reading of it', undefined);
  const totals = all.filter(
    ({ kind, newestMs }) => kind === newest.kind || newestMs > newest.newestMs - PAST_MS,
  );
  const kinds = [...new Set(totals.filter(isSeen).map(({ kind }) => kind))].sort(compareText);
  if (kinds.length > 1) {
    return none('kinds-mixed', `its readings are of two kinds: ${kinds.join(', ')}`, newest);
  }
  const counted = totals.filter((total) => total.counted !== null);
  const astray = astrayText(totals);
  if (astray !== undefined) return none('period-differs', astray, newest);
  if (counted.length === 0) {
    const at = formatInstant(newest.newestMs);
    return none('no-reading', `there is none of this period, the newest is of ${at}`, newest);
  }
  return kinds[0] === 'amount' ? sumOf(counted, newest) : latestOf(counted);
}

function isSeen({ count, astray }: UsageTotal): boolean {
  return count > 0 || astray > 0;
}

function none(code: NoFigure['code'], reason: string, newest: UsageTotal | undefined) {
  return { none: { code, reason, newestMs: newest?.newestMs, kind: newest?.kind } };
}

/** Why what is there of the period is not all of it, or is of another period. */
function astrayText(totals: readonly UsageTotal[]): string | undefined {
  const astray = totals.filter((total) => total.astray > 0);
  if (astray.some(({ kind }) => kind === 'amount'))
    return 'amounts lie across the edge of the period';
  const countedMs = Math.max(...totals.map(({ counted }) => counted?.endMs ?? 0));
  const isNewer = astray.some(({ newestMs }) => newestMs > countedMs);
  return isNewer ? 'its counter began at another time than the period' : undefined;
}

/** Two feeds that tell of the same use are not two uses. */
function sumOf(counted: readonly UsageTotal[], newest: UsageTotal): FigureOrReason {
  const sources = [...new Set(counted.map(({ source }) => source))].sort(compareText);
  if (sources.length > 1) {
    const reason = `amounts come from ${sources.join(' and ')}, which may be the same use`;
    return none('sources-mixed', reason, newest);
  }
  const parts = counted.map((total) => ({ ...total.counted!, of: parseUnit(total.unit) }));
  const units = counted.map(({ unit }) => unit).sort(compareText);
  if (parts.some(({ of }) => parts.some((other) => !areAlike(of, other.of)))) {
    return none('units-mixed', `its readings are in ${units.join(' and ')}`, newest);
  }
  const unit = units.reduce((best, each) =>
    parseUnit(each).factor < parseUnit(best).factor ? each : best,
  );
  const { factor } = parseUnit(unit);
  const last = latest(counted);
  const { limit, endMs } = last.counted!;
  const sum = parts.reduce((units, { value, of }) => units + value * of.factor, 0n);
  return {
    figure: {
      ...{ kind: 'amount', value: floorDivide(sum, factor), unit, endMs, sources },
      limit: limit && floorDivide(limit * parseUnit(last.unit).factor, factor),
      sinceMs: Math.min(...parts.map(({ startMs }) => startMs)),
      coveredMs: parts.reduce((ms, { coveredMs }) => ms + coveredMs!, 0),
    },
  };
}

function latestOf(counted: readonly UsageTotal[]): FigureOrReason {
  const { kind, unit, counted: last, source } = latest(counted);
  const { value, limit, startMs, endMs } = last!;
  const figure = { kind, value, unit, limit, sinceMs: startMs, endMs, sources: [source] };
  return { figure: { ...figure, coveredMs: undefined } };
}

/** Of two that are equally new, the one whose source comes first. */
function latest(counted: readonly UsageTotal[]): UsageTotal {
  return [...counted].sort(compareTotals).reduce((best, total) => {
    const [a, b] = [best.counted!, total.counted!];
    return b.endMs > a.endMs || (b.endMs === a.endMs && b.startMs > a.startMs) ? total : best;
  });
}

export type Measured =
  | Readonly<{
      /** In the unit of the limit, in 1e-12, rounded down. */
      value: bigint;
      /** Of the limit, in 1e-12 of a percent, rounded down; undefined without a limit. */
      percent: bigint | undefined;
      unit: string;
      reason?: undefined;
    }>
  | Readonly<{ reason: string }>;

/**
 * A figure beside a rule's limit, in the unit that the name of the rule's metric ends with. A name
 * that says none counts things, unless the readings carry that very limit in a unit of their own.
 * Rounded down, value and percent are at least a threshold exactly when the usage is.
 */
export function measure(
  { value, unit, limit: own }: Pick<UsageFigure, 'value' | 'unit' | 'limit'>,
  { metric, limit }: Readonly<{ metric: string; limit: bigint | undefined }>,
): Measured {
  const from = parseUnit(unit);
  const named = unitInName(metric);
  const to = named ?? (limit !== undefined && own === limit ? unit : 'count');
  const target = parseUnit(to);
  if (!areAlike(from, target)) {
    const reason =
      named === undefined
        ? `its readings are in ${unit}, and ${metric} does not say in which unit its limit is`
        : `its readings are in ${unit}, which does not convert to ${to}`;
    return { reason };
  }
  const shown = to === 'count' && from.factor === 1n ? unit : to;
  const percent =
    limit === undefined ? undefined : percentOf(value * from.factor, limit * target.factor);
  return { value: convert(value, from, target)!, percent, unit: shown };
}

/** In 1e-12 of a percent, rounded down. */
export function percentOf(value: bigint, limit: bigint): bigint {
  return floorDivide(value * 100n * ONE, limit);
}
