/** `brctl pack install`: what it leaves on the disk, and what it never touches. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readReceipt } from '../../src/pack/store/receipt.ts';
import { readTree } from '../../src/pack/store/tree.ts';
import { HELLO_CONSENT } from '../support/consent.ts';
import { buildHello, copyHello, HELLO_SOURCE, nextHello, run } from '../support/host.ts';
import { fingerprint, type Prepared, prepare } from '../support/install.ts';

let built: string;
let target: string;
let home: string;
let install: Prepared['install'];

beforeEach(async () => {
  ({ built, target, home, install } = await prepare());
});

test('a first install creates the target, one read-only generation, and the config', async () => {
  const { code, out, err } = await install();
  expect([code, err]).toEqual([0, '']);
  expect(out).toBe(
    `hello 1.2.0 installed in ${target} (g0001): the first install\n` +
      `  8 files from ${built}\n` +
      `  ${readTree(built).hash}\n` +
      '  may read the secrets HELLO_KEY, HELLO_TOKEN\n' +
      '  may talk to api.example.com\n' +
      `  permissions ${HELLO_CONSENT.split('=')[1]}\n` +
      '  config/hello/greeting.yaml created\n' +
      '  config/hello/texts/footer.yaml created\n' +
      '  nobody is greeter yet: brctl role bind greeter slack:U… --email …\n' +
      '  nobody is listener yet: brctl role bind listener slack:U… --email …\n',
  );
  expect(readlinkSync(join(home, 'current'))).toBe('g0001');
  expect(readTree(join(home, 'current'))).toEqual(readTree(built));
  expect(statSync(join(home, 'g0001/index.mjs')).mode & 0o777).toBe(0o444);
  expect(readdirSync(home).sort()).toEqual(['current', 'g0001']);
  expect(readFileSync(join(target, 'config/hello/greeting.yaml'))).toEqual(
    readFileSync(join(HELLO_SOURCE, 'config/greeting.yaml')),
  );
});

test('what was installed runs', async () => {
  await install();
  const { code, out } = await run(['hello', 'greet', 'world', '--loud', `--target=${target}`]);
  expect([code, out]).toEqual([0, 'HELLO, WORLD!\n']);
});

test('the receipt says what, from where, with which files, by whom and when', async () => {
  await install({ options: { now: '2026-02-03T04:05:06Z' } });
  const tree = readTree(built);
  expect(readReceipt(join(home, 'g0001'))).toEqual({
    schemaVersion: 1,
    action: 'install',
    name: 'hello',
    version: '1.2.0',
    generation: 'g0001',
    parent: null,
    source: { kind: 'directory', spec: built, resolved: built },
    archive: null,
    tree: tree.hash,
    signature: { level: 'integrity', key: null },
    files: tree.files,
    config: [
      {
        path: 'greeting.yaml',
        from: 'config/greeting.yaml',
        sha256: tree.files.find(({ path }) => path === 'config/greeting.yaml')?.sha256,
      },
      {
        path: 'texts/footer.yaml',
        from: 'config/footer.yaml',
        sha256: tree.files.find(({ path }) => path === 'config/footer.yaml')?.sha256,
      },
    ],
    permissions: {
      hash: HELLO_CONSENT.split('=')[1],
      granted: {
        secrets: ['HELLO_KEY', 'HELLO_TOKEN'],
        hosts: ['api.example.com'],
        write: [],
        executables: [],
      },
    },
    data: { schemaVersion: 2, minReader: 1 },
    engine: '>=0.1.0 <1',
    hostVersion: '0.1.0',
    installedAt: '2026-02-03T04:05:06.000Z',
  });
});

test('installing the same content again writes nothing at all and says so', async () => {
  await install();
  const before = fingerprint(target);
  const { code, out } = await install({ options: { now: '2026-06-01T00:00:00Z' } });
  expect([code, out]).toEqual([
    0,
    `hello 1.2.0 is already installed in ${target} (g0001), nothing to do\n`,
  ]);
  expect(fingerprint(target)).toEqual(before);
});

test('--dry-run shows the plan and creates nothing', async () => {
  const { code, out } = await install({ words: ['--dry-run'] });
  expect(code).toBe(0);
  expect(out).toContain(`hello 1.2.0 would be installed in ${target} (g0001): the first install`);
  expect(out).toContain('config/hello/greeting.yaml would be created');
  expect(out).toContain('nothing was changed (--dry-run)');
  expect(existsSync(target)).toBe(false);
});

test('JSON has one shape, whether something changed or not', async () => {
  const planned = JSON.parse((await install({ words: ['--dry-run', '--format=json'] })).out);
  const first = JSON.parse((await install({ words: ['--format=json'] })).out);
  const second = JSON.parse((await install({ words: ['--format=json'] })).out);
  expect(first).toEqual({
    schema: 'brctl/pack-install/v1',
    name: 'hello',
    version: '1.2.0',
    action: 'install',
    reason: 'the first install',
    changed: true,
    target,
    generation: 'g0001',
    parent: null,
    source: {
      kind: 'directory',
      spec: built,
      resolved: built,
      commit: null,
      integrity: null,
    },
    level: 'integrity',
    key: null,
    tree: readTree(built).hash,
    files: 8,
    difference: {
      files: { added: readTree(built).files.map(({ path }) => path), changed: [], removed: [] },
      commands: { added: ['hello greet'], changed: [], removed: [] },
    },
    permissions: {
      hash: HELLO_CONSENT.split('=')[1],
      added: {
        secrets: ['HELLO_KEY', 'HELLO_TOKEN'],
        hosts: ['api.example.com'],
        write: [],
        executables: [],
        configured: [],
      },
    },
    config: [
      { path: 'greeting.yaml', decision: 'create' },
      { path: 'texts/footer.yaml', decision: 'create' },
    ],
    unbound_roles: ['greeter', 'listener'],
    ended: null,
    passed_over: [],
  });
  expect(planned).toEqual({ ...first, changed: false });
  expect(Object.keys(second)).toEqual(Object.keys(first));
  expect([second.action, second.changed]).toEqual(['none', false]);
});

test('the operator’s config is never touched, not even a dangling link', async () => {
  const config = join(target, 'config/hello');
  mkdirSync(config, { recursive: true });
  writeFileSync(join(config, 'greeting.yaml'), 'language: de # mine\n');
  mkdirSync(join(config, 'texts'));
  symlinkSync('/nowhere/footer.yaml', join(config, 'texts/footer.yaml'));
  const before = fingerprint(config);
  const { out } = await install();
  expect(out).toContain('config/hello/greeting.yaml not from this pack, stays');
  expect(out).toContain('config/hello/texts/footer.yaml is no file that can be read; it stays');
  const beside = join(config, 'greeting.yaml.brctl-new');
  expect(readFileSync(beside)).toEqual(readFileSync(join(HELLO_SOURCE, 'config/greeting.yaml')));
  rmSync(beside);
  expect(fingerprint(config)).toEqual(before);
});

test('a config file that was deleted stays so, until it is asked for', async () => {
  await install();
  rmSync(join(target, 'config/hello/greeting.yaml'));
  expect((await install()).out).toContain('nothing to do');
  const { out } = await install({ words: ['--restore-missing'] });
  expect(out).toContain('config/hello/greeting.yaml was deleted, created again');
  expect(readdirSync(home).sort()).toEqual(['current', 'g0001']);
});

test('other bytes under the same version are refused, whoever knows the version', async () => {
  await install();
  const other = await buildHello(copyHello({ 'README.md': '# changed\n' }));
  const refused = await install({ spec: other });
  expect([refused.code, refused.err]).toEqual([
    5,
    'brctl: these bytes are not the hello 1.2.0 that the lock file knows\n' +
      '  hint: a change is a new version; to try one out, install its folder with --link\n',
  ]);
  rmSync(join(target, 'packs.lock.yaml'));
  expect((await install({ spec: other })).err).toContain('that generation g0001 knows');
  expect(readlinkSync(join(home, 'current'))).toBe('g0001');
});

test('a new version is a new generation, and going back is one too', async () => {
  await install();
  const newer = await buildHello(nextHello());
  expect((await install({ spec: newer })).out).toContain('(g0001 -> g0002): replaces 1.2.0');
  expect(readReceipt(join(home, 'g0002'))).toMatchObject({ parent: 'g0001', action: 'upgrade' });
  expect(readTree(join(home, 'g0001'))).toEqual(readTree(built));
  const { out } = await install();
  expect(out).toContain('(g0002 -> g0003): older than 1.3.0, which it replaces');
  expect(readReceipt(join(home, 'g0003')).parent).toBe('g0002');
});

test('a lock file that was lost is written anew', async () => {
  await install();
  const lock = readFileSync(join(target, 'packs.lock.yaml'), 'utf8');
  rmSync(join(target, 'packs.lock.yaml'));
  expect((await install()).out).toContain('what is around it is brought up to date');
  expect(readFileSync(join(target, 'packs.lock.yaml'), 'utf8')).toBe(lock);
});
