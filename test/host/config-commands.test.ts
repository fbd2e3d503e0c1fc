/** `brctl config explain`, `diff` and `resolve`: where every file stands, and ending a conflict. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { resolveConflict } from '../../src/pack/config/resolve.ts';
import { standingNamed } from '../../src/pack/config/standing.ts';
import { fakeHost, type HostOptions, type Ran, run, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { hello, shipping, writeFile } from '../support/releases.ts';

let target: string;
let folder: string;
beforeEach(() => {
  target = join(temporaryFolder(), 'srv');
  folder = join(target, 'config/hello');
});

const brctl = (words: readonly string[], options: HostOptions = {}): Promise<Ran> =>
  run([...words, `--target=${target}`], options);

async function install(version: string, files: Readonly<Record<string, string>>): Promise<Ran> {
  const root = await hello(version, await shipping(files));
  const ran = await brctl(['pack', 'install', root]);
  expect(ran.code).toBe(0);
  return ran;
}

const at = (path: string) => join(folder, path);
const text = (path: string) => readFileSync(at(path), 'utf8');
const edit = (path: string, content: string) => writeFileSync(at(path), content);

/** Every state a file can be in: status by path. */
async function everyState(): Promise<void> {
  const names = ['clash', 'deleted', 'edited', 'folder', 'link', 'nowhere', 'plain', 'gone'];
  const files = Object.fromEntries(names.map((name) => [`${name}.yaml`, `${name}: 1\n`]));
  await install('1.2.0', files);
  edit('clash.yaml', 'clash: 5\n');
  edit('gone.yaml', 'gone: 5\n');
  const { 'gone.yaml': _, ...left } = files;
  await install('1.3.0', { ...left, 'clash.yaml': 'clash: 2\n' });
  rmSync(at('deleted.yaml'));
  edit('edited.yaml', 'edited: 5\n');
  rmSync(at('folder.yaml'));
  mkdirSync(at('folder.yaml'));
  rmSync(at('link.yaml'));
  symlinkSync(writeFile(join(target, 'shared.yaml'), 'link: 7\n'), at('link.yaml'));
  rmSync(at('nowhere.yaml'));
  symlinkSync('/nowhere', at('nowhere.yaml'));
}

describe('explain', () => {
  test('says of every file where it stands, and exits 1 while a conflict waits', async () => {
    await everyState();
    const before = fingerprint(target);
    const { code, out, err } = await brctl(['config', 'explain']);
    expect([code, err]).toEqual([1, '']);
    const rows = out.split('\n').slice(1, -1);
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      ['config/hello/clash.yaml', 'conflict', expect.stringContaining('brctl config resolve')],
      ['config/hello/deleted.yaml', 'deleted', expect.stringContaining('--restore-missing')],
      ['config/hello/edited.yaml', 'edited', expect.stringContaining('merges')],
      ['config/hello/folder.yaml', 'unreadable', expect.stringContaining('is no file')],
      ['config/hello/link.yaml', 'edited', expect.any(String)],
      ['config/hello/nowhere.yaml', 'unreadable', expect.stringContaining('into nowhere')],
      ['config/hello/plain.yaml', 'as-shipped', 'an upgrade replaces it'],
      ['config/hello/gone.yaml', 'obsolete', expect.stringContaining('yours to remove')],
    ]);
    expect(fingerprint(target)).toEqual(before);
    const json = JSON.parse((await brctl(['config', 'explain', 'hello', '--format=json'])).out);
    expect(json.schema).toBe('brctl/config-explain/v1');
    expect(json.files[0]).toEqual({
      pack: 'hello',
      path: 'clash.yaml',
      file: at('clash.yaml'),
      status: 'conflict',
    });
  });

  test('exits 0 when none waits, and has the same shape for nothing', async () => {
    const none = await brctl(['config', 'explain', '--format=json']);
    expect(JSON.parse(none.out)).toEqual({ schema: 'brctl/config-explain/v1', target, files: [] });
    expect((await brctl(['config', 'explain'])).out).toBe('no installed pack has config files\n');
    await install('1.2.0', { 'a.yaml': 'a: 1\n' });
    edit('a.yaml', 'a: 2\n');
    expect((await brctl(['config', 'explain'])).code).toBe(0);
    const { code, err } = await brctl(['config', 'explain', 'helo']);
    expect([code, err]).toEqual([2, expect.stringContaining('did you mean "hello"?')]);
  });

  test('of a damaged pack, says that nothing is known and not that all is edited', async () => {
    await install('1.2.0', { 'a.yaml': 'a: 1\n', 'b.yaml': 'b: 1\n' });
    const shipped = join(target, '.brctl/packs/hello/g0001/config');
    chmodSync(shipped, 0o755);
    rmSync(join(shipped, 'a.yaml'));
    const { code, out } = await brctl(['config', 'explain']);
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/a\.yaml +unknown .*\n.*b\.yaml +as-sh/),
    ]);
    expect((await brctl(['config', 'diff'])).code).toBe(0);
  });
});

describe('diff', () => {
  test('shows edits against what is shipped, and a conflict against what waits', async () => {
    await everyState();
    const { code, out, err } = await brctl(['config', 'diff', 'hello']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(
      '--- config/hello/edited.yaml (shipped)\n+++ config/hello/edited.yaml\n' +
        '@@ -1,1 +1,1 @@\n-edited: 1\n+edited: 5\n',
    );
    expect(out).toContain(
      '--- config/hello/clash.yaml (brctl-new)\n+++ config/hello/clash.yaml\n' +
        '@@ -1,1 +1,1 @@\n-clash: 2\n+clash: 5\n',
    );
    expect(out).toContain('-link: 1\n+link: 7\n');
    expect(out).toContain('-deleted: 1\n');
    for (const name of ['plain', 'folder', 'nowhere', 'gone']) expect(out).not.toContain(name);
    const json = JSON.parse((await brctl(['config', 'diff', '--format=json'])).out);
    const patches = json.files.map(({ path, patch }: { path: string; patch: string }) => [
      path,
      patch !== '',
    ]);
    expect(Object.fromEntries(patches)).toMatchObject({ 'edited.yaml': true, 'plain.yaml': false });
  });

  test('shows text of another encoding as its letters', async () => {
    await install('1.2.0', { 'a.yaml': 'a: cafe\n' });
    writeFileSync(at('a.yaml'), Buffer.from('a: caf\xe9\n', 'latin1'));
    expect((await brctl(['config', 'diff'])).out).toContain('-a: cafe\n+a: caf\xe9\n');
  });

  test('of nothing is a sentence', async () => {
    await install('1.2.0', { 'a.yaml': 'a: 1\n' });
    expect((await brctl(['config', 'diff'])).out).toBe(
      'no config file differs from what was shipped\n',
    );
  });
});

describe('resolve', () => {
  const V1 = { 'a.yaml': 'a: 1\nb: 1\n' };
  beforeEach(async () => {
    await install('1.2.0', V1);
    edit('a.yaml', 'a: 5\nb: 1\n');
    chmodSync(at('a.yaml'), 0o640);
    await install('1.3.0', { 'a.yaml': 'a: 2\nb: 1\n' });
    expect(existsSync(at('a.yaml.brctl-new'))).toBe(true);
  });
  const resolve = (...words: string[]) => brctl(['config', 'resolve', ...words]);

  test('--take mine drops what was shipped, and it does not come back', async () => {
    const before = fingerprint(target);
    const dry = await resolve('hello/a.yaml', '--take', 'mine', '--dry-run');
    expect(dry.out).toBe('config/hello/a.yaml stays as it is\nnothing was changed (--dry-run)\n');
    expect(fingerprint(target)).toEqual(before);
    expect((await resolve('hello/a.yaml', '--take', 'mine')).code).toBe(0);
    expect([text('a.yaml'), existsSync(at('a.yaml.brctl-new'))]).toEqual(['a: 5\nb: 1\n', false]);
    expect((await brctl(['config', 'explain'])).code).toBe(0);
    const { out } = await install('1.4.0', { 'a.yaml': 'a: 2\nb: 2\n' });
    expect(out).toContain('config/hello/a.yaml edited, gets what is new');
    expect(text('a.yaml')).toBe('a: 5\nb: 2\n');
  });

  test('--take new takes it, keeps the other, and is unedited from then on', async () => {
    const json = await resolve('config/hello/a.yaml', '--take=new', '--format=json');
    expect(JSON.parse(json.out)).toEqual({
      schema: 'brctl/config-resolve/v1',
      pack: 'hello',
      path: 'a.yaml',
      file: at('a.yaml'),
      take: 'new',
      changed: true,
    });
    expect([text('a.yaml'), text('a.yaml.brctl-old')]).toEqual(['a: 2\nb: 1\n', 'a: 5\nb: 1\n']);
    expect((await brctl(['config', 'explain'])).out).toMatch(/a\.yaml +as-shipped/);
    expect(['a.yaml', 'a.yaml.brctl-old'].map((path) => statSync(at(path)).mode & 0o777)).toEqual([
      0o640, 0o640,
    ]);
    const { out } = await install('1.4.0', { 'a.yaml': 'a: 3\nb: 1\n' });
    expect(out).toContain('config/hello/a.yaml unedited, takes the new version');
    expect(text('a.yaml')).toBe('a: 3\nb: 1\n');
  });

  test('a conflict that nobody ended stays one through later versions', async () => {
    await install('1.4.0', { 'a.yaml': 'a: 2\nb: 2\n' });
    expect([text('a.yaml'), text('a.yaml.brctl-new')]).toEqual(['a: 5\nb: 1\n', 'a: 2\nb: 2\n']);
    expect((await resolve('hello/a.yaml', '--take', 'new')).code).toBe(0);
    expect(text('a.yaml')).toBe('a: 2\nb: 2\n');
  });

  test('a file is named as it is shown, or by its path', async () => {
    for (const [named, cwd] of [
      ['./a.yaml', folder],
      [at('a.yaml'), '/'],
      ['./config/hello/a.yaml', target],
      ['config/hello/a.yaml', '/'],
    ] as const) {
      const words = ['config', 'resolve', named, '--take', 'mine', '--dry-run'];
      expect([named, (await brctl(words, { cwd })).code]).toEqual([named, 0]);
    }
  });

  test('keeps a link of the operator, and every byte', async () => {
    const shared = join(target, 'shared.yaml');
    const bytes = Buffer.from('a: \xe9\nb: 1\n', 'latin1');
    writeFileSync(shared, bytes);
    rmSync(at('a.yaml'));
    symlinkSync(shared, at('a.yaml'));
    expect((await resolve('hello/a.yaml', '--take', 'new')).code).toBe(0);
    expect(readlinkSync(at('a.yaml'))).toBe(shared);
    expect(readFileSync(shared, 'utf8')).toBe('a: 2\nb: 1\n');
    expect(readFileSync(at('a.yaml.brctl-old'))).toEqual(bytes);
  });

  test('what changed since the person looked is not decided upon', async () => {
    const standing = standingNamed(target, 'hello/a.yaml', '/');
    await install('1.4.0', { 'a.yaml': 'a: 3\nb: 1\n' });
    const before = fingerprint(folder);
    for (const take of ['mine', 'new'] as const) {
      const resolving = resolveConflict({ standing, target, take }, fakeHost());
      await expect(resolving).rejects.toMatchObject({ code: 'file-changed' });
    }
    expect(fingerprint(folder)).toEqual(before);
  });

  test('what cannot be replaced stays, with its conflict', async () => {
    rmSync(at('a.yaml'));
    mkdirSync(at('a.yaml'));
    const { code, err } = await resolve('hello/a.yaml', '--take', 'new');
    expect([code, err]).toEqual([3, expect.stringContaining('a.yaml is a folder\n')]);
    expect(existsSync(at('a.yaml.brctl-new'))).toBe(true);
    rmSync(at('a.yaml'), { recursive: true });
    expect((await resolve('hello/a.yaml', '--take', 'new')).code).toBe(0);
    expect(text('a.yaml')).toBe('a: 2\nb: 1\n');
  });

  test('mistakes are usage, and change nothing', async () => {
    await install('1.4.0', { ...V1, 'other.yaml': 'x: 1\n' });
    const before = fingerprint(target);
    const mistakes: readonly (readonly [string[], RegExp])[] = [
      [['hello/a.yaml'], /which side\?/],
      [['hello/a.yaml', '--take', 'both'], /Allowed choices are mine, new/],
      [['hello/other.yaml', '--take', 'mine'], /config\/hello\/other\.yaml has no conflict/],
      [['hello/othr.yaml', '--take', 'mine'], /did you mean "hello\/other\.yaml"\?/],
      [['../../etc/passwd', '--take', 'new'], /no installed pack has a config file/],
    ];
    for (const [words, sentence] of mistakes) {
      const { code, err } = await resolve(...words);
      expect([words, code]).toEqual([words, 2]);
      expect(err).toMatch(sentence);
    }
    expect(fingerprint(target)).toEqual(before);
  });
});
