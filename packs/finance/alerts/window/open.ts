/**
 * `brctl finance alerts window open`: begins a maintenance window whose schedule is `manual`. Exit
 * codes: 0 it is open, 2 the config has no such window.
 */
import { defineCommand, textFlag } from 'brctl/sdk';
import { durationFlag } from '../when.ts';
import { currentOf, manualWindow } from './named.ts';
import type { OpenWindows } from './ports.ts';
import { renderWindowChange, type WindowChange } from './render.ts';

type Words = Readonly<{
  name: string;
  forMs: number | undefined;
  author: string | null;
  comment: string | null;
  nowMs: number;
}>;

export function windowOpenCommand(open: OpenWindows) {
  return defineCommand<Words, WindowChange>({
    path: ['alerts', 'window', 'open'],
    summary: 'Begin a maintenance window that is opened by hand.',
    description:
      'While it is open, alerts of the severities that it suppresses are evaluated and not told. ' +
      'It ends after --for, else after its duration of the config, else when it is closed.',
    examples: [
      'brctl finance alerts window open deployment',
      'brctl finance alerts window open deployment --for 45m --author ops --comment release',
    ],
    arguments: [{ name: 'name', summary: 'of the config, with schedule: manual', required: true }],
    flags: {
      for: { type: 'string', placeholder: 'TIME', summary: 'how long: 45m, 2h' },
      author: { type: 'string', placeholder: 'NAME', summary: 'who opens it' },
      comment: { type: 'string', placeholder: 'TEXT', summary: 'why' },
    },
    formats: ['table', 'json'],
    dryRun: true,
    parse: (input, { now }) => ({
      name: input.arguments[0] ?? '',
      forMs: durationFlag(input, 'for'),
      author: textFlag(input, 'author')?.trim() || null,
      comment: textFlag(input, 'comment')?.trim() || null,
      nowMs: now.getTime(),
    }),
    plan: async ({ name, forMs, author, comment, nowMs }, context) => {
      const { settings, store, close } = await open(context, { isWriting: false });
      try {
        const window = manualWindow(await settings.alerts(), name);
        const current = currentOf(store.windows(), window.name, nowMs);
        const lengthMs = forMs ?? window.durationMs;
        const closesMs = lengthMs === undefined ? null : nowMs + lengthMs;
        const opened = { name: window.name, openedMs: nowMs, closesMs, author, comment };
        const change = current === undefined ? 'open' : 'none';
        const names = { name: window.name, window };
        return { ...names, opened: current ?? opened, change, isDone: false, nowMs };
      } finally {
        await close();
      }
    },
    apply: async (plan, context) => {
      const { opened, change, name, nowMs } = plan;
      if (change === 'none' || opened === undefined) return plan;
      const { store, close } = await open(context, { isWriting: true });
      try {
        if (store.openWindow(opened)) return { ...plan, isDone: true };
        // Somebody else was faster.
        return { ...plan, opened: currentOf(store.windows(), name, nowMs), change: 'none' };
      } finally {
        await close();
      }
    },
    render: renderWindowChange,
    outcome: () => 'ok',
  });
}
