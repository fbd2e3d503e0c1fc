/** `brctl pack plan`: what an install would change, and not one byte of it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type HostOptions, type Ran, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import {
  asking,
  hello,
  leavingNothingBehind,
  online,
  release,
  writeFile,
} from '../support/releases.ts';

leavingNothingBehind();

let target: string;
beforeEach(() => {
  target = join(temporaryFolder(), 'srv');
});

const brctl = (words: readonly string[], options: HostOptions = {}): Promise<Ran> =>
  online(['pack', ...words, `--target=${target}`], options);

/** A version in which something of everything differs. */
async function next(): Promise<string> {
  const changes = await asking({ secrets: ['HELLO_KEY'], hosts: ['api.example.com', 'b.example'] });
  const index = JSON.parse(String(changes['commands.json']));
  const [greet] = index.commands;
  const commands = [
    { ...greet, summary: 'Greets.' },
    { ...greet, path: ['wave'] },
  ];
  return hello('1.3.0', {
    ...changes,
    'commands.json': JSON.stringify({ ...index, commands }, null, 2),
    'README.md': '# Another\n',
    'docs/more.md': '# More\n',
    'config/greeting.yaml': 'language: de\n',
  });
}

test('a first install is a plan that changes something, and nothing is made', async () => {
  const { code, out, err } = await brctl(['plan', await hello('1.2.0')]);
  expect([code, err]).toEqual([1, '']);
  expect(out).toContain('hello 1.2.0 would be installed');
  expect(out).toContain('  adds commands: hello greet\nnothing was changed\n');
  expect(existsSync(target)).toBe(false);
});

test('files, commands, permissions and config are told, each with what becomes of it', async () => {
  await brctl(['install', await hello('1.2.0')]);
  writeFileSync(join(target, 'config/hello/greeting.yaml'), 'language: en # mine\n');
  const before = fingerprint(target);
  const root = await next();
  const { code, out } = await brctl(['plan', root], { confirm: undefined });
  expect(code).toBe(1);
  const lines = out.split('\n');
  expect(lines[0]).toBe(
    `hello 1.3.0 would be installed in ${target} (g0001 -> g0002): replaces 1.2.0`,
  );
  expect(lines).toEqual(
    expect.arrayContaining([
      '  may now talk to b.example',
      '  + docs/more.md',
      '  ~ README.md',
      '  ~ commands.json',
      '  ~ config/greeting.yaml',
      '  + hello wave',
      '  ~ hello greet',
    ]),
  );
  expect(lines.filter((line) => line.includes('read the secret'))).toEqual([]);
  expect(lines.find((line) => line.includes('greeting.yaml ed'))).toMatch(
    /config\/hello\/greeting\.yaml edited, /,
  );
  const json = JSON.parse((await brctl(['plan', root, '--format=json'])).out);
  expect(json).toMatchObject({
    schema: 'brctl/pack-install/v1',
    changed: false,
    action: 'upgrade',
    difference: {
      files: {
        added: ['docs/more.md'],
        changed: ['README.md', 'commands.json', 'config/greeting.yaml', 'pack.yaml'],
        removed: [],
      },
      commands: { added: ['hello wave'], changed: ['hello greet'], removed: [] },
    },
    permissions: { added: { hosts: ['b.example'], secrets: [] } },
  });
  expect(fingerprint(target)).toEqual(before);
});

test('what goes is told as well', async () => {
  await brctl(['install', await next()]);
  const { out } = await brctl(['plan', await hello('1.2.0')]);
  expect(out).toContain(': older than 1.3.0, which it replaces\n');
  expect(out).toContain('  - docs/more.md\n');
  expect(out).toContain('  - hello wave\n');
});

test('a plan of what is there exits 0, and of what is around it 1', async () => {
  const root = await hello('1.2.0');
  const { bytes } = await release('1.2.0');
  const file = writeFile(join(temporaryFolder(), 'hello.tgz'), bytes);
  await brctl(['install', file]);
  const before = fingerprint(target);
  const { code, out } = await brctl(['plan', file]);
  expect([code, out]).toEqual([
    0,
    `hello 1.2.0 is already installed in ${target} (g0001), nothing to do\n`,
  ]);
  expect((await brctl(['plan', root])).code).toBe(1);
  expect(fingerprint(target)).toEqual(before);
});

test('a plan fails for what an install would fail for', async () => {
  const root = await hello('1.2.0');
  await brctl(['install', root]);
  const before = fingerprint(target);
  const other = await hello('1.2.0', { 'README.md': '# changed\n' });
  expect((await brctl(['plan', other])).code).toBe(5);
  expect((await brctl(['plan', 'nothing'])).code).toBe(2);
  expect((await brctl(['plan', root], { version: '9.0.0' })).code).toBe(6);
  const greeting = join(target, 'config/hello/greeting.yaml');
  const text = readFileSync(greeting, 'utf8');
  writeFileSync(greeting, 'language: fr\n');
  const conflict = await hello('1.3.0', { 'config/greeting.yaml': 'language: de\n' });
  expect((await brctl(['plan', conflict, '--conf', 'fail'])).code).toBe(9);
  writeFileSync(greeting, text);
  expect(fingerprint(target).length).toBe(before.length);
});
