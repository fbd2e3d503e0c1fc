/**
 * `brctl finance alerts window close`: ends a maintenance window that was opened by hand. Exit
 * codes: 0 it is closed, 2 there is no such window.
 */
import { defineCommand, type PackContext } from 'brctl/sdk';
import { currentOf, manualWindow } from './named.ts';
import type { OpenWindows } from './ports.ts';
import { renderWindowChange, type WindowChange } from './render.ts';

type Words = Readonly<{ name: string; nowMs: number }>;

export function windowCloseCommand(open: OpenWindows) {
  return defineCommand<Words, WindowChange>({
    path: ['alerts', 'window', 'close'],
    summary: 'End a maintenance window that was opened by hand.',
    examples: ['brctl finance alerts window close deployment'],
    arguments: [{ name: 'name', summary: 'of the window', required: true }],
    formats: ['table', 'json'],
    dryRun: true,
    parse: ({ arguments: [name = ''] }, { now }) => ({ name, nowMs: now.getTime() }),
    plan: (words, context) => planClose(words, context, open),
    apply: async (plan, context) => {
      if (plan.change === 'none') return plan;
      const { store, close } = await open(context, { isWriting: true });
      try {
        const opened = store.closeWindow(plan.name, plan.nowMs);
        return opened === undefined
          ? { ...plan, opened, change: 'none' }
          : { ...plan, opened, isDone: true };
      } finally {
        await close();
      }
    },
    render: renderWindowChange,
    outcome: () => 'ok',
  });
}

/** One that is open can be closed though the config has forgotten it. */
async function planClose(
  { name, nowMs }: Words,
  context: PackContext,
  open: OpenWindows,
): Promise<WindowChange> {
  const { settings, store, close } = await open(context, { isWriting: false });
  try {
    const windows = store.windows();
    const plan = { isDone: false, nowMs };
    const exact = currentOf(windows, name, nowMs);
    if (exact !== undefined) {
      return { name, window: undefined, opened: exact, change: 'close', ...plan };
    }
    const window = manualWindow(await settings.alerts(), name);
    const opened = currentOf(windows, window.name, nowMs);
    const change = opened === undefined ? 'none' : 'close';
    return { name: window.name, window, opened, change, ...plan };
  } finally {
    await close();
  }
}
