/** Annotations of Grafana, against a real server that misbehaves by a script. */
import { describe, expect, it } from 'vitest';
import { grafanaAnnotations } from '../../../packs/finance/adapters/grafana/annotations.ts';
import type { NoticeRow } from '../../../packs/finance/core/alert-state/notice.ts';
import { GRAFANA_LIMITS } from '../../../packs/finance/core/notices/grafana.ts';
import type { Handle } from '../../../packs/finance/core/notices/outcome.ts';
import { channelContext } from '../../support/channel-context.ts';
import { hugeRow, mixedRow, noticeAlert, noticeRow } from '../../support/notice.ts';
import { type Received, type ScriptedStep, scriptedServer } from '../../support/scripted-server.ts';

const TOKEN = 'glsa_token';
const added = (id: number) => ({
  status: 200,
  body: JSON.stringify({ id, message: 'Annotation added' }),
});
const PATCHED = { status: 200, body: '{"message":"Annotation patched"}' };

type Change = Readonly<{ path?: string; dashboard?: string | undefined; token?: string }>;

async function world(script: readonly ScriptedStep[], change: Change = {}) {
  const { origin, received } = await scriptedServer(...script);
  const { path = '/', token = TOKEN } = change;
  const dashboard = 'dashboard' in change ? change.dashboard : 'finops-main';
  const to = { type: 'grafana', url: `${origin}${path}`, token, dashboard } as const;
  const timeoutMs = script.includes('silence') ? 300 : 20_000;
  const context = channelContext();
  const notifier = grafanaAnnotations({ context, channel: { name: 'grafana', to }, timeoutMs });
  const asked = () => received.map(({ method, path: at }) => `${method} ${at}`);
  return { notifier, received, asked };
}

const bodyOf = ({ body }: Received) => JSON.parse(body);

const ended = (options: Partial<NoticeRow> = {}): NoticeRow =>
  noticeRow({
    key: '["team","[\\"all\\"]",2,"all alerts resolved"]',
    sequence: 2,
    reason: 'all alerts resolved',
    headline: 'resolved',
    alerts: [
      noticeAlert({
        status: 'resolved',
        why: 'resolved',
        endedMs: Date.parse('2026-03-02T06:30:00Z'),
      }),
    ],
    ...options,
  });

describe('Grafana', () => {
  it('has one region from when an alert began to when it ended', async () => {
    const { notifier, received, asked } = await world([added(41), PATCHED]);
    const first = await notifier.send(noticeRow(), null);
    expect(first).toMatchObject({ kind: 'delivered', note: undefined });
    if (first.kind !== 'delivered') return;
    const last = await notifier.send(ended(), first.handle!);
    expect(last).toMatchObject({ kind: 'delivered', handle: { open: [] } });
    expect(asked()).toEqual(['POST /api/annotations', 'PATCH /api/annotations/41']);
    expect(received[0]!.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json; charset=utf-8',
    });
    expect(bodyOf(received[0]!)).toEqual({
      dashboardUID: 'finops-main',
      time: Date.parse('2026-03-01T06:00:00Z'),
      tags: [
        'brctl',
        expect.stringMatching(/^alert:[0-9a-f]{16}$/),
        'severity:critical',
        'rule:budget/weekly_spend/90',
      ],
      text:
        'FIRING critical budget/weekly_spend/90: 112.60 USD, threshold 112.50 USD, 2026-W09' +
        '<br>Weekly spend is nearly used up<br>Why: first: it has just begun to fire' +
        '<br>Data: complete through 2026-03-01 (aws), 2026-02-27 (openai)' +
        '<br>Owner: growth-catalyst',
    });
    expect(bodyOf(received[1]!)).toEqual({
      timeEnd: Date.parse('2026-03-02T06:30:00Z'),
      text: expect.stringMatching(/^ENDED critical budget.*resolved: it is back below/),
    });
  });

  it('is asked nothing again of what it has, and is told of the rest', async () => {
    const { notifier, asked } = await world([added(1), added(2), added(3)]);
    const first = await notifier.send(mixedRow(), null);
    // Two that fire, and one that came and went.
    expect(asked()).toHaveLength(3);
    if (first.kind !== 'delivered') throw new Error(first.why);
    expect(first.handle!.open).toHaveLength(2);
    const again = mixedRow({ key: 'another' });
    await notifier.send({ ...again, alerts: again.alerts.slice(0, 2) }, first.handle!);
    expect(asked()).toHaveLength(3);
  });

  it('lies below a path, and without a dashboard it is for all', async () => {
    const to = { path: '/grafana/', dashboard: undefined };
    const { notifier, received, asked } = await world([added(1)], to);
    await notifier.send(noticeRow(), null);
    expect(asked()).toEqual(['POST /grafana/api/annotations']);
    expect(bodyOf(received[0]!)).not.toHaveProperty('dashboardUID');
  });

  it('goes on where it asked to wait', async () => {
    const wait = { status: 429, headers: { 'retry-after': '30' } };
    const { notifier, asked } = await world([added(1), wait, added(2), added(3)]);
    const delivery = await notifier.send(mixedRow(), null);
    expect(delivery).toMatchObject({ kind: 'retry-later', cause: 'rate-limited', afterMs: 30_000 });
    if (delivery.kind !== 'retry-later') return;
    expect(await notifier.send(mixedRow(), delivery.handle!)).toMatchObject({ kind: 'delivered' });
    expect(asked()).toEqual(new Array(4).fill('POST /api/annotations'));
  });

  it.each([
    ['a reset after the head', { cut: { status: 200, body: '{"id":7,' } }],
    ['a reset', 'reset'],
    ['wrong JSON', { status: 200, body: '{"id":"seven"}' }],
    ['no JSON', { status: 200, body: '<html>' }],
    ['too much', { status: 200, body: `"${'x'.repeat(400_000)}"` }],
    ['500', { status: 500, body: '{"message":"Failed to save annotation"}' }],
  ] as const)('looks for what may have arrived after %s', async (_, step) => {
    const found = { status: 200, body: '[{"id":7}]' };
    const { notifier, received, asked } = await world([step, found, PATCHED]);
    const delivery = await notifier.send(noticeRow(), null);
    expect(delivery).toMatchObject({ kind: 'retry-later', maybe: true });
    if (delivery.kind !== 'retry-later') return;
    const second = await notifier.send(noticeRow(), delivery.handle!);
    if (second.kind !== 'delivered') throw new Error(second.why);
    await notifier.send(ended(), second.handle!);
    const { tags } = bodyOf(received[0]!);
    const query = new URLSearchParams({ tags: tags[1], limit: '1' });
    expect(asked()).toEqual([
      'POST /api/annotations',
      `GET /api/annotations?${query}`,
      'PATCH /api/annotations/7',
    ]);
  });

  it('is sent it again where it has none, or may not be looked through', async () => {
    for (const answer of [{ status: 403 }, { status: 200, body: '[]' }]) {
      const { notifier, asked } = await world(['reset', answer, added(9)]);
      const delivery = await notifier.send(noticeRow(), null);
      if (delivery.kind !== 'retry-later') throw new Error(delivery.kind);
      const again = await notifier.send(noticeRow(), delivery.handle!);
      expect(again).toMatchObject({
        kind: 'delivered',
        handle: { open: [expect.stringMatching(/ 9 \d+ -$/)] },
      });
      expect(asked()).toHaveLength(3);
    }
  });

  it('is not asked to end what somebody has removed there', async () => {
    const { notifier } = await world([added(1), { status: 404 }]);
    const first = await notifier.send(noticeRow(), null);
    if (first.kind !== 'delivered') throw new Error(first.why);
    const last = await notifier.send(ended(), first.handle!);
    expect(last).toMatchObject({ kind: 'delivered', handle: { open: [] } });
  });

  it('knows nothing of the annotations of another one', async () => {
    const before = await world([added(5)]);
    const first = await before.notifier.send(noticeRow(), null);
    if (first.kind !== 'delivered') throw new Error(first.why);
    expect(first.handle!.open).toHaveLength(1);
    for (const change of [{}, { dashboard: 'other' }]) {
      const { notifier, received } = await world([added(6)], change);
      await notifier.send(ended(), first.handle!);
      expect(received.map(({ method }) => method)).toEqual(['POST']);
      expect(bodyOf(received[0]!)).toMatchObject({ timeEnd: expect.any(Number) });
    }
  });

  it('knows nothing after nonsense', async () => {
    const handles: Handle[] = [
      { at: 'elsewhere', open: [`${'0'.repeat(32)} 5`] },
      { open: 'all', at: 7 },
      { ts: '1' },
    ];
    for (const handle of handles) {
      const { notifier, asked } = await world([added(1)]);
      await notifier.send(noticeRow(), handle);
      expect(asked()).toEqual(['POST /api/annotations']);
    }
  });

  it.each([
    ['401', { status: 401, body: '{"message":"Invalid API key"}' }, 'refused', 'auth'],
    ['403', { status: 403 }, 'refused', 'auth'],
    ['400', { status: 400 }, 'refused', 'client'],
    ['404', { status: 404 }, 'refused', 'client'],
    [
      'a redirect to the login',
      { status: 302, headers: { location: '/login' } },
      'refused',
      'client',
    ],
    ['silence', 'silence', 'retry-later', 'timeout'],
  ] as const)('takes %s for what it is', async (_, step, kind, cause) => {
    const { notifier, received } = await world([step]);
    expect(await notifier.send(noticeRow(), null)).toMatchObject({ kind, cause });
    expect(received).toHaveLength(1);
  });

  it('may refuse one alert and take the others', async () => {
    const { notifier } = await world([{ status: 400 }, added(2), added(3)]);
    const note = expect.stringMatching(/^1 of 3 annotations were refused: Grafana answered 400/);
    expect(await notifier.send(mixedRow(), null)).toMatchObject({ kind: 'delivered', note });
  });

  it('is sent no more tags than it takes, and text for what it would read as HTML', async () => {
    const { notifier, received } = await world([added(1)]);
    await notifier.send(hugeRow(3), null);
    for (const request of received) {
      const { tags, text } = bodyOf(request);
      expect(Buffer.byteLength(JSON.stringify(tags))).toBeLessThanOrEqual(GRAFANA_LIMITS.tags);
      expect(text.length).toBeLessThanOrEqual(GRAFANA_LIMITS.text);
      expect(text.replaceAll('<br>', '')).not.toMatch(/[<>"]/);
    }
  });

  it('is not asked at an address or with a token that is none', async () => {
    const { notifier, received } = await world([added(1)], { token: 'two\nlines' });
    expect(await notifier.send(noticeRow(), null)).toMatchObject({ cause: 'auth' });
    expect(received).toEqual([]);
    const to = { type: 'grafana', url: 'http://grafana.example.com', token: 'a' } as const;
    const channel = { name: 'g', to: { ...to, dashboard: undefined } };
    const far = grafanaAnnotations({ context: channelContext(), channel });
    expect(await far.send(noticeRow(), null)).toMatchObject({ kind: 'refused', cause: 'client' });
  });
});
