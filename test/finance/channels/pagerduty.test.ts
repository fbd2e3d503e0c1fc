/** Incidents of PagerDuty, against a real server that misbehaves by a script. */
import { describe, expect, it } from 'vitest';
import { pagerDuty } from '../../../packs/finance/adapters/webhook/pagerduty.ts';
import { channelContext } from '../../support/channel-context.ts';
import { mixedRow, noticeRow } from '../../support/notice.ts';
import { type ScriptedStep, scriptedServer } from '../../support/scripted-server.ts';

const KEY = 'R0123456789ABCDEF0123456789ABCDE';
const ACCEPTED = { status: 202, body: '{"status":"success"}' };

async function world(...script: ScriptedStep[]) {
  const { origin, received } = await scriptedServer(...script);
  const to = { type: 'pagerduty', routingKey: KEY, eventsUrl: `${origin}/v2/enqueue` } as const;
  const context = channelContext();
  const timeoutMs = script.includes('silence') ? 300 : 20_000;
  const notifier = pagerDuty({ context, channel: { name: 'pager', to }, timeoutMs });
  const events = () =>
    received.map(({ body }) => {
      const { event_action, dedup_key } = JSON.parse(body);
      return `${event_action} ${dedup_key}`;
    });
  return { notifier, events, received };
}

const ALL = [
  'trigger finops:budget/weekly_spend/90:all:2026-W09',
  'trigger finops:budget/weekly_spend/80:all:2026-W09',
  'resolve finops:service/supabase/storage/90:supabase:-',
];

describe('PagerDuty', () => {
  it('is sent one event for each alert', async () => {
    const { notifier, events, received } = await world(ACCEPTED);
    expect(await notifier.send(mixedRow(), null)).toEqual({
      kind: 'delivered',
      handle: undefined,
      note: undefined,
    });
    expect(events()).toEqual(ALL);
    expect(JSON.parse(received[0]!.body).routing_key).toBe(KEY);
  });

  it('is sent the rest where it asked to wait', async () => {
    const wait = { status: 429, headers: { 'retry-after': '30' } };
    const { notifier, events } = await world(ACCEPTED, wait, ACCEPTED);
    const delivery = await notifier.send(mixedRow(), null);
    expect(delivery).toMatchObject({ kind: 'retry-later', afterMs: 30_000, handle: { done: 1 } });
    if (delivery.kind !== 'retry-later') return;
    expect(await notifier.send(mixedRow(), delivery.handle!)).toMatchObject({ kind: 'delivered' });
    expect(events()).toEqual([ALL[0], ALL[1], ALL[1], ALL[2]]);
  });

  it('is sent everything of another notice, and after nonsense', async () => {
    for (const handle of [{ row: 'another', done: 2 }, { done: 2 }, { row: 7, done: -1 }]) {
      const { notifier, events } = await world(ACCEPTED);
      await notifier.send(mixedRow(), handle);
      expect(events()).toEqual(ALL);
    }
  });

  it('may refuse one event and take the others', async () => {
    const bad = { status: 400, body: '{"status":"invalid event"}' };
    const { notifier, events } = await world(ACCEPTED, bad, ACCEPTED);
    const note = expect.stringMatching(/^1 of 3 events were refused: PagerDuty answered 400/);
    expect(await notifier.send(mixedRow(), null)).toMatchObject({ kind: 'delivered', note });
    expect(events()).toEqual(ALL);
  });

  it.each([
    ['400 for all', { status: 400 }, 'refused', 'client'],
    ['403', { status: 403 }, 'refused', 'auth'],
    ['500', { status: 500 }, 'retry-later', 'server'],
    ['garbage', { status: 200, body: '<html>' }, 'retry-later', 'server'],
    ['a reset', 'reset', 'retry-later', 'network'],
    ['silence', 'silence', 'retry-later', 'timeout'],
  ] as const)('takes %s for what it is', async (_, step, kind, cause) => {
    const { notifier } = await world(step);
    expect(await notifier.send(noticeRow(), null)).toMatchObject({ kind, cause });
  });

  it('takes 202 for delivered, whatever follows', async () => {
    const { notifier } = await world({ cut: { status: 202 } });
    expect(await notifier.send(noticeRow(), null)).toMatchObject({ kind: 'delivered' });
  });

  it('is not asked with a key that is none', async () => {
    const to = { type: 'pagerduty', routingKey: 'not a key' } as const;
    const channel = { name: 'pager', to };
    const delivery = await pagerDuty({ context: channelContext(), channel }).send(
      noticeRow(),
      null,
    );
    expect(delivery).toMatchObject({ kind: 'refused', cause: 'auth' });
  });
});
