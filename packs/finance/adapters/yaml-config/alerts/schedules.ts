/**
 * `automated_actions`, `reporting`, `integrations` and `maintenance_windows` of
 * usage-alerts-config.yaml.
 */
import {
  type AutomatedAction,
  type Integration,
  type Ladder,
  type MaintenanceWindow,
  REPORT_FORMATS,
  type ReportSchedule,
} from '../../../core/alert-config/config.ts';
import { DATADOG_SITES } from '../../../core/alert-config/integration.ts';
import { INCLUDABLE } from '../../../core/alert-config/report-include.ts';
import { SEVERITIES } from '../../../core/alert-config/severity.ts';
import { ruleNamed } from '../../../core/alert-config/trigger.ts';
import { REPORT_PERIODS } from '../../../core/report-schedule/due.ts';
import { fieldsOf, isList, itemsOf, type Part, requiredField, type Source, say } from '../part.ts';
import { readRecipients } from './channels.ts';
import {
  ask,
  given,
  itemsOrOne,
  NAME_FORM,
  namedFields,
  oneOf,
  positionOf,
  readBoolean,
  readInterval,
  readItems,
  readLine,
  readSchedule,
  readSetting,
} from './values.ts';

const ACTION_KEYS = ['trigger', 'action', 'description', 'enabled'];
const REPORT_KEYS = ['enabled', 'schedule', 'recipients', 'format', 'period', 'include'];
const WINDOW_KEYS = ['name', 'schedule', 'duration', 'suppress_severity'];
/** Per integration: its keys; those of secrets are told apart. */
const INTEGRATIONS: Readonly<Record<string, readonly string[]>> = {
  grafana: ['dashboard_id', 'alert_annotations', 'url', 'token'],
  prometheus: ['metrics_prefix', 'scrape_interval'],
  datadog: ['api_key', 'site', 'url'],
};
const SECRET_KEYS = ['api_key', 'token'];

export type KnownRules = Readonly<{
  ladders: readonly Ladder[];
  /** False where some of the file's rules could not be read. */
  isComplete: boolean;
}>;

/** Lists of actions by a name of the operator's. */
export function readActions(
  source: Source,
  part: Part,
  known: KnownRules,
): readonly AutomatedAction[] {
  return [...namedFields(source, part)].flatMap(([group, list]) =>
    readItems(source, list, (_, item) => readAction(source, item, group, known)),
  );
}

function readAction(
  source: Source,
  part: Part,
  group: string,
  known: KnownRules,
): AutomatedAction | undefined {
  const fields = fieldsOf(source, part, ACTION_KEYS);
  if (fields === undefined) return undefined;
  const triggerField = requiredField(source, part, fields, 'trigger');
  const actionField = requiredField(source, part, fields, 'action');
  const trigger = triggerField && readLine(source, triggerField);
  const action = actionField && readActionName(source, actionField);
  const description = given(source, fields, 'description', readLine);
  const isEnabled = given(source, fields, 'enabled', readBoolean) ?? false;
  const rule = trigger && readRule(source, triggerField!, trigger, known);
  if (trigger === undefined || action === undefined || rule === undefined) return undefined;
  return { group, trigger, rule, action, description, isEnabled, at: positionOf(source, part) };
}

function readActionName(source: Source, part: Part): string | undefined {
  const name = readLine(source, part);
  if (name === undefined || NAME_FORM.test(name)) return name;
  say(source, part, 'bad-name', `${JSON.stringify(name)} is no name of an action`);
  return undefined;
}

const RULES_SHOWN = 6;

/** A trigger that names no rule, or more than one, would never or wrongly act. */
function readRule(
  source: Source,
  part: Part,
  trigger: string,
  { ladders, isComplete }: KnownRules,
): string | undefined {
  const named = ruleNamed(trigger, ladders);
  if (named.by !== 'rule' && !isComplete) return undefined;
  const refuse = (message: string, hint?: string): undefined =>
    void say(source, part, 'trigger-unknown', `"${trigger}" ${message}`, hint);
  const list = (rules: readonly string[]): string => {
    const more = rules.length > RULES_SHOWN ? `, and ${rules.length - RULES_SHOWN} more` : '';
    return `name one by its id: ${rules.slice(0, RULES_SHOWN).join(', ')}${more}`;
  };
  switch (named.by) {
    case 'rule':
      return named.id;
    case 'unknown-word':
      return refuse(
        `names no rule: none has the word "${named.word}"${ask(named.word, named.known)}`,
        'words of a rule and of its step, or the id of a rule, for example budget/weekly_spend/100',
      );
    case 'no-ladder':
      return refuse(
        'names no rule: none has all of its words',
        'words of a rule and of its step, or the id of a rule, for example budget/weekly_spend/100',
      );
    case 'no-step':
      return refuse('names no threshold of the rules that have its words', list(named.rules));
    case 'ambiguous':
      return refuse(`could be ${named.rules.length} rules`, list(named.rules));
    default:
      return named satisfies never;
  }
}

export function readReports(source: Source, part: Part): readonly ReportSchedule[] {
  return [...namedFields(source, part)].flatMap(([name, each]) => {
    const fields = fieldsOf(source, each, REPORT_KEYS);
    if (fields === undefined) return [];
    const scheduleField = requiredField(source, each, fields, 'schedule');
    const recipientsField = requiredField(source, each, fields, 'recipients');
    const schedule = scheduleField && readSchedule(source, scheduleField);
    const recipients = recipientsField && readRecipients(source, recipientsField);
    const isEnabled = given(source, fields, 'enabled', readBoolean) ?? true;
    const format = given(source, fields, 'format', oneOf(REPORT_FORMATS)) ?? 'csv';
    const period = given(source, fields, 'period', oneOf(REPORT_PERIODS));
    const include = given(source, fields, 'include', readIncludes) ?? [];
    if (schedule === undefined || recipients === undefined) return [];
    const at = positionOf(source, each);
    return [{ name, isEnabled, schedule, recipients, format, period, include, at }];
  });
}

/** Each is known, or said: a section that is misspelt would be missed only when it is wanted. */
function readIncludes(source: Source, part: Part): readonly string[] {
  return itemsOrOne(source, part).flatMap((item) => oneOf(INCLUDABLE)(source, item) ?? []);
}

export function readIntegrations(source: Source, part: Part): readonly Integration[] {
  const known = Object.keys(INTEGRATIONS);
  const fields = fieldsOf(source, part, known) ?? new Map<string, Part>();
  return known.flatMap((name) => {
    const each = fields.get(name);
    const keys = INTEGRATIONS[name]!;
    const inner = each && fieldsOf(source, each, ['enabled', ...keys]);
    if (each === undefined || inner === undefined) return [];
    const isEnabled = given(source, inner, 'enabled', readBoolean) ?? true;
    given(source, inner, 'alert_annotations', readBoolean);
    given(source, inner, 'scrape_interval', readInterval);
    given(source, inner, 'metrics_prefix', readMetricsPrefix);
    given(source, inner, 'site', oneOf(DATADOG_SITES));
    if (name === 'datadog' && isEnabled) requiredField(source, each, inner, 'api_key');
    const settings = keys.flatMap((key) => {
      const value = given(source, inner, key, readSetting(SECRET_KEYS.includes(key)));
      return value === undefined ? [] : [[key, value] as const];
    });
    return [{ name, isEnabled, settings, at: positionOf(source, each) }];
  });
}

/**
 * How the names of metrics begin: https://prometheus.io/docs/concepts/data_model/ ; colons are for
 * recording rules. It names a file, too.
 */
function readMetricsPrefix(source: Source, part: Part): string | undefined {
  const prefix = readLine(source, part);
  if (prefix === undefined || /^[A-Za-z][A-Za-z0-9_]{0,99}$/.test(prefix)) return prefix;
  const message = `${JSON.stringify(prefix)} does not begin the name of a metric`;
  say(source, part, 'bad-name', message, 'letters, digits and _, for example finops');
  return undefined;
}

export function readWindows(source: Source, part: Part): readonly MaintenanceWindow[] {
  const seen = new Set<string>();
  return readItems(source, part, (_, item) => {
    const window = readWindow(source, item);
    if (window === undefined) return undefined;
    const folded = window.name.toLowerCase();
    if (seen.has(folded)) {
      say(source, item, 'duplicate-name', `the name "${window.name}" is given twice`);
    }
    seen.add(folded);
    return window;
  });
}

function readWindow(source: Source, part: Part): MaintenanceWindow | undefined {
  const fields = fieldsOf(source, part, WINDOW_KEYS);
  if (fields === undefined) return undefined;
  const nameField = requiredField(source, part, fields, 'name');
  const scheduleField = requiredField(source, part, fields, 'schedule');
  const suppressField = requiredField(source, part, fields, 'suppress_severity');
  const name = nameField && readLine(source, nameField);
  const schedule = scheduleField && readSchedule(source, scheduleField);
  const durationMs = given(source, fields, 'duration', readInterval);
  const suppress = suppressField ? readSeverities(source, suppressField) : [];
  if (schedule !== undefined && schedule !== 'manual' && !fields.has('duration')) {
    const message = 'a window that begins by a schedule needs a duration';
    say(source, part, 'missing-key', message, 'add duration, for example 48h');
  }
  if (name === undefined || schedule === undefined) return undefined;
  return { name, schedule, durationMs, suppress, at: positionOf(source, part) };
}

function readSeverities(source: Source, part: Part) {
  const items = itemsOf(source, part) ?? [];
  if (isList(part) && items.length === 0) {
    say(source, part, 'missing-value', 'must hold at least one severity');
  }
  const found = items.flatMap((item) => oneOf(SEVERITIES)(source, item) ?? []);
  return SEVERITIES.filter((severity) => found.includes(severity));
}
