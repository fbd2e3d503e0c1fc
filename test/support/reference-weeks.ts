/**
 * The reference case as charges: weeks 49 to 52 of 2025, ten sources, 42.15 USD in week 52. The
 * same amounts as the files of `fixtures/charges`, stated here by the week.
 */
import type { ChargeRecord } from '../../packs/finance/adapters/memory/charge-record.ts';
import { addDays, formatDay, parseDay } from '../../packs/finance/core/day.ts';
import { formatExact, parseUnits, shareOfDays } from '../../packs/finance/core/money.ts';
import type { Freshness } from '../../packs/finance/ports/state.ts';
import { type ChargeChange, charge } from './charge.ts';

const MONDAYS = ['2025-12-01', '2025-12-08', '2025-12-15', '2025-12-22'] as const;

/** Daily charges that add up to an amount per week, of weeks 49 to 52. */
function daily(weeks: readonly string[], change: ChargeChange): ChargeRecord[] {
  return weeks.flatMap((amount, week) =>
    Array.from({ length: 7 }, (_, day) =>
      charge({
        ...change,
        day: formatDay(addDays(parseDay(MONDAYS[week]!), day)),
        cost: formatExact(shareOfDays(parseUnits(amount), 7, day, day + 1)),
      }),
    ),
  );
}

function service(source: string, ServiceName: string, ServiceProviderName: string): ChargeChange {
  return { source, ServiceName, ServiceProviderName };
}

const FREE = ['0', '0', '0', '0'];

export function referenceCharges(): ChargeRecord[] {
  const domain = service('domain', 'Domain', 'Registrar');
  const accrual = { ...domain, days: 7, BilledCost: '0', EffectiveCost: '0.30' };
  return [
    ...daily(['25.00', '32.00', '38.50', '28.15'], service('openai', 'OpenAI API', 'OpenAI')),
    ...daily(['5.00', '5.00', '5.00', '5.00'], service('railway', 'Railway', 'Railway')),
    ...daily(['4.50', '4.20', '5.00', '4.70'], {
      ...service('ollama', 'Ollama', 'Local'),
      x_CostSource: 'derived_price_card',
    }),
    ...MONDAYS.map((day) =>
      charge({ ...service('github', 'GitHub Pro', 'GitHub'), day, days: 7, cost: '4.00' }),
    ),
    charge({ ...domain, day: '2025-12-14', BilledCost: '15.00', EffectiveCost: '0' }),
    charge({ ...accrual, day: '2025-12-15' }),
    charge({ ...accrual, day: '2025-12-22' }),
    ...['Supabase', 'Vercel', 'Upstash', 'Sentry', 'Cloudflare'].flatMap((name) =>
      daily(FREE, service(name.toLowerCase(), name, name)),
    ),
  ];
}

/** Every source imported on the day after, complete through `day`. */
export function freshThrough(charges: readonly ChargeRecord[], day: string): readonly Freshness[] {
  const sources = [...new Set(charges.map(({ source }) => source))].sort();
  return sources.map((source) => ({
    source,
    skipped: 0,
    completeThrough: parseDay(day),
    importedAt: new Date('2025-12-29T08:00:00Z'),
  }));
}
