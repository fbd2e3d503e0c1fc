/** Fetch as a pack gets it, against real servers that lead it on to elsewhere. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { confine } from '../../src/pack/trust/confined.ts';
import type { PackContext } from '../../src/sdk/index.ts';
import { fakePackContext } from '../../src/sdk/testing.ts';

function confined(hosts: readonly string[]): PackContext {
  const pack = { name: 'hello', version: '1.2.0', root: '/' };
  const context = fakePackContext('/srv/blackroad', pack);
  return confine({ ...context, fetch: globalThis.fetch }, { hosts });
}

type Seen = Readonly<{
  path: string;
  method: string;
  headers: IncomingMessage['headers'];
  body: string;
}>;

/** `/to?status=307&url=…` redirects, `/hops/3` does so three times, all else says what it saw. */
async function startServer(seen: Seen[]): Promise<Server> {
  const server = createServer(async (request, response) => {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const { method = '', headers } = request;
    const body = Buffer.concat(parts).toString();
    seen.push({ path: url.pathname, method, headers, body });
    const hops = Number(/^\/hops\/(\d+)$/.exec(url.pathname)?.[1] ?? 0);
    if (hops > 0) response.writeHead(302, { location: `/hops/${hops - 1}` }).end('on');
    else if (url.pathname !== '/to') response.end(JSON.stringify({ method, body }));
    else {
      const location = url.searchParams.get('url');
      const status = Number(url.searchParams.get('status') ?? 302);
      response.writeHead(status, location === null ? {} : { location }).end('on');
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

describe('fetch, led on by a server', () => {
  const seen = { a: [] as Seen[], b: [] as Seen[] };
  let servers: readonly Server[] = [];
  let [a, b] = ['', ''];
  beforeAll(async () => {
    servers = [await startServer(seen.a), await startServer(seen.b)];
    const portOf = (server: Server) => (server.address() as AddressInfo).port;
    [a, b] = servers.map((server) => `127.0.0.1:${portOf(server)}`) as [string, string];
  });
  beforeEach(() => {
    seen.a.length = 0;
    seen.b.length = 0;
  });
  afterAll(() => {
    for (const server of servers) server.close();
  });

  function formOf(fields: Readonly<Record<string, string>>): FormData {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    return form;
  }

  const to = (url: string, status = 302) =>
    `http://${a}/to?status=${status}&url=${encodeURIComponent(url)}`;

  /** Boundaries are drawn at random. */
  function plainForm(text: string): string {
    return text.replaceAll(/formdata-undici-\d+/g, 'boundary');
  }

  /** What a server saw, without what differs from run to run. */
  function told({ path, method, headers, body }: Seen) {
    const { 'content-type': type, 'content-length': length, authorization, cookie } = headers;
    const kind = type?.replace(/boundary=.*/, '');
    return { path, method, kind, length, authorization, cookie, body: plainForm(body) };
  }

  /** The same by the platform itself and confined: what was seen, and what came back. */
  async function bothWays(url: string, init: () => RequestInit) {
    const outcomes: unknown[] = [];
    for (const fetch of [globalThis.fetch, confined([a, b]).fetch]) {
      const response = await fetch(url, init());
      const { status, redirected } = response;
      const text = plainForm(await response.text());
      const result = { status, redirected, url: response.url, text };
      outcomes.push({ result, a: seen.a.splice(0).map(told), b: seen.b.splice(0).map(told) });
    }
    return outcomes;
  }

  const statuses = [301, 302, 303, 307, 308];
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'];
  test.each(statuses.flatMap((status) => methods.map((method) => [status, method] as const)))(
    'follows %s of a %s as the platform does, to the same host and to another',
    async (status, method) => {
      const hasBody = method === 'POST' || method === 'PUT';
      const headers = { authorization: 'Bearer s3cret', cookie: 'id=1', 'x-trace': 't' };
      const init = () => ({ method, headers, ...(hasBody ? { body: 'thirteen bytes' } : {}) });
      for (const url of [to('/there', status), to(`http://${b}/there`, status)]) {
        const [plain, ours] = await bothWays(url, init);
        expect(ours).toEqual(plain);
      }
    },
  );

  test.each<readonly [string, () => RequestInit['body']]>([
    ['text', () => 'grüße'],
    ['bytes', () => new Uint8Array([104, 105])],
    ['nothing', () => ''],
    ['a form', () => new URLSearchParams({ a: '1 2' })],
    ['a form in parts', () => formOf({ a: '1 2', b: 'grüße' })],
    ['a blob', () => new Blob(['hi'], { type: 'text/x-hi' })],
  ])('sends %s as the platform does, again at a 307', async (_, body) => {
    const init = () => ({ method: 'POST', body: body() ?? null });
    const [plain, ours] = await bothWays(to('/there', 307), init);
    expect(ours).toEqual(plain);
  });

  test('secrets that stayed behind at one host do not come back at the next', async () => {
    const { fetch } = confined([a, b]);
    const headers = { authorization: 'Bearer s3cret', cookie: 'id=1', 'x-trace': 't' };
    await fetch(to(`http://${b}/to?url=${encodeURIComponent(`http://${a}/end`)}`), { headers });
    const [first, last] = seen.a.map((each) => each.headers);
    expect(first).toMatchObject(headers);
    expect(last).toMatchObject({ 'x-trace': 't' });
    for (const each of [seen.b[0]?.headers, last]) {
      expect(each).not.toHaveProperty('authorization');
      expect(each).not.toHaveProperty('cookie');
    }
  });

  test('a redirect to an undeclared host is an error, and nothing is sent there', async () => {
    const { fetch } = confined([a]);
    for (const status of statuses) {
      const url = to(`http://${b}/steal?token=s3cret`, status);
      const error = await fetch(url, { method: 'POST', body: 'x' }).catch((each) => each);
      expect(error).toMatchObject({ kind: 'consent', code: 'host-undeclared' });
      expect(error.message).toBe(
        `pack hello was redirected by ${a} to ${b}, ` +
          'which permissions.hosts of its manifest does not list',
      );
    }
    expect(seen.b).toEqual([]);
  });

  test.each([
    ['http://a.example/', 'consent', 'scheme-refused'],
    ['file:///etc/passwd', 'consent', 'scheme-refused'],
    ['http://', 'operational', 'redirect-refused'],
    ['https://me:s3cret@a.example/', 'operational', 'address-with-password'],
  ])('a redirect to %s is an error', async (url, kind, code) => {
    const { fetch } = confined([a, 'a.example', 'a.example:80']);
    const error = await fetch(to(url)).catch((each) => each);
    expect(error).toMatchObject({ kind, code });
    expect(error.message).not.toContain('s3cret');
  });

  test('ten redirects are followed, and an eleventh is an error', async () => {
    const { fetch } = confined([a]);
    expect((await fetch(`http://${a}/hops/10`)).url).toBe(`http://${a}/hops/0`);
    await expect(fetch(`http://${a}/hops/11`)).rejects.toMatchObject({
      code: 'redirect-refused',
      message: `${a} redirects more than 10 times`,
    });
  });

  test('who wants to see redirects, or none, is heard', async () => {
    const { fetch } = confined([a]);
    const shown = await fetch(to('http://other.example/'), { redirect: 'manual' });
    expect([shown.status, shown.headers.get('location')]).toEqual([302, 'http://other.example/']);
    await expect(fetch(to('/there'), { redirect: 'error' })).rejects.toMatchObject({
      code: 'redirect-refused',
    });
    expect(seen.a.map(({ path }) => path)).toEqual(['/to', '/to']);
  });

  test('a redirect that names no place is an answer', async () => {
    const response = await confined([a]).fetch(`http://${a}/to`);
    expect([response.status, response.redirected]).toEqual([302, false]);
  });

  test('a stream is sent once, and never again', async () => {
    const { fetch } = confined([a]);
    const init = () => ({
      method: 'POST',
      body: new Blob(['stream']).stream(),
      duplex: 'half' as const,
    });
    expect(await (await fetch(`http://${a}/`, init())).json()).toMatchObject({ body: 'stream' });
    await expect(fetch(to('/there', 307), init())).rejects.toMatchObject({
      message: `${a} redirects a stream, which cannot be sent again`,
    });
    expect((await fetch(to('/there', 303), init())).status).toBe(200);
  });

  test('a Request brings its own method, headers and body', async () => {
    const request = new Request(to('/there', 308), { method: 'PUT', body: 'x' });
    const response = await confined([a]).fetch(request, { headers: { 'x-a': '1' } });
    expect(await response.json()).toEqual({ method: 'PUT', body: 'x' });
    expect(seen.a.at(-1)?.headers).toMatchObject({ 'x-a': '1' });
  });

  test('whoever gives up is heard, by signal in either place', async () => {
    const { fetch } = confined([a]);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(fetch(`http://${a}/`, { signal })).rejects.toThrow('enough');
    await expect(fetch(new Request(`http://${a}/`, { signal }))).rejects.toThrow('enough');
    expect(seen.a).toEqual([]);
  });
});
