/** What a charges file holds, read back from the file itself: rows, control totals, days. */
import type { Day } from '../../core/day.ts';
import { parseUnits } from '../../core/money.ts';
import { compareText } from '../../core/order.ts';
import type { Row, Session } from './session.ts';
import { chargesIn } from './sql.ts';

/** The longest civil day: a local day with a clock change has 25 hours. */
export const DAILY = `INTERVAL 25 HOUR`;

/** Last UTC day a charge touches. */
export const LAST_DAY = `CAST(ChargePeriodEnd - INTERVAL 1 MICROSECOND AS DATE)`;

export type Summary = Readonly<{
  rows: number;
  totals: readonly Readonly<{ currency: string; units: bigint }>[];
  firstDay: Day;
  lastDay: Day;
  /** Last day with a charge of at most 25 hours. */
  lastDaily: Day | undefined;
  /** Last UTC day of the billing periods. */
  lastBilled: Day;
}>;

const EPOCH = `DATE '1970-01-01'`;

/** What `foldSummary` needs of each group, besides `currency` and `billed`. */
export const daysSql = `count(*)::INTEGER AS rows,
      (min(CAST(ChargePeriodStart AS DATE)) - ${EPOCH})::INTEGER AS first_day,
      (max(${LAST_DAY}) - ${EPOCH})::INTEGER AS last_day,
      (CAST(max(BillingPeriodEnd) - INTERVAL 1 MICROSECOND AS DATE) - ${EPOCH}
      )::INTEGER AS last_billed,
      (max(CAST(ChargePeriodStart AS DATE))
        FILTER (WHERE ChargePeriodEnd - ChargePeriodStart <= ${DAILY}) - ${EPOCH}
      )::INTEGER AS last_daily`;

/** Undefined for a file without rows. */
export async function summarize(session: Session, path: string): Promise<Summary | undefined> {
  const rows = await session.rows(`
    SELECT BillingCurrency AS currency, ${daysSql}, CAST(sum(BilledCost) AS VARCHAR) AS billed
    FROM ${chargesIn(path)} GROUP BY ALL`);
  return rows.length === 0 ? undefined : foldSummary(rows);
}

/** Groups of one file, of which there is at least one, put together. */
export function foldSummary(groups: readonly Row[]): Summary {
  const numbers = (name: string): number[] =>
    groups.map((row) => row[name]).filter((value): value is number => typeof value === 'number');
  const byCurrency = Map.groupBy(groups, ({ currency }) => String(currency));
  const lastDaily = numbers('last_daily');
  return {
    rows: numbers('rows').reduce((a, b) => a + b, 0),
    totals: [...byCurrency]
      .map(([currency, each]) => ({
        currency,
        units: each.reduce((sum, { billed }) => sum + parseUnits(String(billed)), 0n),
      }))
      .sort((a, b) => compareText(a.currency, b.currency)),
    firstDay: Math.min(...numbers('first_day')) as Day,
    lastDay: Math.max(...numbers('last_day')) as Day,
    lastBilled: Math.max(...numbers('last_billed')) as Day,
    lastDaily: lastDaily.length === 0 ? undefined : (Math.max(...lastDaily) as Day),
  };
}
