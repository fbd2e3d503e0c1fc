/**
 * Notices as annotations of Grafana: one for each alert, from when it began; when it ends, so does
 * the annotation. https://grafana.com/docs/grafana/latest/developers/http_api/annotations/
 *
 * Grafana knows nothing of sending twice, so an annotation that may have arrived is looked for by
 * its own tag before it is made again. A run that is killed between the answer and its state may
 * leave one that is made again, and that nothing ends.
 */
import { createHash } from 'node:crypto';
import type { Context } from 'brctl/sdk';
import type { NoticeRow } from '../../core/alert-state/notice.ts';
import { type GrafanaAlert, grafanaAlerts } from '../../core/notices/grafana.ts';
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
import { withoutSecrets } from '../../core/notices/secrets.ts';
import type { GrafanaDestination, Notifier, ResolvedChannel } from '../../ports/notifier.ts';
import { afterAll, type Regions, regionsOf, soFar } from './regions.ts';
import { jsonOf, REQUEST_LIMITS, type Reply, type Request, request } from './request.ts';

export type GrafanaOptions = Readonly<{
  context: Pick<Context, 'fetch' | 'signal' | 'now'>;
  channel: ResolvedChannel<GrafanaDestination>;
  timeoutMs?: number;
}>;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export function grafanaAnnotations(options: GrafanaOptions): Notifier {
  const clean = (text: string): string => withoutSecrets(text, [options.channel.to.token]);
  return {
    send: async (row, handle) => cleaned(await sendAll(options, row, handle), clean),
    close: async () => undefined,
  };
}

async function sendAll(
  options: GrafanaOptions,
  row: NoticeRow,
  handle: Handle | null,
): Promise<Delivery> {
  const { url, token, dashboard } = options.channel.to;
  const problem = addressProblem(url);
  if (problem !== undefined) return refused('client', `the address of Grafana ${problem}`);
  if (!/^[\x21-\x7e]+$/.test(token)) return refused('auth', 'the token is not one of Grafana');
  const regions = regionsOf(
    handle,
    sha256(JSON.stringify([url, dashboard ?? null])).slice(0, 16),
    noticeId(row, sha256),
  );
  const alerts = grafanaAlerts(row, alertMessage(row), sha256);
  const bad: string[] = [];
  for (const alert of alerts) {
    if (regions.done.has(alert.key)) continue;
    const delivery = await sendOne(options, alert, regions);
    if (delivery.kind === 'retry-later') {
      const isNew = !regions.open.has(alert.key);
      return withHandle(delivery, soFar(regions, delivery.maybe && isNew ? alert.key : undefined));
    }
    // A token is right or wrong for all of them; what one is refused for is no matter of the rest.
    if (delivery.kind === 'refused' && delivery.cause !== 'client') return delivery;
    if (delivery.kind === 'refused') bad.push(delivery.why);
    regions.done.add(alert.key);
  }
  if (bad.length === 0) return delivered(afterAll(regions));
  const why = `${bad.length} of ${alerts.length} annotations were refused: ${bad[0]}`;
  return bad.length < alerts.length ? delivered(afterAll(regions), why) : refused('client', why);
}

async function sendOne(
  options: GrafanaOptions,
  alert: GrafanaAlert,
  regions: Regions,
): Promise<Delivery> {
  const { open } = regions;
  try {
    if (regions.unsure === alert.key && !open.has(alert.key)) {
      const found = await find(options, alert);
      if (found !== undefined) open.set(alert.key, found);
    }
    const id = open.get(alert.key);
    if (id === undefined) return await make(options, alert, open);
    return alert.timeEnd === null ? delivered() : await end(options, alert, { id, open });
  } catch (error) {
    return named(byFailure(error, options.context.signal.aborted));
  }
}

type Open = Regions['open'];

/** One that is over already is a region at once. */
async function make(options: GrafanaOptions, alert: GrafanaAlert, open: Open): Promise<Delivery> {
  const { key, time, timeEnd, text, tags } = alert;
  const { dashboard } = options.channel.to;
  const reply = await ask(options, {
    method: 'POST',
    path: '/api/annotations',
    body: {
      ...(dashboard === undefined ? {} : { dashboardUID: dashboard }),
      time,
      ...(timeEnd === null ? {} : { timeEnd }),
      tags,
      text,
    },
  });
  if (reply.status !== 200) return failed(options, reply);
  const id = idIn(jsonOf(reply));
  if (id === undefined) {
    return retryLater('server', 'Grafana answered 200 without the id of what it made', {
      maybe: true,
    });
  }
  if (timeEnd === null) open.set(key, id);
  return delivered();
}

async function end(
  options: GrafanaOptions,
  { key, timeEnd, text }: GrafanaAlert,
  { id, open }: Readonly<{ id: number; open: Open }>,
): Promise<Delivery> {
  const path = `/api/annotations/${id}`;
  const reply = await ask(options, { method: 'PATCH', path, body: { timeEnd, text } });
  // Somebody has removed it there, and it stays so.
  if (reply.status !== 200 && reply.status !== 404) return failed(options, reply);
  open.delete(key);
  return delivered();
}

/** Undefined also where it may not look: then it is made again. */
async function find(options: GrafanaOptions, { tag }: GrafanaAlert): Promise<number | undefined> {
  const path = `/api/annotations?${new URLSearchParams({ tags: tag, limit: '1' })}`;
  const reply = await ask(options, { method: 'GET', path });
  const found: unknown = reply.status === 200 ? jsonOf(reply) : undefined;
  return Array.isArray(found) ? idIn(found[0]) : undefined;
}

function idIn(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined;
  const { id } = value;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

type Asked = Pick<Request, 'method' | 'body'> & Readonly<{ path: string }>;

function ask(
  { context, channel, timeoutMs = REQUEST_LIMITS.timeoutMs }: GrafanaOptions,
  { path, ...asked }: Asked,
): Promise<Reply> {
  const { url, token } = channel.to;
  const { origin, pathname } = new URL(url);
  const address = origin + pathname.replace(/\/+$/, '') + path;
  return request(context, { ...asked, url: address, token, timeoutMs });
}

function failed({ context }: GrafanaOptions, { status, retryAfter, body }: Reply): Delivery {
  return named(byStatus({ status, retryAfter, said: body?.trim() ?? '' }, context.now));
}

function named(delivery: Delivery): Delivery {
  return delivery.kind === 'delivered' ? delivery : { ...delivery, why: `Grafana ${delivery.why}` };
}
