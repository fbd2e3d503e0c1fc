/** The window that a name means. */
import { suggest, usageError } from 'brctl/sdk';
import type { AlertConfig, MaintenanceWindow } from '../../core/alert-config/config.ts';
import type { OpenedWindow } from '../../ports/alert-state.ts';

/** @throws BrctlError (usage) for one that the config does not have, or that has a schedule. */
export function manualWindow({ windows }: Pick<AlertConfig, 'windows'>, name: string) {
  const found = windows.find((each) => each.name === name) ?? loosely(windows, name);
  if (found === undefined) {
    const names = windows.flatMap((each) => (each.schedule === 'manual' ? each.name : []));
    const guess = suggest(name, names);
    throw usageError(
      'window-unknown',
      `maintenance_windows has no "${name}"`,
      names.length === 0
        ? 'none of its windows has schedule: manual'
        : guess === undefined
          ? `those with schedule: manual are ${names.join(', ')}`
          : `did you mean "${guess}"?`,
    );
  }
  if (found.schedule === 'manual') return found;
  throw usageError(
    'window-scheduled',
    `the maintenance window "${found.name}" has a schedule, and opens by itself`,
    'a window that is opened by hand has schedule: manual',
  );
}

/** In another case. */
function loosely(
  windows: readonly MaintenanceWindow[],
  name: string,
): MaintenanceWindow | undefined {
  const alike = windows.filter((each) => each.name.toLowerCase() === name.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}

/** The one that is open now. */
export function currentOf(
  opened: readonly OpenedWindow[],
  name: string,
  nowMs: number,
): OpenedWindow | undefined {
  return opened.findLast((each) => each.name === name && isOpenAt(each, nowMs));
}

export function isOpenAt({ closesMs }: OpenedWindow, nowMs: number): boolean {
  return closesMs === null || closesMs > nowMs;
}
