/**
 * Notices as events of Datadog (Events API v1), one for each notice.
 * https://docs.datadoghq.com/api/latest/events/post-an-event/
 *
 * Datadog knows nothing of sending twice: what is sent again is another event, beside the first
 * one under the same aggregation key.
 */
import { createHash } from 'node:crypto';
import { type Context, readBoundedText } from 'brctl/sdk';
import type { NoticeRow } from '../../core/alert-state/notice.ts';
import { datadogEvent } from '../../core/notices/datadog.ts';
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
import { withoutSecrets } from '../../core/notices/secrets.ts';
import type { DatadogDestination, Notifier, ResolvedChannel } from '../../ports/notifier.ts';

export type DatadogOptions = Readonly<{
  context: Pick<Context, 'fetch' | 'signal' | 'now'>;
  channel: ResolvedChannel<DatadogDestination>;
  timeoutMs?: number;
}>;

const LIMITS = { timeoutMs: 15_000, answerBytes: 64 * 1024 } as const;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function datadogEvents(options: DatadogOptions): Notifier {
  const clean = (text: string): string => withoutSecrets(text, [options.channel.to.apiKey]);
  return {
    send: async (row) => cleaned(await send(options, row), clean),
    close: async () => undefined,
  };
}

async function send(options: DatadogOptions, row: NoticeRow): Promise<Delivery> {
  const { context, channel } = options;
  const { url, apiKey } = channel.to;
  const problem = addressProblem(url);
  if (problem !== undefined) return refused('client', `the address of Datadog ${problem}`);
  if (!/^[\x21-\x7e]+$/.test(apiKey)) return refused('auth', 'the key is not one of Datadog');
  const asked = { nowMs: context.now.getTime(), sha256 };
  const event = datadogEvent(row, alertMessage(row), asked);
  try {
    const reply = await post(options, JSON.stringify(event));
    if (reply.status === 202) return delivered();
    if (reply.status < 300) {
      const why = `answered ${reply.status} and not 202: ${reply.said}`;
      return named(retryLater('server', why, { maybe: true }));
    }
    return named(byStatus(reply, context.now));
  } catch (error) {
    return named(byFailure(error, context.signal.aborted));
  }
}

type Reply = Readonly<{ status: number; retryAfter: string | null; said: string }>;

async function post(
  { context, channel, timeoutMs = LIMITS.timeoutMs }: DatadogOptions,
  body: string,
): Promise<Reply> {
  const { fetch, signal } = context;
  const { url, apiKey } = channel.to;
  const { origin, pathname } = new URL(url);
  const response = await fetch(`${origin}${pathname.replace(/\/+$/, '')}/api/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', 'dd-api-key': apiKey },
    body,
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  const { headers, status } = response;
  const tooMuch = () => new RangeError('too long an answer');
  const said = await readBoundedText(response, LIMITS.answerBytes, tooMuch).catch(() => '');
  // Seconds until the limit is reset: https://docs.datadoghq.com/api/latest/rate-limits/
  const retryAfter = headers.get('retry-after') ?? headers.get('x-ratelimit-reset');
  return { status, retryAfter, said: said.trim() };
}

function named(delivery: Delivery): Delivery {
  return delivery.kind === 'delivered' ? delivery : { ...delivery, why: `Datadog ${delivery.why}` };
}
