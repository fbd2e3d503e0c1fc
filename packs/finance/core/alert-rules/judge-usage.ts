/** Limits of services: a usage reading against the steps of its ladder. */

import type { AlertPeriod } from '../alert-config/period.ts';
import type { AlertRule } from '../alert-config/rule.ts';
import type { AlertNotes } from '../notices/annotation.ts';
import {
  type FigureOrReason,
  type Measured,
  measure,
  type NoFigure,
  type UsageFigure,
} from '../usage/figure.ts';
import { formatInstant } from '../usage/instant.ts';
import { usageNamesOf } from '../usage/rule.ts';
import { unitInName } from '../usage/unit.ts';
import { periodStartMs } from '../usage/usage.ts';
import { clauses, percentText, readingText } from './amount-text.ts';
import { usageOwner } from './cost.ts';
import { READINGS_FRESH_MS } from './freshness.ts';
import { linesOf, scopeName, shareText, spendLabels } from './judge-spend.ts';
import { type Judged, type Verdict, valued, type World, without } from './judged.ts';
import { paceOf } from './project.ts';
import { levelWindow, rangeWindow } from './question.ts';
import { DAY_MS, type PeriodSpan } from './span.ts';
import { type Trace, usageTrace } from './trace.ts';

export function judgeUsage(rules: readonly AlertRule[], world: World): readonly Judged[] {
  const period = periodOf(rules[0]!, world);
  const spans = period === undefined ? [null] : world.spansOf(period);
  const figures = spans.map((span) => figureIn(rules[0]!, span, world));
  const isKnown = figures.some((found) => found !== undefined);
  return spans.flatMap((span, i) =>
    rules.map((rule) => judgedOf(rule, span, { found: figures[i], isKnown, world })),
  );
}

/**
 * The one of the config; else of its readings: amounts add up within a month, and so does a counter
 * that began with one. A level has none.
 */
function periodOf(rule: AlertRule, world: World): AlertPeriod | undefined {
  if (rule.period !== undefined) return rule.period;
  const found = figureIn(rule, null, world);
  const kind = found?.figure?.kind ?? found?.none?.kind;
  if (kind === 'amount') return 'month';
  if (kind !== 'running' || found?.figure === undefined) return undefined;
  const { sinceMs, endMs } = found.figure;
  return sinceMs === periodStartMs(endMs - 1, 'month') ? 'month' : undefined;
}

/** Undefined where there has never been a reading. */
export function figureIn(
  rule: Pick<AlertRule, 'scope' | 'metric' | 'name'>,
  span: PeriodSpan | null,
  { usageIn, nowMs }: Pick<World, 'usageIn' | 'nowMs'>,
): FigureOrReason | undefined {
  const figures = usageIn(span === null ? levelWindow(nowMs) : rangeWindow(span.range, nowMs));
  for (const name of usageNamesOf(rule)) {
    const found = figures.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Found = Readonly<{
  found: FigureOrReason | undefined;
  /** There are readings of it, though perhaps none before the end of this period. */
  isKnown: boolean;
  world: World;
}>;

function judgedOf(rule: AlertRule, period: PeriodSpan | null, asked: Found): Judged {
  const { found, world } = asked;
  const { owner, scope, limit, metric } = rule;
  const measured = found?.figure && measure(found.figure, { metric: metricName(rule), limit });
  const unit = rule.basis === 'pace' ? '%' : unitOf(measured, metricName(rule));
  const notes: AlertNotes = {
    unit,
    limit: rule.basis === 'pace' ? undefined : limit,
    freshness: found === undefined ? 'never read' : readText(found),
    owner: usageOwner(owner, scope, world),
  };
  return {
    ...{ rule, scope: scopeName(rule), period, side: 'over' },
    verdict: verdictOf(rule, period, { ...asked, measured }),
    labels: { ...spendLabels(rule), metric: metric.of === 'usage' ? (metric.name ?? '') : '' },
    notes,
    trace: figureTrace(found, measured),
  };
}

/** Of what the readings came to, whatever the rule makes of it. */
export function figureTrace(
  found: FigureOrReason | undefined,
  measured: Measured | undefined,
): Trace | undefined {
  if (found?.figure === undefined || measured === undefined) return undefined;
  return measured.reason === undefined ? usageTrace(found.figure, measured.value) : undefined;
}

/** That of the value; where there is none, the one that the name of the metric says. */
export function unitOf(measured: Measured | undefined, metric: string): string | undefined {
  const isKnown = measured !== undefined && measured.reason === undefined;
  return isKnown ? measured.unit : unitInName(metric);
}

function metricName({ metric, name }: AlertRule): string {
  return metric.of === 'usage' ? (metric.name ?? name) : name;
}

export function readText({ figure, none }: FigureOrReason): string {
  const ms = figure?.endMs ?? none?.newestMs;
  const sources = figure === undefined ? '' : ` (${figure.sources.join(', ')})`;
  return ms === undefined ? 'never read' : `read ${formatInstant(ms)}${sources}`;
}

type Reading = Found & Readonly<{ measured: Measured | undefined }>;

function verdictOf(
  rule: AlertRule,
  period: PeriodSpan | null,
  { found, isKnown, measured, world }: Reading,
): Verdict {
  const lines = linesOf(rule);
  const untilMs = Math.min(world.nowMs, period?.span.endMs ?? world.nowMs);
  const limitMs = rule.freshnessMs ?? READINGS_FRESH_MS;
  if (found === undefined && isKnown) {
    return without('waiting', { ...lines, reason: 'nothing of it had been read by then' });
  }
  if (found === undefined) {
    return without('stale', { ...lines, reason: 'unknown: there is no reading of it' });
  }
  if (found.figure === undefined) {
    const kind = isAwaited(found.none, untilMs - limitMs) ? 'waiting' : 'stale';
    return without(kind, { ...lines, reason: `unknown: ${found.none.reason}` });
  }
  if (measured === undefined || measured.reason !== undefined) {
    return without('stale', { ...lines, reason: `unknown: ${measured?.reason ?? ''}` });
  }
  const { figure } = found;
  if (untilMs - figure.endMs > limitMs) {
    return without('stale', { ...lines, reason: `stale: ${readText(found)}` });
  }
  return basisVerdict(rule, period, { figure, measured, lines });
}

/** Nobody is late with the first reading of a period that has only begun. */
function isAwaited({ code, newestMs }: NoFigure, sinceMs: number): boolean {
  return code === 'no-reading' && newestMs !== undefined && newestMs >= sinceMs;
}

type Basis = Readonly<{
  figure: UsageFigure;
  measured: Extract<Measured, { value: bigint }>;
  lines: ReturnType<typeof linesOf>;
}>;

function basisVerdict(
  rule: AlertRule,
  period: PeriodSpan | null,
  { figure, measured, lines }: Basis,
): Verdict {
  const { value, unit } = measured;
  const { limit, basis } = rule;
  const compared = (units: bigint) =>
    limit === undefined
      ? readingText(units, unit)
      : `${readingText(units, unit)}, ${shareText(units, limit)} of ${readingText(limit, unit)}`;
  if (period === null || (basis !== 'pace' && basis !== 'forecast')) {
    return valued(value, { ...lines, reason: clauses(compared(value)) });
  }
  const startMs = period.range.start * DAY_MS;
  const [elapsed, whole] = [figure.endMs - startMs, period.span.endMs - startMs];
  if (elapsed < DAY_MS && elapsed < whole) {
    return without('waiting', { ...lines, reason: 'not a day of it has been read yet' });
  }
  if (basis === 'pace') {
    const pace = paceOf({ units: value, limit: limit!, elapsed, whole });
    return valued(pace, { ...lines, reason: `${percentText(pace)} of pace: ${compared(value)}` });
  }
  const projected =
    figure.kind === 'level' ? value : (value * BigInt(whole)) / BigInt(Math.max(elapsed, 1));
  const reason = `${compared(projected)}, projected from ${readingText(value, unit)}`;
  return valued(projected, { ...lines, reason });
}
