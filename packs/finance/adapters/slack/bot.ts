/**
 * Notices by a bot of Slack. A group that begins to fire gets one message; while it lasts, that
 * message is edited to say how things are, and what has changed is answered in its thread. What is
 * new and critical, and every reminder of it, is shown in the channel besides: an edit and an
 * answer make no sound. Once all has ended, the next time is a message of its own.
 *
 * Slack knows no idempotency key, so what was sent when an answer got lost may stand there twice;
 * the id of the notice is in the metadata of each message. Scope: chat:write.
 */
import { createHash } from 'node:crypto';
import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import type { Context } from 'brctl/sdk';
import { compareSeverity } from '../../core/alert-config/severity.ts';
import type { NoticeRow } from '../../core/alert-state/notice.ts';
import { addressProblem } from '../../core/notices/host.ts';
import { noticeId } from '../../core/notices/id.ts';
import { type AlertMessage, alertMessage } from '../../core/notices/message.ts';
import {
  cleaned,
  type Delivery,
  delivered,
  type Handle,
  refused,
} from '../../core/notices/outcome.ts';
import { withoutSecrets } from '../../core/notices/secrets.ts';
import { type SlackMessage, slackFollowUp, slackMessage } from '../../core/notices/slack.ts';
import type { Notifier, ResolvedChannel, SlackBotDestination } from '../../ports/notifier.ts';
import { deliveryOfError, isMessageGone } from './failure.ts';
import { boundedFetch } from './fetch.ts';

const API_URL = 'https://slack.com/api/';
const TIMEOUT_MS = 15_000;

export type SlackBotOptions = Readonly<{
  context: Pick<Context, 'fetch' | 'signal' | 'now'>;
  channel: ResolvedChannel<SlackBotDestination>;
  timeoutMs?: number;
}>;

export function slackBot(options: SlackBotOptions): Notifier {
  const { context, channel, timeoutMs = TIMEOUT_MS } = options;
  const { token, apiUrl = API_URL } = channel.to;
  const clean = (text: string): string => withoutSecrets(text, [token]);
  const client = new WebClient(token, {
    slackApiUrl: apiUrl,
    fetch: boundedFetch(context, timeoutMs),
    // The outbox tries again, and knows when; here nobody waits.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: SILENT,
  });
  return {
    send: async (row, handle) => {
      const problem = problemOf(channel.to, apiUrl);
      if (problem !== undefined) return cleaned(problem, clean);
      try {
        return cleaned(await send({ client, row, to: channel.to, handle }), clean);
      } catch (error) {
        return cleaned(deliveryOfError(error, context), clean);
      }
    },
    close: async () => undefined,
  };
}

const nothing = (): void => undefined;

/** The client's own words would go to the screen, and may hold what was sent. */
const SILENT: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
};

function problemOf({ token, channel }: SlackBotDestination, apiUrl: string): Delivery | undefined {
  const address = addressProblem(apiUrl);
  if (address !== undefined) return refused('client', `the address of Slack ${address}`);
  if (!/^[\x21-\x7e]+$/.test(token)) return refused('auth', 'the token is not one of Slack');
  if (channel.trim() === '') return refused('client', 'there is no channel to write to');
  return undefined;
}

type Sending = Readonly<{
  client: WebClient;
  row: NoticeRow;
  to: SlackBotDestination;
  handle: Handle | null;
}>;

/** The message of a group: where Slack put it, and the channel that was asked for. */
type Root = Readonly<{ asked: string; channel: string; ts: string }>;

/** @throws what the client throws. */
async function send(sending: Sending): Promise<Delivery> {
  const { row, to, handle } = sending;
  const message = alertMessage(row);
  const root = rootOf(handle, to.channel);
  if (root === undefined || row.reason === 'first notification') return begin(sending, message);
  // First what can be done twice.
  if (!(await edit(sending, root, message))) return begin(sending, message);
  await answer(sending, root, message);
  return delivered(root);
}

async function begin({ client, row, to }: Sending, message: AlertMessage): Promise<Delivery> {
  const { channel, ts } = await client.chat.postMessage({
    channel: to.channel,
    ...said(row, slackMessage(message)),
    ...QUIET,
  });
  const isKnown = typeof channel === 'string' && typeof ts === 'string' && TS.test(ts);
  return delivered(isKnown ? { asked: to.channel, channel, ts } : undefined);
}

/** False where there is nothing left to edit. */
async function edit({ client, row }: Sending, root: Root, message: AlertMessage): Promise<boolean> {
  const { channel, ts } = root;
  try {
    await client.chat.update({ channel, ts, ...said(row, slackMessage(message)), parse: 'none' });
    return true;
  } catch (error) {
    if (isMessageGone(error)) return false;
    throw error;
  }
}

async function answer({ client, row }: Sending, root: Root, message: AlertMessage): Promise<void> {
  const { channel, ts } = root;
  const told = { channel, thread_ts: ts, ...said(row, slackFollowUp(message)), ...QUIET };
  // The client's types tell the two apart.
  if (isLoud(row, message)) await client.chat.postMessage({ ...told, reply_broadcast: true });
  else await client.chat.postMessage(told);
}

function isLoud({ reason }: NoticeRow, { alerts }: AlertMessage): boolean {
  if (reason !== 'new alerts added' && reason !== 'repeat interval elapsed') return false;
  return alerts.some(
    ({ alert, severity }) =>
      alert.status === 'firing' &&
      (alert.why !== 'still' || reason === 'repeat interval elapsed') &&
      compareSeverity(severity, 'critical') >= 0,
  );
}

/** Links are not shown as pages, and words are not read as mentions. */
const QUIET = { parse: 'none', unfurl_links: false, unfurl_media: false } as const;

function said(row: NoticeRow, { text, blocks }: SlackMessage) {
  const id = noticeId(row, (key) => createHash('sha256').update(key).digest('hex'));
  return {
    text,
    blocks,
    metadata: { event_type: 'brctl_finance_notice', event_payload: { id } },
  };
}

const TS = /^\d+\.\d+$/;

/** Undefined for a message that is not ours to edit: the config names another channel now. */
function rootOf(handle: Handle | null, asked: string): Root | undefined {
  const { channel, ts } = handle ?? {};
  if (handle?.asked !== asked || typeof channel !== 'string' || typeof ts !== 'string') {
    return undefined;
  }
  return TS.test(ts) ? { asked, channel, ts } : undefined;
}
