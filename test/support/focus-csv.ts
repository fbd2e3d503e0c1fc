/** FOCUS CSV of a few rows with valid defaults: a test says only what it is about. */
const DEFAULTS = {
  BilledCost: '1.25',
  BillingAccountId: 'acct-demo',
  BillingCurrency: 'USD',
  BillingPeriodEnd: '2026-01-01T00:00:00Z',
  BillingPeriodStart: '2025-12-01T00:00:00Z',
  ChargeCategory: 'Usage',
  ChargePeriodEnd: '2025-12-23T00:00:00Z',
  ChargePeriodStart: '2025-12-22T00:00:00Z',
  ContractedCost: '1.25',
  EffectiveCost: '1.25',
  ListCost: '1.25',
  ServiceName: 'Compute',
  ServiceProviderName: 'Example Cloud',
};

export type FocusRow = Readonly<Partial<Record<keyof typeof DEFAULTS, string>>> &
  Readonly<Record<string, string>>;

export function focusCsv(rows: readonly FocusRow[]): string {
  const names = [...new Set([...Object.keys(DEFAULTS), ...rows.flatMap(Object.keys)])];
  const line = (cells: readonly string[]): string => `${cells.map(quote).join(',')}\n`;
  const values = rows.map(focusRow);
  return line(names) + values.map((row) => line(names.map((name) => row[name] ?? ''))).join('');
}

/** The row with its defaults, by name. */
export function focusRow(row: FocusRow): Readonly<Record<string, string>> {
  return { ...DEFAULTS, ...row } as Record<string, string>;
}

/** Costs of a row that was charged and used alike. */
export function cost(amount: string): FocusRow {
  return { BilledCost: amount, ContractedCost: amount, EffectiveCost: amount, ListCost: amount };
}

function quote(cell: string): string {
  return /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
