/** Who hears of alerts and what keeps them quiet, as the config has it. */

import { activeAround } from '../alert-config/active-hours.ts';
import type { AlertConfig } from '../alert-config/config.ts';
import { integrationChannels } from '../alert-config/integration.ts';
import { wayOf } from '../alert-config/route.ts';
import { SEVERITIES, type Severity } from '../alert-config/severity.ts';
import { scheduledWindows } from '../alert-config/window-times.ts';
import type { Delivery } from '../alert-state/advance.ts';
import type { Route } from '../alert-state/group.ts';
import type { InhibitRule } from '../alert-state/inhibit.ts';
import { parseMatcher } from '../alert-state/silence.ts';

const NEVER_MS = Number.MAX_SAFE_INTEGER;

/**
 * A route for each severity, with the channels of its escalation; a fallback is told once. Nothing
 * waits for company: who evaluates once an hour tells what is known then, and every run ticks.
 * Outside of its active hours a channel is told nothing, and nobody else instead.
 * Alerts of one ladder make one notice, and all that is missing makes one.
 */
export function routesOf(config: AlertConfig, nowMs: number): readonly Route[] {
  return SEVERITIES.map((severity) => routeOf(config, severity, nowMs));
}

function routeOf(config: AlertConfig, severity: Severity, nowMs: number): Route {
  const { told, repeatMs } = wayOf(config, severity);
  return {
    name: severity,
    groupBy: ['group'],
    groupWaitMs: 0,
    groupIntervalMs: 0,
    repeatIntervalMs: repeatMs === undefined ? NEVER_MS : repeatMs - jitterOf(repeatMs),
    channels: [
      ...told.map(({ name, hours }) => ({
        name,
        sendResolved: true,
        active: hours === undefined ? null : activeAround(hours, nowMs),
      })),
      ...integrationChannels(config).map(({ name }) => ({
        ...{ name, sendResolved: true, active: null, isToldOnce: true },
      })),
    ],
    others: config.channels
      .map(({ name }) => name)
      .filter((name) => !told.some((each) => each.name === name)),
  };
}

/**
 * Cron begins a run some moments sooner or later than the day before: without this, a notice that
 * is to repeat every day would be a moment too young on every other one.
 */
function jitterOf(repeatMs: number): number {
  return Math.min(Math.floor(repeatMs / 20), 5 * 60_000);
}

const INHIBIT: readonly (Omit<InhibitRule, 'source' | 'target' | 'missingIsEqual'> &
  Readonly<{ source: readonly string[]; target: readonly string[] }>)[] = [
  {
    // The freshness that it tells is that of every source.
    name: 'missing charges of all explain those of parts',
    source: ['data=missing', 'measure=cost', 'scope=all'],
    target: ['data=missing', 'measure=cost', 'scope!=all'],
    equal: [],
  },
  {
    name: 'a limit that is reached explains that it was to be reached',
    source: ['limit=reached', 'kind!=forecast'],
    target: ['kind=forecast', 'data!=missing'],
    equal: ['subject', 'span'],
  },
  {
    name: 'the whole budget that is spent explains its lines that are over',
    source: ['limit=reached', 'kind=budget', 'scope=all'],
    target: ['kind=variance', 'side=over', 'data!=missing'],
    equal: ['span', 'currency'],
  },
];

/** A higher step explains the lower ones besides (alert-state/inhibit.ts). */
export const INHIBIT_RULES: readonly InhibitRule[] = INHIBIT.map((rule) => ({
  ...rule,
  source: rule.source.map(parseMatcher),
  target: rule.target.map(parseMatcher),
  // A level has no period, and its forecast has none either.
  missingIsEqual: true,
}));

export function deliveryTerms(
  config: AlertConfig,
  nowMs: number,
): Pick<Delivery, 'routes' | 'inhibit' | 'windows'> {
  const windows = scheduledWindows(config.windows, nowMs);
  return { routes: routesOf(config, nowMs), inhibit: INHIBIT_RULES, windows };
}
