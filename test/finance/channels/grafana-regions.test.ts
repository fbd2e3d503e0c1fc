/** What Grafana keeps of an alert that fires again, and of one that could not be ended in time. */
import { describe, expect, it } from 'vitest';
import { grafanaAnnotations } from '../../../packs/finance/adapters/grafana/annotations.ts';
import type { NoticeRow } from '../../../packs/finance/core/alert-state/notice.ts';
import type { Delivery, Handle } from '../../../packs/finance/core/notices/outcome.ts';
import { alertStoreHere, deliver, queue } from '../../support/alert-store.ts';
import { channelContext } from '../../support/channel-context.ts';
import { mixedRow, noticeAlert, noticeRow } from '../../support/notice.ts';
import { type ScriptedStep, scriptedServer } from '../../support/scripted-server.ts';

const added = (id: number) => ({ status: 200, body: JSON.stringify({ id }) });
const PATCHED = { status: 200, body: '{"message":"Annotation patched"}' };
const DENIED = { status: 401, body: '{"message":"Invalid API key"}' };

const at = (text: string): number => Date.parse(`2026-03-${text}:00Z`);

async function world(...script: ScriptedStep[]) {
  const { origin, received } = await scriptedServer(...script);
  const to = { type: 'grafana', url: origin, token: 'glsa_token', dashboard: undefined } as const;
  const context = channelContext();
  const notifier = grafanaAnnotations({ context, channel: { name: 'grafana', to } });
  const asked = () =>
    received.map(({ method, path, body }) => {
      const { time, timeEnd } = body === '' ? { time: 0, timeEnd: 0 } : JSON.parse(body);
      const end = timeEnd === undefined ? '' : ` until ${new Date(timeEnd).toISOString()}`;
      const from = time === undefined || time === 0 ? '' : ` from ${new Date(time).toISOString()}`;
      return `${method} ${path.split('?')[0]!.replace('/api/annotations', '')}${from}${end}`;
    });
  return { notifier, asked };
}

function handleOf(delivery: Delivery): Handle {
  if (delivery.handle === undefined) throw new Error(`${delivery.kind} without a handle`);
  return delivery.handle;
}

let keys = 0;
function row(alert: Parameters<typeof noticeAlert>[0]): NoticeRow {
  keys += 1;
  return noticeRow({ key: `row ${keys}`, sequence: keys, alerts: [noticeAlert(alert)] });
}

const fires = (started: string) => row({ startedMs: at(started) });
const ends = (started: string, ended: string) =>
  row({ status: 'resolved', why: 'resolved', startedMs: at(started), endedMs: at(ended) });

describe('a refusal in the middle', () => {
  it('loses nothing: the same notice goes on, and a later one ends what was made', async () => {
    const { notifier, asked } = await world(added(1), DENIED, added(2), added(3), PATCHED);
    const refused = await notifier.send(mixedRow(), null);
    expect(refused).toMatchObject({ kind: 'refused', cause: 'auth' });
    const again = await notifier.send(mixedRow(), handleOf(refused));
    expect(again).toMatchObject({ kind: 'delivered', note: undefined });
    expect(asked().map((each) => each.split(' ')[0])).toEqual(['POST', 'POST', 'POST', 'POST']);
    // The worst is first.
    const [, first] = mixedRow().alerts;
    const over = { status: 'resolved', endedMs: at('03T00:00') } as const;
    const end = noticeRow({ key: 'end', alerts: [{ ...first!, ...over }] });
    await notifier.send(end, handleOf(refused));
    expect(asked().at(-1)).toBe('PATCH /1 until 2026-03-03T00:00:00.000Z');
  });

  it('is kept by the store though the notice is dead', async () => {
    const { store } = await alertStoreHere();
    queue(store, [noticeRow(), noticeRow({ key: 'next', sequence: 2 })], 1);
    const handle = { at: 'x', open: ['y'] };
    deliver(store, 1, { kind: 'refused', cause: 'auth', why: 'no', handle });
    expect(store.outbox(['dead'])).toHaveLength(1);
    const [next] = store.claim({ claim: 'me', nowMs: 1, leaseMs: 9, limit: 1 });
    expect(next!.handle).toEqual(handle);
  });
});

describe('an alert that fires again', () => {
  it('has an annotation of its own, and the one before ends when it did end', async () => {
    const { notifier, asked } = await world(added(1), DENIED, added(2), PATCHED, PATCHED);
    const first = handleOf(await notifier.send(fires('01T06:00'), null));
    const denied = handleOf(await notifier.send(ends('01T06:00', '02T06:00'), first));
    const second = handleOf(await notifier.send(fires('04T06:00'), denied));
    await notifier.send(ends('04T06:00', '05T06:00'), second);
    expect(asked()).toEqual([
      'POST  from 2026-03-01T06:00:00.000Z',
      'PATCH /1 until 2026-03-02T06:00:00.000Z',
      'POST  from 2026-03-04T06:00:00.000Z',
      'PATCH /1 until 2026-03-02T06:00:00.000Z',
      'PATCH /2 until 2026-03-05T06:00:00.000Z',
    ]);
  });

  it('leaves the one before where nobody knows when it ended', async () => {
    const { notifier, asked } = await world(added(1), added(2), PATCHED);
    const first = handleOf(await notifier.send(fires('01T06:00'), null));
    const second = handleOf(await notifier.send(fires('04T06:00'), first));
    await notifier.send(ends('04T06:00', '05T06:00'), second);
    expect(asked().slice(1)).toEqual([
      'POST  from 2026-03-04T06:00:00.000Z',
      'PATCH /2 until 2026-03-05T06:00:00.000Z',
    ]);
  });

  it('is the same where late data only says that it began sooner', async () => {
    const { notifier, asked } = await world(added(1), PATCHED);
    const first = handleOf(await notifier.send(fires('02T06:00'), null));
    const second = handleOf(await notifier.send(fires('01T06:00'), first));
    await notifier.send(ends('01T06:00', '05T06:00'), second);
    expect(asked()).toHaveLength(2);
  });

  it('waits no longer for what Grafana does not want to end', async () => {
    const busy = { status: 500 };
    const { notifier, asked } = await world(added(1), DENIED, added(2), busy, { status: 400 });
    let handle = handleOf(await notifier.send(fires('01T06:00'), null));
    handle = handleOf(await notifier.send(ends('01T06:00', '02T06:00'), handle));
    const later = await notifier.send(fires('04T06:00'), handle);
    expect(later).toMatchObject({
      kind: 'delivered',
      note: 'an annotation of before is not ended yet: Grafana answered 500',
    });
    const last = await notifier.send(fires('04T06:00'), handleOf(later));
    expect(last).toMatchObject({ kind: 'delivered', note: undefined });
    expect(handleOf(last)).not.toHaveProperty('late');
    expect(asked()).toHaveLength(5);
  });
});

it('looks again for what may have arrived, though the next try fails otherwise', async () => {
  const found = { status: 200, body: '[{"id":7}]' };
  const { notifier, asked } = await world('reset', { status: 404 }, { status: 503 }, found);
  const notice = fires('01T06:00');
  let handle = handleOf(await notifier.send(notice, null));
  handle = handleOf(await notifier.send(notice, handle));
  const last = await notifier.send(notice, handle);
  expect(handleOf(last).open).toEqual([expect.stringMatching(/ 7 \d+ -$/)]);
  expect(asked().map((each) => each.split(' ')[0])).toEqual(['POST', 'GET', 'POST', 'GET']);
});
