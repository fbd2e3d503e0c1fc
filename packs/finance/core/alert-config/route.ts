/** Who hears of an alert: channels of its escalation that take it, else a fallback. */
import type { AlertConfig } from './config.ts';
import { compareSeverity, type Severity } from './severity.ts';

export type Routing = Pick<AlertConfig, 'channels' | 'fallback' | 'escalation'>;

/** Names of channels, in the order of the config; the fallback only where nobody else hears. */
export function channelsFor(routing: Routing, severity: Severity): readonly string[] {
  const told = takers(routing, routing.escalation.get(severity)?.notify ?? [], severity);
  return told.length > 0 ? told : takers(routing, routing.fallback, severity);
}

function takers(
  { channels }: Routing,
  names: readonly string[],
  severity: Severity,
): readonly string[] {
  return names.filter((name) => {
    const channel = channels.find((each) => each.name === name);
    return channel !== undefined && compareSeverity(severity, channel.minSeverity) >= 0;
  });
}
