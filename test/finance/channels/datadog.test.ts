/** Events of Datadog, against a real server that misbehaves by a script. */
import { describe, expect, it } from 'vitest';
import { datadogEvents } from '../../../packs/finance/adapters/datadog/events.ts';
import { DATADOG_LIMITS, type DatadogEvent } from '../../../packs/finance/core/notices/datadog.ts';
import { channelContext } from '../../support/channel-context.ts';
import { hugeRow, mixedRow, noticeAlert, noticeRow } from '../../support/notice.ts';
import { type ScriptedStep, scriptedServer } from '../../support/scripted-server.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const ACCEPTED = { status: 202, body: '{"status":"ok"}' };

async function world(...script: ScriptedStep[]) {
  const { origin, received } = await scriptedServer(...script);
  const to = { type: 'datadog', url: origin, apiKey: KEY } as const;
  const timeoutMs = script.includes('silence') ? 300 : 20_000;
  const context = channelContext();
  const notifier = datadogEvents({ context, channel: { name: 'datadog', to }, timeoutMs });
  const events = () => received.map(({ body }): DatadogEvent => JSON.parse(body));
  return { notifier, received, events };
}

describe('Datadog', () => {
  it('is sent one event for each notice', async () => {
    const { notifier, received, events } = await world(ACCEPTED);
    expect(await notifier.send(noticeRow(), null)).toEqual({
      ...{ kind: 'delivered', handle: undefined, note: undefined },
    });
    const [request] = received;
    expect([request!.method, request!.path]).toEqual(['POST', '/api/v1/events']);
    expect(request!.headers).toMatchObject({ 'dd-api-key': KEY });
    expect(events()).toEqual([
      {
        title:
          'CRITICAL budget/weekly_spend/90: 112.60 USD, threshold 112.50 USD, 2026-W09 (first)',
        text: expect.stringContaining('Owner             growth-catalyst'),
        alert_type: 'error',
        aggregation_key: expect.stringMatching(/^finops:[0-9a-f]{64}$/),
        date_happened: Date.parse('2026-03-02T07:00:00Z') / 1000,
        source_type_name: 'my_apps',
        tags: ['tool:brctl', 'severity:critical', 'status:firing', 'rule:budget/weekly_spend/90'],
      },
    ]);
  });

  it('keeps what is about the same group together, and an end is a success', async () => {
    const { notifier, events } = await world(ACCEPTED);
    await notifier.send(noticeRow(), null);
    await notifier.send(mixedRow(), null);
    const alerts = [noticeAlert({ status: 'resolved', why: 'resolved', severity: 'info' })];
    await notifier.send(noticeRow({ headline: 'resolved', alerts }), null);
    await notifier.send(
      noticeRow({ group: 'another', alerts: [noticeAlert({ severity: 'info' })] }),
      null,
    );
    expect(events().map(({ alert_type }) => alert_type)).toEqual([
      ...['error', 'error', 'success', 'info'],
    ]);
    expect(new Set(events().map(({ aggregation_key }) => aggregation_key)).size).toBe(2);
  });

  it('is told when it happened only of what is recent enough', async () => {
    const { notifier, events } = await world(ACCEPTED);
    const now = Date.parse('2026-03-02T07:00:10Z');
    const hour = 3_600_000;
    for (const ago of [17, 18, 30])
      await notifier.send(noticeRow({ atMs: now - ago * hour }), null);
    expect(events().map((event) => event.date_happened !== undefined)).toEqual([
      ...[true, false, false],
    ]);
  });

  it('calls nobody whom a provider names', async () => {
    const { notifier, events } = await world(ACCEPTED);
    const notes = { message: '@all see @pagerduty (@ops), mail ops@example.com' };
    await notifier.send(noticeRow({ alerts: [noticeAlert({ notes })] }), null);
    expect(events()[0]!.text).toContain(
      '(at)all see (at)pagerduty ((at)ops), mail ops@example.com',
    );
  });

  it('is sent no more than it takes', async () => {
    const { notifier, events } = await world(ACCEPTED);
    await notifier.send(hugeRow(200), null);
    const [event] = events();
    expect(event!.title.length).toBeLessThanOrEqual(DATADOG_LIMITS.title);
    expect(event!.text.length).toBeLessThanOrEqual(DATADOG_LIMITS.text);
    expect(event!.aggregation_key.length).toBeLessThanOrEqual(DATADOG_LIMITS.aggregationKey);
    expect(event!.tags.length).toBeLessThanOrEqual(45);
    for (const tag of event!.tags) expect(tag.length).toBeLessThanOrEqual(DATADOG_LIMITS.tag);
  });

  it.each([
    ['401', { status: 401 }, 'refused', 'auth'],
    ['403', { status: 403, body: '{"errors":["Forbidden"]}' }, 'refused', 'auth'],
    ['400', { status: 400, body: '{"errors":["bad"]}' }, 'refused', 'client'],
    ['413', { status: 413 }, 'refused', 'client'],
    ['500', { status: 500 }, 'retry-later', 'server'],
    ['200 and a page', { status: 200, body: '<html>' }, 'retry-later', 'server'],
    ['a reset', 'reset', 'retry-later', 'network'],
    ['silence', 'silence', 'retry-later', 'timeout'],
    ['a huge refusal', { status: 400, body: 'x'.repeat(200_000) }, 'refused', 'client'],
  ] as const)('takes %s for what it is', async (_, step, kind, cause) => {
    const { notifier } = await world(step);
    expect(await notifier.send(noticeRow(), null)).toMatchObject({ kind, cause });
  });

  it('takes 202 for delivered, whatever follows', async () => {
    for (const step of [{ cut: { status: 202 } }, { status: 202, body: 'nonsense' }]) {
      const { notifier } = await world(step);
      expect(await notifier.send(noticeRow(), null)).toMatchObject({ kind: 'delivered' });
    }
  });

  it.each([
    [{ 'retry-after': '30', 'x-ratelimit-reset': '7' }, 30_000],
    [{ 'x-ratelimit-limit': '10', 'x-ratelimit-reset': '7' }, 7000],
    [{}, undefined],
  ])('is left alone for as long as it asks: %j', async (headers, afterMs) => {
    const { notifier } = await world({ status: 429, headers });
    const delivery = await notifier.send(noticeRow(), null);
    expect(delivery).toMatchObject({ kind: 'retry-later', cause: 'rate-limited' });
    expect(delivery.kind === 'retry-later' && delivery.afterMs).toBe(afterMs);
  });

  it('is not asked with a key that is none', async () => {
    const to = { type: 'datadog', url: 'https://api.datadoghq.com', apiKey: 'a b' } as const;
    const channel = { name: 'datadog', to };
    const delivery = await datadogEvents({ context: channelContext(), channel }).send(
      noticeRow(),
      null,
    );
    expect(delivery).toMatchObject({ kind: 'refused', cause: 'auth' });
  });
});
