/**
 * Notices as signed JSON to an address of the operator's choice.
 *
 *     X-Brctl-Event-Id   of the notice; the same when it is sent again
 *     X-Brctl-Timestamp  seconds since 1970
 *     X-Brctl-Signature  v1=<HMAC-SHA256 of "{timestamp}.{body}" with the secret, in hex>
 *
 * Whoever receives it compares the signature in constant time over the body as it came, refuses
 * timestamps that are more than five minutes off, and ignores an id it has seen. Any 2xx is taken
 * as an answer; the body of the schema alert-notice is the same each time, byte by byte.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Context } from 'brctl/sdk';
import type { NoticeRow } from '../../core/alert-state/notice.ts';
import { addressProblem } from '../../core/notices/host.ts';
import { noticeId } from '../../core/notices/id.ts';
import { noticeJson } from '../../core/notices/json.ts';
import { alertMessage } from '../../core/notices/message.ts';
import {
  byFailure,
  byStatus,
  cleaned,
  type Delivery,
  delivered,
  refused,
} from '../../core/notices/outcome.ts';
import { secretsInUrl, withoutSecrets } from '../../core/notices/secrets.ts';
import type { Notifier, ResolvedChannel, WebhookDestination } from '../../ports/notifier.ts';
import { POST_LIMITS, post } from './post.ts';
import { privateAddress } from './private-address.ts';

export type WebhookOptions = Readonly<{
  context: Pick<Context, 'fetch' | 'signal' | 'now'>;
  channel: ResolvedChannel<WebhookDestination>;
  timeoutMs?: number;
}>;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function signedWebhook(options: WebhookOptions): Notifier {
  const { url, secret } = options.channel.to;
  const secrets = [secret, ...secretsInUrl(url)];
  const clean = (text: string): string => withoutSecrets(text, secrets);
  return {
    send: async (row) => cleaned(await send(options, row), clean),
    close: async () => undefined,
  };
}

async function send(
  { context, channel, timeoutMs = POST_LIMITS.timeoutMs }: WebhookOptions,
  row: NoticeRow,
): Promise<Delivery> {
  const { url, secret, isHostWritten } = channel.to;
  if (secret === '') return refused('client', 'there is no secret to sign with');
  const problem = addressProblem(url);
  if (problem !== undefined) return refused('client', `the address of the webhook ${problem}`);
  const { host, hostname } = new URL(url);
  const id = noticeId(row, sha256);
  const body = JSON.stringify(noticeJson(row, alertMessage(row), id));
  const headers = signedHeaders({ id, body, secret, now: context.now });
  try {
    const found = isHostWritten ? undefined : await privateAddress(hostname);
    if (found !== undefined) {
      return refused('client', `${host} is ${found}: write the host itself into the config`);
    }
    const {
      status,
      retryAfter,
      body: said,
    } = await post(context, { url, headers, body, timeoutMs });
    if (status >= 200 && status < 300) return delivered();
    // Some echo what they were sent.
    const echo = withoutSecrets(said ?? '', [headers['x-brctl-signature'] ?? '']);
    return named(host, byStatus({ status, retryAfter, said: echo }, context.now));
  } catch (error) {
    return named(host, byFailure(error, context.signal.aborted));
  }
}

type Signed = Readonly<{ id: string; body: string; secret: string; now: Date }>;

export function signedHeaders({ id, body, secret, now }: Signed): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'brctl-finance',
    'x-brctl-event-id': id,
    'x-brctl-timestamp': timestamp,
    'x-brctl-signature': `v1=${signature}`,
  };
}

function named(host: string, delivery: Delivery): Delivery {
  return delivery.kind === 'delivered' ? delivery : { ...delivery, why: `${host} ${delivery.why}` };
}
