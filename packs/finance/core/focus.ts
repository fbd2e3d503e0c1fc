/**
 * The FOCUS 1.4 Cost and Usage columns, as data. Source: FOCUS_Spec 1.4, CC-BY-4.0.
 *
 * The reader takes 1.0 to 1.4 and what providers still call by older names; the ledger holds
 * exactly these columns plus `x_` ones.
 */

/**
 * `cost` is an amount in the billing currency; `number` is a quantity or a unit price; `currency`
 * is an ISO 4217 code; `category` has a closed list of values.
 */
export type ColumnKind = 'text' | 'time' | 'cost' | 'number' | 'json' | 'category' | 'currency';

export type FocusColumn = Readonly<{ name: string; kind: ColumnKind }>;

const KINDS = {
  AllocatedMethodDetails: 'json',
  AllocatedMethodId: 'text',
  AllocatedResourceId: 'text',
  AllocatedResourceName: 'text',
  AllocatedTags: 'json',
  AvailabilityZone: 'text',
  BilledCost: 'cost',
  BillingAccountId: 'text',
  BillingAccountName: 'text',
  BillingAccountType: 'text',
  BillingCurrency: 'currency',
  BillingPeriodEnd: 'time',
  BillingPeriodStart: 'time',
  CapacityReservationId: 'text',
  CapacityReservationStatus: 'category',
  ChargeCategory: 'category',
  ChargeClass: 'category',
  ChargeDescription: 'text',
  ChargeFrequency: 'category',
  ChargePeriodEnd: 'time',
  ChargePeriodStart: 'time',
  CommitmentDiscountCategory: 'category',
  CommitmentDiscountId: 'text',
  CommitmentDiscountName: 'text',
  CommitmentDiscountQuantity: 'number',
  CommitmentDiscountStatus: 'category',
  CommitmentDiscountType: 'text',
  CommitmentDiscountUnit: 'text',
  CommitmentProgramEligibilityDetails: 'json',
  ConsumedQuantity: 'number',
  ConsumedUnit: 'text',
  ContractApplied: 'json',
  ContractedCost: 'cost',
  ContractedUnitPrice: 'number',
  EffectiveCost: 'cost',
  HostProviderName: 'text',
  InvoiceDetailId: 'text',
  InvoiceId: 'text',
  InvoiceIssuerName: 'text',
  ListCost: 'cost',
  ListUnitPrice: 'number',
  PricingCategory: 'category',
  PricingCurrency: 'text',
  PricingCurrencyContractedUnitPrice: 'number',
  PricingCurrencyEffectiveCost: 'number',
  PricingCurrencyListUnitPrice: 'number',
  PricingQuantity: 'number',
  PricingUnit: 'text',
  RegionId: 'text',
  RegionName: 'text',
  ResourceId: 'text',
  ResourceName: 'text',
  ResourceType: 'text',
  ServiceCategory: 'category',
  ServiceName: 'text',
  ServiceProviderName: 'text',
  ServiceSubcategory: 'text',
  SkuId: 'text',
  SkuMeter: 'text',
  SkuPriceDetails: 'json',
  SkuPriceId: 'text',
  SubAccountId: 'text',
  SubAccountName: 'text',
  SubAccountType: 'text',
  Tags: 'json',
} as const satisfies Record<string, ColumnKind>;

export type FocusColumnName = keyof typeof KINDS;

/** In the order the ledger holds them. */
export const FOCUS_COLUMNS: readonly (FocusColumn & { name: FocusColumnName })[] = Object.entries(
  KINDS,
).map(([name, kind]) => ({ name: name as FocusColumnName, kind }));

export function isFocusColumn(name: string): name is FocusColumnName {
  return Object.hasOwn(KINDS, name);
}

/** Present and mandatory in every version since 1.0: a file without one is not FOCUS. */
export const REQUIRED_COLUMNS: readonly FocusColumnName[] = [
  'BilledCost',
  'BillingAccountId',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ContractedCost',
  'EffectiveCost',
  'ListCost',
  'ServiceName',
];

/** Older and looser names; the first column present wins, and the FOCUS name wins over all. */
export const ALIASES: Readonly<Partial<Record<FocusColumnName, readonly string[]>>> = {
  ServiceProviderName: ['ProviderName', 'Provider'],
  RegionId: ['Region'],
  EffectiveCost: ['AmortizedCost'],
  ChargeCategory: ['ChargeType'],
  ConsumedQuantity: ['UsageQuantity'],
  ConsumedUnit: ['UsageUnit'],
  InvoiceIssuerName: ['InvoiceIssuer'],
  InvoiceId: ['InvoiceID'],
};

/** Kept beside the FOCUS columns under an `x_` name: they mean something else than they seem to. */
export const KEPT_AS_EXTRA: Readonly<Record<string, string>> = {
  ProviderName: 'x_ProviderName',
  Provider: 'x_ProviderName',
  PublisherName: 'x_PublisherName',
  Publisher: 'x_PublisherName',
};

/** Values a category column may hold; matched in any case, stored in this one. */
export const CATEGORIES: Readonly<Partial<Record<FocusColumnName, readonly string[]>>> = {
  CapacityReservationStatus: ['Used', 'Unused'],
  ChargeCategory: ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'],
  ChargeClass: ['Correction'],
  ChargeFrequency: ['One-Time', 'Recurring', 'Usage-Based'],
  CommitmentDiscountCategory: ['Spend', 'Usage'],
  CommitmentDiscountStatus: ['Used', 'Unused'],
  PricingCategory: ['Standard', 'Dynamic', 'Committed', 'Other'],
  ServiceCategory: [
    'AI and Machine Learning',
    'Analytics',
    'Business Applications',
    'Compute',
    'Databases',
    'Developer Tools',
    'Multicloud',
    'Identity',
    'Integration',
    'Internet of Things',
    'Management and Governance',
    'Media',
    'Migration',
    'Mobile',
    'Networking',
    'Security',
    'Storage',
    'Web',
    'Other',
  ],
};

/** Values of 1.0-preview and earlier that were renamed, per column: old -> new. */
export const RENAMED_VALUES: Readonly<
  Partial<Record<FocusColumnName, Readonly<Record<string, string>>>>
> = {
  PricingCategory: { 'On-Demand': 'Standard', 'Commitment-Based': 'Committed' },
};

/** How a charge came to be known; reports never mix these silently. */
export const COST_SOURCES = [
  'provider_billed',
  'provider_estimated',
  'derived_price_card',
] as const;
export type CostSource = (typeof COST_SOURCES)[number];
