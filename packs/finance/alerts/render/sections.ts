/** What each section of a config will do, as tables: a line for each thing that does something. */
import type { Column } from 'brctl/sdk';
import { termsText, workText } from '../../core/actions/terms.ts';
import type { AlertConfig } from '../../core/alert-config/config.ts';
import { formatDuration } from '../../core/alert-config/duration.ts';
import { channelsFor } from '../../core/alert-config/route.ts';
import { alertRules } from '../../core/alert-config/rule.ts';
import { SEVERITIES } from '../../core/alert-config/severity.ts';
import { shownSetting } from '../../core/alert-config/variable.ts';
import { formatExact } from '../../core/money.ts';
import { comingReport } from '../../core/report-schedule/due.ts';
import { formatInstant } from '../../core/usage/instant.ts';
import type { AlertCheck } from '../alert-check.ts';
import { integrationText } from './integration-text.ts';
import {
  destinationText,
  hearsText,
  lengthText,
  optionsText,
  recipientText,
  scheduleText,
  thresholdText,
} from './rule-text.ts';

export type Section = Readonly<{
  columns: readonly Column[];
  rows: readonly (readonly string[])[];
}>;

/** In the order in which an alert takes its way; sections without a line are left out. */
export function sectionsOf(
  config: AlertConfig,
  { roles, variables, nowMs }: Pick<AlertCheck, 'roles' | 'variables' | 'nowMs'>,
): readonly Section[] {
  return [
    rules(config),
    services(config),
    detection(config),
    channels(config),
    escalations(config),
    section('Window,Begins,Lasts,Holds back', windowRows(config)),
    section('Trigger,Rule,Action,State', actionRows(config)),
    section('Action,Does,Terms', definitionRows(config)),
    section('Report,Sent,Next,Of the,As,To,Includes,State', reportRows(config, nowMs)),
    section('Integration,Settings,Does', integrationRows(config)),
    section('Metadata,State', metadataRows(config)),
    section(
      'Role,Reaches',
      roles.map(({ name, addresses }) => [name, addresses.join(', ') || NOBODY]),
    ),
    section(
      'Variable,State',
      variables.map(({ name, isSet }) => [name, isSet ? 'set' : 'not set']),
    ),
  ].filter(({ rows }) => rows.length > 0);
}

function section(titles: string, rows: Section['rows']): Section {
  return { columns: titles.split(',').map((title) => ({ title })), rows };
}

const NOBODY = 'nobody';

function rules(config: AlertConfig): Section {
  const rows = alertRules(config).map((rule) => [
    rule.id,
    rule.severity,
    thresholdText(rule),
    rule.period ?? '-',
    rule.isEnabled ? channelsFor(config, rule.severity).join(', ') || NOBODY : 'off',
    optionsText(rule),
  ]);
  // The last column is there when somebody asked for something.
  const hasOptions = rows.some((row) => row.at(-1) !== '');
  const titles = 'Rule,Severity,Fires at,Per,Tells';
  return hasOptions
    ? section(`${titles},Also`, rows)
    : section(
        titles,
        rows.map((row) => row.slice(0, -1)),
      );
}

function services({ services }: AlertConfig): Section {
  const rows = services.map(({ name, provider, tier, region, services: used, notes }) => [
    name,
    provider,
    tier ?? '-',
    [...region, ...used, ...(notes === undefined ? [] : [notes.trim().replace(/\s+/g, ' ')])].join(
      ', ',
    ) || '-',
  ]);
  return section('Service,Provider,Tier,Described as', rows);
}

/** Said, so that nobody waits for it to do something. */
function metadataRows({ metadata }: AlertConfig): Section['rows'] {
  return metadata.length === 0 ? [] : [[metadata.join(', '), 'for people: nothing reads it']];
}

function detection({ anomaly, forecast }: AlertConfig): Section {
  const rows: (readonly string[])[] = [];
  if (anomaly !== undefined) {
    const { isEnabled, baselineDays, algorithms } = anomaly;
    rows.push(['anomalies', `baseline of ${baselineDays} days`, stateText(isEnabled)]);
    for (const each of algorithms) {
      const how =
        each.type === 'moving_average'
          ? `over ${each.windowDays} days, ${formatExact(each.deviations, 0)} standard deviations`
          : `${each.sensitivity} sensitivity`;
      rows.push(['anomalies', `${each.type} ${how}`, stateText(isEnabled)]);
    }
  }
  if (forecast !== undefined) {
    const { isEnabled, horizonDays } = forecast;
    rows.push(['forecasts', `${horizonDays} days ahead`, stateText(isEnabled)]);
  }
  return section('Detection,How,State', rows);
}

function stateText(isEnabled: boolean): string {
  return isEnabled ? 'on' : 'off';
}

function channels({ channels }: AlertConfig): Section {
  const rows = channels.map((channel) => [
    channel.name,
    channel.to.type,
    hearsText(channel),
    destinationText(channel.to),
  ]);
  return section('Channel,Type,Hears,To', rows);
}

function escalations({ escalation, fallback }: AlertConfig): Section {
  const rows = SEVERITIES.flatMap((severity) => {
    const each = escalation.get(severity);
    if (each === undefined) return [];
    const { notify, repeatMs } = each;
    const repeats = repeatMs === undefined ? 'once' : `every ${formatDuration(repeatMs)}`;
    return [[severity, notify.join(', ') || NOBODY, repeats]];
  });
  const rest = fallback.length === 0 ? [] : [['fallback', fallback.join(', '), 'once']];
  return section('Escalation,Notifies,Repeats', [...rows, ...rest]);
}

function windowRows({ windows }: AlertConfig): Section['rows'] {
  return windows.map((window) => [
    window.name,
    scheduleText(window.schedule),
    lengthText(window),
    window.suppress.join(', '),
  ]);
}

function actionRows({ actions }: AlertConfig): Section['rows'] {
  return actions.map(({ trigger, rule, action, isEnabled }) => [
    trigger,
    rule,
    action,
    stateText(isEnabled),
  ]);
}

function definitionRows({ definitions }: AlertConfig): Section['rows'] {
  return definitions.map((each) => [each.name, workText(each.work), termsText(each)]);
}

function reportRows({ reports }: AlertConfig, nowMs: number): Section['rows'] {
  return reports.map((report) => {
    const { name, schedule, format, recipients, include, isEnabled } = report;
    const { nextMs, period } = comingReport(report, nowMs);
    return [
      name,
      scheduleText(schedule),
      nextMs === null ? '-' : formatInstant(nextMs),
      period === 'since-last' ? 'days since the last' : `${period} before`,
      format,
      recipients.map(recipientText).join(', '),
      include.join(', ') || 'everything',
      stateText(isEnabled),
    ];
  });
}

function integrationRows(config: AlertConfig): Section['rows'] {
  return config.integrations.map((each) => [
    each.name,
    each.settings.map(([key, value]) => `${key} ${shownSetting(value)}`).join(', ') || '-',
    integrationText(each, config),
  ]);
}
