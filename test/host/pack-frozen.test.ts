/** `pack install --frozen` by name or without one: the lock file is enough to install it all. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { packArchive } from '../../src/pack/source/archive.ts';
import { keptSpec } from '../../src/pack/source/place.ts';
import { type HostOptions, type Ran, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import {
  asking,
  hello,
  leavingNothingBehind,
  online,
  release,
  released,
  serve,
  writeFile,
} from '../support/releases.ts';

leavingNothingBehind();

/** A checkout: packs beside the target, whose lock file is committed with them. */
let checkout: string;
let target: string;
let packageRoot: string;
beforeEach(() => {
  checkout = temporaryFolder();
  target = join(checkout, 'deploy');
  // A brctl that has no catalogue.
  packageRoot = temporaryFolder();
});

const brctl = (words: readonly string[], options: HostOptions = {}): Promise<Ran> =>
  online(['pack', ...words, `--target=${target}`], { packageRoot, ...options });

/** hello under another name. */
async function named(name: string, version: string): Promise<string> {
  const root = await hello(version);
  for (const file of ['pack.yaml', 'commands.json']) {
    const text = readFileSync(join(root, file), 'utf8').replaceAll('data/hello', `data/${name}`);
    writeFileSync(join(root, file), text.replace(/(name"?: "?)hello\b/, `$1${name}`));
  }
  return root;
}

const put = (from: string, ...at: string[]): void => {
  cpSync(from, join(checkout, ...at), { recursive: true });
};

const lockText = () => readFileSync(join(target, 'packs.lock.yaml'), 'utf8');
const specs = () => [...lockText().matchAll(/spec: (.*)/g)].map(([, spec]) => spec);

/** The same commit on another machine: nothing installed, another place. */
function elsewhere(): void {
  const before = checkout;
  checkout = join(temporaryFolder(), 'work');
  cpSync(before, checkout, { recursive: true });
  target = join(checkout, 'deploy');
  rmSync(join(target, '.brctl'), { recursive: true });
}

test('all packs of the lock file are installed, from any working directory', async () => {
  put(await hello('1.2.0'), 'packs/hello');
  const archive = await packArchive(await named('bye', '2.0.0'));
  writeFile(join(checkout, 'deploy/vendor/bye.tgz'), archive);
  await brctl(['install', './packs/hello'], { cwd: checkout });
  await brctl(['install', 'vendor/bye.tgz'], { cwd: target });
  expect(specs()).toEqual(['./vendor/bye.tgz', '../packs/hello']);
  elsewhere();
  const locked = lockText();
  const { code, out, err } = await brctl(['install', '--frozen'], { cwd: temporaryFolder() });
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^bye 2\.0\.0 installed in .*\n(.*\n)*hello 1\.2\.0 installed in /);
  expect(lockText()).toBe(locked);
  expect((await brctl(['verify'])).code).toBe(0);
  const before = fingerprint(target);
  const again = await brctl(['install', '--frozen']);
  expect([again.code, again.out.match(/nothing to do/g)?.length]).toEqual([0, 2]);
  expect(fingerprint(target)).toEqual(before);
});

test('a name that no catalogue has is installed from where the lock file says', async () => {
  put(await hello('1.2.0'), 'packs/hello');
  await brctl(['install', './packs/hello'], { cwd: checkout });
  elsewhere();
  expect((await brctl(['install', 'hello'])).code).toBe(2);
  const wrong = await brctl(['install', 'hello@^2', '--frozen']);
  expect([wrong.code, wrong.err]).toEqual([5, expect.stringContaining('which is not in ^2\n')]);
  const { code, out } = await brctl(['install', 'hello@^1', '--frozen']);
  expect([code, out]).toEqual([0, expect.stringContaining(`from ${checkout}/packs/hello\n`)]);
});

test('an address and a catalogue are asked again as they were', async () => {
  const { bytes, integrity } = await release('1.2.0');
  const host = await serve(({ url }, response) => {
    response.writeHead(url === '/hello.tgz' ? 200 : 404).end(bytes);
  });
  await brctl(['install', `http://${host}/hello.tgz#${integrity}`]);
  elsewhere();
  expect((await brctl(['install', '--frozen'])).code).toBe(0);
  await brctl(['uninstall', 'hello']);
  packageRoot = await released({ version: '1.2.0' }, { version: '1.3.0' });
  await brctl(['install', 'hello@~1.2']);
  elsewhere();
  expect((await brctl(['install', '--frozen'])).out).toContain('hello 1.2.0 installed');
  expect(specs()).toEqual(['hello@~1.2']);
});

test('an address that was kept without its token is asked for, and not tried', async () => {
  const { bytes } = await release('1.2.0');
  const host = await serve(({ url }, response) => {
    response.writeHead(url?.startsWith('/hello.tgz?') ? 200 : 404).end(bytes);
  });
  const { integrity } = await release('1.2.0');
  await brctl(['install', `http://${host}/hello.tgz?token=secret#${integrity}`]);
  elsewhere();
  const { code, err } = await brctl(['install', 'hello', '--frozen']);
  expect([code, err]).toEqual([3, expect.stringContaining('without what was behind its "?"')]);
  expect(err + lockText()).not.toContain('secret');
  const words = ['install', `http://${host}/hello.tgz?token=secret`, '--frozen'];
  expect((await brctl(words)).code).toBe(0);
});

test('one that fails does not keep the others, and the worst gives the exit code', async () => {
  put(await named('aye', '1.0.0'), 'packs/aye');
  put(await named('bye', '1.0.0'), 'packs/bye');
  put(await hello('1.2.0'), 'packs/hello');
  for (const name of ['aye', 'bye', 'hello']) {
    await brctl(['install', `./packs/${name}`], { cwd: checkout });
  }
  elsewhere();
  rmSync(join(checkout, 'packs/aye'), { recursive: true });
  writeFileSync(join(checkout, 'packs/bye/README.md'), 'changed\n');
  const { code, out, err } = await brctl(['install', '--frozen']);
  expect(code).toBe(5);
  expect(out).toContain(
    `aye failed: the lock file has aye from ${checkout}/packs/aye, and nothing`,
  );
  expect(out).toMatch(/^bye failed: the lock file has bye sha256:\w+, and this is sha256:/m);
  expect(out).toContain('hello 1.2.0 installed');
  expect(err).toMatch(/^brctl: 2 of 3 packs failed; the worst: the lock file has bye sha256:/);
  const json = JSON.parse((await brctl(['install', '--frozen', '--format=json'])).out);
  const statuses = json.packs.map(({ status }: { status: string }) => status);
  expect([json.schema, statuses]).toEqual([
    'brctl/pack-install-all/v1',
    ['failed', 'failed', 'unchanged'],
  ]);
});

test('another pack in the place of the locked one is an error, and is not installed', async () => {
  put(await hello('1.2.0'), 'packs/hello');
  put(await named('bye', '1.2.0'), 'packs/bye');
  await brctl(['install', './packs/hello'], { cwd: checkout });
  await brctl(['install', './packs/bye'], { cwd: checkout });
  elsewhere();
  rmSync(join(checkout, 'packs/hello'), { recursive: true });
  put(join(checkout, 'packs/bye'), 'packs/hello');
  const { code, err } = await brctl(['install', 'hello', '--frozen']);
  expect([code, err]).toEqual([5, expect.stringContaining('holds bye, and hello was to come')]);
  expect(existsSync(join(target, '.brctl/packs'))).toBe(false);
});

test('where nobody can be asked, each pack is consented to by its own hash', async () => {
  const bye = await named('bye', '1.0.0');
  const greedy = await hello('1.2.0', await asking({ executables: ['sh'] }));
  put(bye, 'packs/bye');
  put(greedy, 'packs/hello');
  for (const name of ['bye', 'hello']) {
    await brctl(['install', `./packs/${name}`], { cwd: checkout });
  }
  elsewhere();
  const refused = await brctl(['install', '--frozen'], { confirm: undefined });
  expect(refused.code).toBe(7);
  const hashes = [...refused.out.matchAll(/hint: consent with (--accept-permissions) (\S+)/g)];
  const words = hashes.flatMap(([, flag, hash]) => [flag!, hash!]);
  expect(words).toHaveLength(4);
  const { code } = await brctl(['install', '--frozen', ...words], { confirm: undefined });
  expect(code).toBe(0);
});

test('without a name and --frozen, or without a lock file, nothing is installed', async () => {
  expect(await brctl(['install'])).toMatchObject({
    code: 2,
    err: 'brctl: which pack?\n  hint: or --frozen for all of packs.lock.yaml\n',
  });
  const { code, err } = await brctl(['install', '--frozen']);
  expect([code, err]).toEqual([5, expect.stringContaining('packs.lock.yaml names no pack\n')]);
  expect(existsSync(target)).toBe(false);
});

test('a dry run of all changes nothing', async () => {
  put(await hello('1.2.0'), 'packs/hello');
  await brctl(['install', './packs/hello'], { cwd: checkout });
  elsewhere();
  mkdirSync(target, { recursive: true });
  const before = fingerprint(checkout);
  const { code, out } = await brctl(['install', '--frozen', '--dry-run']);
  expect([code, out]).toEqual([0, expect.stringContaining('hello 1.2.0 would be installed')]);
  expect(fingerprint(checkout)).toEqual(before);
});

test.each([
  ['directory', '/srv/deploy', '/srv/deploy/packs/hello', './packs/hello'],
  ['archive', '/srv/deploy', '/srv/hello.tgz', '../hello.tgz'],
  ['directory', '/srv/deploy', '/srv/deploy', './'],
  ['directory', '/srv/deploy', '/srv', '..'],
  ['directory', '/srv/deploy', '/srv/deploy/..hello', './..hello'],
  ['directory', '/srv/deploy', '/home/hello', '/home/hello'],
  ['directory', '/srv', '/home/hello', '/home/hello'],
  ['directory', '/', '/home/hello', './home/hello'],
  ['catalog', '/srv/deploy', '/opt/brctl/dist/hello', 'hello@^1'],
] as const)('of a %s the lock file of %s keeps %s as %s', (kind, root, resolved, kept) => {
  expect(keptSpec({ kind, spec: 'hello@^1', resolved }, root)).toBe(kept);
});

test('what the lock file keeps does not change with the words that were typed', async () => {
  put(await hello('1.2.0'), 'packs/hello');
  await brctl(['install', './packs/hello'], { cwd: checkout });
  const before = fingerprint(target);
  const { out } = await brctl(['install', join(checkout, 'packs/hello')], { cwd: '/' });
  expect(out).toContain('nothing to do');
  expect(fingerprint(target)).toEqual(before);
  await brctl(['install', await hello('1.3.0')]);
  await brctl(['rollback', 'hello'], { cwd: '/' });
  expect(specs()).toEqual(['../packs/hello']);
});
