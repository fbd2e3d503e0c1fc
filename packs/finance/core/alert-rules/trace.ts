/**
 * What tells a restatement: what was seen of a value, written down with its alert, against what is
 * told of the same days or the same reading now.
 */
import { addDays, type Day, dayRange, formatDay, parseDay } from '../day.ts';
import type { UsageFigure } from '../usage/figure.ts';
import { formatInstant, parseInstant } from '../usage/instant.ts';
import { spendOf } from './charges.ts';
import type { Cost } from './cost.ts';

export type Trace = Readonly<{
  /** Of when it is: the last day of charges, or what a reading is of. */
  through: string;
  /** What it came to then, in 1e-12; undefined where that cannot be told. */
  seen: string | undefined;
  /** Whether what an earlier trace had seen is told differently now. */
  isRestated(through: string, seen: string): boolean;
}>;

/**
 * What the same days hold now, beside what they held when they were looked at. Days that are not
 * complete fill up, so only less than there was is a restatement: more is what days are like.
 */
export function chargesTrace({ purse, range }: Pick<Cost, 'purse' | 'range'>): Trace {
  const { charges, series, currency } = purse;
  const { start, end } = range;
  const amountAt = (through: Day): bigint | undefined => {
    if (through < start || through >= end) return undefined;
    const asked = { range: dayRange(start, addDays(through, 1)), period: charges.period };
    return spendOf(series, { ...asked, currency }).units;
  };
  const last = addDays(end, -1);
  return {
    through: formatDay(last),
    seen: amountAt(last)?.toString(),
    isRestated: (through, seen) => {
      const now = amountAt(parseDay(through));
      return now !== undefined && now < BigInt(seen);
    },
  };
}

/**
 * A reading of the same instant that says something else is a restatement, and so is a sum or a
 * counter that is less than it was: both only grow. A level may really have fallen.
 *
 * `value` is in the unit of the rule, so that readings in kB and MB compare.
 */
export function usageTrace({ kind, sinceMs, endMs }: UsageFigure, value: bigint): Trace {
  const since = formatInstant(sinceMs);
  const grows = (from: string): boolean =>
    kind === 'amount' || (kind === 'running' && from === since);
  return {
    through: `${since}/${formatInstant(endMs)}`,
    seen: value.toString(),
    isRestated: (through, seen) => {
      const [from = '', until = ''] = through.split('/');
      const before = BigInt(seen);
      const untilMs = parseInstant(until);
      if (untilMs === endMs) return value !== before;
      return untilMs < endMs && grows(from) && value < before;
    },
  };
}
