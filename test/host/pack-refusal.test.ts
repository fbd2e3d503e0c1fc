/** What `brctl pack install` refuses, with which sentence and which exit code. */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readReceipt } from '../../src/pack/store/receipt.ts';

import {
  buildHello,
  copyHello,
  HELLO_SOURCE,
  helloManifest,
  run,
  temporaryFolder,
} from '../support/host.ts';
import { type Prepared, prepare } from '../support/install.ts';

let built: string;
let target: string;
let home: string;
let install: Prepared['install'];

beforeEach(async () => {
  ({ built, target, home, install } = await prepare());
});

test('a pack is found by name in the catalogue of this brctl', async () => {
  const packageRoot = temporaryFolder();
  writeFileSync(
    join(packageRoot, 'pack.yaml'),
    'apiVersion: brctl.dev/v1\nkind: Catalog\npacks:\n' +
      '  - { name: hello, summary: Greets., source: packs/hello, build: dist/packs/hello }\n',
  );
  const missing = await install({ spec: 'hello', options: { packageRoot } });
  expect([missing.code, missing.err]).toEqual([
    3,
    `brctl: pack hello is not built: ${packageRoot}/dist/packs/hello holds no commands.json\n` +
      '  hint: npm run build\n',
  ]);
  mkdirSync(join(packageRoot, 'dist/packs'), { recursive: true });
  symlinkSync(built, join(packageRoot, 'dist/packs/hello'));
  expect((await install({ spec: 'hello', options: { packageRoot } })).code).toBe(0);
  expect(readReceipt(join(home, 'g0001')).source).toEqual({
    kind: 'catalog',
    spec: 'hello',
    resolved: join(packageRoot, 'dist/packs/hello'),
  });
  expect(await install({ spec: 'helo', options: { packageRoot } })).toEqual({
    code: 2,
    out: '',
    err:
      'brctl: no pack "helo" in the catalogue, which has hello\n' +
      '  hint: did you mean "hello"?\n',
  });
});

test('a folder without a slash is told how to write it', async () => {
  const { code, err } = await install({ spec: 'hello', options: { cwd: join(built, '..') } });
  expect(code).toBe(2);
  expect(err).toContain('hint: for the folder, write ./hello');
});

test('the source of a pack, a catalogue and any other folder are no built packs', async () => {
  const source = await install({ spec: HELLO_SOURCE });
  expect([source.code, source.err]).toEqual([
    3,
    `brctl: ${HELLO_SOURCE} is the source of a pack, not a built pack: ` +
      'it holds no commands.json\n' +
      `  hint: brctl pack build ${HELLO_SOURCE}\n`,
  ]);
  const empty = temporaryFolder();
  expect(await install({ spec: empty })).toMatchObject({
    code: 2,
    err: `brctl: ${empty} is no pack: it holds no pack.yaml\n`,
  });
  writeFileSync(join(empty, 'pack.yaml'), 'kind: Catalog\n');
  expect((await install({ spec: empty })).err).toContain('is a catalogue of packs, not a pack');
});

test('a pack with a broken manifest is refused, with the first place of it', async () => {
  writeFileSync(join(built, 'pack.yaml'), helloManifest('version: "1.2.0"', 'version: 1.2\nx: 1'));
  const { code, err } = await install({ options: { cwd: built } });
  expect(code).toBe(3);
  expect(err).toBe(
    `brctl: pack.yaml:5:10: version must be text, not the number 1.2 (and 1 more)\n` +
      `  hint: brctl pack validate ${built}\n`,
  );
  expect(existsSync(target)).toBe(false);
});

test('a pack with a link in it is refused as tampered', async () => {
  symlinkSync('/etc/passwd', join(built, 'passwd'));
  const { code, err } = await install();
  expect([code, existsSync(target)]).toEqual([5, false]);
  expect(err).toContain('passwd is a symbolic link; a pack holds files only');
});

test('a pack for another brctl, or another DuckDB, is refused with the way out', async () => {
  const older = await install({ options: { version: '0.0.9' } });
  expect([older.code, older.err]).toEqual([
    6,
    'brctl: pack hello 1.2.0 needs brctl >=0.1.0 <1, and this is brctl 0.0.9\n' +
      '  hint: upgrade brctl\n',
  ]);
  const newer = await install({ options: { version: '1.0.0' } });
  expect([newer.code, newer.err]).toEqual([
    6,
    'brctl: pack hello 1.2.0 needs brctl >=0.1.0 <1, and this is brctl 1.0.0\n' +
      '  hint: install a newer hello pack\n',
  ]);
  const manifest = helloManifest('">=1.5 <2"', '">=99"');
  const native = await install({ spec: await buildHello(copyHello({ 'pack.yaml': manifest })) });
  expect(native.code).toBe(6);
  expect(native.err).toMatch(/needs DuckDB >=99, and this brctl brings 1\..*\n {2}hint: upgrade/);
});

test.each<[string, (target: string) => void, RegExp]>([
  [
    'the target is a file',
    (at) => writeFileSync(at, ''),
    /cannot .*srv.*: (something on the way is a file|something else is in the way)/,
  ],
  [
    '.brctl is a file',
    (at) => {
      mkdirSync(at);
      writeFileSync(join(at, '.brctl'), '');
    },
    /cannot .*\.brctl/,
  ],
  [
    'packs is a file',
    (at) => {
      mkdirSync(join(at, '.brctl'), { recursive: true });
      writeFileSync(join(at, '.brctl/packs'), '');
    },
    /cannot .*packs/,
  ],
  [
    'config is a file',
    (at) => {
      mkdirSync(at);
      writeFileSync(join(at, 'config'), '');
    },
    /cannot .*config/,
  ],
  [
    'current is a folder',
    (at) => mkdirSync(join(at, '.brctl/packs/hello/current'), { recursive: true }),
    /cannot install: .*: a folder is in the way/,
  ],
  [
    'the lock is a folder',
    (at) => mkdirSync(join(at, '.brctl/lock.db'), { recursive: true }),
    /cannot lock .*lock\.db/,
  ],
  [
    'the lock is no database',
    (at) => {
      mkdirSync(join(at, '.brctl'), { recursive: true });
      writeFileSync(join(at, '.brctl/lock.db'), 'x'.repeat(4096));
    },
    /cannot lock .*lock\.db/,
  ],
])('a target that cannot be written is one clear sentence: %s', async (_, spoil, sentence) => {
  spoil(target);
  const { code, out, err } = await install();
  expect([code, out]).toEqual([3, '']);
  expect(err).toMatch(sentence);
  expect(err).toMatch(/\n {2}hint: /);
  expect(existsSync(join(home, 'current', 'pack.yaml'))).toBe(false);
});

test('without any target the sentence names all four ways', async () => {
  const { code, err } = await run(['pack', 'install', built], { cwd: temporaryFolder() });
  expect(code).toBe(2);
  expect(err).toMatch(
    /--target is not given, BRCTL_TARGET is not set, no folder .*\/srv\/blackroad/,
  );
});
