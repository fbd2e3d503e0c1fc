/** `brctl finance alerts silence list`: what is kept quiet, by whom, why and until when. */
import { booleanFlag, defineCommand } from 'brctl/sdk';
import { silenceStatus } from '../../core/alert-state/silence.ts';
import { firingIn } from './firing.ts';
import type { OpenSilences } from './ports.ts';
import { renderSilences, type SilenceList } from './render.ts';

type Words = Readonly<{ isAll: boolean; nowMs: number }>;

export function silenceListCommand(open: OpenSilences) {
  return defineCommand<Words, SilenceList>({
    path: ['alerts', 'silence', 'list'],
    summary: 'The silences that mute alerts, or will.',
    examples: [
      'brctl finance alerts silence list',
      'brctl finance alerts silence list --all --format json',
    ],
    flags: { all: { type: 'boolean', summary: 'also those that are over' } },
    formats: ['table', 'json'],
    parse: (input, { now }) => ({ isAll: booleanFlag(input, 'all'), nowMs: now.getTime() }),
    plan: async ({ isAll, nowMs }, context) => {
      const { store, close } = await open(context, { isWriting: false });
      try {
        const silences = store
          .silences()
          .filter((each) => isAll || silenceStatus(each, nowMs) !== 'expired');
        return { silences, isAll, nowMs, firing: firingIn(store) };
      } finally {
        await close();
      }
    },
    render: renderSilences,
    outcome: () => 'ok',
  });
}
