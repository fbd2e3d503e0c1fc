/** What a run of the sender did, as values; who runs it says what that means. */
import type { headlineIn } from './notice.ts';
import type { SendOutcome } from './send.ts';

export type Sent = Readonly<{
  id: string;
  channel: string;
  headline: ReturnType<typeof headlineIn>;
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
  /** Rows of its channels that have not arrived, of this run and of others. */
  waiting: number;
  /** Of these, what was due and never tried: the time of the run was over. */
  untried: number;
  /** When the next of them may be tried again; null: none waits for time alone. */
  nextMs: number | null;
  /** Rows of its channels that were given up and are still kept, of this run and of others. */
  dead: number;
}>;

/** Two rounds of one run, one after the other. */
export function bothSent(first: SendReport, second: SendReport): SendReport {
  const names = new Set(second.blocked.map(({ channel }) => channel));
  return {
    ...second,
    sent: [...first.sent, ...second.sent],
    blocked: [...first.blocked.filter(({ channel }) => !names.has(channel)), ...second.blocked],
  };
}

/** Why somebody has to look: one sentence, and what to do. */
export type Shortfall = Readonly<{
  kind: 'auth' | 'operational';
  code: 'channel-unready' | 'notice-undelivered' | 'notice-late';
  message: string;
  hint: string;
}>;

const LIST = 'brctl finance alerts outbox';

/** Undefined where all that was due was sent and arrived, and nothing of ours was missing. */
export function shortfallOf({
  sent,
  blocked,
  waiting,
  untried,
}: SendReport): Shortfall | undefined {
  const [first] = blocked;
  if (first !== undefined) {
    const channels = blocked.map(({ channel }) => channel).join(', ');
    return {
      kind: 'operational',
      code: 'channel-unready',
      message: `nothing was sent to ${channels}: ${first.why}`,
      hint: `what waits is sent by the next run: ${LIST} list`,
    };
  }
  const dead = sent.filter(({ outcome }) => outcome.kind === 'dead');
  const late = sent.filter(({ outcome }) => outcome.kind === 'queued');
  const isDead = dead.length > 0;
  const failed = isDead ? dead : late;
  const [worst] = failed;
  if (worst === undefined || worst.outcome.kind === 'delivered') return untriedText(untried);
  const isAuth = dead.some(({ outcome }) => outcome.kind === 'dead' && outcome.cause === 'auth');
  return {
    kind: isAuth ? 'auth' : 'operational',
    code: isDead ? 'notice-undelivered' : 'notice-late',
    message: `${countText(failed)} not delivered: ${worst.channel}: ${worst.outcome.why}`,
    hint: isDead
      ? `when that is mended: ${LIST} retry --dead`
      : `${waiting === 1 ? 'it is' : 'they are'} tried again by later runs`,
  };
}

function untriedText(count: number): Shortfall | undefined {
  if (count === 0) return undefined;
  const [what, they] =
    count === 1 ? ['1 message was', 'it is'] : [`${count} messages were`, 'they are'];
  return {
    kind: 'operational',
    code: 'notice-late',
    message: `${what} not sent: the time that a run has for sending was over`,
    hint: `${they} sent by later runs: ${LIST} list`,
  };
}

/** `1 notice was`, `2 reports were` */
function countText(failed: readonly Sent[]): string {
  const noun = failed.every(({ headline }) => headline === 'report') ? 'report' : 'notice';
  return failed.length === 1 ? `1 ${noun} was` : `${failed.length} ${noun}s were`;
}
