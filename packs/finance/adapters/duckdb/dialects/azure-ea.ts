/**
 * Azure Enterprise Agreement usage details (CSV) -> FOCUS.
 *
 * One row is one meter and one day. Dates are M/D/YYYY, and the billing period's end is its last
 * day. The export does not amortise, so EffectiveCost is what was charged; list cost is the
 * pay-as-you-go price times the quantity where both are known.
 */
import type { FocusColumnName } from '../../../core/focus.ts';
import { caseWhen, identifier, literal, literalList } from '../sql.ts';
import type { MappedColumn } from '../staging/conversion.ts';
import { type Mapping, mapped, type SourceColumn } from './mapping.ts';

export function isAzureEa(columns: readonly SourceColumn[]): boolean {
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  return names.has('metercategory') && names.has('costinbillingcurrency');
}

const DIRECT: readonly (readonly [FocusColumnName, string])[] = [
  ['AvailabilityZone', 'AvailabilityZone'],
  ['BilledCost', 'CostInBillingCurrency'],
  ['BillingAccountId', 'BillingAccountId'],
  ['BillingAccountName', 'BillingAccountName'],
  ['BillingCurrency', 'BillingCurrencyCode'],
  ['ChargeDescription', 'ProductName'],
  ['CommitmentDiscountId', 'ReservationId'],
  ['CommitmentDiscountName', 'ReservationName'],
  ['ConsumedQuantity', 'Quantity'],
  ['ConsumedUnit', 'UnitOfMeasure'],
  ['ContractedUnitPrice', 'UnitPrice'],
  ['EffectiveCost', 'CostInBillingCurrency'],
  ['ListUnitPrice', 'PayGPrice'],
  ['PricingQuantity', 'Quantity'],
  ['PricingUnit', 'UnitOfMeasure'],
  ['RegionId', 'ResourceLocation'],
  ['ResourceId', 'ResourceId'],
  ['ResourceName', 'ResourceName'],
  ['ServiceName', 'MeterCategory'],
  ['ServiceSubcategory', 'MeterSubCategory'],
  ['SkuId', 'MeterId'],
  ['SkuMeter', 'MeterName'],
  ['SkuPriceId', 'PartNumber'],
  ['SubAccountId', 'SubscriptionId'],
  ['SubAccountName', 'SubscriptionName'],
];

const CHARGE_CATEGORY: Readonly<Record<string, readonly string[]>> = {
  Usage: ['Usage', 'UnusedReservation', 'UnusedSavingsPlan'],
  Purchase: ['Purchase', 'Refund'],
  Tax: ['Tax'],
  Credit: ['Credit'],
  Adjustment: ['Adjustment', 'RoundingAdjustment'],
};

const FREQUENCY = {
  'Usage-Based': ['UsageBased'],
  'One-Time': ['OneTime'],
  Recurring: ['Recurring'],
};

const PRICING = {
  Standard: ['OnDemand'],
  Committed: ['Reservation', 'SavingsPlan'],
  Dynamic: ['Spot'],
};

const REQUIRED = [
  'CostInBillingCurrency',
  'BillingCurrencyCode',
  'Date',
  'BillingPeriodStartDate',
  'BillingPeriodEndDate',
  'ChargeType',
  'MeterCategory',
];

export function mapAzureEa(columns: readonly SourceColumn[]): Mapping {
  const byName = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  const find = (name: string): SourceColumn | undefined => byName.get(name.toLowerCase());
  const source = (name: string) => {
    const column = find(name)!;
    return { from: column.name, sql: identifier(column.name), type: column.type };
  };
  const missing = REQUIRED.filter((name) => !find(name));
  const result: MappedColumn[] = DIRECT.filter(([, name]) => find(name)).map(([target, name]) =>
    mapped(target, source(name)),
  );
  if (missing.length === 0) {
    result.push(...times(source), ...categories(source, (name) => find(name) !== undefined));
  }
  if (find('PayGPrice') && find('Quantity')) {
    const sql = product(find('PayGPrice')!.name, find('Quantity')!.name);
    result.push(mapped('ListCost', { from: find('PayGPrice')!.name, sql, type: 'DECIMAL(38,12)' }));
  }
  if (find('Tags')) {
    // `"team": "core"` pairs without the braces that would make them JSON.
    const x = source('Tags').sql;
    const isObject = `${x} IS NULL OR prefix(ltrim(${x}), '{')`;
    const sql = caseWhen([[isObject, x]], `'{' || ${x} || '}'`);
    result.push(mapped('Tags', { ...source('Tags'), sql }));
  }
  for (const name of ['ResourceGroup', 'CostCenter', 'ConsumedService', 'PublisherName']) {
    if (find(name)) result.push(mapped(`x_${name}`, source(name)));
  }
  const provider = { from: 'constant', sql: `'Microsoft'`, type: 'VARCHAR' };
  result.push(mapped('ServiceProviderName', provider), mapped('InvoiceIssuerName', provider));
  return {
    format: 'azure-ea',
    columns: result,
    missing: missing.map((name) => `required column ${name} is missing`),
    warnings: [],
    isPlain: false,
  };
}

/** Decimals of the first factor; the second has what the engine's 38 digits leave. */
const PRODUCT_DECIMALS = [10, 14, 6] as const;

/**
 * Exact where any split of the engine's digits holds both factors, else unknown: a list cost that
 * is nearly right helps nobody.
 */
function product(a: string, b: string): string {
  const factor = (name: string, decimals: number): string => {
    const exact = `TRY_CAST(${identifier(name)} AS DECIMAL(38,18))`;
    const narrow = `TRY_CAST(${identifier(name)} AS DECIMAL(19,${decimals}))`;
    return `CASE WHEN ${narrow} = ${exact} THEN ${narrow} END`;
  };
  const products = PRODUCT_DECIMALS.map((decimals) => {
    const both = `(${factor(a, decimals)}) * (${factor(b, 20 - decimals)})`;
    return `TRY_CAST(CAST(${both} AS VARCHAR) AS DECIMAL(38,12))`;
  });
  return `COALESCE(${products.join(', ')})`;
}

type Source = (name: string) => { from: string; sql: string; type: string };

function times(source: Source): MappedColumn[] {
  const day = (name: string, plus: string): { from: string; sql: string; type: string } => {
    const { from, sql: x } = source(name);
    const formats = `['%m/%d/%Y', '%Y-%m-%d', '%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%S']`;
    // The year must have four digits: 5/1/25 is a spreadsheet's idea of a date.
    const hasYear = `regexp_full_match(${x}, '.*[0-9]{4}.*')`;
    const parsed = `CASE WHEN ${hasYear} THEN TRY_STRPTIME(${x}, ${formats}) END`;
    const sql = `COALESCE(CAST(CAST(${parsed} ${plus} AS TIMESTAMP) AS VARCHAR), ${x})`;
    return { from, sql, type: 'VARCHAR' };
  };
  return [
    mapped('ChargePeriodStart', day('Date', '')),
    mapped('ChargePeriodEnd', day('Date', '+ INTERVAL 1 DAY')),
    mapped('BillingPeriodStart', day('BillingPeriodStartDate', '')),
    mapped('BillingPeriodEnd', day('BillingPeriodEndDate', '+ INTERVAL 1 DAY')),
  ];
}

function categories(source: Source, has: (name: string) => boolean): MappedColumn[] {
  const choose = (name: string, table: Readonly<Record<string, readonly string[]>>) => {
    const { from, sql: x } = source(name);
    const branches = Object.entries(table).map(
      ([value, from]) => [`${x} IN ${literalList(from)}`, literal(value)] as const,
    );
    return { from, sql: caseWhen(branches, x), type: 'VARCHAR' };
  };
  return [
    mapped('ChargeCategory', choose('ChargeType', CHARGE_CATEGORY)),
    ...(has('Frequency') ? [mapped('ChargeFrequency', choose('Frequency', FREQUENCY))] : []),
    ...(has('PricingModel') ? [mapped('PricingCategory', choose('PricingModel', PRICING))] : []),
  ];
}
