/** The bot of Slack, with Slack's own client, against a real server that misbehaves by a script. */
import { describe, expect, it } from 'vitest';
import { slackBot } from '../../../packs/finance/adapters/slack/bot.ts';
import { channelContext } from '../../support/channel-context.ts';
import { hugeRow, mixedRow, noticeAlert, noticeRow } from '../../support/notice.ts';
import {
  type Answer,
  type Received,
  type ScriptedStep,
  scriptedServer,
} from '../../support/scripted-server.ts';

const TOKEN = 'xoxb-0123456789-abcdefghijkl';
const ROOT = { asked: '#finops', channel: 'C0123456789', ts: '1772434800.000100' };
const NEXT = { reason: 'new alerts added', headline: 'new step', key: 'next' } as const;

const json = (body: object): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const POSTED = json({ ok: true, channel: ROOT.channel, ts: ROOT.ts });
const failed = (error: string) => json({ ok: false, error });

async function world(...script: ScriptedStep[]) {
  const { origin, received } = await scriptedServer(...script);
  const to = { type: 'slack', via: 'token', token: TOKEN, channel: '#finops' } as const;
  const channel = { name: 'team', to: { ...to, apiUrl: `${origin}/api/` } };
  const timeoutMs = script.includes('silence') ? 300 : 20_000;
  const notifier = slackBot({ context: channelContext(), channel, timeoutMs });
  const calls = () => received.map(({ path }) => path.replace('/api/', ''));
  return { notifier, received, calls };
}

const form = ({ body }: Received) => Object.fromEntries(new URLSearchParams(body));

describe('a group that begins to fire', () => {
  it('gets one message, and gives back where it stands', async () => {
    const { notifier, received, calls } = await world(POSTED);
    const delivery = await notifier.send(noticeRow(), null);
    expect(delivery).toEqual({ kind: 'delivered', handle: ROOT, note: undefined });
    expect(calls()).toEqual(['chat.postMessage']);
    const sent = form(received[0]!);
    expect(sent).toMatchObject({ channel: '#finops', parse: 'none', unfurl_links: 'false' });
    expect(sent.text).toMatch(/^CRITICAL budget/);
    expect(JSON.parse(sent.blocks!)).toHaveLength(3);
    expect(JSON.parse(sent.metadata!).event_payload.id).toMatch(/^[0-9a-f]{64}$/);
    expect(received[0]!.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it('again gets a message of its own', async () => {
    const { notifier, calls } = await world(POSTED);
    await notifier.send(noticeRow({ key: 'later' }), ROOT);
    expect(calls()).toEqual(['chat.postMessage']);
  });
});

describe('a group that goes on', () => {
  it('has its message edited and is answered in the thread', async () => {
    const { notifier, received, calls } = await world(POSTED);
    const row = mixedRow(NEXT);
    expect(await notifier.send(row, ROOT)).toMatchObject({ kind: 'delivered', handle: ROOT });
    expect(calls()).toEqual(['chat.update', 'chat.postMessage']);
    const [edited, answered] = received.map(form);
    expect(edited).toMatchObject({ channel: ROOT.channel, ts: ROOT.ts });
    expect(answered).toMatchObject({ channel: ROOT.channel, thread_ts: ROOT.ts });
    expect(answered!.reply_broadcast).toBe('true');
  });

  it.each([
    ['what is new is a warning', [noticeAlert({ severity: 'warning' })], 'new alerts added'],
    ['nothing is new', [noticeAlert({ why: 'still' })], 'some alerts resolved'],
    ['it ended', [noticeAlert({ status: 'resolved', why: 'resolved' })], 'all alerts resolved'],
  ] as const)('stays in the thread where %s', async (_, alerts, reason) => {
    const { notifier, received } = await world(POSTED);
    await notifier.send(noticeRow({ alerts, reason }), ROOT);
    expect(form(received[1]!)).not.toHaveProperty('reply_broadcast');
  });

  it('is reminded of in the channel where it is critical', async () => {
    const { notifier, received } = await world(POSTED);
    const alerts = [noticeAlert({ why: 'still' })];
    const row = noticeRow({ alerts, reason: 'repeat interval elapsed', headline: 'repeat' });
    await notifier.send(row, ROOT);
    expect(form(received[1]!).reply_broadcast).toBe('true');
    expect(form(received[1]!).blocks).toContain('weekly_spend');
  });

  it.each(['message_not_found', 'cant_update_message', 'edit_window_closed'])(
    'begins anew where its message cannot be edited: %s',
    async (error) => {
      const { notifier, calls } = await world(failed(error), POSTED);
      expect(await notifier.send(mixedRow(NEXT), ROOT)).toMatchObject({ handle: ROOT });
      expect(calls()).toEqual(['chat.update', 'chat.postMessage']);
    },
  );

  it.each([
    ['another channel is asked for', { ...ROOT, asked: '#other' }],
    ['the handle is nonsense', { asked: '#finops', channel: 7, ts: 'x' }],
    ['the time stamp is none', { ...ROOT, ts: '1; drop' }],
  ])('begins anew where %s', async (_, handle) => {
    const { notifier, calls } = await world(POSTED);
    await notifier.send(mixedRow(NEXT), handle);
    expect(calls()).toEqual(['chat.postMessage']);
  });

  it('is tried again as a whole where the answer failed', async () => {
    const { notifier, calls } = await world(POSTED, { status: 500 }, POSTED);
    const delivery = await notifier.send(mixedRow(NEXT), ROOT);
    expect(delivery).toMatchObject({ kind: 'retry-later', cause: 'server', handle: undefined });
    expect(await notifier.send(mixedRow(NEXT), ROOT)).toMatchObject({ kind: 'delivered' });
    expect(calls()).toHaveLength(4);
  });
});

describe('Slack that misbehaves', () => {
  const FAULTS: readonly (readonly [string, ScriptedStep, object])[] = [
    [
      'too much',
      { status: 429, headers: { 'retry-after': '30' } },
      { kind: 'retry-later', cause: 'rate-limited', afterMs: 30_000, maybe: false },
    ],
    [
      'too much, for how long it does not say',
      { status: 429 },
      { kind: 'retry-later', cause: 'rate-limited', afterMs: undefined },
    ],
    ['500', { status: 500, body: 'oops' }, { kind: 'retry-later', cause: 'server', maybe: true }],
    ['a reset', 'reset', { kind: 'retry-later', cause: 'network', maybe: true }],
    [
      'a reset within the answer',
      { cut: { status: 200, body: '{"ok":' } },
      { kind: 'retry-later', maybe: true },
    ],
    ['silence', 'silence', { kind: 'retry-later', cause: 'timeout', maybe: true }],
    ['a page', { status: 200, body: '<html>' }, { kind: 'retry-later', maybe: true }],
    ['null', { status: 200, body: 'null' }, { kind: 'retry-later', maybe: true }],
    ['a list', { status: 200, body: '[]' }, { kind: 'retry-later', maybe: true }],
    ['a number', { status: 200, body: '7' }, { kind: 'retry-later', maybe: true }],
    ['no content', { status: 204 }, { kind: 'retry-later', maybe: true }],
    ['internal_error', failed('internal_error'), { kind: 'retry-later', cause: 'server' }],
    ['ratelimited', failed('ratelimited'), { kind: 'retry-later', cause: 'rate-limited' }],
    ['invalid_auth', failed('invalid_auth'), { kind: 'refused', cause: 'auth' }],
    [
      'not_in_channel',
      failed('not_in_channel'),
      {
        kind: 'refused',
        cause: 'client',
        why: 'Slack said not_in_channel (invite the bot into the channel)',
      },
    ],
    [
      'a redirect',
      { status: 307, headers: { location: '/elsewhere' } },
      { kind: 'refused', cause: 'client' },
    ],
    ['ok without a place', json({ ok: true }), { kind: 'delivered', handle: undefined }],
  ];

  it.each(FAULTS)('is taken for what it is: %s', async (_, step, expected) => {
    const { notifier, received } = await world(step);
    const begun = performance.now();
    expect(await notifier.send(noticeRow(), null)).toMatchObject(expected);
    expect(received).toHaveLength(1);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('is not written to with half a request: 500 alerts arrive', async () => {
    const { notifier, received } = await world(POSTED);
    expect(await notifier.send(hugeRow(500), null)).toMatchObject({ kind: 'delivered' });
    expect(JSON.parse(form(received[0]!).blocks!).length).toBeLessThanOrEqual(50);
  });

  it('is not asked where there is nothing to ask with', async () => {
    const base = { type: 'slack', via: 'token', token: TOKEN, channel: 'C1' } as const;
    for (const [part, cause] of [
      [{ token: 'two\nlines' }, 'auth'],
      [{ token: '' }, 'auth'],
      [{ channel: ' ' }, 'client'],
      [{ apiUrl: 'http://example.com/api/' }, 'client'],
    ] as const) {
      const channel = { name: 'team', to: { ...base, ...part } };
      const notifier = slackBot({ context: channelContext(), channel });
      expect(await notifier.send(noticeRow(), null)).toMatchObject({ kind: 'refused', cause });
    }
  });
});
