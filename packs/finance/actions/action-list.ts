/** What the commands about actions show; what it is rendered from. */
import type { ActionEntry, ActionInstance } from '../core/actions/action.ts';
import type { Held } from '../core/actions/plan.ts';
import type { ActionPorts } from './ports.ts';
import { shortId } from './run.ts';

export type ShownAction = Readonly<{ id: string; instance: ActionInstance }>;
export type ShownEntry = Readonly<{ id: string; action: string; entry: ActionEntry }>;
export type ShownHeld = Readonly<{ id: string; held: Held }>;

export type ActionView = Readonly<{
  /** Of a dry run: what would be. */
  isDryRun: boolean;
  isBusy: boolean;
  actions: readonly ShownAction[];
  /** Of one action, or what this run wrote. */
  entries: readonly ShownEntry[];
  held: readonly ShownHeld[];
  /** The table shows the entries. */
  showsJournal: boolean;
}>;

export type Viewed = Readonly<{
  instances: readonly ActionInstance[];
  entries: readonly ActionEntry[];
  held?: readonly Held[];
  isDryRun?: boolean;
  isBusy?: boolean;
  showsJournal?: boolean;
}>;

export function viewOf(viewed: Viewed, ports: Pick<ActionPorts, 'sha256'>): ActionView {
  const { instances, entries, held = [], isDryRun = false, isBusy = false } = viewed;
  return {
    isDryRun,
    isBusy,
    actions: instances.map((instance) => ({ id: shortId(ports, instance.key), instance })),
    entries: entries.map((entry) => ({
      id: shortId(ports, entry.key),
      action: actionOf(entry.key),
      entry,
    })),
    held: held.map((each) => ({ id: shortId(ports, each.key), held: each })),
    showsJournal: viewed.showsJournal ?? true,
  };
}

/** The first part of the canonical text of a subject. */
function actionOf(key: string): string {
  return String((JSON.parse(key) as unknown[])[0]);
}

/** Somebody has to look. */
export function needsLook({ actions }: Pick<ActionView, 'actions'>): boolean {
  return actions.some(({ instance }) =>
    ['failed', 'drifted', 'waiting-approval'].includes(instance.phase),
  );
}
