/**
 * Notices by an incoming webhook of Slack: the lesser choice. It is bound to one channel and gives
 * nothing back, so every notice is a message of its own; the bot (adapters/slack) edits one and
 * answers in its thread.
 */
import type { Context } from 'brctl/sdk';
import type { NoticeRow } from '../../core/alert-state/notice.ts';
import { addressProblem } from '../../core/notices/host.ts';
import { alertMessage } from '../../core/notices/message.ts';
import {
  byFailure,
  byStatus,
  cleaned,
  type Delivery,
  delivered,
  refused,
  retryLater,
} from '../../core/notices/outcome.ts';
import { secretsInUrl, withoutSecrets } from '../../core/notices/secrets.ts';
import { slackMessage } from '../../core/notices/slack.ts';
import type { Notifier, ResolvedChannel, SlackWebhookDestination } from '../../ports/notifier.ts';
import { POST_LIMITS, post } from './post.ts';

export type IncomingSlackOptions = Readonly<{
  context: Pick<Context, 'fetch' | 'signal' | 'now'>;
  channel: ResolvedChannel<SlackWebhookDestination>;
  timeoutMs?: number;
}>;

export function incomingSlack(options: IncomingSlackOptions): Notifier {
  const secrets = secretsInUrl(options.channel.to.webhookUrl);
  const clean = (text: string): string => withoutSecrets(text, secrets);
  return {
    send: async (row) => cleaned(await send(options, row), clean),
    close: async () => undefined,
  };
}

async function send(
  { context, channel, timeoutMs = POST_LIMITS.timeoutMs }: IncomingSlackOptions,
  row: NoticeRow,
): Promise<Delivery> {
  const { webhookUrl: url } = channel.to;
  const problem = addressProblem(url);
  if (problem !== undefined) return refused('client', `the webhook of Slack ${problem}`);
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  const { text, blocks } = slackMessage(alertMessage(row));
  const body = JSON.stringify({ text, blocks, unfurl_links: false, unfurl_media: false });
  try {
    const reply = await post(context, { url, headers, body, timeoutMs });
    const said = reply.body?.trim() ?? '';
    if (reply.status !== 200) return named(byStatus({ ...reply, said }, context.now));
    // A page of somebody in between has status 200 as well.
    if (said === 'ok') return delivered();
    return retryLater('server', `Slack answered something else than ok: ${said}`, { maybe: true });
  } catch (error) {
    return named(byFailure(error, context.signal.aborted));
  }
}

function named(delivery: Delivery): Delivery {
  return delivery.kind === 'delivered' ? delivery : { ...delivery, why: `Slack ${delivery.why}` };
}
