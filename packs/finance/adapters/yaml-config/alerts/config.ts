/**
 * usage-alerts-config.yaml -> the core's value. Reading goes on after a problem, and each has its
 * line and column. The same rules as schemas/finance/usage-alerts-config.schema.json, and those
 * that a schema cannot say: channels and triggers that name something, thresholds in order of
 * sense, schedules that come, periods that are known.
 */
import type { AlertConfig, Ladder } from '../../../core/alert-config/config.ts';
import { anyFieldsOf, fieldsOf, type Part, type Source, wholeOf } from '../part.ts';
import { readDefinitions } from './actions.ts';
import { readBudgetAlerts } from './budgets.ts';
import { NO_GLOBAL, readGlobal } from './channels.ts';
import { readAnomalies, readForecasts } from './outlook.ts';
import { readActions, readIntegrations, readReports, readWindows } from './schedules.ts';
import { readServiceAlerts } from './services.ts';
import { given } from './values.ts';

const SECTIONS = [
  'metadata',
  'global',
  'budget_alerts',
  'service_alerts',
  'anomaly_detection',
  'forecast_alerts',
  'automated_actions',
  'actions',
  'reporting',
  'integrations',
  'maintenance_windows',
];

/** Undefined where the file is no map at all; all problems are in `source.problems`. */
export function readUsageAlerts(source: Source): AlertConfig | undefined {
  const fields = fieldsOf(source, wholeOf(source), SECTIONS);
  if (fields === undefined) return undefined;
  const section = <T>(key: string, read: (source: Source, part: Part) => T): T | undefined =>
    given(source, fields, key, read);
  // Free-form: for people, and whatever else reads the file.
  const metadata = [...(section('metadata', anyFieldsOf)?.keys() ?? [])];
  const { isEnabled, channels, fallback, escalation } = section('global', readGlobal) ?? NO_GLOBAL;
  const before = source.problems.length;
  const budgets = section('budget_alerts', readBudgetAlerts) ?? [];
  const currency = currencyOf(budgets);
  const { ladders: serviceLadders, services } = section('service_alerts', (_, part) =>
    readServiceAlerts(source, part, currency),
  ) ?? { ladders: [], services: [] };
  const anomaly = section('anomaly_detection', readAnomalies);
  const forecast = section('forecast_alerts', readForecasts);
  const ladders = [
    ...budgets,
    ...serviceLadders,
    ...(anomaly?.ladders ?? []),
    ...(forecast?.ladders ?? []),
  ];
  // A rule that could not be read is no reason to complain of a trigger that names it.
  const known = { ladders, isComplete: source.problems.length === before };
  return {
    ...{ isEnabled, metadata, channels, fallback, escalation, ladders, services },
    anomaly: anomaly?.value,
    forecast: forecast?.value,
    actions: section('automated_actions', (_, part) => readActions(source, part, known)) ?? [],
    definitions: section('actions', readDefinitions) ?? [],
    reports: section('reporting', readReports) ?? [],
    integrations: section('integrations', readIntegrations) ?? [],
    windows: section('maintenance_windows', readWindows) ?? [],
  };
}

/** That of all budgets, or none where they differ. */
function currencyOf(budgets: readonly Ladder[]): string | undefined {
  const codes = budgets.flatMap(({ metric }) =>
    metric.of === 'cost' && metric.currency !== undefined ? [metric.currency] : [],
  );
  return new Set(codes).size === 1 ? codes[0] : undefined;
}
