/** Who hears of an alert: channels of its escalation that take it, else a fallback. */
import type { AlertConfig, Channel } from './config.ts';
import { compareSeverity, type Severity } from './severity.ts';

export type Routing = Pick<AlertConfig, 'channels' | 'fallback' | 'escalation'>;

/** A channel on the way of an alert, and whether it takes alerts that matter so much. */
export type Stop = Readonly<{ channel: Channel; takes: boolean }>;

/** The way of all alerts of one severity, before anything keeps them quiet. */
export type Way = Readonly<{
  /** In the order of the config, each once. */
  escalation: readonly Stop[];
  /** Empty where somebody of the escalation takes it: the fallback is not asked then. */
  fallback: readonly Stop[];
  /** Who is told of it. */
  told: readonly Channel[];
  /** Undefined: told once, as a fallback always is. */
  repeatMs: number | undefined;
}>;

export function wayOf(routing: Routing, severity: Severity): Way {
  const given = routing.escalation.get(severity);
  const escalation = stopsOf(routing, given?.notify ?? [], severity);
  const own = takersOf(escalation);
  if (own.length > 0) return { escalation, fallback: [], told: own, repeatMs: given?.repeatMs };
  const fallback = stopsOf(routing, routing.fallback, severity);
  return { escalation, fallback, told: takersOf(fallback), repeatMs: undefined };
}

/** Names of channels, in the order of the config; the fallback only where nobody else hears. */
export function channelsFor(routing: Routing, severity: Severity): readonly string[] {
  return wayOf(routing, severity).told.map(({ name }) => name);
}

function stopsOf(
  { channels }: Routing,
  names: readonly string[],
  severity: Severity,
): readonly Stop[] {
  return [...new Set(names)].flatMap((name) => {
    const channel = channels.find((each) => each.name === name);
    if (channel === undefined) return [];
    return [{ channel, takes: compareSeverity(severity, channel.minSeverity) >= 0 }];
  });
}

function takersOf(stops: readonly Stop[]): readonly Channel[] {
  return stops.flatMap(({ channel, takes }) => (takes ? [channel] : []));
}
