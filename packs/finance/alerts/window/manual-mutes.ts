/** Maintenance windows that somebody opened by hand, as what mutes alerts. */
import type { MaintenanceWindow } from '../../core/alert-config/config.ts';
import type { MuteWindow } from '../../core/alert-state/silence.ts';
import type { OpenedWindow } from '../../ports/alert-state.ts';

/** One for each manual window of the config that was opened; of others nothing is left to mute. */
export function manualMutes(
  windows: readonly MaintenanceWindow[],
  opened: readonly OpenedWindow[],
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
