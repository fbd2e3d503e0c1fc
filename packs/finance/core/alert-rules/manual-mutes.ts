/** Maintenance windows that somebody opened by hand, as what mutes alerts. */
import type { MaintenanceWindow } from '../alert-config/config.ts';
import type { MuteWindow } from '../alert-state/silence.ts';

/** `closesMs` null: until it is closed by hand. */
export type HandOpened = Readonly<{ name: string; openedMs: number; closesMs: number | null }>;

/** One for each manual window of the config that was opened; of others nothing is left to mute. */
export function manualMutes(
  windows: readonly MaintenanceWindow[],
  opened: readonly HandOpened[],
): readonly MuteWindow[] {
  return windows.flatMap(({ name, schedule, suppress }) => {
    const own = opened.filter((each) => each.name === name);
    if (schedule !== 'manual' || own.length === 0) return [];
    const intervals = own.map(({ openedMs, closesMs }) => ({
      startMs: openedMs,
      endMs: closesMs ?? Number.MAX_SAFE_INTEGER,
    }));
    return { name, severities: suppress, intervals };
  });
}
