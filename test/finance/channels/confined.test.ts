/** Channels as an installed pack has them: `fetch` goes where its permissions say, and nowhere. */
import { expect, it } from 'vitest';
import { datadogEvents } from '../../../packs/finance/adapters/datadog/events.ts';
import { grafanaAnnotations } from '../../../packs/finance/adapters/grafana/annotations.ts';
import { slackBot } from '../../../packs/finance/adapters/slack/bot.ts';
import { signedWebhook } from '../../../packs/finance/adapters/webhook/signed.ts';
import { confine } from '../../../src/pack/trust/confined.ts';
import { fakePackContext } from '../../../src/sdk/testing.ts';
import { noticeRow } from '../../support/notice.ts';
import { scriptedServer } from '../../support/scripted-server.ts';

function confinedTo(...hosts: string[]) {
  const pack = { name: 'finance', version: '0.1.0', root: '/pack' };
  const open = { ...fakePackContext('/srv', pack), fetch: globalThis.fetch };
  return confine(open, { hosts });
}

const channelsAt = (origin: string, context: ReturnType<typeof confinedTo>) => [
  slackBot({
    context,
    channel: {
      name: 'bot',
      to: { type: 'slack', via: 'token', token: 'xoxb-1', channel: 'C1', apiUrl: `${origin}/` },
    },
  }),
  signedWebhook({
    context,
    channel: {
      name: 'hook',
      to: { type: 'webhook', url: `${origin}/a`, secret: 'abc', isHostWritten: true },
    },
  }),
  grafanaAnnotations({
    context,
    channel: {
      name: 'grafana',
      to: { type: 'grafana', url: origin, token: 'glsa_1', dashboard: undefined },
    },
  }),
  datadogEvents({
    context,
    channel: { name: 'datadog', to: { type: 'datadog', url: origin, apiKey: 'abc' } },
  }),
];

it('a channel reaches a host that is declared', async () => {
  const body = JSON.stringify({ ok: true, channel: 'C1', ts: '1.1', id: 1 });
  const { origin, received } = await scriptedServer(({ path }) => ({
    status: path === '/api/v1/events' ? 202 : 200,
    body,
  }));
  for (const notifier of channelsAt(origin, confinedTo(new URL(origin).host))) {
    expect(await notifier.send(noticeRow(), null)).toMatchObject({ kind: 'delivered' });
  }
  expect(received).toHaveLength(4);
});

it('a channel says which host is not', async () => {
  const { origin, received } = await scriptedServer({ status: 200 });
  for (const notifier of channelsAt(origin, confinedTo('example.com'))) {
    expect(await notifier.send(noticeRow(), null)).toMatchObject({
      kind: 'refused',
      cause: 'client',
      why: expect.stringContaining('permissions.hosts of its manifest does not list'),
    });
  }
  expect(received).toEqual([]);
});

it('a redirect is refused there as well', async () => {
  const { origin } = await scriptedServer({ status: 307, headers: { location: '/elsewhere' } });
  for (const notifier of channelsAt(origin, confinedTo(new URL(origin).host))) {
    expect(await notifier.send(noticeRow(), null)).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining('redirects to another address'),
    });
  }
});
