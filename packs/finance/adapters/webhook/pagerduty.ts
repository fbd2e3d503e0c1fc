/**
 * Notices as incidents of PagerDuty: one event for each alert, under a key of its own, so that what
 * is sent twice counts once. A notice that was interrupted goes on where it stopped.
 */
import { createHash } from 'node:crypto';
import type { Context } from 'brctl/sdk';
import type { NoticeRow } from '../../core/alert-state/notice.ts';
import { addressProblem } from '../../core/notices/host.ts';
import { noticeId } from '../../core/notices/id.ts';
import { alertMessage } from '../../core/notices/message.ts';
import {
  byFailure,
  byStatus,
  cleaned,
  type Delivery,
  delivered,
  type Handle,
  refused,
  retryLater,
  withHandle,
} from '../../core/notices/outcome.ts';
import { type PagerDutyEvent, pagerDutyEvents } from '../../core/notices/pagerduty.ts';
import { withoutSecrets } from '../../core/notices/secrets.ts';
import type { Notifier, PagerDutyDestination, ResolvedChannel } from '../../ports/notifier.ts';
import { POST_LIMITS, post } from './post.ts';

const EVENTS_URL = 'https://events.pagerduty.com/v2/enqueue';

export type PagerDutyOptions = Readonly<{
  context: Pick<Context, 'fetch' | 'signal' | 'now'>;
  channel: ResolvedChannel<PagerDutyDestination>;
  timeoutMs?: number;
}>;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function pagerDuty(options: PagerDutyOptions): Notifier {
  const clean = (text: string): string => withoutSecrets(text, [options.channel.to.routingKey]);
  return {
    send: async (row, handle) => cleaned(await sendAll(options, row, handle), clean),
    close: async () => undefined,
  };
}

async function sendAll(
  options: PagerDutyOptions,
  row: NoticeRow,
  handle: Handle | null,
): Promise<Delivery> {
  const { routingKey, eventsUrl = EVENTS_URL } = options.channel.to;
  const problem = addressProblem(eventsUrl);
  if (problem !== undefined) return refused('client', `the address of PagerDuty ${problem}`);
  if (!/^[A-Za-z0-9_-]{1,100}$/.test(routingKey)) {
    return refused('auth', 'the routing key is not one of PagerDuty');
  }
  const id = noticeId(row, sha256);
  const events = pagerDutyEvents(row, alertMessage(row), { routingKey, sha256 });
  const start = doneOf(handle, id, events.length);
  const bad: string[] = [];
  for (const [done, event] of events.entries()) {
    if (done < start) continue;
    const delivery = await sendOne(options, eventsUrl, event);
    if (delivery.kind === 'retry-later') return withHandle(delivery, { row: id, done });
    if (delivery.kind !== 'refused') continue;
    // A key is right or wrong for all of them; what one event says is no matter of the others.
    if (delivery.cause !== 'client') return delivery;
    bad.push(delivery.why);
  }
  if (bad.length === 0) return delivered();
  const why = `${bad.length} of ${events.length} events were refused: ${bad[0]}`;
  return bad.length < events.length ? delivered(undefined, why) : refused('client', why);
}

function doneOf(handle: Handle | null, id: string, count: number): number {
  const done = handle?.row === id ? handle.done : 0;
  return typeof done === 'number' && Number.isInteger(done) && 0 <= done && done <= count
    ? done
    : 0;
}

async function sendOne(
  { context, timeoutMs = POST_LIMITS.timeoutMs }: PagerDutyOptions,
  url: string,
  event: PagerDutyEvent,
): Promise<Delivery> {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  try {
    const body = JSON.stringify(event);
    const reply = await post(context, { url, headers, body, timeoutMs });
    if (reply.status === 202) return delivered();
    const said = reply.body?.trim() ?? '';
    if (reply.status === 200) {
      return retryLater('server', `PagerDuty answered 200 and not 202: ${said}`, { maybe: true });
    }
    return named(byStatus({ ...reply, said }, context.now));
  } catch (error) {
    return named(byFailure(error, context.signal.aborted));
  }
}

function named(delivery: Delivery): Delivery {
  return delivery.kind === 'delivered'
    ? delivery
    : { ...delivery, why: `PagerDuty ${delivery.why}` };
}
