/**
 * Tests of an alert config, as files that the operator writes, and the configs that they are about.
 *
 * @throws BrctlError (operational) where a file cannot be read. What is wrong in one comes as a
 *   value: all of it at once.
 */
import type { AlertConfig } from '../core/alert-config/config.ts';
import type { AlertTestSuite } from '../core/alert-simulation/suite.ts';
import type { BudgetsConfig } from '../core/budget.ts';
import type { ConfigProblem } from './settings.ts';

/** `value` is undefined where there are problems; they are in the order of the file. */
export type ReadFile<T> = Readonly<{
  file: string;
  value: T | undefined;
  problems: readonly ConfigProblem[];
}>;

export type AlertTestFiles = Readonly<{
  suite(file: string): Promise<ReadFile<AlertTestSuite>>;
  /** Undefined: the target's own. */
  alerts(file: string | undefined): Promise<ReadFile<AlertConfig>>;
  /** Undefined: the target's own. */
  budgets(file: string | undefined): Promise<ReadFile<BudgetsConfig>>;
  exists(file: string): boolean;
}>;
