/**
 * Who would hear of an alert at an instant, and what keeps the others from it. It asks the very
 * routes, silences and windows by which an evaluation tells. What explains an alert away (a higher
 * step, a parent) depends on what fires besides, and is not asked.
 */
import { nextActive } from '../../core/alert-config/active-hours.ts';
import type { AlertConfig, Channel } from '../../core/alert-config/config.ts';
import { deliveryChannels } from '../../core/alert-config/integration.ts';
import { wayOf } from '../../core/alert-config/route.ts';
import { alertRules } from '../../core/alert-config/rule.ts';
import { deliveryTerms } from '../../core/alert-rules/delivery.ts';
import { manualMutes } from '../../core/alert-rules/manual-mutes.ts';
import {
  compileMutes,
  type Interval,
  isWithin,
  type MuteWindow,
  type Silence,
} from '../../core/alert-state/silence.ts';
import type { AlertBefore } from '../../ports/alert-state.ts';
import { labelsOfRule, type Supposed } from './labels.ts';

export type Held = Readonly<{
  by: 'threshold' | 'hours' | 'window' | 'silence';
  /** Of the window, or the id of the silence. */
  name: string | null;
  /** Null: it does not end by itself, or not within two weeks. */
  untilMs: number | null;
}>;

export type Hearer = Readonly<{
  channel: Channel;
  via: 'escalation' | 'fallback' | 'integration';
  /** Empty: it is told. */
  held: readonly Held[];
}>;

export type AlertRoute = Supposed &
  Readonly<{
    /** Neither its rule nor the whole is switched off. */
    isEnabled: boolean;
    hearers: readonly Hearer[];
    /** Undefined: told once. */
    repeatMs: number | undefined;
  }>;

type Kept = Pick<AlertBefore, 'silences' | 'windows'>;

/** The question is compiled once, and then asked of many alerts. */
export function hearing(
  config: AlertConfig,
  { silences, windows }: Kept,
  nowMs: number,
): (alert: Supposed) => AlertRoute {
  const terms = deliveryTerms(config, nowMs);
  const mutes = [...terms.windows, ...manualMutes(config.windows, windows)];
  const mutesOf = compileMutes({ silences, windows: mutes }, nowMs);
  const channels = new Map(deliveryChannels(config).map((each) => [each.name, each]));
  return (alert) => {
    const { escalation, fallback, repeatMs } = wayOf(config, alert.severity);
    const muting = mutesOf(alert.labels);
    const quiet = [
      ...muting.windows.map((name) => windowHeld(name, mutes, nowMs)),
      ...muting.silences.map((id) => silenceHeld(id, silences)),
    ];
    const refusing = [...escalation, ...fallback].filter(({ takes }) => !takes);
    const told = terms.routes.find(({ name }) => name === alert.severity)?.channels ?? [];
    const isOwn = new Set(escalation.map(({ channel }) => channel.name));
    const isFallback = new Set(fallback.map(({ channel }) => channel.name));
    const via = (name: string): Hearer['via'] =>
      isOwn.has(name) ? 'escalation' : isFallback.has(name) ? 'fallback' : 'integration';
    const heard = told.flatMap(({ name, active }): readonly Hearer[] => {
      const channel = channels.get(name);
      if (channel === undefined) return [];
      const asleep = active === null || isWithin(active, nowMs) ? [] : [hoursHeld(channel, nowMs)];
      return [{ channel, via: via(name), held: [...asleep, ...quiet] }];
    });
    const isEnabled = config.isEnabled && alert.rule?.isEnabled !== false;
    const refused = refusing.map(({ channel }) => ({
      channel,
      via: via(channel.name),
      held: [{ by: 'threshold' as const, name: null, untilMs: null }],
    }));
    return { ...alert, isEnabled, hearers: [...heard, ...refused], repeatMs };
  };
}

/** Of every rule of the config. */
export function routesOfRules(
  config: AlertConfig,
  kept: Kept,
  nowMs: number,
): readonly AlertRoute[] {
  const hears = hearing(config, kept, nowMs);
  return alertRules(config).map((rule) =>
    hears({ rule, severity: rule.severity, labels: labelsOfRule(rule) }),
  );
}

/** People only: an integration is told of everything, and nobody reads it at night. */
export function tells({ hearers, isEnabled }: AlertRoute): readonly string[] {
  if (!isEnabled) return [];
  return hearers.flatMap(({ channel, via, held }) =>
    via === 'integration' || held.length > 0 ? [] : [channel.name],
  );
}

function hoursHeld({ hours }: Channel, nowMs: number): Held {
  const untilMs = (hours && nextActive(hours, nowMs)) ?? null;
  return { by: 'hours', name: null, untilMs };
}

function windowHeld(name: string, windows: readonly MuteWindow[], nowMs: number): Held {
  const open = windows
    .filter((each) => each.name === name)
    .flatMap(({ intervals }) => intervals)
    .filter((each: Interval) => isWithin([each], nowMs));
  const untilMs = Math.max(...open.map(({ endMs }) => endMs));
  return { by: 'window', name, untilMs: untilMs === Number.MAX_SAFE_INTEGER ? null : untilMs };
}

function silenceHeld(id: string, silences: readonly Silence[]): Held {
  const untilMs = silences.find((each) => each.id === id)?.endsMs ?? null;
  return { by: 'silence', name: id, untilMs };
}
