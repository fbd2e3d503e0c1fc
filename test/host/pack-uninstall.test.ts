/** `brctl pack uninstall`: the pack goes, and what is the operator's stays unless they say so. */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type HostOptions, type Ran, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { hello, leavingNothingBehind, online, writeFile } from '../support/releases.ts';

leavingNothingBehind();

let target: string;
let root: string;
let greeting: string;
let data: string;
beforeEach(async () => {
  target = join(temporaryFolder(), 'srv');
  root = await hello('1.2.0');
  expect((await brctl(['install', root])).code).toBe(0);
  greeting = join(target, 'config/hello/greeting.yaml');
  writeFileSync(greeting, 'language: de # mine\n');
  data = writeFile(join(target, 'data/hello/greetings.csv'), 'hello\n');
});

const brctl = (words: readonly string[], options: HostOptions = {}): Promise<Ran> =>
  online(['pack', ...words, `--target=${target}`], options);

const uninstall = (...words: string[]) => brctl(['uninstall', 'hello', ...words]);

test('takes all generations and the lock entry, and leaves config and data', async () => {
  await brctl(['install', await hello('1.3.0')]);
  const before = fingerprint(target);
  expect((await uninstall('--dry-run')).out).toBe(
    `hello 1.3.0 would be removed from ${target} (2 generations)\n` +
      `  ${target}/config/hello stays\n  ${target}/data/hello stays\n` +
      'nothing was changed (--dry-run)\n',
  );
  expect(fingerprint(target)).toEqual(before);
  expect(await uninstall()).toEqual({
    code: 0,
    out:
      `hello 1.3.0 removed from ${target} (2 generations)\n` +
      `  ${target}/config/hello stays\n  ${target}/data/hello stays\n`,
    err: '',
  });
  expect(existsSync(join(target, '.brctl/packs/hello'))).toBe(false);
  expect(readFileSync(join(target, 'packs.lock.yaml'), 'utf8')).toMatch(/packs: \{\}\n$/);
  expect([readFileSync(greeting, 'utf8'), existsSync(data)]).toEqual([
    'language: de # mine\n',
    true,
  ]);
  expect((await brctl(['list'])).out).toBe(`no packs are installed in ${target}\n`);
  expect((await online(['hello', 'greet', 'you', `--target=${target}`])).code).toBe(2);
});

test('a pack that comes back finds the edits, and deletes nothing', async () => {
  await uninstall();
  const { code, out } = await brctl(['install', root]);
  expect(code).toBe(0);
  expect(out).toContain('config/hello/greeting.yaml edited, stays; nothing new is shipped');
  expect(readFileSync(greeting, 'utf8')).toBe('language: de # mine\n');
  expect(existsSync(`${greeting}.brctl-new`)).toBe(false);
  expect(out).toContain('config/hello/texts/footer.yaml as shipped, nothing new');
  expect(existsSync(data)).toBe(true);
});

test('--purge takes config and data as well, at once or later', async () => {
  const dry = await uninstall('--purge', '--dry-run');
  expect(dry.out).toContain(`  ${target}/data/hello would be removed\n`);
  expect(existsSync(data)).toBe(true);
  expect((await uninstall('--purge')).out).toContain(`  ${target}/config/hello removed\n`);
  expect(existsSync(join(target, 'config/hello'))).toBe(false);
  expect(existsSync(join(target, 'data/hello'))).toBe(false);
  await brctl(['install', root]);
  writeFile(data, 'hello\n');
  await uninstall();
  const later = await uninstall('--purge', '--format=json');
  expect(JSON.parse(later.out)).toEqual({
    schema: 'brctl/pack-uninstall/v1',
    name: 'hello',
    version: null,
    target,
    changed: true,
    generation: null,
    generations: 0,
    purge: true,
    config: join(target, 'config/hello'),
    data: join(target, 'data/hello'),
  });
  expect(existsSync(join(target, 'data/hello'))).toBe(false);
  expect((await uninstall('--purge')).code).toBe(2);
  writeFile(data, 'hello\n');
  expect((await uninstall('--purge')).out).toBe(
    `what hello had left is removed from ${target}\n  ${target}/data/hello removed\n`,
  );
});

test('--purge follows no link out of the target', async () => {
  const elsewhere = temporaryFolder();
  writeFile(join(elsewhere, 'big.csv'), 'x');
  rmSync(join(target, 'data/hello'), { recursive: true });
  symlinkSync(elsewhere, join(target, 'data/hello'));
  expect((await uninstall('--purge')).code).toBe(0);
  expect(existsSync(join(elsewhere, 'big.csv'))).toBe(true);
  expect(existsSync(join(target, 'data/hello'))).toBe(false);
});

test('what is not installed cannot be removed, whatever its name leads to', async () => {
  mkdirSync(join(target, 'x'));
  const before = fingerprint(target);
  const names = ['other', 'Hello', '..', '.', '../packs/hello', 'hello/../hello', '../x', 'a b'];
  for (const name of names) {
    const commands = [
      ['uninstall', name],
      ['uninstall', name, '--purge'],
      ['rollback', name],
      ['history', name],
      ['pin', name],
    ];
    for (const words of commands) {
      const { code, err } = await brctl(words);
      const sentence = expect.stringContaining(`${name} is not installed in ${target}\n`);
      expect([words, code, err]).toEqual([words, 2, sentence]);
    }
  }
  expect(fingerprint(target)).toEqual(before);
});

test('a broken pack can be removed, and one that never got to its last step', async () => {
  rmSync(join(target, '.brctl/packs/hello/g0001/.brctl'), { recursive: true });
  expect((await uninstall()).out).toContain(`hello removed from ${target} (1 generation)`);
  await brctl(['install', root]);
  rmSync(join(target, '.brctl/packs/hello/current'));
  expect((await uninstall()).code).toBe(0);
  expect(existsSync(join(target, '.brctl/packs/hello'))).toBe(false);
});
