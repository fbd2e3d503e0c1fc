/** Channels that are one POST, against a real server that misbehaves by a script. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { incomingSlack } from '../../../packs/finance/adapters/webhook/incoming-slack.ts';
import {
  isPrivateAddress,
  privateAddress,
} from '../../../packs/finance/adapters/webhook/private-address.ts';
import { signedWebhook } from '../../../packs/finance/adapters/webhook/signed.ts';
import { variable } from '../../../packs/finance/core/alert-config/variable.ts';
import { isHostWritten } from '../../../packs/finance/core/notices/host.ts';
import { channelContext } from '../../support/channel-context.ts';
import { hugeRow, mixedRow, noticeRow } from '../../support/notice.ts';
import { closedOrigin, type ScriptedStep, scriptedServer } from '../../support/scripted-server.ts';

const SECRET = 'sign-with-this-secret';
const schemaFile = new URL('../../../schemas/finance/alert-notice.schema.json', import.meta.url);
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
formats.default(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')));

type Options = Readonly<{
  isHostWritten?: boolean;
  signal?: AbortSignal;
  path?: string;
  timeoutMs?: number;
}>;

function webhookTo(origin: string, options: Options = {}) {
  const { signal, path = '/hook/abcdefghijklmnop', timeoutMs = 20_000 } = options;
  const url = `${origin}${path}`;
  const isWritten = options.isHostWritten ?? true;
  return signedWebhook({
    context: channelContext(signal),
    channel: {
      name: 'hook',
      to: { type: 'webhook', url, secret: SECRET, isHostWritten: isWritten },
    },
    timeoutMs,
  });
}

function slackTo(origin: string) {
  const webhookUrl = `${origin}/services/T000/B000/abcdefghijklmnop`;
  const to = { type: 'slack', via: 'webhook', webhookUrl } as const;
  const context = channelContext();
  return incomingSlack({ context, channel: { name: 'team', to } });
}

describe('a signed webhook', () => {
  it('sends the notice, signed, with an id that is the same the next time', async () => {
    const { origin, received } = await scriptedServer({ status: 204 });
    for (const row of [mixedRow(), mixedRow(), noticeRow()]) {
      expect(await webhookTo(origin).send(row, null)).toMatchObject({ kind: 'delivered' });
    }
    const [first, again, other] = received.map(({ headers }) => headers['x-brctl-event-id']);
    expect(first).toBe(again);
    expect(first).not.toBe(other);
    const { body, headers } = received[0]!;
    const stamped = `${headers['x-brctl-timestamp']}.${body}`;
    const signature = createHmac('sha256', SECRET).update(stamped).digest('hex');
    expect(headers['x-brctl-signature']).toBe(`v1=${signature}`);
    expect(headers['x-brctl-timestamp']).toBe('1772434810');
    expect(received[0]!.body).toBe(received[1]!.body);
  });

  it.each([
    ['of three alerts', mixedRow()],
    ['of 500', hugeRow(500)],
    ['of none', noticeRow({ alerts: [] })],
  ])('sends what the schema says, %s', async (_, row) => {
    const { origin, received } = await scriptedServer({ status: 200, body: 'thanks' });
    const delivery = await webhookTo(origin).send(row, null);
    expect(delivery).toMatchObject({ kind: 'delivered' });
    const notice = JSON.parse(received[0]!.body);
    validate(notice);
    expect(validate.errors).toBeNull();
    expect(notice.alerts).toHaveLength(row.alerts.length);
    expect(notice.id).toBe(received[0]!.headers['x-brctl-event-id']);
  });

  const FAULTS: readonly (readonly [string, ScriptedStep, object])[] = [
    ['200 and a reset', { cut: { status: 200 } }, { kind: 'delivered' }],
    ['202 and garbage', { status: 202, body: '<html>' }, { kind: 'delivered' }],
    [
      '429 with seconds',
      { status: 429, headers: { 'retry-after': '17' } },
      { kind: 'retry-later', cause: 'rate-limited', afterMs: 17_000, maybe: false },
    ],
    [
      '429 with a date',
      { status: 429, headers: { 'retry-after': 'Mon, 02 Mar 2026 07:01:10 GMT' } },
      { kind: 'retry-later', cause: 'rate-limited', afterMs: 60_000 },
    ],
    [
      '429 with nonsense',
      { status: 429, headers: { 'retry-after': 'soon' } },
      { kind: 'retry-later', cause: 'rate-limited', afterMs: undefined },
    ],
    [
      '429 with a week',
      { status: 429, headers: { 'retry-after': '604800' } },
      { kind: 'retry-later', afterMs: 86_400_000 },
    ],
    ['500', { status: 500 }, { kind: 'retry-later', cause: 'server', maybe: true }],
    ['503', { status: 503 }, { kind: 'retry-later', cause: 'server', maybe: false }],
    ['400', { status: 400 }, { kind: 'refused', cause: 'client' }],
    ['401', { status: 401 }, { kind: 'refused', cause: 'auth' }],
    ['404', { status: 404, body: 'no\nhook' }, { why: expect.stringMatching(/404: no hook$/) }],
    ['a reset', 'reset', { kind: 'retry-later', cause: 'network', maybe: true }],
    ['silence', 'silence', { kind: 'retry-later', cause: 'timeout', maybe: true }],
    [
      'a redirect',
      { status: 307, headers: { location: '/elsewhere' } },
      { kind: 'refused', cause: 'client', why: expect.stringContaining('redirects') },
    ],
  ];

  it.each(FAULTS)('takes %s for what it is', async (_, step, expected) => {
    const { origin, received } = await scriptedServer(step);
    const timeoutMs = step === 'silence' ? 300 : 20_000;
    const delivery = await webhookTo(origin, { timeoutMs }).send(noticeRow(), null);
    expect(delivery).toMatchObject(expected);
    expect(received).toHaveLength(1);
  });

  it('does not read an answer without end', async () => {
    const { origin } = await scriptedServer({ status: 500, body: 'x'.repeat(10_000_000) });
    const delivery = await webhookTo(origin).send(noticeRow(), null);
    expect(delivery).toMatchObject({ kind: 'retry-later' });
    expect(JSON.stringify(delivery).length).toBeLessThan(1000);
  });

  it('knows that nobody was reached', async () => {
    const origin = await closedOrigin();
    const delivery = await webhookTo(origin).send(noticeRow(), null);
    expect(delivery).toEqual({
      kind: 'retry-later',
      cause: 'network',
      why: `${new URL(origin).host} refused the connection (ECONNREFUSED)`,
      afterMs: undefined,
      maybe: false,
      handle: undefined,
    });
  });

  it('stops when it is asked to', async () => {
    const { origin } = await scriptedServer('silence');
    const controller = new AbortController();
    const sending = webhookTo(origin, { signal: controller.signal }).send(noticeRow(), null);
    setTimeout(() => controller.abort(), 50);
    expect(await sending).toMatchObject({ kind: 'retry-later', cause: 'interrupted', maybe: true });
  });

  it.each([
    ['http://example.com', 'is an http address'],
    ['ftp://example.com', 'is no https address'],
    ['https://user:pw@example.com', 'has a name or password in it'],
    ['example.com', 'is no address'],
    ['http://127.0.0.1:1', 'has a port that belongs to another protocol'],
  ])('is not sent to %s', async (origin, why) => {
    const delivery = await webhookTo(origin).send(noticeRow(), null);
    expect(delivery).toMatchObject({ kind: 'refused', why: expect.stringContaining(why) });
  });

  it.each(['https://10.1.2.3', 'https://169.254.169.254', 'https://[fd00::1]', 'https://0.0.0.0'])(
    'is not sent to %s where a variable says so',
    async (origin) => {
      const delivery = await webhookTo(origin, { isHostWritten: false }).send(noticeRow(), null);
      const why = expect.stringContaining('write the host itself into the config');
      expect(delivery).toMatchObject({ kind: 'refused', cause: 'client', why });
    },
  );
});

it('a webhook of this machine may stand in a variable, as its name or as its address', async () => {
  const { origin, received } = await scriptedServer({ status: 204 });
  for (const there of [origin, origin.replace('127.0.0.1', 'localhost')]) {
    const delivery = await webhookTo(there, { isHostWritten: false }).send(noticeRow(), null);
    expect(delivery).toMatchObject({ kind: 'delivered' });
  }
  expect(received).toHaveLength(2);
  expect(await privateAddress('[::1]')).toBeUndefined();
  expect(await privateAddress('10.1.2.3')).toBe('a private address');
});

it('a webhook whose host cannot be looked up is not sent', async () => {
  const notifier = webhookTo('https://no.such.host.invalid', { isHostWritten: false });
  const delivery = await notifier.send(noticeRow(), null);
  expect(delivery).toMatchObject({ kind: 'retry-later', cause: 'network', maybe: false });
});

describe('an address of a private network', () => {
  it.each([
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '127.9.9.9',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::a00:1',
  ])('is %s', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each(['1.1.1.1', '172.32.0.1', '192.169.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])(
    'is not %s',
    (address) => expect(isPrivateAddress(address)).toBe(false),
  );

  it.each([
    ['https://example.com/hook', true],
    [`https://example.com/${variable('PATH_OF_HOOK')}`, true],
    ['http://127.0.0.1:8080', true],
    [variable('URL'), false],
    [`https://${variable('HOST')}/hook`, false],
    [`https://example.com${variable('REST')}`, false],
    [`https://example.com:${variable('PORT')}/`, false],
    [`https://user:${variable('PW')}@example.com/`, false],
  ])('may be written: %s', (text, isWritten) => {
    expect(isHostWritten({ text, isSecret: true })).toBe(isWritten);
  });
});

describe('an incoming webhook of Slack', () => {
  it('is sent text and blocks', async () => {
    const { origin, received } = await scriptedServer({ status: 200, body: 'ok' });
    expect(await slackTo(origin).send(mixedRow(), null)).toMatchObject({ kind: 'delivered' });
    const { text, blocks } = JSON.parse(received[0]!.body);
    expect(text).toMatch(/^CRITICAL 2 firing, 1 ended/);
    expect(blocks).toHaveLength(5);
  });

  it.each([
    ['a page of a proxy', { status: 200, body: '<html>log in</html>' }, 'retry-later', 'server'],
    ['an answer cut short', { cut: { status: 200, body: 'o' } }, 'retry-later', 'server'],
    ['a webhook that is gone', { status: 404, body: 'no_service' }, 'refused', 'client'],
    ['a webhook that is forbidden', { status: 403, body: 'invalid_token' }, 'refused', 'auth'],
    ['too much', { status: 429, headers: { 'retry-after': '3' } }, 'retry-later', 'rate-limited'],
  ] as const)('takes %s for what it is', async (_, step, kind, cause) => {
    const { origin } = await scriptedServer(step);
    expect(await slackTo(origin).send(noticeRow(), null)).toMatchObject({ kind, cause });
  });
});
