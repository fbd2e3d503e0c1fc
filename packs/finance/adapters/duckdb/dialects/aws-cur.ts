/**
 * Legacy AWS Cost and Usage Report -> FOCUS. Header styles `lineItem/UnblendedCost` (CSV) and
 * `line_item_unblended_cost` (Parquet, CUR 2.0) are the same column.
 *
 * BilledCost is the unblended cost of each line, so sums agree with the bill to the last digit;
 * a savings plan's covered usage and its negation cancel out, as they do there. EffectiveCost
 * amortises: AWS's own formula per line item type. What the report does not carry stays unknown.
 */
import type { FocusColumnName } from '../../../core/focus.ts';
import { caseWhen, identifier, literal } from '../sql.ts';
import type { MappedColumn } from '../staging/conversion.ts';
import { type Mapping, mapped, type SourceColumn } from './mapping.ts';

/** `lineItem/UsageStartDate` -> `line_item_usage_start_date`; CUR 2.0 spells ARN `…_a_r_n`. */
export function curKey(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('/', '_')
    .toLowerCase()
    .replace(/_a_r_n$/, '_arn');
}

export function isAwsCur(columns: readonly SourceColumn[]): boolean {
  return columns.some(({ name }) => curKey(name) === 'line_item_unblended_cost');
}

const REQUIRED = [
  'line_item_unblended_cost',
  'line_item_line_item_type',
  'line_item_currency_code',
  'line_item_usage_start_date',
  'line_item_usage_end_date',
  'bill_billing_period_start_date',
  'bill_billing_period_end_date',
];

/** Columns that are taken as they are; the first present and not null wins. */
const DIRECT: readonly (readonly [FocusColumnName, readonly string[]])[] = [
  ['AvailabilityZone', ['line_item_availability_zone']],
  ['BilledCost', ['line_item_unblended_cost']],
  ['BillingAccountId', ['bill_payer_account_id']],
  ['BillingCurrency', ['line_item_currency_code']],
  ['BillingPeriodStart', ['bill_billing_period_start_date']],
  ['BillingPeriodEnd', ['bill_billing_period_end_date']],
  ['ChargeDescription', ['line_item_line_item_description']],
  ['ChargePeriodStart', ['line_item_usage_start_date']],
  ['ChargePeriodEnd', ['line_item_usage_end_date']],
  ['CommitmentDiscountId', ['savings_plan_savings_plan_arn', 'reservation_reservation_arn']],
  ['ConsumedQuantity', ['line_item_usage_amount']],
  ['ConsumedUnit', ['pricing_unit']],
  ['InvoiceId', ['bill_invoice_id']],
  ['InvoiceIssuerName', ['bill_invoicing_entity', 'line_item_legal_entity']],
  ['ListCost', ['pricing_public_on_demand_cost']],
  ['ListUnitPrice', ['pricing_public_on_demand_rate']],
  ['PricingQuantity', ['line_item_usage_amount']],
  ['PricingUnit', ['pricing_unit']],
  ['RegionId', ['product_region_code', 'product_region']],
  ['ResourceId', ['line_item_resource_id']],
  ['ServiceName', ['product_product_name', 'line_item_product_code']],
  ['SkuId', ['product_sku']],
  ['SkuMeter', ['line_item_usage_type']],
  ['SkuPriceId', ['pricing_rate_code']],
  ['SubAccountId', ['line_item_usage_account_id']],
];

const CHARGE_CATEGORY: Readonly<Record<string, readonly string[]>> = {
  Usage: ['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage', 'SavingsPlanNegation'],
  Purchase: ['Fee', 'RIFee', 'SavingsPlanUpfrontFee', 'SavingsPlanRecurringFee'],
  Tax: ['Tax'],
  Credit: ['Credit', 'EdpDiscount', 'PrivateRateDiscount', 'BundledDiscount', 'Discount'],
  Adjustment: ['Refund'],
};

const FREQUENCY: Readonly<Record<string, readonly string[]>> = {
  'Usage-Based': CHARGE_CATEGORY.Usage!,
  Recurring: ['RIFee', 'SavingsPlanRecurringFee'],
  'One-Time': ['Fee', 'SavingsPlanUpfrontFee', 'Refund'],
};

export function mapAwsCur(columns: readonly SourceColumn[]): Mapping {
  const byKey = new Map(columns.map((column) => [curKey(column.name), column]));
  const text = (key: string): string => {
    const column = byKey.get(key);
    return column === undefined ? 'NULL' : `CAST(${identifier(column.name)} AS VARCHAR)`;
  };
  const named = (key: string): string => byKey.get(key)?.name ?? key;
  const result: MappedColumn[] = [];
  for (const [target, keys] of DIRECT) {
    const present = keys.filter((key) => byKey.has(key));
    if (present.length === 0) continue;
    const from = named(present[0]!);
    const type = byKey.get(present[0]!)!.type;
    const sql =
      present.length === 1
        ? identifier(from)
        : `COALESCE(${present.map((key) => text(key)).join(', ')})`;
    result.push(mapped(target, { from, sql, type: present.length === 1 ? type : 'VARCHAR' }));
  }
  const typeName = named('line_item_line_item_type');
  const byType = (table: Readonly<Record<string, readonly string[]>>, otherwise: string): string =>
    caseWhen(
      Object.entries(table).map(([value, types]) => [
        `${text('line_item_line_item_type')} IN (${types.map(literal).join(', ')})`,
        literal(value),
      ]),
      otherwise,
    );
  const unknownType = text('line_item_line_item_type');
  result.push(
    mapped('ChargeCategory', {
      from: typeName,
      sql: byType(CHARGE_CATEGORY, unknownType),
      type: 'VARCHAR',
    }),
    mapped('ChargeFrequency', { from: typeName, sql: byType(FREQUENCY, 'NULL'), type: 'VARCHAR' }),
    mapped('EffectiveCost', {
      from: named('line_item_unblended_cost'),
      sql: effectiveCost(text),
      type: 'DECIMAL(38,12)',
    }),
    mapped('PricingCategory', {
      from: 'pricing/term',
      sql: pricingCategory(text),
      type: 'VARCHAR',
    }),
    mapped('ServiceProviderName', { from: 'constant', sql: `'AWS'`, type: 'VARCHAR' }),
    mapped('x_LineItemType', {
      from: typeName,
      sql: text('line_item_line_item_type'),
      type: 'VARCHAR',
    }),
    mapped('x_Operation', {
      from: named('line_item_operation'),
      sql: text('line_item_operation'),
      type: 'VARCHAR',
    }),
  );
  const tags = tagsColumn(columns);
  if (tags !== undefined) result.push(tags);
  return {
    format: 'aws-cur',
    columns: result,
    missing: REQUIRED.filter((key) => !byKey.has(key)).map(
      (key) => `required column ${key} is missing`,
    ),
    warnings: [],
    isPlain: false,
  };
}

/** https://docs.aws.amazon.com/cur/latest/userguide/cur-sp.html and …/cur-ri.html */
function effectiveCost(text: (key: string) => string): string {
  const amount = (key: string): string => `TRY_CAST(${text(key)} AS DECIMAL(38,12))`;
  const known = (key: string): string => `COALESCE(${amount(key)}, 0)`;
  const isType = (type: string): string => `${text('line_item_line_item_type')} = ${literal(type)}`;
  return caseWhen(
    [
      [isType('SavingsPlanCoveredUsage'), amount('savings_plan_savings_plan_effective_cost')],
      [
        isType('SavingsPlanRecurringFee'),
        `${amount('savings_plan_total_commitment_to_date')} - ` +
          amount('savings_plan_used_commitment'),
      ],
      [`${isType('SavingsPlanNegation')} OR ${isType('SavingsPlanUpfrontFee')}`, '0'],
      [isType('DiscountedUsage'), amount('reservation_effective_cost')],
      [
        isType('RIFee'),
        `${known('reservation_unused_amortized_upfront_fee_for_billing_period')} + ` +
          known('reservation_unused_recurring_fee'),
      ],
      [`${isType('Fee')} AND ${text('reservation_reservation_arn')} IS NOT NULL`, '0'],
    ],
    amount('line_item_unblended_cost'),
  );
}

function pricingCategory(text: (key: string) => string): string {
  const type = text('line_item_line_item_type');
  return caseWhen(
    [
      [`${type} IN ('DiscountedUsage', 'SavingsPlanCoveredUsage')`, `'Committed'`],
      [`${type} = 'Tax'`, 'NULL'],
      [`contains(COALESCE(${text('line_item_usage_type')}, ''), 'SpotUsage')`, `'Dynamic'`],
      [`${type} = 'Usage'`, `'Standard'`],
    ],
    'NULL',
  );
}

/** `resourceTags/user:team` columns, or CUR 2.0's one map, as FOCUS Tags. */
function tagsColumn(columns: readonly SourceColumn[]): MappedColumn | undefined {
  const prefix = /^resource_?tags[/_]/i;
  const map = columns.find(({ name }) => curKey(name) === 'resource_tags');
  if (map !== undefined) {
    return mapped('Tags', { from: map.name, sql: identifier(map.name), type: map.type });
  }
  const tags = columns.filter(({ name }) => prefix.test(name));
  if (tags.length === 0) return undefined;
  const pairs = tags.map(({ name }) => {
    const key = name.replace(prefix, '').replace(/^user[:_]/, '');
    return `${literal(key)}, CAST(${identifier(name)} AS VARCHAR)`;
  });
  // A tag without a value is a tag the resource does not have.
  const merged = `json_merge_patch('{}', json_object(${pairs.join(', ')}))`;
  return mapped('Tags', {
    from: 'resourceTags',
    sql: `CAST(${merged} AS VARCHAR)`,
    type: 'VARCHAR',
  });
}
