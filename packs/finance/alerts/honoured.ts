/**
 * What a config that is right asks for and does not get, each with the reason: parts that nothing
 * carries out yet, and parts that work against each other.
 */
import { definitionOf } from '../core/actions/definition.ts';
import { commandsOfWork } from '../core/actions/settings.ts';
import { quietIntervals } from '../core/alert-config/active-hours.ts';
import type {
  AlertConfig,
  Ladder,
  MaintenanceWindow,
  ReportSchedule,
} from '../core/alert-config/config.ts';
import { formatDuration } from '../core/alert-config/duration.ts';
import { isAnnotating, metricsOf, unnamedAddress } from '../core/alert-config/integration.ts';
import { isMade, leftOut } from '../core/alert-config/report-include.ts';
import { channelsFor, wayOf } from '../core/alert-config/route.ts';
import { alertRules, heightOf } from '../core/alert-config/rule.ts';
import { compareSeverity, SEVERITIES, type Severity } from '../core/alert-config/severity.ts';
import { isLiteralSecret, shownSetting, variable } from '../core/alert-config/variable.ts';
import { overrunOf, weekTime } from '../core/alert-config/window.ts';
import type { Finding } from '../core/finding.ts';
import { formatExact } from '../core/money.ts';
import { holdsSecret } from '../core/notices/host.ts';
import { formatInstant } from '../core/usage/instant.ts';
import { settingsOf, webhooksOf } from './config-settings.ts';

/** `nowMs`: hours of channels are looked at from then on. */
export function checkFindings(config: AlertConfig, nowMs: number): readonly Finding[] {
  if (!config.isEnabled) {
    const message = 'enabled is false, so nothing below is evaluated, sent or done';
    return [{ code: 'switched-off', severity: 'info', subject: 'global', message }];
  }
  return [
    ...literalSecrets(config),
    ...boundWebhooks(config),
    ...unheard(config),
    ...quietHours(config, nowMs),
    ...mutedAbove(config.ladders),
    ...farSteps(config),
    ...actionFindings(config),
    ...granted(config),
    ...integrationFindings(config),
    ...config.windows.flatMap(overrun),
    ...config.reports.flatMap(reportFindings),
  ];
}

function warning(code: string, subject: string, message: string): Finding {
  return { code, severity: 'warning', subject, message };
}

function note(code: string, subject: string, message: string): Finding {
  return { code, severity: 'info', subject, message };
}

function literalSecrets(config: AlertConfig): readonly Finding[] {
  const signed = new Set(webhooksOf(config).map(({ setting }) => setting));
  return settingsOf(config)
    .filter(({ setting }) => isLiteralSecret(setting))
    .filter(({ setting }) => !signed.has(setting) || holdsSecret(setting.text))
    .map(({ subject, key, setting }) => {
      const name = `${subject}_${key}`.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
      const what = signed.has(setting) ? 'what follows its host' : 'it';
      const way = `put ${what} in a variable, say ${variable(name)}`;
      const message = `${key} is written out for all who read the file; ${way}`;
      return warning('secret-in-file', subject, message);
    });
}

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
function boundWebhooks({ channels }: AlertConfig): readonly Finding[] {
  return channels.flatMap(({ name, to }) => {
    if (to.type !== 'slack' || to.via !== 'webhook' || to.channel === undefined) return [];
    const said = shownSetting(to.channel);
    const message = `an incoming webhook posts where it was made for, not in ${said}`;
    return [note('webhook-bound', name, message)];
  });
}

/** Severities that have rules and reach nobody, and channels that are told what they refuse. */
function unheard(config: AlertConfig): readonly Finding[] {
  const rules = alertRules(config).filter(({ isEnabled }) => isEnabled);
  const used = SEVERITIES.filter((each) => rules.some(({ severity }) => severity === each));
  const silent = used.filter((severity) => channelsFor(config, severity).length === 0);
  return [
    ...silent.map((severity) => unheardFinding(config, severity)),
    ...[...config.escalation].flatMap(([severity, { notify }]) => {
      const refusing = config.channels.filter(
        ({ name, minSeverity }) =>
          notify.includes(name) && compareSeverity(severity, minSeverity) < 0,
      );
      return refusing.map(({ name, minSeverity }) =>
        note(
          'channel-refuses',
          name,
          `${severity} is sent here, which takes ${minSeverity} and above`,
        ),
      );
    }),
  ];
}

/** That the least severity has no channel is a choice; of one that matters it is a gap. */
function unheardFinding({ escalation, channels }: AlertConfig, severity: Severity): Finding {
  const why = escalation.has(severity)
    ? 'no channel of its escalation takes it'
    : 'there is no escalation for it';
  const message = `alerts of this severity are listed and sent to nobody: ${why}`;
  const isGap = severity !== 'info' || channels.length === 0;
  return isGap ? warning('unheard', severity, message) : note('unheard', severity, message);
}

const DAY_MS = 86_400_000;

/** Severities with rules that all of their channels are deaf to at some hours of a year. */
function quietHours(config: AlertConfig, nowMs: number): readonly Finding[] {
  const rules = alertRules(config).filter(({ isEnabled }) => isEnabled);
  const range = { startMs: nowMs - 8 * DAY_MS, endMs: nowMs + 366 * DAY_MS };
  return SEVERITIES.flatMap((severity) => {
    if (!rules.some((rule) => rule.severity === severity)) return [];
    const { told } = wayOf(config, severity);
    const hours = told.flatMap((channel) => channel.hours ?? []);
    if (hours.length === 0 || hours.length < told.length) return [];
    const next = quietIntervals(hours, range).find(({ endMs }) => endMs > nowMs);
    if (next === undefined) return [];
    const { startMs, endMs } = next;
    const when = `from ${formatInstant(startMs)} until ${formatInstant(endMs)}`;
    const message = `nobody is told of these alerts outside active hours, such as ${when}`;
    const isGap = severity !== 'info';
    return [(isGap ? warning : note)('unheard-hours', severity, message)];
  });
}

/** A higher step mutes the lower ones of its ladder, so it had better matter as much. */
function mutedAbove(ladders: readonly Ladder[]): readonly Finding[] {
  return ladders.flatMap(({ id, steps }) => {
    const rising = steps.toSorted((a, b) =>
      heightOf(a.threshold) < heightOf(b.threshold) ? -1 : 1,
    );
    return rising.flatMap((step, i) => {
      const worst = rising
        .slice(0, i)
        .find((each) => compareSeverity(each.severity, step.severity) > 0);
      if (worst === undefined) return [];
      const lower = `a lower one that is ${worst.severity}`;
      const message = `a higher step is ${step.severity} and would mute ${lower}`;
      return [warning('step-mutes-more', id, message)];
    });
  });
}

/** In 1e-12, as percentages are. */
const FAR_PERCENT = 1000n * 10n ** 12n;

/** Ten times what is allowed may be meant, and is more often an amount in the wrong place. */
function farSteps(config: AlertConfig): readonly Finding[] {
  return alertRules(config).flatMap(({ id, threshold, limit }) => {
    if (limit === undefined || threshold.by !== 'percent') return [];
    if (threshold.percent <= FAR_PERCENT) return [];
    const times = formatExact(threshold.percent / 100n, 0);
    const message = `fires at ${times} times its limit: write amount if that is what is meant`;
    return [note('step-far', id, message)];
  });
}

function actionFindings(config: AlertConfig): readonly Finding[] {
  const rules = new Map(alertRules(config).map((rule) => [rule.id, rule]));
  return config.actions
    .filter(({ isEnabled }) => isEnabled)
    .flatMap(({ trigger, rule, action }) => [
      ...(definitionOf(config.definitions, action) === undefined
        ? [warning('action-undefined', trigger, `nothing says what ${action} does`)]
        : []),
      ...(rules.get(rule)?.isEnabled === false
        ? [warning('trigger-off', trigger, `its rule ${rule} is in a section that is switched off`)]
        : []),
    ]);
}

/** Said, because whoever may write this file decides what brctl starts. */
function granted({ definitions }: AlertConfig): readonly Finding[] {
  return definitions.flatMap(({ name, work }) => {
    const programs = [...new Set(commandsOfWork(work).map(([program]) => program))];
    if (programs.length === 0) return [];
    return note('action-grant', name, `this file grants to start ${programs.join(', ')}`);
  });
}

function integrationFindings(config: AlertConfig): readonly Finding[] {
  const { integrations } = config;
  const hidden = integrations.flatMap((each) => {
    const url = unnamedAddress(each);
    if (url === undefined) return [];
    const message = `brctl lets alerts reach only hosts that are named: add url: "${url}"`;
    return warning('host-unnamed', each.name, message);
  });
  const idle = integrations
    .filter((each) => each.name === 'grafana' && each.isEnabled && !isAnnotating(each))
    .map(({ name }) =>
      note('nothing-to-send', name, 'alert_annotations is false: it gets nothing'),
    );
  const intervalMs = metricsOf(config)?.intervalMs;
  if (intervalMs === undefined) return [...hidden, ...idle];
  const often = formatDuration(intervalMs);
  const message = `its metrics are those of the last alerts evaluate: run it every ${often} or so`;
  return [...hidden, ...idle, note('evaluate-often', 'prometheus', message)];
}

/** A window that is longer than the time until it begins again. */
function overrun(window: MaintenanceWindow): readonly Finding[] {
  const found = overrunOf(window);
  if (found === undefined) return [];
  const again = `it begins again before its ${formatDuration(window.durationMs!)} are over`;
  if (found.by === 'never-ends') {
    return [warning('window-never-ends', window.name, `${again}, so it never ends`)];
  }
  const span = `from ${weekTime(found.from)} until ${weekTime(found.until)} UTC`;
  const message = `${again}, so it lasts ${span}`;
  return [note('window-runs-on', window.name, message)];
}

/** What a report is asked to have and lacks; its mail says the same. */
function reportFindings({ name, isEnabled, format, include }: ReportSchedule): readonly Finding[] {
  if (!isEnabled) return [];
  const replaced = `${format} cannot be made yet: CSV and Markdown are attached instead`;
  return [
    ...(isMade(format) ? [] : [warning('report-format', name, replaced)]),
    ...leftOut(include).map((each) =>
      warning('report-section', name, `${each.name} is left out: ${each.why}`),
    ),
  ];
}
