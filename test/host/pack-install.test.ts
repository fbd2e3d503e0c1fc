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
import { buildHello, copyHello, HELLO_SOURCE, run } from '../support/host.ts';
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
      '  config/hello/greeting.yaml created\n' +
      '  config/hello/texts/footer.yaml created\n',
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
    name: 'hello',
    version: '1.2.0',
    generation: 'g0001',
    parent: null,
    source: { kind: 'directory', spec: built, resolved: built },
    tree: tree.hash,
    files: tree.files,
    config: [
      {
        path: 'greeting.yaml',
        from: 'config/greeting.yaml',
        sha256: tree.files.find(({ path }) => path === 'config/greeting.yaml')?.sha256,
        decision: 'created',
      },
      {
        path: 'texts/footer.yaml',
        from: 'config/footer.yaml',
        sha256: tree.files.find(({ path }) => path === 'config/footer.yaml')?.sha256,
        decision: 'created',
      },
    ],
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
    source: { kind: 'directory', spec: built, resolved: built },
    tree: readTree(built).hash,
    files: 8,
    config: [
      { path: 'greeting.yaml', decision: 'created' },
      { path: 'texts/footer.yaml', decision: 'created' },
    ],
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
  expect(out).toContain('config/hello/greeting.yaml kept as it is');
  expect(out).toContain('config/hello/texts/footer.yaml kept as it is');
  expect(fingerprint(config)).toEqual(before);
});

test('a config file that went missing comes back without a new generation', async () => {
  await install();
  rmSync(join(target, 'config/hello/greeting.yaml'));
  const { out } = await install();
  expect(out).toContain('(g0001), config files are missing');
  expect(out).toContain('config/hello/greeting.yaml created');
  expect(readdirSync(home).sort()).toEqual(['current', 'g0001']);
});

test('other bytes under the same version become a new generation, the old one stays', async () => {
  await install();
  const other = await buildHello(copyHello({ 'README.md': '# changed\n' }));
  const { code, out } = await install({ spec: other });
  expect(code).toBe(0);
  expect(out).toContain('(g0001 -> g0002): the content differs');
  expect(readlinkSync(join(home, 'current'))).toBe('g0002');
  expect(readReceipt(join(home, 'g0002')).parent).toBe('g0001');
  expect(readTree(join(home, 'g0001'))).toEqual(readTree(built));
});

test('back to earlier content is a new generation too: history only grows', async () => {
  await install();
  await install({ spec: await buildHello(copyHello({ 'README.md': '# changed\n' })) });
  const { out } = await install();
  expect(out).toContain('(g0002 -> g0003)');
  expect(readReceipt(join(home, 'g0003')).parent).toBe('g0002');
});
