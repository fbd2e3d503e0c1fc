/**
 * The period over which a budget or a metric counts, and after which it starts anew: a UTC day, an
 * ISO week or a UTC month. A name says it (`weekly_spend`, `monthly_cost`, `daily_commands`), an
 * explicit period wins, and what has neither is a level that simply is: storage, connections.
 */
export const ALERT_PERIODS = ['day', 'week', 'month'] as const;

export type AlertPeriod = (typeof ALERT_PERIODS)[number];

const WORDS: ReadonlyMap<string, AlertPeriod> = new Map([
  ['daily', 'day'],
  ['weekly', 'week'],
  ['monthly', 'month'],
]);

/** The words of a name: `weekly_spend` is weekly and spend. */
export function wordsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[_\-/\s]+/)
    .filter((word) => word !== '');
}

/** Undefined where a name says no period, or two. */
export function periodInName(name: string): AlertPeriod | undefined {
  const said = new Set(wordsOf(name).flatMap((word) => WORDS.get(word) ?? []));
  return said.size === 1 ? [...said][0] : undefined;
}

/** `daily` for a day. */
export function periodWord(period: AlertPeriod): string {
  return [...WORDS].find(([, each]) => each === period)![0];
}

/** Whether a metric is money from the ledger; every other is a usage reading. */
export function isCostMetric(metric: string): boolean {
  return /^((daily|weekly|monthly)_)?(spend|cost)$/.test(metric);
}
