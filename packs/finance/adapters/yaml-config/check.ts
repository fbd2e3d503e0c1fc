/**
 * Every problem of a config file of the pack, for those who check it before a command reads it:
 * by the functions that the commands read it with.
 */
import { type ConfigText, compareDiagnostics, type Diagnostic } from 'brctl/sdk';
import { readUsageAlerts } from './alerts/config.ts';
import { readAlertTests } from './alerts-test/suite.ts';
import { readBudgets } from './budgets.ts';
import { openSource, type Source } from './part.ts';

const READ: Readonly<Record<string, (source: Source) => unknown>> = {
  'budgets.yaml': readBudgets,
  'usage-alerts-config.yaml': readUsageAlerts,
  'usage-alerts-test.yaml': readAlertTests,
};

export function problemsIn({ path, text }: ConfigText): readonly Diagnostic[] {
  const source = openSource(text, path);
  if (source.problems.length === 0) READ[path]?.(source);
  return source.problems.toSorted(compareDiagnostics);
}
