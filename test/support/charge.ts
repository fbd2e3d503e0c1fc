/**
 * Charges for tests: a valid daily usage charge of 1.00 USD, changed where a test says so.
 *
 * `charge({ day: '2025-12-22', ServiceName: 'Railway', cost: '5.00' })`
 */
import type { ChargeRecord } from '../../packs/finance/adapters/memory/charge-record.ts';
import { addDays, formatDay, parseDay } from '../../packs/finance/core/day.ts';

export type ChargeChange = Readonly<{
  source?: string;
  /** The billing period; else the month of the first day. */
  period?: string;
  /** First UTC day, and how many: a whole charge period. */
  day?: string;
  days?: number;
  /** Sets billed and effective cost alike. */
  cost?: string | null;
  tags?: Readonly<Record<string, unknown>>;
  /** FOCUS and x_ columns by name. */
  [column: Capitalize<string>]: string | null;
  [column: `x_${string}`]: string | null;
}>;

export function charge(change: ChargeChange = {}): ChargeRecord {
  const { source, period, day = '2025-12-22', days = 1, cost = '1.00', tags, ...columns } = change;
  const start = parseDay(day);
  const dated: Record<string, string | null> = {
    ChargePeriodStart: `${day}T00:00:00Z`,
    ChargePeriodEnd: `${formatDay(addDays(start, days))}T00:00:00Z`,
    ...(columns as Record<string, string | null>),
  };
  return {
    source: source ?? 'demo',
    period: period ?? dated.ChargePeriodStart!.slice(0, 7),
    columns: {
      BilledCost: cost,
      EffectiveCost: cost,
      BillingCurrency: 'USD',
      ChargeCategory: 'Usage',
      ServiceName: 'Demo Service',
      ServiceProviderName: 'Demo',
      Tags: tags === undefined ? null : JSON.stringify(tags),
      x_CostSource: 'provider_billed',
      ...dated,
    },
  };
}
