/** What is known of config files across rollbacks, uninstalls and long conflicts. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { pathsOf } from '../../src/pack/paths.ts';
import { readReceipt } from '../../src/pack/store/receipt.ts';
import { type Ran, run, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { hello, shipping } from '../support/releases.ts';

let target: string;
let folder: string;
beforeEach(() => {
  target = join(temporaryFolder(), 'srv');
  folder = join(target, 'config/hello');
});

const brctl = (...words: string[]): Promise<Ran> => run(['pack', ...words, `--target=${target}`]);

type Files = Readonly<Record<string, string>>;

const packed = async (version: string, files: Files, renamed: Files = {}): Promise<string> =>
  hello(version, await shipping(files, renamed));

const install = async (...args: Parameters<typeof packed>): Promise<Ran> => {
  const ran = await brctl('install', await packed(...args));
  expect(ran.code).toBe(0);
  return ran;
};

const at = (path: string): string => join(folder, path);
const text = (path: string): string => readFileSync(at(path), 'utf8');
const edit = (path: string, content: string): void => writeFileSync(at(path), content);

const V1 = 'a: 1\nb: 1\n';
const V2 = 'a: 2\nb: 1\n';

test('what the operator deleted stays deleted through versions that do not ship it', async () => {
  await install('1.2.0', { 'a.yaml': V1 });
  rmSync(at('a.yaml'));
  await install('1.3.0', { 'b.yaml': V1 });
  await brctl('rollback', 'hello');
  expect(existsSync(at('a.yaml'))).toBe(false);
  await install('1.4.0', { 'a.yaml': V2, 'b.yaml': V1 });
  expect(existsSync(at('a.yaml'))).toBe(false);
});

test('an edit of a file that is shipped again is merged, no stranger', async () => {
  await install('1.2.0', { 'a.yaml': V1 });
  edit('a.yaml', 'a: 1\nb: 7\n');
  await install('1.3.0', { 'b.yaml': V1 });
  expect(text('a.yaml')).toBe('a: 1\nb: 7\n');
  // Said once: the next version has nothing to do with it.
  expect((await install('1.4.0', { 'b.yaml': V2 })).out).not.toContain('a.yaml');
  await install('1.5.0', { 'a.yaml': V2, 'b.yaml': V1 });
  expect(text('a.yaml')).toBe('a: 2\nb: 7\n');
  expect(existsSync(at('a.yaml.brctl-new'))).toBe(false);
});

test('what brctl took away is created again, and is nobody’s deletion', async () => {
  await install('1.2.0', { 'a.yaml': V1 });
  await install('1.3.0', { 'b.yaml': V1 });
  expect(existsSync(at('a.yaml'))).toBe(false);
  await install('1.4.0', { 'a.yaml': V2 });
  expect(text('a.yaml')).toBe(V2);
});

test('a rollback that merged backwards is where the next upgrade starts from', async () => {
  await install('1.2.0', { 'a.yaml': V1 });
  edit('a.yaml', 'a: 1\nb: 7\n');
  const second = await packed('1.3.0', { 'a.yaml': V2 });
  await brctl('install', second);
  await brctl('rollback', 'hello');
  expect(text('a.yaml')).toBe('a: 1\nb: 7\n');
  // The operator takes a key back to what the newer version said: an edit of the older one.
  edit('a.yaml', 'a: 3\nb: 7\n');
  const { out } = await brctl('install', second);
  expect(out).toContain('config/hello/a.yaml edited, stays: both sides changed a');
});

test('a conflict of a version that was left waits no more', async () => {
  await install('1.2.0', { 'a.yaml': V1 });
  edit('a.yaml', 'a: 9\nb: 1\n');
  await install('1.3.0', { 'a.yaml': V2 });
  expect(text('a.yaml.brctl-new')).toBe(V2);
  await brctl('rollback', 'hello');
  expect(existsSync(at('a.yaml.brctl-new'))).toBe(false);
  expect((await run(['config', 'explain', `--target=${target}`])).out).toContain('edited');
  expect(text('a.yaml')).toBe('a: 9\nb: 1\n');
});

test('work that was put into the file that waits is kept', async () => {
  await install('1.2.0', { 'a.yaml': V1 });
  edit('a.yaml', 'a: 9\nb: 1\n');
  await install('1.3.0', { 'a.yaml': V2 });
  edit('a.yaml.brctl-new', 'a: 2\nb: by hand\n');
  await install('1.4.0', { 'a.yaml': 'a: 4\nb: 1\n' });
  expect(text('a.yaml.brctl-new')).toBe('a: 4\nb: 1\n');
  expect(text('a.yaml.brctl-new.brctl-old')).toBe('a: 2\nb: by hand\n');
  edit('a.yaml.brctl-new', 'a: 4\nb: again\n');
  edit('a.yaml', 'a: 4\nb: 1\n');
  await install('1.5.0', { 'a.yaml': 'a: 4\nb: 1\n' });
  expect(existsSync(at('a.yaml.brctl-new'))).toBe(false);
  expect(text('a.yaml.brctl-new.brctl-old.2')).toBe('a: 4\nb: again\n');
});

test('a conflict that outlives its generations is still merged from where it began', async () => {
  await install('1.2.0', { 'a.yaml': V1 });
  edit('a.yaml', 'a: 9\nb: 1\n');
  for (const minor of [3, 4, 5, 6, 7, 8]) {
    await install(`1.${minor}.0`, { 'a.yaml': `a: ${minor}\nb: 1\nc: 1\n` });
  }
  edit('a.yaml', 'a: 1\nb: 5\n');
  await install('1.9.0', { 'a.yaml': 'a: 9\nb: 1\nc: 1\n' });
  expect(text('a.yaml')).toBe('a: 9\nb: 5\nc: 1\n');
});

test('an install after an uninstall knows whose edits are there, not after a purge', async () => {
  await install('1.2.0', { 'a.yaml': V1, 'b.yaml': V1, 'c.yaml': V1 });
  edit('a.yaml', 'a: 1\nb: 7\n');
  rmSync(at('b.yaml'));
  await brctl('uninstall', 'hello');
  expect(existsSync(pathsOf(target).owned('hello'))).toBe(true);
  const next = { 'a.yaml': V2, 'b.yaml': V2, 'd.yaml': V2 };
  await install('1.3.0', next, { 'd.yaml': 'c.yaml' });
  expect(text('a.yaml')).toBe('a: 2\nb: 7\n');
  expect([existsSync(at('b.yaml')), existsSync(at('c.yaml'))]).toEqual([false, false]);
  expect(text('d.yaml')).toBe(V2);
  await brctl('uninstall', 'hello', '--purge');
  expect(existsSync(pathsOf(target).owned('hello'))).toBe(false);
  await install('1.3.0', next);
  expect(text('b.yaml')).toBe(V2);
});

test('what is known and damaged stops a change before it begins', async () => {
  await install('1.2.0', { 'a.yaml': V1 });
  writeFileSync(pathsOf(target).owned('hello'), '{"schemaVersion":1}');
  const before = fingerprint(target);
  const second = await packed('1.3.0', { 'a.yaml': V2 });
  for (const words of [
    ['install', second],
    ['rollback', 'hello', '--to', 'g0001'],
    ['uninstall', 'hello'],
  ]) {
    const { code, err } = await brctl(...words);
    expect(code).toBeGreaterThan(0);
    expect(err).not.toContain('our bug');
  }
  expect((await brctl('install', second)).code).toBe(5);
  expect(fingerprint(target)).toEqual(before);
  // Without it, what is current is taken for what was there.
  rmSync(pathsOf(target).owned('hello'));
  edit('a.yaml', 'a: 1\nb: 7\n');
  expect((await brctl('install', second)).code).toBe(0);
  expect(text('a.yaml')).toBe('a: 2\nb: 7\n');
});

test('what is made anew goes back to where the damaged one did', async () => {
  const first = await packed('1.2.0', { 'a.yaml': V1 });
  const second = await packed('1.3.0', { 'a.yaml': V2 });
  await brctl('install', first);
  await brctl('install', second);
  const pack = pathsOf(target).pack('hello');
  rmSync(join(pack.generation('g0002'), 'README.md'));
  expect((await brctl('install', second)).out).toContain('(g0002 -> g0003)');
  expect(readReceipt(pack.generation('g0003')).parent).toBe('g0001');
  expect((await brctl('rollback', 'hello')).out).toContain('g0001');
});
