/**
 * Anomalies: each complete day of each service, and of each usage metric, beside the days before.
 *
 * A day is looked at once it is complete: half a day is no dip, and its morning no spike. With
 * fewer than a week before it nothing is normal yet.
 */

import type { AlertRule } from '../alert-config/rule.ts';
import { decimalsOf } from '../currency.ts';
import { divideHalfEven, ONE } from '../money.ts';
import { compareText } from '../order.ts';
import { clauses, moneyText, percentText, readingText } from './amount-text.ts';
import type { Charges, Series } from './charges.ts';
import { type Cost, costOf, latenessOf, ownerOf, purseOf } from './cost.ts';
import { type Judged, type Verdict, valued, type World, without } from './judged.ts';
import { type Normal, normalOf } from './normal.ts';
import { shareOf } from './project.ts';
import { baselineDays, chargeBasis } from './question.ts';
import { chargesTrace } from './trace.ts';

export const LEARNING_DAYS = 7;

/**
 * A rise of less is nobody's concern, however many times normal it is: one unit of money (of a
 * currency with cents), as the bills that vendors watch go.
 */
function floorOf(currency: string): bigint {
  return 10n ** BigInt(12 - decimalsOf(currency)) * 100n;
}

export function judgeSpikes(rules: readonly AlertRule[], world: World): readonly Judged[] {
  return rules.flatMap((rule) => {
    const charges = world.charges.get(chargeBasis(rule))!;
    const services = [...servicesIn(charges, world)].sort(([a], [b]) => compareText(a, b));
    return services.flatMap(([, each]) => judgeService(rule, { ...each, charges }, world));
  });
}

type Service = Readonly<{ name: string; currency: string; series: readonly Series[] }>;

/** As budgets.yaml names them, else as their charges do; one currency each. */
function servicesIn({ series }: Charges, { classifier, budgets }: World): Map<string, Service> {
  const found = new Map<string, { name: string; currency: string; series: Series[] }>();
  for (const each of series) {
    const service = classifier.serviceOf(each.key);
    const name =
      service === undefined ? classifier.nameOf(each.key) : budgets.services[service]!.name;
    if (name === null) continue;
    const id = JSON.stringify([name, each.currency]);
    const known = found.get(id) ?? { name, currency: each.currency, series: [] };
    known.series.push(each);
    found.set(id, known);
  }
  return found;
}

function judgeService(
  rule: AlertRule,
  { name, currency, series, charges }: Service & Readonly<{ charges: Charges }>,
  world: World,
): readonly Judged[] {
  const { budgets } = world;
  const purse = purseOf({ charges, series, currency, isAll: false, names: [] }, world);
  const known = budgets.services.find((each) => each.name === name);
  const category = known?.category;
  const isMain = currency === budgets.currency;
  return world.spansOf('day', purse.feeds.sources).map((period) => {
    const cost = costOf(purse, period, world);
    const days = daysBefore(cost, baselineDays(world.config));
    return {
      ...{ rule, scope: isMain ? name : `${name} (${currency})`, period, side: 'over' },
      verdict: spikeVerdict(rule, { cost, days }, world),
      labels: {
        service: name,
        ...(category === undefined ? {} : { category }),
      },
      notes: { ...cost.notes, owner: ownerOf(rule.owner, cost) },
      trace: chargesTrace(cost),
    };
  });
}

/** The amounts of the days before, oldest first, since there was one. */
function daysBefore({ purse, range }: Cost, count: number): readonly bigint[] {
  const { charges, series } = purse;
  const firstDay = series.reduce((day, each) => Math.min(day, each.firstDay), Infinity);
  const start = Math.max(firstDay, range.start - count, charges.period.start);
  return Array.from({ length: Math.max(range.start - start, 0) }, (_, i) => {
    const at = start + i - charges.period.start;
    return series.reduce((sum, { units }) => sum + units[at + 1]! - units[at]!, 0n);
  });
}

type Spike = Readonly<{ cost: Cost; days: readonly bigint[] }>;

function spikeVerdict(rule: AlertRule, { cost, days }: Spike, world: World): Verdict {
  const { period, obstacle, through, purse, spend } = cost;
  const unknown = { fire: undefined, clear: undefined };
  const late = latenessOf(cost, rule, world.asOf);
  if (late !== undefined) return without('stale', { ...unknown, reason: late.reason });
  if (through === undefined) {
    return without('waiting', { ...unknown, reason: `${period.span.label} is not complete yet` });
  }
  if (obstacle !== undefined) return without(obstacle.kind, { ...unknown, ...obstacle });
  return compareDay(rule, { value: spend.units, days, remarks: cost.remarks }, world, {
    floor: floorOf(purse.currency),
    text: (units) => moneyText(units, purse.currency),
  });
}

export type Measure = Readonly<{ floor: bigint; text: (units: bigint) => string }>;

/** One day beside those before it, whatever it counts. */
export function compareDay(
  rule: AlertRule,
  day: Readonly<{ value: bigint; days: readonly bigint[]; remarks: string }>,
  { config }: Pick<World, 'config'>,
  { floor, text }: Measure,
): Verdict {
  const { value, days, remarks } = day;
  if (days.length < LEARNING_DAYS) {
    const reason = `learning: ${days.length} of ${LEARNING_DAYS} days are known before it`;
    return without('waiting', { fire: undefined, clear: undefined, reason });
  }
  const percent = rule.threshold.by === 'percent' ? rule.threshold.percent : 0n;
  const algorithms = config.anomaly?.algorithms ?? [];
  const normal = normalOf(days, { algorithms, percent, floor });
  const base = normal.expected > 0n ? normal.expected : 0n;
  const calm =
    rule.clearPercent === undefined ? normal.line : base + shareOf(base, rule.clearPercent);
  return valued(value, {
    fire: normal.line,
    clear: calm < normal.line ? calm : normal.line,
    reason: clauses(`${text(value)}, ${normalText(value, normal, text)}`, remarks),
  });
}

const WAYS = { moving_average: 'mean', trend_detection: 'trend' } as const;

function normalText(value: bigint, normal: Normal, text: Measure['text']): string {
  const { expected, spread, days, by } = normal;
  const made = `${text(expected)} ± ${text(spread)} (${WAYS[by]} of ${days} days)`;
  if (expected <= 0n) return `normal ${made}`;
  const off = divideHalfEven((value - expected) * 100n * ONE, expected);
  const how = off < 0n ? `${percentText(-off)} below` : `${percentText(off)} above`;
  return `${how} normal ${made}`;
}

export function unitText(unit: string): Measure['text'] {
  return (units) => readingText(roundedReading(units), unit);
}

/** Means of readings have many digits; four places tell enough. */
function roundedReading(units: bigint): bigint {
  return divideHalfEven(units, 10n ** 8n) * 10n ** 8n;
}
