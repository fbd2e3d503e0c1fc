/** `packs.lock.yaml`: what it says, what `--frozen` makes of it, and what damage does. */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { readTree } from '../../src/pack/store/tree.ts';
import { type HostOptions, type Ran, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import {
  catalogue,
  hello,
  leavingNothingBehind,
  online,
  release,
  released,
  serve,
  writeFile,
} from '../support/releases.ts';

leavingNothingBehind();

let target: string;
let lockFile: string;
beforeEach(() => {
  target = join(temporaryFolder(), 'srv');
  lockFile = join(target, 'packs.lock.yaml');
});

const brctl = (words: readonly string[], options: HostOptions = {}): Promise<Ran> =>
  online(['pack', ...words, `--target=${target}`], options);

const lockText = () => readFileSync(lockFile, 'utf8');

/** Another deployment with the same lock file, as after a checkout of it. */
function elsewhere(): void {
  const text = lockText();
  target = join(temporaryFolder(), 'srv');
  lockFile = writeFile(join(target, 'packs.lock.yaml'), text);
}

test('the lock file has name, version, source and both hashes, and can be committed', async () => {
  const packageRoot = await released({ version: '1.2.0' });
  await brctl(['install', 'hello'], { packageRoot });
  const { integrity, root } = await release('1.2.0');
  expect(lockText()).toBe(
    `# Written by brctl, to be committed: \`brctl pack install --frozen\` installs exactly this.
apiVersion: brctl.dev/v1
kind: Lock
packs:
  hello:
    version: 1.2.0
    source:
      kind: catalog
      spec: hello
    integrity: ${integrity}
    tree: ${readTree(root).hash}
    level: integrity
    key: null
    hold: []
`,
  );
});

describe('--frozen', () => {
  test('installs the locked version although the catalogue has a newer one', async () => {
    const packageRoot = await released({ version: '1.2.0' }, { version: '1.3.0' });
    await brctl(['install', 'hello@1.2.0'], { packageRoot });
    elsewhere();
    const { code, out } = await brctl(['install', 'hello', '--frozen'], { packageRoot });
    expect([code, out]).toEqual([0, expect.stringContaining('hello 1.2.0 installed')]);
    const before = fingerprint(target);
    const other = await brctl(['install', 'hello@^1.3', '--frozen'], { packageRoot });
    expect([other.code, other.err]).toEqual([
      5,
      'brctl: the lock file has hello 1.2.0, which is not in ^1.3\n' +
        '  hint: install without --frozen to move the lock, and commit it\n',
    ]);
    expect(fingerprint(target)).toEqual(before);
  });

  test('takes the locked archive and not what the workspace has built since', async () => {
    const packageRoot = await released({ version: '1.2.0' });
    await brctl(['install', 'hello'], { packageRoot });
    elsewhere();
    const built = await hello('1.2.0', { 'README.md': '# changed\n' });
    cpSync(built, join(packageRoot, 'dist/packs/hello'), { recursive: true });
    expect((await brctl(['install', 'hello', '--frozen'], { packageRoot })).code).toBe(0);
    expect((await brctl(['install', 'hello'], { packageRoot })).code).toBe(5);
  });

  test('takes a folder, an archive or an address with the same bytes', async () => {
    const { bytes, root } = await release('1.2.0');
    const file = writeFile(join(temporaryFolder(), 'hello.tgz'), bytes);
    await brctl(['install', file]);
    const host = await serve(({ url }, response) => {
      response.writeHead(url === '/hello.tgz' ? 200 : 404).end(bytes);
    });
    for (const spec of [file, root, `http://${host}/hello.tgz`]) {
      elsewhere();
      expect((await brctl(['install', spec, '--frozen'])).code).toBe(0);
      expect((await brctl(['verify'])).code).toBe(0);
      await brctl(['install', file]);
    }
  });

  test('refuses another version, other bytes, another archive', async () => {
    const { bytes } = await release('1.2.0');
    const folder = temporaryFolder();
    await brctl(['install', writeFile(join(folder, 'hello.tgz'), bytes)]);
    elsewhere();
    const newer = await brctl(['install', await hello('1.3.0'), '--frozen']);
    expect([newer.code, newer.err]).toEqual([
      5,
      'brctl: the lock file has hello 1.2.0, and this is 1.3.0\n' +
        '  hint: install without --frozen to move the lock, and commit it\n',
    ]);
    const changed = await brctl(['install', await hello('1.2.0', { x: '1' }), '--frozen']);
    expect(changed.code).toBe(5);
    expect(changed.err).toMatch(/the lock file has hello sha256:\w+, and this is sha256:/);
    const packed = writeFile(join(folder, 'packed.tgz'), gzipSync(gunzipSync(bytes)));
    const archive = await brctl(['install', packed, '--frozen']);
    expect([archive.code, archive.err]).toEqual([5, expect.stringMatching(/sha512-.*sha512-/)]);
    expect(existsSync(join(target, '.brctl'))).toBe(false);
    expect((await brctl(['install', packed])).code).toBe(0);
  });

  test('refuses what the lock file does not know, wherever it comes from', async () => {
    const packageRoot = await released({ version: '1.2.0' });
    const { bytes, integrity, root } = await release('1.2.0');
    const file = writeFile(join(temporaryFolder(), 'hello.tgz'), bytes);
    const host = await serve(({ url }, response) => {
      response.writeHead(url === '/hello.tgz' ? 200 : 404).end(bytes);
    });
    const url = `http://${host}/hello.tgz`;
    for (const spec of ['hello', 'hello@1.2.0', file, root, url, `${url}#${integrity}`]) {
      expect(await brctl(['install', spec, '--frozen'], { packageRoot })).toEqual({
        code: 5,
        out: '',
        err:
          'brctl: the lock file does not know hello\n' +
          '  hint: install without --frozen once, and commit packs.lock.yaml\n',
      });
    }
    expect(existsSync(target)).toBe(false);
  });

  test('tells when the catalogue no longer has the version', async () => {
    await brctl(['install', 'hello'], { packageRoot: await released({ version: '1.2.0' }) });
    elsewhere();
    const packageRoot = await released({ version: '1.3.0' });
    const { code, err } = await brctl(['install', 'hello', '--frozen'], { packageRoot });
    expect([code, err]).toEqual([
      5,
      'brctl: the lock file has hello 1.2.0, and the catalogue has 1.3.0\n' +
        '  hint: install without --frozen to move the lock, and commit it\n',
    ]);
  });

  test('and a linked folder exclude each other', async () => {
    const root = await hello('1.2.0');
    await brctl(['install', root]);
    const { code, err } = await brctl(['install', root, '--frozen', '--link']);
    expect([code, err]).toEqual([2, expect.stringContaining('--link is never locked')]);
  });
});

const DAMAGE: readonly (readonly [string, (text: string) => string, string])[] = [
  [
    'a key too many',
    (text) => text.replace('level:', 'levle:'),
    ':5:3: packs.hello: missing key "level"',
  ],
  ['a hash that is none', (text) => text.replace(/tree: .*/, 'tree: abc'), ':11:11: '],
  ['a version that is a number', (text) => text.replace('version: 1.2.0', 'version: 1.2'), ':6:14'],
  ['a pack that is there twice', (text) => `${text}  hello: {}\n`, ':15:3: '],
  ['no YAML', (text) => text.replace('packs:', 'packs: ['), ':6:14: '],
  ['a conflict of merging', (text) => text.replace('packs:', '<<<<<<< ours\npacks:'), ':4:1: '],
  ['another kind of file', (text) => text.replace('kind: Lock', 'kind: Pack'), ':3:7: '],
  ['nothing', () => '', ''],
  ['a list', () => '- 1\n', ':1:1: '],
];

test.each(DAMAGE)('a lock file with %s stops every change', async (_, damage, place) => {
  const root = await hello('1.2.0');
  await brctl(['install', root]);
  const damaged = damage(lockText());
  writeFileSync(lockFile, damaged);
  const before = fingerprint(target);
  const commands = [
    ['install', root],
    ['uninstall', 'hello'],
    ['install', root, '--frozen'],
    ['plan', root],
    ['verify'],
  ];
  for (const words of commands) {
    const { code, out, err } = await brctl(words);
    expect([code, out]).toEqual([5, '']);
    expect(err).toContain(`brctl: ${lockFile}${place}`);
    expect(err).toContain('\n  hint: restore it from version control, or remove it: brctl');
  }
  expect(fingerprint(target)).toEqual(before);
  const history = await brctl(['history', 'hello']);
  expect([history.code, history.out]).toEqual([0, expect.stringContaining('g0001')]);
  expect(history.err).toContain(`warning: held is not known: ${lockFile}${place}`);
  const shown = await brctl(['list']);
  expect([shown.code, shown.out]).toEqual([0, expect.stringContaining('hello  1.2.0')]);
  const doctor = await online(['doctor', `--target=${target}`]);
  expect([doctor.code, doctor.out]).toEqual([1, expect.stringContaining(`${lockFile}${place}`)]);
  rmSync(lockFile);
  expect((await brctl(['install', root])).code).toBe(0);
  expect((await brctl(['verify'])).code).toBe(0);
});

test('a lock file of a later brctl is left to it', async () => {
  const root = await hello('1.2.0');
  await brctl(['install', root]);
  writeFileSync(lockFile, lockText().replace('brctl.dev/v1', 'brctl.dev/v2'));
  const before = fingerprint(target);
  const { code, err } = await brctl(['install', root]);
  expect([code, err]).toEqual([
    6,
    `brctl: ${lockFile}:2:13: apiVersion brctl.dev/v2 is newer than this brctl, ` +
      'which reads brctl.dev/v1\n  hint: upgrade brctl\n',
  ]);
  expect(fingerprint(target)).toEqual(before);
});

test('held versions are listed, and gone when they are installed again', async () => {
  const packageRoot = catalogue([]);
  const [old, next] = [await hello('1.2.0'), await hello('1.3.0')];
  await brctl(['install', old], { packageRoot });
  await brctl(['install', next], { packageRoot });
  await brctl(['rollback', 'hello'], { packageRoot });
  expect(lockText()).toContain('    version: 1.2.0\n');
  expect(lockText()).toContain('    hold:\n      - 1.3.0\n');
  await brctl(['install', next], { packageRoot });
  expect(lockText()).toContain('    hold: []\n');
});
