/**
 * What the operator decided, as values: a feature never sees a file or a key of YAML.
 *
 * Each method reads its file anew and gives a checked value.
 *
 * @throws BrctlError (operational) with file:line:column when the file is missing, unreadable or
 *   wrong in any part: half a config is never used.
 */
import type { BudgetsConfig } from '../core/budget.ts';

export type Settings = Readonly<{
  budgets(): Promise<BudgetsConfig>;
}>;
