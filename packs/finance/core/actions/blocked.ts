/** Whether an alert that fires begins an action, and what keeps it from that. */

import { formatDuration } from '../alert-config/duration.ts';
import { instantText } from '../notices/message.ts';
import type { ActionInstance } from './action.ts';
import { type ActionDefinition, formatHours, isActive, isUndoable } from './definition.ts';
import type { ActionSignal } from './signal.ts';

/** Not again within the run in which it failed, however short its cooldown is. */
const RETRY_MS = 60_000;

/**
 * Never begun in this period, or it came to nothing and may be tried again. A level has no period:
 * there a new incident is what a new period is elsewhere.
 */
export function isFresh(
  current: ActionInstance | undefined,
  definition: ActionDefinition,
  nowMs: number,
): boolean {
  if (current === undefined || current.phase === 'idle') return true;
  const { phase, phaseMs, before, endMs, alert } = current;
  if (phase === 'failed' && before === null) return nowMs >= retryMs(phaseMs, definition);
  const isDone = phase === 'restored' || (phase === 'switched' && !isUndoable(definition));
  return isDone && endMs === null && (alert.startedMs ?? 0) > phaseMs;
}

function retryMs(failedMs: number, { cooldownMs }: ActionDefinition): number {
  return failedMs + Math.max(cooldownMs, RETRY_MS);
}

/** Of what failed and changed nothing: when it may be tried again. */
export function retriesText(
  current: ActionInstance | undefined,
  definition: ActionDefinition,
): string | undefined {
  if (current?.phase !== 'failed' || current.before !== null) return undefined;
  // The minute by which it may be, as people set their clocks.
  const at = Math.ceil(retryMs(current.phaseMs, definition) / RETRY_MS) * RETRY_MS;
  return `tried again from ${instantText(at)} on while its rule fires`;
}

/** Why it does not begin now, in words; undefined where it may. */
export function blockedBy(
  { nowMs, instances }: Readonly<{ nowMs: number; instances: Iterable<ActionInstance> }>,
  definition: ActionDefinition,
  signal: ActionSignal,
): string | undefined {
  const { name, actOn, hours, cooldownMs, restore } = definition;
  const { endMs } = signal;
  if (isUndoable(definition) && restore === 'period_end' && endMs !== null && endMs <= nowMs) {
    return 'its period is over: there is nothing left to switch';
  }
  if (actOn === 'reported' && signal.estimate === 'estimated') {
    return 'its numbers are estimated, and it acts on reported ones only (act_on)';
  }
  if (!isActive(hours, nowMs)) return `it acts within ${formatHours(hours!)} UTC only`;
  const ended = [...instances].filter(
    ({ subject, phase }) =>
      subject.action === name &&
      subject.scope === signal.scope &&
      (phase === 'restored' ||
        phase === 'failed' ||
        (phase === 'switched' && !isUndoable(definition))),
  );
  const lastMs = Math.max(...ended.map(({ phaseMs }) => phaseMs));
  // A clock that was set back does not make it wait for longer than that.
  if (lastMs <= nowMs && nowMs - lastMs < cooldownMs) {
    return `it cools down for ${formatDuration(cooldownMs)} after its last end`;
  }
  return undefined;
}
