/** The check for programs: `brctl.finance/alerts-check/v1`, of one shape also with problems. */

import { definitionJson } from '../../core/actions/terms.ts';
import type { AlertConfig, Metric, Scope } from '../../core/alert-config/config.ts';
import { formatDuration } from '../../core/alert-config/duration.ts';
import { channelsFor } from '../../core/alert-config/route.ts';
import { type AlertRule, alertRules } from '../../core/alert-config/rule.ts';
import { shownSetting } from '../../core/alert-config/variable.ts';
import { formatExact } from '../../core/money.ts';
import { comingReport } from '../../core/report-schedule/due.ts';
import { formatInstant } from '../../core/usage/instant.ts';
import type { AlertCheck } from '../alert-check.ts';
import { destinationSettings } from '../config-settings.ts';
import { activeHoursJson } from './hours-json.ts';
import { integrationText } from './integration-text.ts';
import { ownerText, recipientText } from './rule-text.ts';

export function checkAsJson(check: AlertCheck): unknown {
  const { file, config, problems, findings, roles, variables, nowMs } = check;
  return {
    schema: 'brctl.finance/alerts-check/v1',
    file,
    valid: config !== undefined,
    enabled: config?.isEnabled ?? null,
    problems: problems.map(({ code, message, line, column, hint }) => ({
      ...{ code, message, line: line ?? null, column: column ?? null, hint: hint ?? null },
    })),
    metadata: config?.metadata ?? [],
    rules: config === undefined ? [] : alertRules(config).map((rule) => ruleJson(rule, config)),
    services: (config?.services ?? []).map(({ name, provider, tier, region, services, notes }) => ({
      ...{ name, provider, tier: tier ?? null, region, services, notes: notes ?? null },
    })),
    anomaly_detection: anomalyJson(config),
    forecast: forecastJson(config),
    channels: (config?.channels ?? []).map(({ name, minSeverity, hours, to, at }) => ({
      name,
      type: to.type,
      severity_threshold: minSeverity,
      active_hours: hours === undefined ? null : activeHoursJson(hours),
      recipients: to.type === 'email' ? to.recipients.map(recipientText) : [],
      settings: destinationSettings(to)
        .filter(({ key }) => key !== 'recipients')
        .map(({ key, setting }) => ({ key, value: shownSetting(setting) })),
      ...at,
    })),
    fallback: config?.fallback ?? [],
    escalation: [...(config?.escalation ?? [])].map(([severity, { notify, repeatMs, at }]) => ({
      severity,
      notify,
      repeat_interval: durationJson(repeatMs),
      ...at,
    })),
    actions: (config?.actions ?? []).map(({ isEnabled, description, at, ...action }) => ({
      ...{ ...action, description: description ?? null, enabled: isEnabled, ...at },
    })),
    definitions: (config?.definitions ?? []).map(definitionJson),
    reports: (config?.reports ?? []).map((report) => ({
      name: report.name,
      enabled: report.isEnabled,
      schedule: scheduleJson(report.schedule),
      ...comingJson(report, nowMs),
      format: report.format,
      recipients: report.recipients.map(recipientText),
      include: report.include,
      ...report.at,
    })),
    integrations: (config?.integrations ?? []).map((each) => ({
      name: each.name,
      enabled: each.isEnabled,
      settings: each.settings.map(([key, value]) => ({ key, value: shownSetting(value) })),
      does: integrationText(each, config!),
      ...each.at,
    })),
    windows: (config?.windows ?? []).map(({ name, schedule, durationMs, suppress, at }) => ({
      name,
      schedule: scheduleJson(schedule),
      duration: durationJson(durationMs),
      suppress_severity: suppress,
      ...at,
    })),
    roles: roles.map(({ name, isKnown, addresses }) => ({ name, known: isKnown, addresses })),
    variables: variables.map(({ name, isSet }) => ({ name, set: isSet })),
    findings,
  };
}

function ruleJson(rule: AlertRule, config: AlertConfig): unknown {
  const { threshold, limit, clearPercent, at } = rule;
  return {
    id: rule.id,
    ladder: rule.ladder,
    kind: rule.kind,
    enabled: rule.isEnabled,
    scope: scopeJson(rule.scope),
    metric: metricJson(rule.metric),
    period: rule.period ?? null,
    severity: rule.severity,
    threshold: {
      by: threshold.by,
      value:
        threshold.by === 'crossing'
          ? null
          : formatExact(threshold.by === 'percent' ? threshold.percent : threshold.units, 0),
    },
    direction: rule.direction,
    limit: limit === undefined ? null : formatExact(limit, 0),
    unit: rule.unit ?? null,
    lead_time_days: rule.leadDays ?? null,
    basis: rule.basis,
    for: durationJson(rule.forMs),
    keep_firing_for: durationJson(rule.keepFiringForMs),
    clear_percent: clearPercent === undefined ? null : formatExact(clearPercent, 0),
    freshness: durationJson(rule.freshnessMs),
    owner: rule.owner === undefined ? null : ownerText(rule.owner),
    runbook: rule.runbook ?? null,
    message: rule.message ?? null,
    notifies: rule.isEnabled ? channelsFor(config, rule.severity) : [],
    ...at,
  };
}

function scopeJson(scope: Scope): unknown {
  if (scope.of !== 'service') return { of: scope.of };
  return { of: scope.of, service: scope.service, provider: scope.provider };
}

function metricJson(metric: Metric): unknown {
  return metric.of === 'cost'
    ? { of: 'cost', name: null }
    : { of: 'usage', name: metric.name ?? null };
}

function anomalyJson(config: AlertConfig | undefined): unknown {
  if (config?.anomaly === undefined) return null;
  const { isEnabled, baselineDays, algorithms } = config.anomaly;
  return {
    enabled: isEnabled,
    baseline_period_days: baselineDays,
    algorithms: algorithms.map((each) => ({
      type: each.type,
      window: each.type === 'moving_average' ? each.windowDays : null,
      deviation_threshold: each.type === 'moving_average' ? formatExact(each.deviations, 0) : null,
      sensitivity: each.type === 'trend_detection' ? each.sensitivity : null,
      ...each.at,
    })),
  };
}

function forecastJson(config: AlertConfig | undefined): unknown {
  if (config?.forecast === undefined) return null;
  const { isEnabled, horizonDays } = config.forecast;
  return { enabled: isEnabled, horizon_days: horizonDays };
}

function comingJson(report: AlertConfig['reports'][number], nowMs: number): object {
  const { nextMs, period } = comingReport(report, nowMs);
  return { next: nextMs === null ? null : formatInstant(nextMs), period };
}

function scheduleJson(schedule: AlertConfig['reports'][number]['schedule']): string {
  return schedule === 'manual' ? schedule : schedule.text;
}

function durationJson(ms: number | undefined): string | null {
  return ms === undefined ? null : formatDuration(ms);
}
