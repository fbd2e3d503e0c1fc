/**
 * What may be odd about charges that are valid one by one: a test over the ledger's columns, and a
 * sentence with the number of rows.
 */
import { formatExact } from '../../../core/money.ts';
import type { ImportWarning } from '../../../ports/intake.ts';

type Quirk = Readonly<{ code: string; test: string; message: (rows: number) => string }>;

/** Absolute and relative slack of "unit price times quantity", for prices that were rounded. */
const PRICE_TOLERANCE = '1e-9';

const IS_CORRECTION = `ChargeClass IS NOT DISTINCT FROM 'Correction'`;

export const QUIRKS: readonly Quirk[] = [
  {
    code: 'effective-unknown',
    test: 'EffectiveCost IS NULL',
    message: (n) => `${rowsHave(n)} no EffectiveCost; missing from the effective basis`,
  },
  {
    code: 'service-unknown',
    test: 'ServiceName IS NULL',
    message: (n) => `${rowsHave(n)} no ServiceName`,
  },
  {
    code: 'outside-billing-period',
    test:
      `NOT (${IS_CORRECTION}) AND ` +
      '(ChargePeriodStart >= BillingPeriodEnd OR ChargePeriodEnd <= BillingPeriodStart)',
    message: (n) => `a charge lies outside its billing period and is no correction in ${rows(n)}`,
  },
  {
    code: 'billing-period-odd',
    test: `BillingPeriodStart <> date_trunc('month', BillingPeriodStart)`,
    message: (n) => `${rowsHave(n)} a billing period that does not start with a month`,
  },
  {
    code: 'region-without-id',
    test: 'RegionId IS NULL AND RegionName IS NOT NULL',
    message: (n) => `${rowsHave(n)} a RegionName but no RegionId`,
  },
  {
    code: 'zone-is-a-number',
    test: 'TRY_CAST(AvailabilityZone AS DOUBLE) IS NOT NULL',
    message: (n) => `AvailabilityZone holds a number in ${rows(n)}: a shifted column?`,
  },
  {
    code: 'price-times-quantity',
    test:
      `NOT (${IS_CORRECTION}) AND abs(CAST(ListUnitPrice AS DOUBLE) * ` +
      'CAST(PricingQuantity AS DOUBLE) - CAST(ListCost AS DOUBLE)) ' +
      `> ${PRICE_TOLERANCE} + ${PRICE_TOLERANCE} * abs(CAST(ListCost AS DOUBLE))`,
    message: (n) =>
      `ListCost is not ListUnitPrice × PricingQuantity in ${rows(n)} ` +
      `(tolerance ${PRICE_TOLERANCE})`,
  },
  {
    code: 'purchase-by-usage',
    test: `ChargeCategory = 'Purchase' AND ChargeFrequency = 'Usage-Based'`,
    message: (n) => `a purchase claims to be Usage-Based in ${rows(n)}`,
  },
  {
    code: 'tags-malformed',
    test: 'Tags IS NOT NULL AND NOT json_valid(Tags)',
    message: (n) => `Tags is no JSON object in ${rows(n)}; these rows have no tags`,
  },
];

export type ProviderTotals = Readonly<{
  /** Empty where the export names none. */
  provider: string;
  rows: number;
  /** Every EffectiveCost that is known is a whole number. */
  isWhole: boolean;
  /** Rows whose BilledCost is not. */
  fractions: number;
  effective: bigint;
  billed: bigint;
}>;

/** Fewer rows with a fraction could be a coincidence. */
const FRACTIONS_MIN = 10;

/** A known fault of published exports: EffectiveCost rounded to whole units, BilledCost not. */
export function roundedEffectiveCost(totals: ProviderTotals): ImportWarning | undefined {
  const { provider, isWhole, fractions, effective, billed } = totals;
  if (!isWhole || fractions < FRACTIONS_MIN || effective === billed) return undefined;
  return {
    code: 'effective-rounded',
    message:
      `EffectiveCost of ${provider || 'an unnamed provider'} is whole numbers in all ` +
      `${totals.rows} rows (sum ${formatExact(effective, 0)}, billed ${formatExact(billed, 0)}): ` +
      'ask for the billed basis',
  };
}

const rows = (n: number): string => `${n} row${n === 1 ? '' : 's'}`;
const rowsHave = (n: number): string => `${rows(n)} ${n === 1 ? 'has' : 'have'}`;
