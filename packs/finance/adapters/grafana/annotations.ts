/**
 * Notices as annotations of Grafana: one for each alert, from when it began; when it ends, so does
 * the annotation. https://grafana.com/docs/grafana/latest/developers/http_api/annotations/
 *
 * Grafana knows nothing of sending twice, so an annotation that may have arrived is looked for by
 * its own tag before it is made again. A run that is killed between the answer and its state may
 * leave one that is made again, and that nothing ends.
 *
 * An alert that fires again has an annotation of its own. What could not be ended in its time is
 * ended with the next notice of its group, at the time at which it did end.
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
import {
  afterAll,
  partWithEarlier,
  type Region,
  type Regions,
  regionsOf,
  soFar,
} from './regions.ts';
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
  partWithEarlier(regions, alerts);
  const bad: string[] = [];
  for (const alert of alerts) {
    if (regions.done.has(alert.key)) continue;
    const delivery = await sendOne(options, alert, regions);
    if (delivery.kind !== 'delivered') noteEnd(regions, alert);
    // A token is right or wrong for all of them; what one is refused for is no matter of the rest.
    const isForOne = delivery.kind === 'refused' && delivery.cause === 'client';
    if (delivery.kind !== 'delivered' && !isForOne) {
      return withHandle(delivery, soFar(regions, unsureAfter(delivery, alert, regions)));
    }
    if (isForOne) bad.push(delivery.why);
    regions.done.add(alert.key);
  }
  const notes = bad.length === 0 ? [] : [refusedText(bad, alerts)];
  if (bad.length > 0 && bad.length === alerts.length) {
    return withHandle(refused('client', notes[0]!), afterAll(regions));
  }
  const left = await endLate(options, regions);
  if (left !== undefined) notes.push(left);
  return delivered(afterAll(regions), notes.length === 0 ? undefined : notes.join('; '));
}

function refusedText(bad: readonly string[], alerts: readonly GrafanaAlert[]): string {
  return `${bad.length} of ${alerts.length} annotations were refused: ${bad[0]}`;
}

/** Grafana does not have it yet: whatever comes of this notice, a later one can say it. */
function noteEnd({ open }: Regions, { key, timeEnd }: GrafanaAlert): void {
  const region = open.get(key);
  if (region === undefined || timeEnd === null) return;
  open.set(key, { ...region, endMs: timeEnd });
}

/** What may have arrived once stays so until it is found, or made. */
function unsureAfter(
  delivery: Delivery,
  { key }: GrafanaAlert,
  { open, unsure }: Regions,
): string | undefined {
  if (open.has(key)) return undefined;
  const isMaybe = delivery.kind === 'retry-later' && delivery.maybe;
  return isMaybe || unsure === key ? key : undefined;
}

/** Those of before; returns why one is left for the next notice. */
async function endLate(options: GrafanaOptions, { late }: Regions): Promise<string | undefined> {
  for (const [id, timeEnd] of [...late]) {
    const delivery = await patch(options, id, { timeEnd });
    const isForOne = delivery.kind === 'refused' && delivery.cause === 'client';
    if (delivery.kind !== 'delivered' && !isForOne) {
      return `an annotation of before is not ended yet: ${delivery.why}`;
    }
    late.delete(id);
  }
  return undefined;
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
      if (found !== undefined) open.set(alert.key, regionOf(alert, found));
    }
    const region = open.get(alert.key);
    if (region === undefined) return await make(options, alert, open);
    if (alert.timeEnd === null) {
      open.set(alert.key, { ...region, endMs: undefined });
      return delivered();
    }
    const { timeEnd, text } = alert;
    const delivery = await patch(options, region.id, { timeEnd, text });
    if (delivery.kind === 'delivered') open.delete(alert.key);
    return delivery;
  } catch (error) {
    return named(byFailure(error, options.context.signal.aborted));
  }
}

type Open = Regions['open'];

/** One that is over already is a region at once. */
async function make(options: GrafanaOptions, alert: GrafanaAlert, open: Open): Promise<Delivery> {
  const { time, timeEnd, text, tags } = alert;
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
  if (timeEnd === null) open.set(alert.key, regionOf(alert, id));
  return delivered();
}

function regionOf({ startedMs }: GrafanaAlert, id: number): Region {
  return { id, startedMs: startedMs ?? undefined, endMs: undefined };
}

/** Delivered, too, where somebody has removed it there: it stays so. */
async function patch(
  options: GrafanaOptions,
  id: number,
  body: Readonly<{ timeEnd: number; text?: string }>,
): Promise<Delivery> {
  try {
    const reply = await ask(options, { method: 'PATCH', path: `/api/annotations/${id}`, body });
    return reply.status === 200 || reply.status === 404 ? delivered() : failed(options, reply);
  } catch (error) {
    return named(byFailure(error, options.context.signal.aborted));
  }
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
