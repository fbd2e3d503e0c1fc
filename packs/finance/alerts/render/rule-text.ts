/** A rule, a recipient and a channel in few words. */
import { formatActiveHours } from '../../core/alert-config/active-hours.ts';
import type {
  Channel,
  Destination,
  MaintenanceWindow,
  Owner,
  Recipient,
  ReportSchedule,
} from '../../core/alert-config/config.ts';
import { formatDuration } from '../../core/alert-config/duration.ts';
import type { AlertRule } from '../../core/alert-config/rule.ts';
import { shownSetting } from '../../core/alert-config/variable.ts';
import { decimalsOf } from '../../core/currency.ts';
import { formatExact } from '../../core/money.ts';

/** `80 % of 125.00 USD`, `15.00 USD`, `10 % over budget`, `50 % above normal` */
export function thresholdText(rule: AlertRule): string {
  const { threshold, kind, limit, metric } = rule;
  switch (threshold.by) {
    case 'amount':
      return amountText(threshold.units, rule);
    case 'crossing': {
      const what = metric.of === 'cost' ? 'spend over budget' : 'usage over its limit';
      return `projected ${what} within ${rule.leadDays} days`;
    }
    case 'percent': {
      const percent = percentText(threshold.percent);
      if (kind === 'variance') return `${percent} ${SIDE[rule.direction]} budget`;
      if (kind === 'anomaly') return `${percent} above normal`;
      if (limit === undefined) return percent;
      const whole = amountText(limit, rule);
      return rule.basis === 'pace' ? `${percent} of pace to ${whole}` : `${percent} of ${whole}`;
    }
    default:
      return threshold satisfies never;
  }
}

const SIDE = { over: 'over', under: 'under', both: 'off' } as const;

function percentText(percent: bigint): string {
  return `${formatExact(percent, 0)} %`;
}

function amountText(units: bigint, { metric, unit }: AlertRule): string {
  const decimals = metric.of === 'cost' && unit !== undefined ? decimalsOf(unit) : 0;
  return `${formatExact(units, decimals)} ${unit ?? ''}`.trimEnd();
}

/** What else was asked of it; empty where nothing was. */
export function optionsText(rule: AlertRule): string {
  const { basis, forMs, keepFiringForMs, clearPercent, freshnessMs, owner, runbook } = rule;
  return [
    // What fires on pace says so where it fires.
    ...(basis === 'effective' || basis === 'pace' ? [] : [basis]),
    ...(forMs === 0 ? [] : [`for ${formatDuration(forMs)}`]),
    ...(keepFiringForMs === 0 ? [] : [`kept for ${formatDuration(keepFiringForMs)}`]),
    ...(clearPercent === undefined ? [] : [`clears below ${percentText(clearPercent)}`]),
    ...(freshnessMs === undefined ? [] : [`stale after ${formatDuration(freshnessMs)}`]),
    ...(owner === undefined ? [] : [`owner ${ownerText(owner)}`]),
    ...(runbook === undefined ? [] : [`see ${runbook}`]),
  ].join(', ');
}

export function ownerText(owner: Owner): string {
  return owner.by === 'role' ? owner.role : `Tags.${owner.tag}`;
}

export function recipientText(recipient: Recipient): string {
  return recipient.by === 'role' ? recipient.role : shownSetting(recipient.address);
}

export function destinationText(to: Destination): string {
  switch (to.type) {
    case 'email':
      return `${to.recipients.map(recipientText).join(', ')} by ${shownSetting(to.smtpUrl)}`;
    case 'slack': {
      const by = shownSetting(to.via === 'token' ? to.token : to.webhookUrl);
      return to.channel === undefined ? `by ${by}` : `${shownSetting(to.channel)} by ${by}`;
    }
    case 'pagerduty':
      return `by ${shownSetting(to.routingKey)}`;
    case 'webhook':
      return `${shownSetting(to.url)} signed by ${shownSetting(to.secret)}`;
    case 'file':
      return fileText(shownSetting(to.path));
    case 'stdout':
      return 'standard output';
    case 'grafana': {
      const on = to.dashboard === undefined ? '' : `${shownSetting(to.dashboard)} at `;
      return `${on}${shownSetting(to.url)} by ${shownSetting(to.token)}`;
    }
    case 'datadog':
      return `${shownSetting(to.url)} by ${shownSetting(to.apiKey)}`;
    default:
      return to satisfies never;
  }
}

/** One that is not absolute lies in the data folder of the pack. */
function fileText(path: string): string {
  return path.startsWith('/') || path.startsWith('${') ? path : `data/finance/${path}`;
}

/** `critical and above, MON-FRI 08:00-18:00 Europe/Berlin` */
export function hearsText({ minSeverity, hours }: Channel): string {
  const what = minSeverity === 'info' ? 'everything' : `${minSeverity} and above`;
  return hours === undefined ? what : `${what}, ${formatActiveHours(hours)}`;
}

export function scheduleText(schedule: ReportSchedule['schedule']): string {
  return schedule === 'manual' ? 'by hand' : `${schedule.text} UTC`;
}

export function lengthText({ durationMs }: MaintenanceWindow): string {
  return durationMs === undefined ? 'until ended by hand' : formatDuration(durationMs);
}
