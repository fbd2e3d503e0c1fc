/**
 * Where an amount stands at the end of its period if it goes on as it did, and how that compares
 * with the time that has passed. The straight line is the least that can be said; a model of
 * weekdays or trends can take the place of `projectRunRate` and answers the same.
 */
import type { AlertPeriod } from '../alert-config/period.ts';
import { divideHalfEven, ONE } from '../money.ts';

export type Projected =
  | Readonly<{ units: bigint; reason?: undefined }>
  | Readonly<{ units?: undefined; reason: string }>;

/**
 * Fewer complete days than these say nothing of the rest: the first of a month holds the
 * subscriptions, and one day of a week is no week (OCI, too, projects from the third day on).
 */
export const PROJECTED_FROM_DAYS: Readonly<Record<AlertPeriod, number>> = {
  day: 1,
  week: 2,
  month: 3,
};

/** `units` of the first `complete` of `days` days, at the same rate through day `until`. */
export function projectRunRate(
  asked: Readonly<{ units: bigint; complete: number; until: number; period: AlertPeriod }>,
): Projected {
  const { units, complete, until, period } = asked;
  const least = PROJECTED_FROM_DAYS[period];
  if (complete < least) {
    const days = least === 1 ? 'one complete day' : `${least} complete days`;
    return { reason: `a ${period} is projected from ${days} on, and ${complete} are there` };
  }
  return { units: units + divideHalfEven(units * BigInt(until - complete), BigInt(complete)) };
}

/**
 * Used ÷ elapsed, in 1e-12 of a percent and rounded down: at least a threshold exactly when the
 * pace is.
 */
export function paceOf(
  asked: Readonly<{ units: bigint; limit: bigint; elapsed: number; whole: number }>,
): bigint {
  const { units, limit, elapsed, whole } = asked;
  const [top, bottom] = [units * BigInt(whole) * 100n * ONE, limit * BigInt(elapsed)];
  const quotient = top / bottom;
  return top % bottom < 0n ? quotient - 1n : quotient;
}

/** Rounded up: an amount reaches a share exactly when it reaches this. */
export function shareOf(whole: bigint, percent: bigint): bigint {
  const [top, bottom] = [whole * percent, 100n * ONE];
  const quotient = top / bottom;
  return top % bottom > 0n ? quotient + 1n : quotient;
}
