/** What a run of the sender did, and whether somebody has to look. */
import { BrctlError, operationalError } from 'brctl/sdk';
import type { OutboxRow } from '../../core/alert-state/notice.ts';
import type { SendOutcome } from '../../core/alert-state/send.ts';

export type Sent = Readonly<{
  id: string;
  channel: string;
  headline: OutboxRow['headline'];
  attempts: number;
  outcome: SendOutcome;
  /** It tells of another one that did not arrive. */
  isTelling: boolean;
  /** Channels that are told of its death. */
  fallback: readonly string[];
}>;

/** Something of ours is missing: a variable, an address. Its rows stay queued. */
export type Blocked = Readonly<{ channel: string; why: string }>;

export type SendReport = Readonly<{
  /** In the order in which they ended. */
  sent: readonly Sent[];
  blocked: readonly Blocked[];
  /** Rows that have not arrived, of this run and of others. */
  waiting: number;
  /** When the next of them may be tried again; null: none waits for time alone. */
  nextMs: number | null;
}>;

/**
 * What an exit has to say after the result is printed, as `outcome` of a command: exit 4 where a
 * key or permission is wrong, 3 for anything else that did not arrive.
 *
 * @throws BrctlError
 */
export function requireSent({ sent, blocked, waiting }: SendReport): void {
  const [first] = blocked;
  if (first !== undefined) {
    throw operationalError(
      'channel-unready',
      `nothing was sent to ${blocked.map(({ channel }) => channel).join(', ')}: ${first.why}`,
      'what waits is sent by the next run: brctl finance alerts outbox list',
    );
  }
  const dead = sent.filter(({ outcome }) => outcome.kind === 'dead');
  const late = sent.filter(({ outcome }) => outcome.kind === 'queued');
  const [worst] = dead.length > 0 ? dead : late;
  if (worst === undefined || worst.outcome.kind === 'delivered') return;
  const { channel, outcome } = worst;
  const isAuth = dead.some((each) => each.outcome.kind === 'dead' && each.outcome.cause === 'auth');
  const count = dead.length > 0 ? dead.length : late.length;
  const what = `${count} ${count === 1 ? 'notice was' : 'notices were'} not delivered`;
  throw new BrctlError(isAuth ? 'auth' : 'operational', {
    code: dead.length > 0 ? 'notice-undelivered' : 'notice-late',
    message: `${what}: ${channel}: ${outcome.why}`,
    hint:
      dead.length > 0
        ? 'when that is mended: brctl finance alerts outbox retry --dead'
        : `${waiting === 1 ? 'it is' : 'they are'} tried again by later runs`,
  });
}
