/** `brctl finance alerts outbox list`: notices that wait, went out, or never arrived, and why. */
import { defineCommand, type Input, type PackContext, textFlag } from 'brctl/sdk';
import { OUTBOX_STATUSES, type OutboxStatus } from '../../ports/alert-state.ts';
import type { OpenOutbox } from './ports.ts';
import { type OutboxList, renderOutbox } from './render.ts';

type Words = Readonly<{ status: OutboxStatus | undefined; nowMs: number }>;

export function outboxListCommand(open: OpenOutbox) {
  return defineCommand<Words, OutboxList>({
    path: ['alerts', 'outbox', 'list'],
    summary: 'The notices of alerts: what waits, what went out, what never arrived and why.',
    description:
      'Without --status, what has not arrived: queued (waits for its time), sending (a run has ' +
      'taken it, or died with it) and dead (given up; alerts outbox retry tries again). ' +
      'Delivered notices are kept for 90 days. Exit code 0, also where something is dead.',
    examples: [
      'brctl finance alerts outbox list',
      'brctl finance alerts outbox list --status delivered --format json',
    ],
    flags: {
      status: {
        type: 'string',
        placeholder: 'STATUS',
        summary: 'only these',
        choices: OUTBOX_STATUSES,
      },
    },
    formats: ['table', 'json'],
    parse,
    plan: async ({ status, nowMs }, context) => {
      const { store, close } = await open(context, { isWriting: false });
      try {
        const statuses: readonly OutboxStatus[] =
          status === undefined ? ['queued', 'sending', 'dead'] : [status];
        return { entries: store.outbox(statuses), status, nowMs };
      } finally {
        await close();
      }
    },
    render: renderOutbox,
    outcome: () => 'ok',
  });
}

function parse(input: Input, { now }: PackContext): Words {
  const word = textFlag(input, 'status');
  return { status: OUTBOX_STATUSES.find((each) => each === word), nowMs: now.getTime() };
}
