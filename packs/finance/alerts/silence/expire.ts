/**
 * `brctl finance alerts silence expire`: ends a silence now; one that has not begun never will.
 * Exit codes: 0 it is over, 2 there is no such silence.
 */
import { defineCommand, usageError } from 'brctl/sdk';
import { type Silence, silenceStatus } from '../../core/alert-state/silence.ts';
import { firingIn } from './firing.ts';
import type { OpenSilences } from './ports.ts';
import { renderChange, type SilenceChange } from './render.ts';

type Words = Readonly<{ id: string; nowMs: number }>;

export function silenceExpireCommand(open: OpenSilences) {
  return defineCommand<Words, SilenceChange>({
    path: ['alerts', 'silence', 'expire'],
    summary: 'End a silence now.',
    examples: ['brctl finance alerts silence expire 8b1f0c52'],
    arguments: [{ name: 'id', summary: 'as the list has it, or how it begins', required: true }],
    formats: ['table', 'json'],
    dryRun: true,
    parse: ({ arguments: [id = ''] }, { now }) => ({ id, nowMs: now.getTime() }),
    plan: async ({ id, nowMs }, context) => {
      const { store, close } = await open(context, { isWriting: false });
      try {
        const silence = named(store.silences(), id);
        return { silence, nowMs, change: 'none', firing: firingIn(store) };
      } finally {
        await close();
      }
    },
    apply: async (plan, context) => {
      if (silenceStatus(plan.silence, plan.nowMs) === 'expired') return plan;
      const { store, close } = await open(context, { isWriting: true });
      try {
        const silence = store.expireSilence(plan.silence.id, plan.nowMs);
        if (silence === undefined) throw unknown(plan.silence.id);
        return { ...plan, silence, change: 'expired', firing: firingIn(store) };
      } finally {
        await close();
      }
    },
    render: renderChange,
    outcome: () => 'ok',
  });
}

function named(silences: readonly Silence[], id: string): Silence {
  const exact = silences.find((each) => each.id === id);
  const found = exact === undefined ? silences.filter((each) => each.id.startsWith(id)) : [exact];
  const [first] = found;
  if (first === undefined || id === '') throw unknown(id);
  if (found.length === 1) return first;
  throw usageError('silence-unclear', `${found.length} silences begin with "${id}"`, 'give more');
}

function unknown(id: string) {
  const hint = 'brctl finance alerts silence list --all shows them';
  return usageError('silence-unknown', `there is no silence "${id}"`, hint);
}
