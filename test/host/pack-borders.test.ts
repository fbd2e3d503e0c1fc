/** What a pack may not get by an upgrade, a link, a rename or a file that never ends. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { pathsOf } from '../../src/pack/paths.ts';
import { type HostOptions, type Ran, run, temporaryFolder } from '../support/host.ts';
import { asking, hello, shipping } from '../support/releases.ts';

let target: string;
beforeEach(() => {
  target = join(temporaryFolder(), 'srv');
});

const brctl = (words: readonly string[], options: HostOptions = {}): Promise<Ran> =>
  run([...words, `--target=${target}`], options);

type Files = Readonly<Record<string, string>>;

async function packed(version: string, files: Files, renamed: Files = {}): Promise<string> {
  return hello(version, await shipping(files, renamed));
}

async function configured(version: string, text: string): Promise<string> {
  const changes = await shipping({ 'a.yaml': text });
  const manifest = String(changes['pack.yaml']).replace(
    /^permissions:\n( .*\n)+/m,
    'permissions: { configured: [a.yaml] }\n',
  );
  const { 'commands.json': index } = await asking({ configured: ['a.yaml'] });
  return hello(version, { ...changes, 'pack.yaml': manifest, 'commands.json': index! });
}

const at = (path: string): string => join(target, 'config/hello', path);
const write = (file: string, text: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

/** `$A` for what the linter would take for a mistake. */
const named = (text: string): string => text.replaceAll(/\$([A-Z_]+)/g, (_, name) => `\${${name}}`);

describe('what a shipped file names that the operator is to configure', () => {
  test('is asked for, on the first install and on an upgrade that names more', async () => {
    const quiet = await configured('1.2.0', 'url: ""\n');
    const loud = await configured(
      '1.3.0',
      named('url: https://evil.example/x\nkey: "$GITHUB_TOKEN"\n'),
    );
    const alone: HostOptions = { confirm: undefined };
    const asked = await brctl(['pack', 'install', quiet], alone);
    expect([asked.code, asked.err]).toEqual([7, expect.anything()]);
    const [, hash = ''] = /--accept-permissions (sha256:\S+)/.exec(asked.err) ?? [];
    const consent = `--accept-permissions=${hash}`;
    expect((await brctl(['pack', 'install', quiet, consent], alone)).code).toBe(0);
    const { code, err } = await brctl(['pack', 'install', loud, consent], alone);
    expect(code).toBe(7);
    const hosts = named('$GITHUB_TOKEN, evil.example');
    expect(err).toContain(`now also asks to read the secret GITHUB_TOKEN; talk to ${hosts}`);
    expect(readFileSync(at('a.yaml'), 'utf8')).toBe('url: ""\n');
    const plan = await brctl(['pack', 'plan', loud]);
    expect(plan.out).toContain('may now read the secret GITHUB_TOKEN');
  });

  test('is nobody’s but the operator’s to name where they wrote it', async () => {
    const quiet = await configured('1.2.0', 'url: ""\n');
    await brctl(['pack', 'install', quiet]);
    write(at('a.yaml'), named('key: "$MINE"\n'));
    const next = await configured('1.3.0', 'url: ""\nmore: 1\n');
    expect((await brctl(['pack', 'install', next], { confirm: undefined })).code).toBe(0);
  });
});

test('a file behind several links is the one that is written', async () => {
  await brctl(['pack', 'install', await packed('1.2.0', { 'a.yaml': 'a: 1\n' })]);
  const elsewhere = join(temporaryFolder(), 'ops');
  write(join(elsewhere, 'shared/a.yaml'), 'a: 1\n');
  write(join(target, 'config/shared/a.yaml'), 'not: yours\n');
  mkdirSync(join(elsewhere, 'hello'));
  symlinkSync('../shared/a.yaml', join(elsewhere, 'hello/mid.yaml'));
  symlinkSync('mid.yaml', join(elsewhere, 'hello/a.yaml'));
  rmSync(join(target, 'config/hello'), { recursive: true });
  symlinkSync(join(elsewhere, 'hello'), join(target, 'config/hello'));
  await brctl(['pack', 'install', await packed('1.3.0', { 'a.yaml': 'a: 2\n' })]);
  expect(readFileSync(join(elsewhere, 'shared/a.yaml'), 'utf8')).toBe('a: 2\n');
  expect(readFileSync(join(target, 'config/shared/a.yaml'), 'utf8')).toBe('not: yours\n');
});

test('a config file that cannot be written is said, and keeps nothing else back', async () => {
  const files = { 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' };
  await brctl(['pack', 'install', await packed('1.2.0', files)]);
  write(at('a.yaml'), 'a: 9\n');
  mkdirSync(at('a.yaml.brctl-new'));
  const next = await packed('1.3.0', { 'a.yaml': 'a: 2\n', 'b.yaml': 'b: 2\n' });
  const { code, err } = await brctl(['pack', 'install', next]);
  expect(code).toBe(3);
  expect(err).toContain('hello is at g0002 now, but config/hello/a.yaml stays: a folder is in');
  expect(existsSync(pathsOf(target).journal)).toBe(false);
  expect(readFileSync(at('b.yaml'), 'utf8')).toBe('b: 2\n');
  rmSync(at('a.yaml.brctl-new'), { recursive: true });
  expect((await brctl(['pack', 'install', next])).code).toBe(0);
  expect(readFileSync(at('a.yaml.brctl-new'), 'utf8')).toBe('a: 2\n');
  expect((await brctl(['pack', 'rollback', 'hello'])).code).toBe(0);
});

test('the signature beside a pack is a small plain file, or the pack is refused', async () => {
  const pack = await packed('1.2.0', { 'a.yaml': 'a: 1\n' });
  symlinkSync('/dev/zero', `${pack}.sig`);
  const linked = await brctl(['pack', 'install', pack]);
  expect([linked.code, linked.err]).toEqual([5, expect.stringContaining('is a link, and is not')]);
  rmSync(`${pack}.sig`);
  writeFileSync(`${pack}.sig`, Buffer.alloc(2 ** 21));
  expect((await brctl(['pack', 'install', pack])).code).toBe(5);
});

test.each(['lib/extra.mts', 'x.txt', 'README.md'])(
  'a %s that was changed keeps the code from running',
  async (path) => {
    const changes = { 'lib/extra.mts': 'export {};\n', 'x.txt': 'text\n' };
    await brctl(['pack', 'install', await hello('1.2.0', changes)]);
    expect((await brctl(['hello', 'greet', 'you'])).code).toBe(0);
    const file = join(pathsOf(target).pack('hello').generation('g0001'), path);
    chmodSync(dirname(file), 0o755);
    chmodSync(file, 0o644);
    writeFileSync(file, 'changed');
    const { code, err } = await brctl(['hello', 'greet', 'you']);
    expect([code, err]).toEqual([5, expect.stringContaining(`${path} was changed`)]);
  },
);

test('a new file at an old path is not taken for what has moved on', async () => {
  await brctl(['pack', 'install', await packed('1.2.0', { 'n1.yaml': 'k: 1\n' })]);
  const second = await packed('1.3.0', { 'n2.yaml': 'k: 1\n' }, { 'n2.yaml': 'n1.yaml' });
  await brctl(['pack', 'install', second]);
  write(at('n2.yaml'), 'k: MINE\n');
  const third = { 'n1.yaml': 'unrelated: 1\n', 'n3.yaml': 'k: 1\n' };
  await brctl(['pack', 'install', await packed('1.4.0', third, { 'n3.yaml': 'n2.yaml' })]);
  expect(readFileSync(at('n3.yaml'), 'utf8')).toBe('k: MINE\n');
  expect(readFileSync(at('n1.yaml'), 'utf8')).toBe('unrelated: 1\n');
  expect(existsSync(at('n1.yaml.brctl-new'))).toBe(false);
});

test.each([
  [{ 'a.yaml': '', 'a.yaml.brctl-new': '' }, 'is a name that brctl gives to what it saves'],
  [{ 'a.yaml': '', 'a.yaml/b.yaml': '' }, 'one is the folder of the other'],
  [{ 'sub/x.yaml': '', 'SUB/y.yaml': '' }, 'spell a folder differently'],
])('config paths that cannot stand side by side are refused: %o', async (files, sentence) => {
  const { code, err } = await brctl(['pack', 'install', await manifestWith(files)]);
  expect([code, err]).toEqual([3, expect.stringContaining(sentence)]);
});

/** Of these paths, all from one file: not every disk can hold them. */
async function manifestWith(files: Files): Promise<string> {
  const changes = await shipping({ 'one.yaml': 'a: 1\n' });
  const config = Object.keys(files).map((path) => ({ path, from: 'config/one.yaml' }));
  const manifest = String(changes['pack.yaml']).replace(
    /^config: .*\n/m,
    `config: ${JSON.stringify(config)}\n`,
  );
  return hello('1.2.0', { ...changes, 'pack.yaml': manifest });
}
