/**
 * Forecasts: `projected_spend > budget` and `projected_usage > tier_limit`. The value is what will
 * have been spent, or used, when the lead time is over (or the period, if that is sooner), so the
 * rule fires exactly when the crossing is that near. The reason names its day.
 */

import type { Ladder } from '../alert-config/config.ts';
import type { AlertRule } from '../alert-config/rule.ts';
import { addDays, type Day, dayOf, dayRange, daysIn, formatDay } from '../day.ts';
import { roundUnits } from '../money.ts';
import { type FigureOrReason, measure, type UsageFigure } from '../usage/figure.ts';
import { usageNamesOf } from '../usage/rule.ts';
import { floorDivide } from '../usage/unit.ts';
import { clauses, moneyText, readingText } from './amount-text.ts';
import { type Cost, completeUnits, costOf, latenessOf, ownerOf, usageOwner } from './cost.ts';
import { READINGS_FRESH_MS } from './freshness.ts';
import { purseFor } from './judge-spend.ts';
import { figureIn, figureTrace, readText, unitOf } from './judge-usage.ts';
import { type Judged, type Verdict, valued, type World, without } from './judged.ts';
import { projectRunRate } from './project.ts';
import { chargeBasis, growthStart, rangeWindow } from './question.ts';
import { DAY_MS, type PeriodSpan, periodSpan } from './span.ts';
import { chargesTrace } from './trace.ts';

export function judgeForecast(rules: readonly AlertRule[], world: World): readonly Judged[] {
  return rules.flatMap((rule) =>
    world.config.ladders
      .filter(({ isEnabled, limit }) => isEnabled && limit !== undefined)
      .flatMap((ladder) =>
        rule.metric.of === 'cost'
          ? spendForecast(rule, ladder, world)
          : usageForecast(rule, ladder, world),
      ),
  );
}

function spendForecast(rule: AlertRule, ladder: Ladder, world: World): readonly Judged[] {
  const { kind, period, limit, metric } = ladder;
  if (kind !== 'budget' || period === undefined || metric.of !== 'cost') return [];
  if (metric.currency === undefined) return [];
  const purse = purseFor(ladder, { basis: chargeBasis(rule), currency: metric.currency }, world);
  const span = world.spansOf(period)[0]!;
  const cost = costOf(purse, span, world);
  return [
    {
      ...{ rule, scope: ladder.name, period: span, side: 'over' },
      verdict: spendVerdict(rule, { cost, limit: limit! }, world),
      labels: { subject: ladder.id },
      notes: { ...cost.notes, limit, basis: 'forecast', owner: ownerOf(rule.owner, cost) },
      trace: chargesTrace(cost),
    },
  ];
}

type Budgeted = Readonly<{ cost: Cost; limit: bigint }>;

function spendVerdict(rule: AlertRule, { cost, limit }: Budgeted, { asOf }: World): Verdict {
  const { range, complete, obstacle, spend, period, purse } = cost;
  const lines = { fire: limit + 1n, clear: limit + 1n };
  const late = latenessOf(cost, rule, asOf);
  if (late !== undefined) return without('stale', { ...lines, reason: late.reason });
  if (obstacle !== undefined) return without(obstacle.kind, { ...lines, reason: obstacle.reason });
  const last = Math.min(asOf + (rule.leadDays ?? 0), period.range.end - 1) as Day;
  const units = completeUnits(cost);
  const until = last - range.start + 1;
  const projected = projectRunRate({ units, complete, until, period: period.period });
  const money = (amount: bigint) => moneyText(amount, purse.currency);
  if (projected.units === undefined && spend.units <= limit) {
    return without('waiting', { ...lines, reason: projected.reason });
  }
  const at = projected.units ?? spend.units;
  const value = at > spend.units ? at : spend.units;
  if (value <= limit && cost.gap !== undefined) {
    const soFar = `${money(value)} by ${formatDay(last)} without it`;
    return without('stale', { ...lines, reason: clauses(cost.gap, soFar) });
  }
  const days = daysUntil({ units, complete, limit });
  const day = days === undefined ? undefined : addDays(range.start, days - 1);
  const seen = `${complete} of ${daysIn(period.range)} days`;
  const reason = clauses(
    `${money(value)} by ${formatDay(last)} at the rate of ${seen}`,
    spend.units > limit ? `over ${money(limit)} already` : crossingText(day, last, money(limit)),
    cost.remarks,
  );
  return valued(value, { ...lines, reason });
}

/** The first day of the period, counted from 1, at whose end the rate has crossed the limit. */
function daysUntil(
  asked: Readonly<{ units: bigint; complete: number; limit: bigint }>,
): number | undefined {
  const { units, complete, limit } = asked;
  if (units <= 0n || complete === 0) return undefined;
  const days = floorDivide(limit * BigInt(complete), units) + 1n;
  return days > 3660n ? undefined : Number(days);
}

function crossingText(day: Day | undefined, last: Day, limit: string): string {
  if (day === undefined || day > last) return `does not cross ${limit} by then`;
  return `crosses ${limit} on ${formatDay(day)}`;
}

function usageForecast(rule: AlertRule, ladder: Ladder, world: World): readonly Judged[] {
  const { kind, metric, scope, period, limit } = ladder;
  if (kind !== 'service' || metric.of !== 'usage' || scope.of !== 'service') return [];
  const span = period === undefined ? null : world.spansOf(period)[0]!;
  const found = figureIn(ladder, span, world);
  const measured =
    found?.figure && measure(found.figure, { metric: metric.name ?? ladder.name, limit });
  return [
    {
      ...{ rule, scope: `${scope.service}/${ladder.name}`, period: span, side: 'over' },
      verdict: usageVerdict(rule, { ladder, span, found }, world),
      labels: { subject: ladder.id, service: scope.service, provider: scope.provider },
      notes: {
        ...{ unit: unitOf(measured, metric.name ?? ladder.name), limit, basis: 'forecast' },
        freshness: found === undefined ? 'never read' : readText(found),
        owner: usageOwner(rule.owner, scope, world),
      },
      trace: figureTrace(found, measured),
    },
  ];
}

type Limited = Readonly<{
  ladder: Ladder;
  span: PeriodSpan | null;
  found: FigureOrReason | undefined;
}>;

function usageVerdict(rule: AlertRule, { ladder, span, found }: Limited, world: World): Verdict {
  const limit = ladder.limit!;
  const lines = { fire: limit, clear: limit };
  const refuse = (kind: 'waiting' | 'stale', reason: string) => without(kind, { ...lines, reason });
  const { nowMs } = world;
  if (found === undefined) return refuse('stale', 'unknown: there is no reading of it');
  const freshMs = nowMs - (rule.freshnessMs ?? READINGS_FRESH_MS);
  if (found.figure === undefined) {
    const { code, newestMs, reason } = found.none;
    const isAwaited = code === 'no-reading' && newestMs !== undefined && newestMs >= freshMs;
    return refuse(isAwaited ? 'waiting' : 'stale', `unknown: ${reason}`);
  }
  const { figure } = found;
  if (figure.endMs < freshMs) return refuse('stale', `stale: ${readText(found)}`);
  const asked = { metric: ladder.metric.of === 'usage' ? ladder.metric.name! : '', limit };
  const measured = measure(figure, asked);
  if (measured.reason !== undefined) return refuse('stale', `unknown: ${measured.reason}`);
  const since = originOf(figure, { ladder, span, world });
  if (since === undefined) return refuse('waiting', 'fewer than three days of it have been read');
  const lastMs = Math.min(nowMs + (rule.leadDays ?? 0) * DAY_MS, since.endMs);
  const [used, elapsed] = [measured.value - since.value, BigInt(figure.endMs - since.atMs)];
  const ahead = BigInt(Math.max(lastMs - figure.endMs, 0));
  const value = used > 0n ? measured.value + (used * ahead) / elapsed : measured.value;
  const shown = (units: bigint) => readingText(fourPlaces(units, limit), measured.unit);
  const crossMs =
    used > 0n && measured.value < limit
      ? figure.endMs + Number((elapsed * (limit - measured.value)) / used)
      : figure.endMs;
  const isCrossed = value >= limit;
  const day = formatDay(dayOf(new Date(isCrossed ? crossMs : lastMs)));
  const cross = isCrossed ? `reaches ${shown(limit)} on ${day}` : `does not reach ${shown(limit)}`;
  const last = formatDay(dayOf(new Date(lastMs)));
  return valued(value, { ...lines, reason: `${shown(value)} by ${last}; ${cross}` });
}

/** As the table rounds a value; but nothing below the limit is shown as having reached it. */
function fourPlaces(units: bigint, limit: bigint): bigint {
  const rounded = roundUnits(units, 4) * 10n ** 8n;
  return units < limit && rounded >= limit ? floorDivide(units, 10n ** 8n) * 10n ** 8n : rounded;
}

type Origin = Readonly<{
  /** In the unit of the limit. */
  value: bigint;
  atMs: number;
  /** When it begins anew. */
  endMs: number;
}>;

const GROWTH_MS_MIN = 3 * DAY_MS;

/** What growth is counted from: the beginning of its period, or of a level its oldest reading. */
function originOf(
  figure: UsageFigure,
  { ladder, span, world }: Readonly<{ ladder: Ladder; span: PeriodSpan | null; world: World }>,
): Origin | undefined {
  const { kind, sinceMs, endMs } = figure;
  if (kind !== 'level') {
    const atMs = span === null ? sinceMs : span.range.start * DAY_MS;
    const month = periodSpan('month', dayOf(new Date(sinceMs)));
    const isMonth = month.range.start * DAY_MS === sinceMs;
    const ends = span?.span.endMs ?? (isMonth ? month.span.endMs : Infinity);
    const isLong = endMs - atMs >= Math.min(GROWTH_MS_MIN, (ends - atMs) / 2);
    return isLong && endMs > atMs ? { value: 0n, atMs, endMs: ends } : undefined;
  }
  const first = oldestLevel(ladder, world);
  if (first === undefined || endMs - first.endMs < GROWTH_MS_MIN) return undefined;
  const asked = {
    metric: ladder.metric.of === 'usage' ? ladder.metric.name! : '',
    limit: ladder.limit,
  };
  const measured = measure(first, asked);
  if (measured.reason !== undefined) return undefined;
  return { value: measured.value, atMs: first.endMs, endMs: span?.span.endMs ?? Infinity };
}

function oldestLevel(ladder: Ladder, { usageIn, asOf, nowMs }: World): UsageFigure | undefined {
  const start = growthStart(asOf);
  for (let day = start; day <= asOf; day = addDays(day, 1)) {
    const { endMs } = rangeWindow(dayRange(day, addDays(day, 1)), nowMs);
    const figures = usageIn({ startMs: undefined, endMs });
    for (const name of usageNamesOf(ladder)) {
      const figure = figures.get(name)?.figure;
      if (figure?.kind === 'level' && figure.endMs > start * DAY_MS) return figure;
    }
  }
  return undefined;
}
