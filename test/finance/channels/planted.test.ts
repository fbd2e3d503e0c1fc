/** Secrets are planted in every channel; servers repeat all they are sent. Nothing tells them. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { datadogEvents } from '../../../packs/finance/adapters/datadog/events.ts';
import { grafanaAnnotations } from '../../../packs/finance/adapters/grafana/annotations.ts';
import { slackBot } from '../../../packs/finance/adapters/slack/bot.ts';
import { smtpMail } from '../../../packs/finance/adapters/smtp/mail.ts';
import { incomingSlack } from '../../../packs/finance/adapters/webhook/incoming-slack.ts';
import { pagerDuty } from '../../../packs/finance/adapters/webhook/pagerduty.ts';
import { signedWebhook } from '../../../packs/finance/adapters/webhook/signed.ts';
import type { Notifier } from '../../../packs/finance/ports/notifier.ts';
import { channelContext } from '../../support/channel-context.ts';
import { brokenMailServer, mailServer, reply } from '../../support/mail-server.ts';
import { mixedRow, noticeRow } from '../../support/notice.ts';
import {
  closedOrigin,
  type Received,
  type ScriptedStep,
  scriptedServer,
} from '../../support/scripted-server.ts';

const PLANTED = {
  token: 'xoxb-PLANTED/token+with=signs',
  hook: 'PLANTEDhookPLANTEDhook',
  key: 'PLANTEDPLANTEDPLANTEDPLANTED0001',
  path: 'PLANTEDpathPLANTEDpath',
  query: 'PLANTED query value',
  secret: 'PLANTED "signing" secret',
  password: 'PLANTED:pass@word/+',
} as const;

/** Enough of each to know it by, in the forms of the wire. */
const TRACES = Object.values(PLANTED).flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').slice(0, 12),
  Buffer.from(`\0ops\0${secret}`).toString('base64').slice(8, 24),
]);

function expectNoTrace(told: unknown): void {
  const text = JSON.stringify(told);
  for (const trace of [...TRACES, 'PLANTED', 'UExBTlRFR']) expect(text).not.toContain(trace);
}

const heard: unknown[] = [];

beforeEach(() => {
  heard.length = 0;
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...words) => void heard.push(words));
  }
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => heard.push(String(chunk)) > 0);
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

type Open = (origin: string) => Notifier;

const HTTP: Readonly<Record<string, Open>> = {
  'a signed webhook': (origin) => {
    const url = `${origin}/${PLANTED.path}?key=${encodeURIComponent(PLANTED.query)}`;
    const to = { type: 'webhook', url, secret: PLANTED.secret, isHostWritten: true } as const;
    return signedWebhook({ context, channel: { name: 'hook', to }, timeoutMs: 400 });
  },
  'an incoming webhook of Slack': (origin) => {
    const webhookUrl = `${origin}/services/T0/B0/${PLANTED.hook}`;
    const to = { type: 'slack', via: 'webhook', webhookUrl } as const;
    return incomingSlack({ context, channel: { name: 'team', to }, timeoutMs: 400 });
  },
  PagerDuty: (origin) => {
    const to = { type: 'pagerduty', routingKey: PLANTED.key, eventsUrl: `${origin}/v2` } as const;
    return pagerDuty({ context, channel: { name: 'pager', to }, timeoutMs: 400 });
  },
  'the bot of Slack': (origin) => {
    const { token } = PLANTED;
    const to = { type: 'slack', via: 'token', token, channel: 'C1', apiUrl: `${origin}/` } as const;
    return slackBot({ context, channel: { name: 'bot', to }, timeoutMs: 400 });
  },
  Grafana: (origin) => {
    const { token } = PLANTED;
    const to = { type: 'grafana', url: origin, token, dashboard: 'finops' } as const;
    return grafanaAnnotations({ context, channel: { name: 'grafana', to }, timeoutMs: 400 });
  },
  Datadog: (origin) => {
    const to = { type: 'datadog', url: origin, apiKey: PLANTED.key } as const;
    return datadogEvents({ context, channel: { name: 'datadog', to }, timeoutMs: 400 });
  },
};

const context = channelContext();

const all = ({ method, path, headers, body }: Received): string =>
  `${method} ${path} ${headers.authorization} ${JSON.stringify(headers)} ${body}`;

const FAULTS: Readonly<Record<string, ScriptedStep>> = {
  'repeats it with 400': (request) => ({ status: 400, body: all(request) }),
  'repeats it with 401': (request) => ({ status: 401, body: all(request) }),
  'repeats it with 500': (request) => ({ status: 500, body: all(request) }),
  'repeats it with 429': (request) => ({
    status: 429,
    headers: { 'retry-after': PLANTED.key },
    body: all(request),
  }),
  'repeats it with 200': (request) => ({ status: 200, body: all(request) }),
  'repeats it as an error of Slack': (request) => ({
    status: 200,
    body: JSON.stringify({ ok: false, error: all(request) }),
  }),
  'repeats it as a warning of Slack': (request) => ({
    status: 200,
    body: JSON.stringify({
      ok: false,
      error: 'invalid_blocks',
      response_metadata: { messages: [`[ERROR] ${all(request)}`], warnings: [all(request)] },
    }),
  }),
  'repeats it in a redirect': ({ path }) => ({ status: 302, headers: { location: path } }),
  resets: 'reset',
  'cuts it off': { cut: { status: 500, body: 'cut' } },
  'says nothing': 'silence',
};

describe.each(Object.entries(HTTP))('%s', (_, open) => {
  it.each(Object.entries(FAULTS))('tells no secret where the server %s', async (__, step) => {
    const { origin } = await scriptedServer(step);
    for (const row of [noticeRow(), mixedRow()]) {
      expectNoTrace(await open(origin).send(row, { asked: 'C1', channel: 'C1', ts: '1.1' }));
    }
    expect(heard).toEqual([]);
  });

  it('tells no secret where nobody answers, or nothing can be asked', async () => {
    for (const origin of [await closedOrigin(), 'http://no.such.host.invalid', 'nonsense', '']) {
      expectNoTrace(await open(origin).send(noticeRow(), null));
    }
    expect(heard).toEqual([]);
  });
});

describe('e-mail', () => {
  const login = `ops:${encodeURIComponent(PLANTED.password)}@`;
  const mailTo = (port: number, query = '') => {
    const smtpUrl = `smtp://${login}127.0.0.1:${port}${query}`;
    const to = {
      type: 'email',
      smtpUrl,
      from: 'f@example.com',
      recipients: ['a@example.com'],
    } as const;
    return smtpMail({ context, channel: { name: 'mail', to }, timeoutMs: 400 });
  };
  const plain = Buffer.from(`\0ops\0${PLANTED.password}`).toString('base64');

  it('tells no secret where the server repeats the login', async () => {
    for (const code of [535, 454]) {
      const { port } = await mailServer({
        disabledCommands: ['STARTTLS'],
        allowInsecureAuth: true,
        onAuth: ({ password }, _, done) => done(reply(code, `${password} ${plain} AUTH ${plain}`)),
      });
      const delivery = await mailTo(port).send(noticeRow(), null);
      expect(delivery).toMatchObject({ cause: 'auth', why: expect.stringContaining('(hidden)') });
      expectNoTrace(delivery);
    }
    expect(heard).toEqual([]);
  });

  it('tells no secret where the server breaks off, or the address is wrong', async () => {
    for (const at of ['greeting', 'mail', 'silence'] as const) {
      const { port } = await brokenMailServer(at);
      expectNoTrace(await mailTo(port).send(noticeRow(), null));
      expectNoTrace(await mailTo(port, `?tls=${PLANTED.password}`).send(noticeRow(), null));
    }
    expect(heard).toEqual([]);
  });
});
