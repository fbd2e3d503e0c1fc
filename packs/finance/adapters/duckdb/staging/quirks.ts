/**
 * What is odd about charges that are valid one by one. Asked of a staged file in one pass; each
 * answer names how many rows and what it means, and none of them stops an import.
 */
import type { ImportWarning } from '../../../ports/intake.ts';
import type { Session } from '../session.ts';
import { chargesIn, identifier } from '../sql.ts';

type Quirk = Readonly<{ code: string; test: string; message: (rows: number) => string }>;

/** Absolute and relative slack of "unit price times quantity", for prices that were rounded. */
const PRICE_TOLERANCE = '1e-9';

const IS_CORRECTION = `ChargeClass IS NOT DISTINCT FROM 'Correction'`;

const QUIRKS: readonly Quirk[] = [
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

export async function findQuirks(
  session: Session,
  paths: readonly string[],
): Promise<ImportWarning[]> {
  if (paths.length === 0) return [];
  const from = chargesIn(...paths);
  const counts = QUIRKS.map(
    ({ code, test }) => `count_if(${test})::INTEGER AS ${identifier(code)}`,
  );
  const [row] = await session.rows(`SELECT ${counts.join(', ')} FROM ${from}`);
  const found = QUIRKS.map((quirk) => ({ quirk, n: Number(row?.[quirk.code] ?? 0) }))
    .filter(({ n }) => n > 0)
    .map(({ quirk, n }) => ({ code: quirk.code, message: quirk.message(n) }));
  return [...found, ...(await roundedEffectiveCosts(session, from))];
}

/**
 * A known fault of published exports: EffectiveCost rounded to whole units while BilledCost is
 * not. Ten rows with a fraction make a coincidence unlikely.
 */
async function roundedEffectiveCosts(session: Session, from: string): Promise<ImportWarning[]> {
  const found = await session.rows(`
    SELECT COALESCE(ServiceProviderName, 'unnamed provider') AS provider,
      count(*)::INTEGER AS n,
      CAST(sum(EffectiveCost) AS VARCHAR) AS effective,
      CAST(sum(BilledCost) AS VARCHAR) AS billed
    FROM ${from} GROUP BY ALL
    HAVING bool_and(EffectiveCost IS NULL OR EffectiveCost = round(EffectiveCost, 0))
      AND count_if(BilledCost <> round(BilledCost, 0)) >= 10
      AND sum(EffectiveCost) IS DISTINCT FROM sum(BilledCost)
    ORDER BY provider`);
  return found.map(({ provider, n, effective, billed }) => ({
    code: 'effective-rounded',
    message:
      `EffectiveCost of ${provider} is whole numbers in all ${n} rows (sum ` +
      `${trimZeros(String(effective))}, billed ${trimZeros(String(billed))}): ` +
      'ask for the billed basis',
  }));
}

function trimZeros(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}

const rows = (n: number): string => `${n} row${n === 1 ? '' : 's'}`;
const rowsHave = (n: number): string => `${rows(n)} ${n === 1 ? 'has' : 'have'}`;
