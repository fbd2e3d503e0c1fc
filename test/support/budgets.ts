/** Budget lines and services for tests, valid unless a test says otherwise. */
import type { Allowance, Per } from '../../packs/finance/core/allowance.ts';
import type { BudgetLine, BudgetsConfig, Service } from '../../packs/finance/core/budget.ts';
import { dimension } from '../../packs/finance/core/dimension.ts';
import type { Rule } from '../../packs/finance/core/match.ts';
import { parseUnits } from '../../packs/finance/core/money.ts';

export function allowance(
  amount: string,
  per: Per = 'week',
  overrides: Readonly<Record<string, string>> = {},
): Allowance {
  const entries = Object.entries(overrides).map(
    ([label, text]) => [label, parseUnits(text)] as const,
  );
  return { units: parseUnits(amount), per, overrides: new Map(entries) };
}

/** `rule({ ServiceName: ['S3', 'EC2*'], 'Tags.env': 'prod' })` */
export function rule(columns: Readonly<Record<string, string | readonly string[]>>): Rule {
  return Object.entries(columns).map(([name, globs]) => ({
    dimension: dimension(name),
    globs: [globs].flat(),
  }));
}

export function line(name: string, amount: string, ...match: readonly Rule[]): BudgetLine {
  return { name, allowance: allowance(amount), match };
}

export function service(name: string, change: Partial<Service> = {}): Service {
  return {
    name,
    tier: undefined,
    category: undefined,
    notes: undefined,
    allowance: undefined,
    match: undefined,
    ...change,
  };
}

export function budgets(change: Partial<BudgetsConfig> = {}): BudgetsConfig {
  return { currency: 'USD', lines: [], services: [], ...change };
}
