/** What a charges file holds, read back from the file itself: rows, control totals, days. */
import type { Day } from '../../core/day.ts';
import { parseUnits } from '../../core/money.ts';
import type { Session } from './session.ts';
import { chargesIn } from './sql.ts';

/** The longest civil day: a local day with a clock change has 25 hours. */
export const DAILY = `INTERVAL 25 HOUR`;

/** Last UTC day a charge touches. */
export const LAST_DAY = `CAST(ChargePeriodEnd - INTERVAL 1 MICROSECOND AS DATE)`;

/** ΣBilledCost per provider and currency over several files, sorted. */
export async function summarizeProviders(
  session: Session,
  paths: readonly string[],
): Promise<readonly Readonly<{ provider: string; currency: string; units: bigint }>[]> {
  if (paths.length === 0) return [];
  const rows = await session.rows(`
    SELECT COALESCE(ServiceProviderName, '') AS provider, BillingCurrency AS currency,
      CAST(sum(BilledCost) AS VARCHAR) AS billed
    FROM ${chargesIn(...paths)} GROUP BY ALL ORDER BY provider, currency`);
  return rows.map(({ provider, currency, billed }) => ({
    provider: String(provider),
    currency: String(currency),
    units: parseUnits(String(billed)),
  }));
}

export type Summary = Readonly<{
  rows: number;
  totals: readonly Readonly<{ currency: string; units: bigint }>[];
  firstDay: Day;
  lastDay: Day;
  lastDaily: Day | undefined;
}>;

/** Undefined for a file without rows. */
export async function summarize(session: Session, path: string): Promise<Summary | undefined> {
  const rows = await session.rows(`
    SELECT BillingCurrency AS currency,
      count(*)::INTEGER AS rows,
      CAST(sum(BilledCost) AS VARCHAR) AS billed,
      (min(CAST(ChargePeriodStart AS DATE)) - DATE '1970-01-01')::INTEGER AS first_day,
      (max(${LAST_DAY}) - DATE '1970-01-01')::INTEGER AS last_day,
      (max(CAST(ChargePeriodStart AS DATE))
        FILTER (WHERE ChargePeriodEnd - ChargePeriodStart <= ${DAILY})
        - DATE '1970-01-01')::INTEGER AS last_daily
    FROM ${chargesIn(path)} GROUP BY BillingCurrency ORDER BY BillingCurrency`);
  if (rows.length === 0) return undefined;
  const numbers = (name: string): number[] =>
    rows.map((row) => row[name]).filter((value): value is number => typeof value === 'number');
  const lastDaily = numbers('last_daily');
  return {
    rows: numbers('rows').reduce((a, b) => a + b, 0),
    totals: rows.map((row) => ({
      currency: String(row.currency),
      units: parseUnits(String(row.billed)),
    })),
    firstDay: Math.min(...numbers('first_day')) as Day,
    lastDay: Math.max(...numbers('last_day')) as Day,
    lastDaily: lastDaily.length === 0 ? undefined : (Math.max(...lastDaily) as Day),
  };
}
