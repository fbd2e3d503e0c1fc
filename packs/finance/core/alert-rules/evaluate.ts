/**
 * One evaluation of all rules: (config, budgets, ledger, readings, what is remembered, now) -> what
 * each rule comes to, the alerts that are watched, and the terms of their delivery. Pure: the same
 * input gives the same output, in whatever order it comes.
 */

import type { AlertConfig } from '../alert-config/config.ts';
import { type AlertRule, alertRules } from '../alert-config/rule.ts';
import type { Delivery } from '../alert-state/advance.ts';
import type { AlertMemory } from '../alert-state/memory.ts';
import type { WatchedAlert } from '../alert-state/watch.ts';
import type { BudgetsConfig } from '../budget.ts';
import { compileBudgets } from '../classify.ts';
import type { Day } from '../day.ts';
import { compareText } from '../order.ts';
import { compareTotals, type UsageTotal, usageFigures } from '../usage/figure.ts';
import { type ChargeCell, type Charges, indexCharges } from './charges.ts';
import { deliveryTerms } from './delivery.ts';
import { judgeSpikes } from './judge-anomaly.ts';
import { judgeForecast } from './judge-forecast.ts';
import { judgeUsageSpikes } from './judge-growth.ts';
import { judgeSpend } from './judge-spend.ts';
import { judgeUsage } from './judge-usage.ts';
import { judgeVariance } from './judge-variance.ts';
import { type Judged, type World, without } from './judged.ts';
import {
  type ChargeBasis,
  type EvaluationQuestion,
  evaluationQuestion,
  windowFinder,
} from './question.ts';
import type { SourceFreshness } from './source.ts';
import { openSpans } from './span.ts';
import { dataAlerts, type Evaluated, watchedOf } from './watched.ts';

export type AlertInput = Readonly<{
  config: AlertConfig;
  budgets: BudgetsConfig;
  /** The last day that counts: today, or an earlier one to look back from. */
  asOf: Day;
  nowMs: number;
  /** The answers to `evaluationQuestion`, by basis. */
  cells: ReadonlyMap<ChargeBasis, readonly ChargeCell[]>;
  readings: readonly UsageTotal[];
  /** Of the sources that the ledger holds. */
  freshness: readonly SourceFreshness[];
}>;

/** Without what is remembered: it can be worked out before the store is locked. */
export function judgeAlerts(input: AlertInput): readonly Judged[] {
  if (!input.config.isEnabled) return [];
  const world = worldOf(input);
  const rules = alertRules(input.config).filter(({ isEnabled }) => isEnabled);
  const ladders = Map.groupBy(rules, ({ ladder }) => ladder);
  return [...ladders.values()].flatMap((each) => judgeLadder(each, world));
}

type AlertEvaluation = Readonly<{
  evaluated: readonly Evaluated[];
  /** All of them, with those about data that is missing. */
  watched: readonly WatchedAlert[];
  terms: Pick<Delivery, 'routes' | 'inhibit' | 'windows'>;
}>;

export function watchAlerts(
  judged: readonly Judged[],
  {
    config,
    nowMs,
    memory,
  }: Pick<AlertInput, 'config' | 'nowMs'> & Readonly<{ memory: AlertMemory }>,
): AlertEvaluation {
  const evaluated = watchedOf(judged, memory);
  const watched = [...evaluated.map((each) => each.watched), ...dataAlerts(evaluated)];
  return { evaluated, watched, terms: deliveryTerms(config, nowMs) };
}

function worldOf(input: AlertInput): World {
  const { config, budgets, asOf, nowMs } = input;
  const question = evaluationQuestion(input);
  const figures = usageFigures(input.readings.toSorted(compareTotals));
  const find = windowFinder(question.windows);
  const none = new Map();
  return {
    ...{ config, budgets, asOf, nowMs, classifier: compileBudgets(budgets) },
    spansOf: spansAt({ asOf, nowMs }),
    charges: chargesOf(input, question),
    freshness: input.freshness.toSorted((a, b) => compareText(a.source, b.source)),
    usageIn: (window) => {
      const at = find(window);
      if (at === undefined) throw new RangeError('a window of readings that was not asked for');
      return figures.get(at) ?? none;
    },
  };
}

/** Of a thousand rules most have the same feeds. */
function spansAt(clock: Pick<AlertInput, 'asOf' | 'nowMs'>): World['spansOf'] {
  const known = new Map<string, ReturnType<World['spansOf']>>();
  return (period, feeds = []) => {
    const id = JSON.stringify([period, ...feeds.map(({ source }) => source)]);
    const found = known.get(id) ?? openSpans(period, { ...clock, feeds });
    known.set(id, found);
    return found;
  };
}

function chargesOf(
  { cells }: AlertInput,
  { charges }: EvaluationQuestion,
): ReadonlyMap<ChargeBasis, Charges> {
  return new Map(
    charges.map((each) => {
      const found = cells.get(each.basis);
      if (found === undefined) throw new RangeError(`no charges on the basis ${each.basis}`);
      return [each.basis, indexCharges(found, each)];
    }),
  );
}

function judgeLadder(rules: readonly AlertRule[], world: World): readonly Judged[] {
  const found = judged(rules, world);
  return found.length > 0 ? found : rules.map((rule) => nothingToWatch(rule, world));
}

function judged(rules: readonly AlertRule[], world: World): readonly Judged[] {
  const { kind, metric } = rules[0]!;
  switch (kind) {
    case 'budget':
      return judgeSpend(rules, world);
    case 'service':
      return metric.of === 'cost' ? judgeSpend(rules, world) : judgeUsage(rules, world);
    case 'variance':
      return judgeVariance(rules, world);
    case 'anomaly':
      return metric.of === 'cost' ? judgeSpikes(rules, world) : judgeUsageSpikes(rules, world);
    case 'forecast':
      return judgeForecast(rules, world);
    default:
      return kind satisfies never;
  }
}

/** A rule about many things of which there is none is still told of. */
function nothingToWatch(rule: AlertRule, { freshness }: World): Judged {
  const isUnknown =
    rule.kind === 'anomaly' && (rule.metric.of === 'usage' || freshness.length === 0);
  // Readings of today may well be there: their day is looked at when it is over.
  const none =
    rule.metric.of === 'usage'
      ? 'no day that is over has a reading yet'
      : 'there are no charges yet';
  const reason = isUnknown ? `unknown: ${none}` : 'there is nothing to watch';
  const unknown = { fire: undefined, clear: undefined, reason };
  return {
    ...{ rule, scope: rule.scope.of, period: null, side: 'over' },
    verdict: without(isUnknown ? 'stale' : 'waiting', unknown),
    labels: {},
    notes: {},
    trace: undefined,
  };
}
