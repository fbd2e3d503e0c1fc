/**
 * Alertmanager's table of whether a receiver has to be told, and why. Sets hold fingerprints:
 * `firing` and `resolved` are the group as it is now, `entry` is what the log says was told.
 *
 * It is the same table row by row; what makes the sets honest is alert-state/group.ts.
 */

/** Alertmanager's seventh, unknown, cannot come out of a total function; flapping is ours. */
export type NotifyReason =
  | 'none'
  | 'first notification'
  | 'new alerts added'
  | 'some alerts resolved'
  | 'all alerts resolved'
  | 'repeat interval elapsed'
  | 'flapping';

export type Decision = Readonly<{
  /** The last notice that was logged; null: there is none. */
  entry: Readonly<{
    firing: readonly string[];
    resolved: readonly string[];
    sentMs: number;
  }> | null;
  firing: ReadonlySet<string>;
  resolved: ReadonlySet<string>;
  sendResolved: boolean;
  repeatIntervalMs: number;
  now: number;
}>;

/**
 * The first row of the table that applies.
 *
 * A notice is old enough to repeat when it is exactly as old as the interval: runs of a schedule
 * are a day apart to the millisecond, and Alertmanager's "older than" would make that two days.
 */
export function decide(asked: Decision): NotifyReason {
  const { entry, firing, resolved, sendResolved } = asked;
  if (entry === null) return firing.size > 0 ? 'first notification' : 'none';
  if (!firing.isSubsetOf(new Set(entry.firing))) {
    return entry.firing.length === 0 ? 'first notification' : 'new alerts added';
  }
  if (firing.size === 0) return entry.firing.length > 0 ? 'all alerts resolved' : 'none';
  if (sendResolved && !resolved.isSubsetOf(new Set(entry.resolved))) return 'some alerts resolved';
  const isOld = entry.sentMs <= asked.now - asked.repeatIntervalMs;
  return isOld ? 'repeat interval elapsed' : 'none';
}
