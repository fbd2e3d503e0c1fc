/**
 * The rules of a config: one for each step of each ladder, with an id that stays the same while the
 * file keeps its names and thresholds.
 *
 *     budget/weekly_spend/80          percent of the budget
 *     budget/hard_stop/1000.00        a flat amount
 *     service/openai/daily_cost/15.00 an amount of money, always with its cents
 *     service/supabase/storage/90     percent of the limit
 *     variance/budget_variance  anomaly/cost_spike  forecast/projected_overage
 *
 * No name holds a slash and no ladder mixes percentages with amounts, so no two rules share an id.
 */

import { formatExact } from '../money.ts';
import type { AlertConfig, Ladder, Step, Threshold } from './config.ts';

export type AlertRule = Omit<Ladder, 'id' | 'steps'> &
  Step &
  Readonly<{
    id: string;
    /** The id of its ladder: a higher step mutes the lower ones of the same. */
    ladder: string;
    /** Of its thresholds and values: a currency or the name of a reading; undefined varies. */
    unit: string | undefined;
  }>;

/** All of them, also of sections that are switched off: `isEnabled` says which. */
export function alertRules({ ladders }: Pick<AlertConfig, 'ladders'>): AlertRule[] {
  return ladders.flatMap(rulesOfLadder);
}

function rulesOfLadder(ladder: Ladder): AlertRule[] {
  const { steps, id, ...rest } = ladder;
  const unit = unitOf(ladder);
  return steps.map((step) => ({
    ...rest,
    ...step,
    id: ruleId(ladder, step),
    ladder: id,
    unit,
  }));
}

export function ruleId({ id, kind, metric }: Ladder, { threshold }: Step): string {
  if (kind === 'variance' || kind === 'anomaly' || kind === 'forecast') return id;
  switch (threshold.by) {
    case 'percent':
      return `${id}/${formatExact(threshold.percent, 0)}`;
    case 'amount':
      return `${id}/${formatExact(threshold.units, metric.of === 'cost' ? 2 : 0)}`;
    case 'crossing':
      return id;
    default:
      return threshold satisfies never;
  }
}

function unitOf({ metric }: Ladder): string | undefined {
  return metric.of === 'cost' ? metric.currency : metric.name;
}

/** How high a step is, among those of its ladder. */
export function heightOf(threshold: Threshold): bigint {
  if (threshold.by === 'crossing') return 0n;
  return threshold.by === 'percent' ? threshold.percent : threshold.units;
}
