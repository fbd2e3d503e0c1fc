/** A linked folder: shown as `dev` wherever packs are shown, never locked, never in the way. */
import {
  chmodSync,
  cpSync,
  existsSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readReceipt } from '../../src/pack/store/receipt.ts';
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
let home: string;
let root: string;
beforeEach(async () => {
  target = join(temporaryFolder(), 'srv');
  home = join(target, '.brctl/packs/hello');
  root = await hello('1.2.0');
});

const brctl = (words: readonly string[], options: HostOptions = {}): Promise<Ran> =>
  online(['pack', ...words, `--target=${target}`], options);
const doctor = () => online(['doctor', `--target=${target}`]);
const greet = () => online(['hello', 'greet', 'you', `--target=${target}`]);
const current = () => readlinkSync(join(home, 'current'));

test('the folder itself runs, and every list says dev', async () => {
  const { code, out } = await brctl(['install', root, '--link']);
  expect(code).toBe(0);
  expect(out).toContain(
    `hello 1.2.0 linked in ${target} (g0001): the folder itself runs, for development\n` +
      `  ${root} itself, level dev\n`,
  );
  const bundle = join(root, 'index.mjs');
  const text = readFileSync(bundle, 'utf8');
  expect(text).toContain('Hello');
  writeFileSync(bundle, text.replaceAll('Hello', 'Ahoy'));
  expect((await greet()).out).toBe('Ahoy, you\n');
  expect((await brctl(['list'])).out).toMatch(/hello +1\.2\.0 +- +g0001 +dev +linked\n/);
  expect((await brctl(['history', 'hello'])).out).toMatch(/g0001 +1\.2\.0 +link .* dev +current/);
  expect((await brctl(['info', 'hello'])).out).toMatch(/from +.*\nin.*1\.2\.0.*\nlevel +dev\n/);
  const verified = await brctl(['verify']);
  expect([verified.code, verified.out]).toEqual([
    0,
    expect.stringContaining('linked: nothing says what'),
  ]);
  expect((await doctor()).out).toContain('warn  packs    hello 1.2.0 (g0001) is a linked folder');
  expect(existsSync(join(target, 'packs.lock.yaml'))).toBe(false);
});

test('linking again is no work, until the folder says something else of itself', async () => {
  await brctl(['install', root, '--link']);
  const before = fingerprint(target);
  expect((await brctl(['install', root, '--link'])).out).toContain('already linked');
  expect(fingerprint(target)).toEqual(before);
  cpSync(await hello('1.3.0'), root, { recursive: true });
  const later = await brctl(['install', root, '--link']);
  expect(later.out).toContain('hello 1.3.0 linked');
  expect((await brctl(['list'])).out).toMatch(/hello +1\.3\.0 +- +g0002 +dev/);
  cpSync(await hello('1.3.0', await asking({ hosts: ['evil.example.com'] })), root, {
    recursive: true,
  });
  const asked = await brctl(['install', root, '--link'], { confirm: undefined });
  expect([asked.code, asked.err]).toEqual([
    7,
    expect.stringContaining('now also asks to talk to evil.example.com'),
  ]);
});

test('only a folder can be linked', async () => {
  const { bytes, integrity } = await release('1.2.0');
  const file = writeFile(join(temporaryFolder(), 'hello.tgz'), bytes);
  const specs = [file, 'hello', `https://example.com/x.tgz#${integrity}`, 'git+https://a.b/c#v1'];
  for (const spec of specs) {
    const { code, err } = await brctl(['install', spec, '--link']);
    expect([code, err]).toEqual([2, expect.stringMatching(/^brctl: --link takes a folder, and /)]);
  }
  const minimum = await brctl(['install', root, '--link', '--min-level', 'integrity']);
  expect([minimum.code, minimum.err]).toEqual([
    5,
    'brctl: hello 1.2.0 has trust level dev, and integrity is required here\n' +
      '  hint: install the built pack instead of linking its folder\n',
  ]);
});

test('a link leaves the lock file as it is, and verify compares nothing with it', async () => {
  await brctl(['install', root]);
  const lock = readFileSync(join(target, 'packs.lock.yaml'), 'utf8');
  const other = await hello('1.2.0', { 'README.md': '# other\n' });
  await brctl(['install', other, '--link']);
  expect(current()).toBe('g0002');
  expect(readFileSync(join(target, 'packs.lock.yaml'), 'utf8')).toBe(lock);
  expect((await brctl(['verify'])).code).toBe(0);
  expect((await brctl(['upgrade', '--all'])).out).toBe(
    'hello 1.2.0 stays: it is a linked folder, which is always what it holds\n',
  );
  const back = await brctl(['rollback', 'hello']);
  expect([back.code, current()]).toEqual([0, 'g0001']);
  expect(readFileSync(join(target, 'packs.lock.yaml'), 'utf8')).toBe(lock);
});

test('a real install takes the place of a link, and a rollback brings it back', async () => {
  await brctl(['install', root, '--link']);
  const next = await hello('1.3.0');
  const { out } = await brctl(['install', next]);
  expect(out).toContain(`(g0001 -> g0002): a linked folder is installed: ${root}`);
  const same = await brctl(['rollback', 'hello']);
  expect([same.code, current()]).toEqual([0, 'g0001']);
  expect((await brctl(['list'])).out).toContain('linked');
  expect((await greet()).out).toBe('Hello, you\n');
  const lock = readFileSync(join(target, 'packs.lock.yaml'), 'utf8');
  expect(lock).toContain('version: 1.3.0');
  expect((await brctl(['install', root])).out).toContain('hello 1.2.0 installed');
  expect(readReceipt(join(home, 'current'))).toMatchObject({ action: 'install', parent: 'g0001' });
});

test('a linked folder that is gone is broken, with its reason, and hides nothing', async () => {
  await brctl(['install', root, '--link']);
  rmSync(root, { recursive: true });
  const reason = `hello: ${root} is not there any more`;
  const list = await brctl(['list']);
  expect([list.code, list.out]).toEqual([1, expect.stringContaining(reason)]);
  expect(list.out).toMatch(/hello +1\.2\.0 +- +g0001 +dev +broken/);
  const verified = await brctl(['verify']);
  expect([verified.code, verified.out]).toEqual([5, expect.stringContaining('not there any more')]);
  const visit = await doctor();
  expect([visit.code, visit.out]).toEqual([1, expect.stringContaining('not there any more')]);
  expect((await brctl(['history', 'hello'])).code).toBe(0);
  const info = await brctl(['info', 'hello']);
  expect([info.code, info.err]).toEqual([5, expect.stringContaining('not there any more')]);
  const explained = await online(['config', 'explain', `--target=${target}`]);
  expect([explained.code, explained.err.includes('ENOENT: no such')]).toEqual([1, false]);
  expect(explained.out).toContain('config/hello/greeting.yaml');
  expect((await online(['config', 'diff', `--target=${target}`])).code).toBe(0);
  const ran = await greet();
  expect([ran.code, ran.err]).toEqual([2, expect.stringContaining('not there any more')]);
  expect((await brctl(['install', await hello('1.2.0')])).code).toBe(0);
  expect((await greet()).code).toBe(0);
});

test('a folder that now asks for more does not run until somebody consents', async () => {
  await brctl(['install', root, '--link']);
  const more = await hello('1.2.0', await asking({ hosts: ['api.example.com', 'new.example'] }));
  cpSync(more, root, { recursive: true });
  const { code, out, err } = await greet();
  const [, hash] = /--accept-permissions (sha256:[0-9a-f]{64})\n$/.exec(err) ?? [];
  expect([code, out, err]).toEqual([
    7,
    '',
    `brctl: hello 1.2.0 in the linked folder ${root} now also asks to talk to new.example, ` +
      'and nobody has consented to that\n' +
      `  hint: brctl pack install ${root} --link --target=${target} asks you; ` +
      `where nobody can be asked, add --accept-permissions ${hash}\n`,
  ]);
  const verified = await brctl(['verify']);
  expect([verified.code, verified.out]).toEqual([
    5,
    expect.stringContaining('now asks to talk to new.example, and nobody has consented to that'),
  ]);
  const words = ['install', root, '--link', '--accept-permissions', hash!];
  expect((await brctl(words, { confirm: undefined })).code).toBe(0);
  expect((await greet()).out).toBe('Hello, you\n');
});

test('a folder that asks for less, or the same in other words, runs as it asks', async () => {
  await brctl(['install', root, '--link']);
  for (const hosts of [['API.example.com:443'], []]) {
    cpSync(await hello('1.2.0', await asking({ hosts })), root, { recursive: true });
    expect((await greet()).code).toBe(0);
  }
  await brctl(['install', root, '--link']);
  cpSync(await hello('1.2.0'), root, { recursive: true });
  const secrets = 'read the secrets HELLO_KEY, HELLO_TOKEN';
  expect((await greet()).err).toContain(`now also asks to ${secrets}`);
});

test('a link whose receipt is gone was consented to by nobody', async () => {
  await brctl(['install', root, '--link']);
  chmodSync(join(home, 'g0001/.brctl'), 0o755);
  rmSync(join(home, 'g0001/.brctl/receipt.json'));
  expect((await greet()).code).toBe(7);
});
