/**
 * `brctl finance alerts outbox retry`: tries notices again that are dead or wait, now. Exit codes:
 * 0 they arrived, 2 there is no such notice, 3 or 4 the channel said no again.
 *
 * A notice that a later one of its group has overtaken stays where it is: it would say what is no
 * longer so, and open an incident that nothing ends.
 */
import { booleanFlag, defineCommand, type Input, type PackContext, usageError } from 'brctl/sdk';
import { deliveryChannels } from '../../core/alert-config/integration.ts';
import type { SendReport } from '../../core/alert-state/sending.ts';
import type { OutboxEntry } from '../../ports/alert-state.ts';
import { sendDue } from '../send/send.ts';
import { requireSent } from '../send/send-report.ts';
import type { OpenOutbox } from './ports.ts';
import { renderRetry } from './render-retry.ts';

type Words = Readonly<{ ids: readonly string[]; isDead: boolean; nowMs: number }>;

export type Retry = Readonly<{
  entries: readonly OutboxEntry[];
  /** Of those that were asked for. */
  overtaken: readonly OutboxEntry[];
  /** Undefined: nothing was sent. */
  sending: SendReport | undefined;
  nowMs: number;
}>;

export function outboxRetryCommand(open: OpenOutbox) {
  return defineCommand<Words, Retry>({
    path: ['alerts', 'outbox', 'retry'],
    summary: 'Try notices again that did not arrive.',
    description:
      'Sends at once what is named, with everything else that is due. A notice is left alone ' +
      'when a later one of the same group has arrived: it would say what is no longer so.',
    examples: [
      'brctl finance alerts outbox retry 3f9a1c',
      'brctl finance alerts outbox retry --dead',
    ],
    arguments: [{ name: 'id', summary: 'of the list, or how it begins', variadic: true }],
    flags: { dead: { type: 'boolean', summary: 'all that were given up' } },
    formats: ['table', 'json'],
    dryRun: true,
    parse,
    plan: async (words, context) => {
      const { store, close } = await open(context, { isWriting: false });
      try {
        return planRetry(words, store.outbox());
      } finally {
        await close();
      }
    },
    apply: async (plan, context) => {
      if (plan.entries.length === 0) return plan;
      const ports = await open(context, { isWriting: true });
      try {
        const config = await ports.settings.alerts();
        ports.store.retry(
          plan.entries.map(({ id }) => id),
          plan.nowMs,
        );
        return {
          ...plan,
          sending: await sendDue(ports, {
            config: { ...config, channels: deliveryChannels(config) },
          }),
        };
      } finally {
        await ports.close();
      }
    },
    render: renderRetry,
    outcome: ({ sending }) => {
      if (sending !== undefined) requireSent(sending);
      return 'ok';
    },
  });
}

function parse(input: Input, { now }: PackContext): Words {
  const isDead = booleanFlag(input, 'dead');
  const ids = input.arguments;
  if ((ids.length === 0) === !isDead) {
    const problem = isDead ? 'names notices and --dead' : 'does not say what to retry';
    throw usageError('retry-unclear', `the command ${problem}`, 'give ids of the list, or --dead');
  }
  return { ids, isDead, nowMs: now.getTime() };
}

function planRetry({ ids, isDead, nowMs }: Words, all: readonly OutboxEntry[]): Retry {
  const asked = isDead
    ? all.filter(({ status }) => status === 'dead')
    : [...new Set(ids.map((id) => named(all, id)))];
  const overtaken = new Set(asked.filter((entry) => isOvertaken(entry, all)));
  const entries = asked.filter((entry) => !overtaken.has(entry));
  return { entries, overtaken: [...overtaken], sending: undefined, nowMs };
}

function named(all: readonly OutboxEntry[], id: string): OutboxEntry {
  const found = all.filter((entry) => id !== '' && entry.id.startsWith(id.toLowerCase()));
  const [entry] = found;
  if (entry === undefined) {
    const hint = 'brctl finance alerts outbox list shows them';
    throw usageError('notice-unknown', `there is no notice "${id}"`, hint);
  }
  if (found.length > 1) {
    throw usageError('notice-unclear', `${found.length} notices begin with "${id}"`, 'give more');
  }
  if (entry.status === 'delivered') {
    throw usageError('notice-delivered', `the notice ${id} has arrived`);
  }
  if (entry.status === 'sending') {
    throw usageError('notice-sending', `the notice ${id} is being sent at this moment`);
  }
  return entry;
}

/** As the store has it: the order of the list is the order in which they were written. */
function isOvertaken(entry: OutboxEntry, all: readonly OutboxEntry[]): boolean {
  const { channel, route, group } = entry.row;
  return all
    .slice(all.indexOf(entry) + 1)
    .some(
      ({ row, status }) =>
        (status === 'delivered' || status === 'sending') &&
        row.channel === channel &&
        row.route === route &&
        row.group === group,
    );
}
