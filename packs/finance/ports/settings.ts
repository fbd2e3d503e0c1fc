/**
 * What the operator decided, as values: a feature never sees a file or a key of YAML.
 *
 * Each method reads its file anew and gives a checked value.
 *
 * @throws BrctlError (operational) with file:line:column when the file is missing, unreadable or
 *   wrong in any part: half a config is never used. Only `checkAlerts` gives what is wrong as a
 *   value; it throws when there is nothing to read.
 */
import type { AlertConfig } from '../core/alert-config/config.ts';
import type { BudgetsConfig } from '../core/budget.ts';

export type Settings = Readonly<{
  budgets(): Promise<BudgetsConfig>;
}>;

export type AlertSettings = Readonly<{
  alerts(): Promise<AlertConfig>;
  /** `file`: another than the target's own. */
  checkAlerts(file: string | undefined): Promise<CheckedAlerts>;
}>;

export type CheckedAlerts = Readonly<{
  file: string;
  /** Undefined when there are problems. */
  config: AlertConfig | undefined;
  /** In the order of the file. */
  problems: readonly ConfigProblem[];
}>;

export type ConfigProblem = Readonly<{
  code: string;
  message: string;
  file: string;
  line?: number | undefined;
  column?: number | undefined;
  hint?: string | undefined;
}>;
