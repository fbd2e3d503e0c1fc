/** What the commands about actions show; what it is rendered from. */
import type { ActionEntry, ActionInstance } from '../core/actions/action.ts';
import { type ActionDefinition, definitionOf } from '../core/actions/definition.ts';
import type { Held } from '../core/actions/plan.ts';
import { termsText, workText } from '../core/actions/terms.ts';
import type { SendReport } from '../core/alert-state/sending.ts';
import { compareText } from '../core/order.ts';
import type { ActionPorts } from './ports.ts';
import { shortId } from './run.ts';

export type ShownAction = Readonly<{ id: string; instance: ActionInstance }>;
export type ShownEntry = Readonly<{ id: string; action: string; entry: ActionEntry }>;
export type ShownHeld = Readonly<{ id: string; held: Held }>;

export type Would = Readonly<{ action: string; does: string; terms: string }>;

export type ActionView = Readonly<{
  /** Of a dry run: what would be. */
  isDryRun: boolean;
  isBusy: boolean;
  actions: readonly ShownAction[];
  /** Of one action, or what this run wrote. */
  entries: readonly ShownEntry[];
  held: readonly ShownHeld[];
  /** Of a dry run: what the actions in it do, and on which terms. */
  would: readonly Would[];
  /** What became of the notices; undefined: none were to be sent. */
  sending: SendReport | undefined;
  /** The table shows the entries. */
  showsJournal: boolean;
}>;

export type Viewed = Readonly<{
  instances: readonly ActionInstance[];
  entries: readonly ActionEntry[];
  held?: readonly Held[];
  /** As the config has them. */
  definitions?: readonly ActionDefinition[];
  isDryRun?: boolean;
  isBusy?: boolean;
  showsJournal?: boolean;
  sending?: SendReport | undefined;
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
    would: wouldOf(viewed),
    sending: viewed.sending,
    showsJournal: viewed.showsJournal ?? true,
  };
}

/** Of what would move or is held back; the others are as they are. */
function wouldOf({ entries, held = [], definitions = [], isDryRun }: Viewed): readonly Would[] {
  if (isDryRun !== true) return [];
  const named = [...entries.map(({ key }) => actionOf(key)), ...held.map((h) => h.subject.action)];
  return [...new Set(named)].sort(compareText).flatMap((action) => {
    const found = definitionOf(definitions, action);
    return found === undefined
      ? []
      : { action, does: workText(found.work), terms: termsText(found) };
  });
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
