/** `brctl pack history` and `pack pin`: what is still there, and what stays for good. */
import { existsSync, mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type HostOptions, type Ran, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { hello, online, released } from '../support/releases.ts';

let target: string;
let home: string;
beforeEach(() => {
  target = join(temporaryFolder(), 'srv');
  home = join(target, '.brctl/packs/hello');
});

const brctl = (words: readonly string[], options: HostOptions = {}): Promise<Ran> =>
  online(['pack', ...words, `--target=${target}`], options);

async function install(version: string, now = '2026-01-04T12:00:00Z'): Promise<string> {
  const root = await hello(version);
  expect((await brctl(['install', root], { now })).code).toBe(0);
  return root;
}

const generations = () => readdirSync(home).filter((name) => /^g\d+$/.test(name));

test('the newest comes first, with what it replaced, from where, and its marks', async () => {
  const first = await install('1.2.0', '2026-01-01T10:00:00Z');
  const second = await install('1.3.0', '2026-01-02T11:30:00Z');
  await brctl(['pin', 'hello', 'g0001']);
  await brctl(['rollback', 'hello']);
  await brctl(['install', first, '--link'], { now: '2026-01-03T00:00:00Z' });
  const { code, out, err } = await brctl(['history', 'hello']);
  expect([code, err]).toEqual([0, '']);
  expect(out.replaceAll(/ +/g, ' ').split('\n')).toEqual([
    'Generation Version Action Installed Replaced Level Marks From',
    `g0003 1.2.0 link 2026-01-03 00:00 g0001 dev current ${first}`,
    `g0002 1.3.0 upgrade 2026-01-02 11:30 g0001 integrity held ${second}`,
    `g0001 1.2.0 install 2026-01-01 10:00 - integrity pinned ${first}`,
    '',
  ]);
});

test('what goes to an older version is a downgrade', async () => {
  await install('1.3.0');
  await install('1.2.0');
  expect((await brctl(['history', 'hello'])).out).toMatch(/g0002 +1\.2\.0 +downgrade/);
});

test('JSON has the same keys for an intact generation and a broken one', async () => {
  const root = await install('1.2.0');
  mkdirSync(join(home, 'g0002'));
  const { code, out } = await brctl(['history', 'hello', '--format=json']);
  expect(code).toBe(0);
  const { generations: found, ...rest } = JSON.parse(out);
  expect(rest).toEqual({ schema: 'brctl/pack-history/v1', name: 'hello', target });
  expect(found).toEqual([
    {
      generation: 'g0002',
      version: null,
      action: null,
      installed_at: null,
      parent: null,
      level: null,
      spec: null,
      current: false,
      held: false,
      pinned: false,
      problem: expect.stringContaining('receipt.json cannot be read'),
    },
    {
      generation: 'g0001',
      version: '1.2.0',
      action: 'install',
      installed_at: '2026-01-04T12:00:00.000Z',
      parent: null,
      level: 'integrity',
      spec: root,
      current: true,
      held: false,
      pinned: false,
      problem: null,
    },
  ]);
  expect(found.map(Object.keys)[0]).toEqual(found.map(Object.keys)[1]);
  const text = (await brctl(['history', 'hello'])).out;
  expect(text).toMatch(/g0002 +- +broken +- +- +- +- +-\n/);
});

test('a pack that is not installed has none', async () => {
  expect(await brctl(['history', 'hello'])).toEqual({
    code: 2,
    out: '',
    err:
      `brctl: hello is not installed in ${target}\n` +
      `  hint: brctl pack list --target=${target}\n`,
  });
});

test('a pinned generation stays, whatever is installed after it', async () => {
  await install('1.2.0');
  expect((await brctl(['pin', 'hello'])).out).toBe('hello g0001 is pinned\n');
  for (const version of ['1.3.0', '1.4.0', '1.5.0', '1.6.0', '1.7.0']) await install(version);
  expect(generations()).toEqual(['g0001', 'g0004', 'g0005', 'g0006']);
  expect((await brctl(['rollback', 'hello', '--to', 'g0001'])).code).toBe(0);
  const json = await brctl(['pin', 'hello', 'g0001', '--off', '--format=json']);
  expect(JSON.parse(json.out)).toEqual({
    schema: 'brctl/pack-pin/v1',
    name: 'hello',
    target,
    generation: 'g0001',
    pinned: false,
  });
  await install('1.8.0');
  expect(generations()).toContain('g0001');
  await install('1.9.0');
  await install('1.10.0');
  expect(generations()).not.toContain('g0001');
  expect((await brctl(['verify'])).code).toBe(0);
});

test('a pin is for a generation that is there', async () => {
  await install('1.2.0');
  const before = fingerprint(home);
  for (const name of ['g0002', '1.2.0', '../g0001', 'current']) {
    const { code, err } = await brctl(['pin', 'hello', name]);
    expect([code, err]).toEqual([2, `brctl: hello has g0001, and not ${name}\n`]);
  }
  expect(fingerprint(home)).toEqual(before);
  expect((await brctl(['pin', 'hello', 'g0001', '--off'])).code).toBe(0);
  expect((await brctl(['pin', 'hello', 'g0001'])).code).toBe(0);
  expect((await brctl(['pin', 'hello', 'g0001'])).out).toBe('hello g0001 is pinned\n');
  await brctl(['uninstall', 'hello']);
  await install('1.2.0');
  expect((await brctl(['history', 'hello'])).out).not.toContain('pinned');
});

test('a broken current generation has no name to pin, and others have', async () => {
  await install('1.2.0');
  await install('1.3.0');
  rmSync(join(home, 'current'));
  writeFileSync(join(home, 'current'), 'g0002');
  const { code, err } = await brctl(['pin', 'hello']);
  expect(code).toBe(2);
  expect(err).toContain('hello has g0001, g0002, and none of them is current\n');
  expect((await brctl(['pin', 'hello', 'g0001'])).code).toBe(0);
  expect(existsSync(join(home, 'g0001.pin'))).toBe(true);
});

test('the list names what the catalogue has newer', async () => {
  const packageRoot = await released({ version: '1.2.0' }, { version: '1.3.0' });
  await brctl(['install', 'hello@1.2.0'], { packageRoot });
  expect((await brctl(['list'], { packageRoot })).out).toMatch(/1\.2\.0 +1\.3\.0 +g0001/);
  const json = JSON.parse(
    (await brctl(['list', '--outdated', '--format=json'], { packageRoot })).out,
  );
  expect(json.packs).toMatchObject([{ name: 'hello', version: '1.2.0', newer: '1.3.0' }]);
  await brctl(['install', 'hello'], { packageRoot });
  expect(readlinkSync(join(home, 'current'))).toBe('g0002');
  const none = await brctl(['list', '--outdated'], { packageRoot });
  expect([none.code, none.out]).toEqual([0, `nothing newer is there for ${target}\n`]);
});
