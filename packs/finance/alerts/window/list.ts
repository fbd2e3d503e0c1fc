/** `brctl finance alerts window list`: the maintenance windows, and which of them are open. */
import { defineCommand } from 'brctl/sdk';
import { currentOf, isOpenAt } from './named.ts';
import type { OpenWindows } from './ports.ts';
import { renderWindows, type WindowList } from './render.ts';

type Words = Readonly<{ nowMs: number }>;

export function windowListCommand(open: OpenWindows) {
  return defineCommand<Words, WindowList>({
    path: ['alerts', 'window', 'list'],
    summary: 'The maintenance windows, and which are open by hand.',
    examples: ['brctl finance alerts window list'],
    formats: ['table', 'json'],
    parse: (_, { now }) => ({ nowMs: now.getTime() }),
    plan: async ({ nowMs }, context) => {
      const { settings, store, close } = await open(context, { isWriting: false });
      try {
        const { windows } = await settings.alerts();
        const opened = store.windows();
        const known = new Set(windows.map(({ name }) => name));
        return {
          nowMs,
          windows: windows.map((window) => ({
            window,
            opened: currentOf(opened, window.name, nowMs),
          })),
          strays: opened.filter((each) => !known.has(each.name) && isOpenAt(each, nowMs)),
        };
      } finally {
        await close();
      }
    },
    render: renderWindows,
    outcome: () => 'ok',
  });
}
