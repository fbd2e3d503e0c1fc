/** A pack from an address, and everything a network can do to it. Loopback stands for https. */
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readReceipt } from '../../src/pack/store/receipt.ts';
import { temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { leavingNothingBehind, online, type Release, release, serve } from '../support/releases.ts';

leavingNothingBehind();

let good: Release;
let target: string;

beforeEach(async () => {
  good = await release('1.2.0');
  target = join(temporaryFolder(), 'srv');
});

const install = (spec: string, ...words: string[]) =>
  online(['pack', 'install', spec, `--target=${target}`, ...words]);

/** What an address answers, by its path; 404 for all others. */
async function site(paths: Readonly<Record<string, RequestListener | Uint8Array>>) {
  const asked: IncomingMessage[] = [];
  const host = await serve((request, response) => {
    asked.push(request);
    const answer = paths[new URL(request.url ?? '/', 'http://localhost').pathname];
    if (typeof answer === 'function') answer(request, response);
    else response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  return { url: `http://${host}`, host, asked, paths: () => asked.map(({ url }) => url) };
}

test('an archive with its hash is installed, and the lock can tell it again', async () => {
  const { url, paths } = await site({ '/hello.tgz': good.bytes });
  const spec = `${url}/hello.tgz#${good.integrity}`;
  const { code, out, err } = await install(spec);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain(`  8 files from ${url}/hello.tgz\n`);
  expect(paths()).toEqual(['/hello.tgz', '/hello.tgz.sig']);
  const receipt = readReceipt(join(target, '.brctl/packs/hello/g0001'));
  expect([receipt.source, receipt.archive]).toEqual([
    { kind: 'url', spec, resolved: `${url}/hello.tgz` },
    good.integrity,
  ]);
  const before = fingerprint(target);
  expect((await install(spec)).out).toContain('nothing to do');
  expect((await install(`${url}/hello.tgz`, '--frozen', '--dry-run')).code).toBe(0);
  expect(fingerprint(target)).toEqual(before);
});

test('an address without a hash is only taken for what the lock file knows', async () => {
  const { url } = await site({ '/hello.tgz': good.bytes, '/other.tgz': good.bytes });
  const refused = await install(`${url}/hello.tgz`);
  expect([refused.code, refused.err]).toEqual([
    2,
    `brctl: ${url}/hello.tgz cannot be told from another file: it comes without its hash\n` +
      `  hint: write the hash that its publisher names behind it: ${url}/hello.tgz#sha512-…\n`,
  ]);
  expect(existsSync(target)).toBe(false);
  await install(`${url}/hello.tgz#${good.integrity}`);
  expect((await install(`${url}/other.tgz`)).code).toBe(0);
  const next = await release('1.3.0');
  const later = await site({ '/hello.tgz': next.bytes });
  expect((await install(`${later.url}/hello.tgz`)).code).toBe(2);
});

test('other bytes than the hash says are refused, and so is a hash that is none', async () => {
  const { url, asked } = await site({ '/hello.tgz': good.bytes });
  const other = await release('1.3.0');
  const wrong = await install(`${url}/hello.tgz#${other.integrity}`);
  expect([wrong.code, wrong.err]).toEqual([
    5,
    `brctl: ${url}/hello.tgz is not what was promised: ${good.integrity} instead of ` +
      `${other.integrity}\n  hint: it was changed or cut; ask whoever published it\n`,
  ]);
  asked.length = 0;
  const hashes = ['', 'sha512-', 'sha256-AAAA', 'md5', good.integrity.slice(0, -4)];
  for (const hash of [...hashes, `${good.integrity}#more`, ` ${good.integrity}`]) {
    const { code, err } = await install(`${url}/hello.tgz#${hash}`);
    expect([code, err]).toEqual([2, expect.stringContaining(`"${hash}" is no hash`)]);
  }
  expect([asked, existsSync(target)]).toEqual([[], false]);
});

const BROKEN: readonly (readonly [string, RequestListener, RegExp])[] = [
  ['that is not there', (_, answer) => answer.writeHead(404).end(), /the server says 404/],
  ['that is out of order', (_, answer) => answer.writeHead(500).end('x'), /the server says 500/],
  ['that asks who is there', (_, answer) => answer.writeHead(401).end(), /the server says 401/],
  ['that hangs up', (request) => request.socket.destroy(), /cannot read http:.*: \S/],
  ['that stops half-way', (_, answer) => half(answer), /cannot read http:.*: \S/],
  ['without an end', (_, answer) => endless(answer), /more than 100663296 bytes/],
  [
    'that leads in a circle',
    (_, answer) => answer.writeHead(302, { location: '/hello.tgz' }).end(),
    /cannot read http:.*: redirect count exceeded/,
  ],
  [
    'that leads to another scheme',
    (_, answer) => answer.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    /cannot read http:.*: \S/,
  ],
];

function half(answer: ServerResponse): void {
  answer.writeHead(200, { 'content-length': good.bytes.length });
  answer.write(good.bytes.subarray(0, 1000), () => answer.destroy());
}

function endless(answer: ServerResponse): void {
  const block = Buffer.alloc(1 << 20);
  const more = () => {
    while (!answer.destroyed && answer.write(block));
    if (!answer.destroyed) answer.once('drain', more);
  };
  more();
}

test.each(BROKEN)('an address %s', async (_, listener, sentence) => {
  const { url } = await site({ '/hello.tgz': listener });
  const { code, out, err } = await install(`${url}/hello.tgz#${good.integrity}`);
  expect([code, out]).toEqual([3, '']);
  expect(err).toMatch(sentence);
  expect(existsSync(target)).toBe(false);
});

test('an address may lead on to another one, which counts for nothing', async () => {
  const { url } = await site({
    '/latest': (_, answer) => answer.writeHead(302, { location: '/hello.tgz' }).end(),
    '/hello.tgz': good.bytes,
  });
  expect((await install(`${url}/latest#${good.integrity}`)).code).toBe(0);
  const { resolved } = readReceipt(join(target, '.brctl/packs/hello/g0001')).source;
  expect(resolved).toBe(`${url}/latest`);
});

test('a signature that cannot be read is an error, and none is none', async () => {
  const answers = [500, 403, 200];
  for (const status of answers) {
    const { url } = await site({
      '/hello.tgz': good.bytes,
      '/hello.tgz.sig': (_, answer) => answer.writeHead(status).end('no signature'),
    });
    const { code, err } = await install(`${url}/hello.tgz#${good.integrity}`);
    expect(code).toBe(status === 200 ? 5 : 3);
    expect(err).toContain(`${url}/hello.tgz.sig`);
  }
  expect(existsSync(target)).toBe(false);
  const { url } = await site({
    '/hello.tgz': good.bytes,
    '/hello.tgz.sig': (_, answer) => answer.writeHead(410).end(),
  });
  expect((await install(`${url}/hello.tgz#${good.integrity}`)).code).toBe(0);
});

test('what is not https is not read, but on this machine', async () => {
  const specs = [
    'http://example.com/hello.tgz',
    'http://127.0.0.1:80@example.com/hello.tgz',
    'http://localhost.example.com/hello.tgz',
    'HTTP://example.com/hello.tgz',
  ];
  for (const spec of specs) {
    const { code, err } = await install(`${spec}#${good.integrity}`);
    expect([code, err]).toEqual([2, expect.stringContaining('is not https\n')]);
  }
  for (const spec of ['ftp://example.com/hello.tgz', 'file:///hello.tgz', 'ssh://a@b/c']) {
    expect(await install(spec)).toMatchObject({
      code: 2,
      err: expect.stringContaining('is no place that packs come from'),
    });
  }
  expect(await install('https://exa mple.com:port/')).toMatchObject({ code: 2 });
});

test('what stands before the @ or behind the ? opens doors, and is shown to nobody', async () => {
  const { host, asked } = await site({ '/hello.tgz': good.bytes });
  const secrets = ['us%65r', 'p@ss:w', 'hunter2'];
  const address = `http://${secrets[0]}:${secrets[1]}@${host}/hello.tgz?sig=${secrets[2]}`;
  const spec = `${address}#${good.integrity}`;
  const shown = `http://${host}/hello.tgz?…`;
  const dry = await install(spec, '--dry-run', '--format=json');
  const done = await install(spec, '--format=json');
  expect([dry.code, done.code]).toEqual([0, 0]);
  expect(JSON.parse(done.out).source).toEqual({
    kind: 'url',
    spec: `${shown}#${good.integrity}`,
    resolved: shown,
    commit: null,
    integrity: good.integrity,
  });
  const basic = Buffer.from('user:p@ss:w').toString('base64');
  expect(asked.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ...[0, 1].flatMap(() => [
      ['/hello.tgz?sig=hunter2', `Basic ${basic}`],
      ['/hello.tgz.sig?sig=hunter2', `Basic ${basic}`],
    ]),
  ]);
  const texts = [
    readFileSync(join(target, 'packs.lock.yaml'), 'utf8'),
    readFileSync(join(target, '.brctl/packs/hello/g0001/.brctl/receipt.json'), 'utf8'),
    (await online(['pack', 'history', 'hello', `--target=${target}`])).out,
    (await online(['pack', 'upgrade', 'hello', `--target=${target}`])).out,
  ];
  const failing = [
    `${address}#md5`,
    address.replace('/hello', '/gone'),
    address.replace('http', 'ftp'),
    address.replace('127.0.0.1', 'example.com'),
    address.replace(':p@', ':p/@'),
    `${spec} `,
  ];
  for (const each of failing) {
    for (const words of [[], ['--link'], ['--frozen']]) {
      const { code, out, err } = await install(each, ...words);
      expect([each, code > 0]).toEqual([each, true]);
      texts.push(out, err);
    }
    texts.push((await online(['pack', 'info', each])).err);
  }
  for (const text of [dry.out, done.out, ...texts]) {
    for (const secret of ['us%65r', 'user:', 'ss:w', 'hunter2', basic]) {
      expect(text).not.toContain(secret);
    }
  }
});
