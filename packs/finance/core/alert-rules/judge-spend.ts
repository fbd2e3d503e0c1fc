/** Budgets and costs of services: an amount of a period against the steps of its ladder. */

import type { Scope } from '../alert-config/config.ts';
import type { AlertRule } from '../alert-config/rule.ts';
import type { Labels } from '../alert-state/silence.ts';
import { daysIn } from '../day.ts';
import { divideHalfEven, ONE } from '../money.ts';
import { clauses, moneyText, percentText } from './amount-text.ts';
import {
  type Cost,
  completeUnits,
  costOf,
  latenessOf,
  ownerOf,
  type Purse,
  purseOf,
  throughText,
} from './cost.ts';
import { type Judged, type Verdict, valued, type World, without } from './judged.ts';
import { paceOf, projectRunRate, shareOf } from './project.ts';
import { type ChargeBasis, chargeBasis } from './question.ts';
import { chargesTrace } from './trace.ts';

/** The rules of one ladder, of each period that is open. */
export function judgeSpend(rules: readonly AlertRule[], world: World): readonly Judged[] {
  const { metric, period, limit } = rules[0]!;
  if (metric.of !== 'cost' || metric.currency === undefined || period === undefined) return [];
  const { currency } = metric;
  const bases = Map.groupBy(rules, chargeBasis);
  return [...bases].flatMap(([basis, each]) => {
    const purse = purseFor(rules[0]!, { basis, currency }, world);
    return world.spansOf(period, purse.feeds.sources).flatMap((span) => {
      const cost = costOf(purse, span, world);
      // Steps of one basis stand beside the same amount.
      const measured = new Map(
        [...new Set(each.map((rule) => rule.basis))].map((one) => [
          one,
          measureOf({ basis: one, limit }, cost),
        ]),
      );
      return each.map((rule) =>
        judgedOf(rule, { cost, measured: measured.get(rule.basis)! }, world),
      );
    });
  });
}

/** The charges that a budget or a service is about. */
export function purseFor(
  { scope }: Pick<AlertRule, 'scope'>,
  { basis, currency }: Readonly<{ basis: ChargeBasis; currency: string }>,
  world: World,
): Purse {
  const charges = world.charges.get(basis)!;
  const series = scope.of === 'all' ? charges.series : charges.matching(matchOf(scope));
  const names = namesOf(scope);
  return purseOf({ charges, currency, series, isAll: scope.of === 'all', names }, world);
}

function namesOf(scope: Scope): readonly string[] {
  return scope.of === 'service' ? [scope.service, scope.provider] : [];
}

function matchOf(scope: Scope) {
  return scope.of === 'service' || scope.of === 'charges' ? scope.match : [];
}

type Compared = Readonly<{ cost: Cost; measured: Measured }>;

function judgedOf(rule: AlertRule, compared: Compared, world: World): Judged {
  const { cost } = compared;
  const { period } = cost;
  const isPace = rule.basis === 'pace';
  const { currency: _, ...paced } = cost.notes;
  return {
    ...{ rule, scope: scopeName(rule), period, side: 'over' },
    verdict: verdictOf(rule, compared, world),
    labels: spendLabels(rule),
    notes: {
      ...(isPace ? { ...paced, unit: '%' } : { ...cost.notes, limit: rule.limit }),
      owner: ownerOf(rule.owner, cost),
    },
    trace: chargesTrace(cost),
  };
}

/** `all`, the service, or the budget that says which charges are its own. */
export function scopeName({ scope, name }: Pick<AlertRule, 'scope' | 'name'>): string {
  if (scope.of === 'service') return scope.service;
  return scope.of === 'all' ? scope.of : name;
}

/** `limit: reached` is of steps at or above the limit: there is nothing left to forecast then. */
export function spendLabels({ scope, threshold, limit, ladder }: AlertRule): Labels {
  const isAtLimit =
    threshold.by === 'percent'
      ? threshold.percent >= 100n * ONE
      : threshold.by === 'amount' && limit !== undefined && threshold.units >= limit;
  return {
    ...(scope.of === 'service' ? { service: scope.service, provider: scope.provider } : {}),
    ...(isAtLimit ? { limit: 'reached' } : {}),
    subject: ladder,
  };
}

/** Where a step fires and clears, in the unit of what is compared. */
export function linesOf(rule: AlertRule): Readonly<{ fire: bigint; clear: bigint }> {
  const { threshold, limit, clearPercent, basis } = rule;
  const isPace = basis === 'pace';
  const ofLimit = (percent: bigint) => (isPace ? percent : shareOf(limit ?? 0n, percent));
  const fire =
    threshold.by === 'percent'
      ? ofLimit(threshold.percent)
      : threshold.by === 'amount'
        ? threshold.units
        : (limit ?? 0n);
  const clear = clearPercent === undefined ? fire : ofLimit(clearPercent);
  return { fire, clear: clear < fire ? clear : fire };
}

function verdictOf(rule: AlertRule, { cost, measured }: Compared, { asOf }: World): Verdict {
  const lines = linesOf(rule);
  const { obstacle } = cost;
  const late = latenessOf(cost, rule, asOf);
  if (late !== undefined && !late.isPartial) {
    return without('stale', { ...lines, reason: late.reason });
  }
  if (obstacle !== undefined) {
    const { kind, reason } = late === undefined ? obstacle : { kind: 'stale' as const, ...late };
    return without(kind, { ...lines, reason });
  }
  if (measured.value === undefined) {
    const kind = late === undefined ? 'waiting' : 'stale';
    return without(kind, { ...lines, reason: clauses(late?.reason, measured.reason) });
  }
  const reason = clauses(measured.reason, strangerText(rule, cost), cost.remarks, late?.reason);
  // What is missing can only add to it; to a pace it may add days as well.
  const isReached = measured.value >= lines.fire;
  const isEnough = isReached
    ? late === undefined || rule.basis !== 'pace'
    : late === undefined && cost.gap === undefined;
  if (isEnough) return valued(measured.value, { ...lines, reason });
  const soFar = `so far ${measured.reason}`;
  return without('stale', { ...lines, reason: clauses(late?.reason, cost.gap, soFar) });
}

/** A name that is mistyped would be quiet for ever. */
function strangerText({ scope }: AlertRule, { purse }: Cost): string | undefined {
  if (scope.of !== 'service' || purse.series.length > 0) return undefined;
  return `no charge is of ${scope.provider}`;
}

type Measured = Readonly<{ value: bigint | undefined; reason: string }>;

function measureOf({ limit, basis }: Pick<AlertRule, 'limit' | 'basis'>, cost: Cost): Measured {
  const { purse, spend, complete, period } = cost;
  const { currency } = purse;
  const days = daysIn(period.range);
  const money = (units: bigint) => moneyText(units, currency);
  const compared = (units: bigint) =>
    limit === undefined
      ? money(units)
      : `${money(units)}, ${shareText(units, limit)} of ${money(limit)}`;
  switch (basis) {
    case 'effective':
    case 'billed':
      return { value: spend.units, reason: compared(spend.units) };
    case 'forecast': {
      const units = completeUnits(cost);
      const asked = { units, complete, until: days, period: period.period };
      const projected = projectRunRate(asked);
      if (projected.units === undefined) return { value: undefined, reason: projected.reason };
      // The days that are not complete are spent as well.
      const value = projected.units > spend.units ? projected.units : spend.units;
      const from = `projected from ${money(units)} ${throughText(cost)}`;
      return { value, reason: `${compared(value)}, ${from}` };
    }
    case 'pace': {
      if (complete === 0) return { value: undefined, reason: 'no day of it is complete yet' };
      const units = completeUnits(cost);
      const value = paceOf({ units, limit: limit!, elapsed: complete, whole: days });
      const used = `${shareText(units, limit!)} of ${money(limit!)}`;
      const reason = `${percentText(value)} of pace: ${used} in ${complete} of ${days} days`;
      return { value, reason };
    }
    default:
      return basis satisfies never;
  }
}

export function shareText(units: bigint, limit: bigint): string {
  return percentText(divideHalfEven(units * 100n * ONE, limit));
}
