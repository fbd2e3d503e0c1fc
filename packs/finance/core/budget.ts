/**
 * Budgets as the operator states them: ordered lines that pay for charges, and the services worth
 * naming one by one. Plain data in one currency; see classify.ts for what belongs where.
 *
 * The first line that matches pays. A line without rules pays for nothing: a contingency.
 */
import { type Allowance, allowed } from './allowance.ts';
import type { DayRange } from './day.ts';
import { dimension } from './dimension.ts';
import type { Rule } from './match.ts';

export type BudgetLine = Readonly<{ name: string; allowance: Allowance; match: readonly Rule[] }>;

export type Service = Readonly<{
  name: string;
  /** The plan it is on, in the words of its provider. */
  tier: string | undefined;
  /** What it is for, as the sectioned report shows it. */
  category: string | undefined;
  notes: string | undefined;
  allowance: Allowance | undefined;
  /** Undefined: charges whose ServiceName is `name`. */
  match: readonly Rule[] | undefined;
}>;

export type BudgetsConfig = Readonly<{
  currency: string;
  lines: readonly BudgetLine[];
  services: readonly Service[];
}>;

/** Where charges land that no line pays for. No line may have its name. */
export const UNBUDGETED = 'Unbudgeted';
export const TOTAL = 'Total';

export const SERVICE_NAME = dimension('ServiceName');

export function rulesOf(service: Service): readonly Rule[] {
  return service.match ?? [[{ dimension: SERVICE_NAME, globs: [service.name] }]];
}

/** In 1e-12 units, in the order of the lines. */
export function lineBudgets(config: BudgetsConfig, range: DayRange): bigint[] {
  return config.lines.map(({ allowance }) => allowed(allowance, range));
}

/** Undefined where the operator gave the service no amount: that is not a budget of zero. */
export function serviceBudget(service: Service, range: DayRange): bigint | undefined {
  return service.allowance === undefined ? undefined : allowed(service.allowance, range);
}
