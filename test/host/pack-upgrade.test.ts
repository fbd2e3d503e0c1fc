/** `brctl pack upgrade`: what it takes, what it leaves and why, and that one failing is one. */
import { cpSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { packArchive } from '../../src/pack/source/archive.ts';
import { readReceipt } from '../../src/pack/store/receipt.ts';
import { type HostOptions, type Ran, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import {
  asking,
  type Changes,
  hello,
  leavingNothingBehind,
  online,
  released,
  writeFile,
} from '../support/releases.ts';

leavingNothingBehind();

let target: string;
beforeEach(() => {
  target = join(temporaryFolder(), 'srv');
});

const brctl = (words: readonly string[], options: HostOptions = {}): Promise<Ran> =>
  online(['pack', ...words, `--target=${target}`], options);

const current = (pack = 'hello') => readlinkSync(join(target, `.brctl/packs/${pack}/current`));

/** The same pack under another name. */
async function named(name: string, version: string, changes?: Changes): Promise<string> {
  const root = await hello(version, changes);
  for (const path of ['pack.yaml', 'commands.json']) {
    const text = readFileSync(join(root, path), 'utf8').replaceAll('data/hello', `data/${name}`);
    writeFileSync(join(root, path), text.replace(/(name"?: "?)hello/, `$1${name}`));
  }
  return root;
}

describe('of a pack of the catalogue', () => {
  test('takes the newest, and a second time nothing', async () => {
    const packageRoot = await released({ version: '1.2.0' }, { version: '1.3.0' });
    await brctl(['install', 'hello@1.2.0'], { packageRoot });
    await brctl(['install', 'hello'], { packageRoot: await released({ version: '1.2.0' }) });
    const dry = await brctl(['upgrade', 'hello', '--dry-run'], { packageRoot });
    expect(dry.out).toContain('hello 1.3.0 would be installed');
    expect(current()).toBe('g0001');
    const { code, out, err } = await brctl(['upgrade', 'hello'], { packageRoot });
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`hello 1.3.0 installed in ${target} (g0001 -> g0002): replaces 1.2.0`);
    const before = fingerprint(target);
    expect(await brctl(['upgrade', 'hello'], { packageRoot })).toEqual({
      code: 0,
      out: 'hello 1.3.0 stays: there is nothing newer\n',
      err: '',
    });
    expect(fingerprint(target)).toEqual(before);
  });

  test('keeps to the range that was asked for, and says what is outside of it', async () => {
    const packageRoot = await released(
      { version: '1.2.0' },
      { version: '1.3.0' },
      { version: '2.0.0' },
    );
    await brctl(['install', 'hello@1.2.0'], { packageRoot });
    const { code, out } = await brctl(['upgrade', 'hello'], { packageRoot });
    expect([code, out]).toEqual([
      0,
      'hello 1.2.0 stays: hello@1.2.0 was asked for; --to 2.0.0 takes the newest\n',
    ]);
    await brctl(['upgrade', 'hello', '--to', '^1'], { packageRoot });
    expect((await brctl(['upgrade', 'hello'], { packageRoot })).out).toBe(
      'hello 1.3.0 stays: hello@^1 was asked for; --to 2.0.0 takes the newest\n',
    );
    expect((await brctl(['list', '--outdated'], { packageRoot })).out).toMatch(/1\.3\.0 +2\.0\.0/);
  });

  test('takes the version that --to names, also an older one, and says so', async () => {
    const packageRoot = await released({ version: '1.2.0' }, { version: '1.3.0' });
    await brctl(['install', 'hello'], { packageRoot });
    const { code, out } = await brctl(['upgrade', 'hello', '--to', '1.2.0'], { packageRoot });
    expect(code).toBe(0);
    expect(out).toContain('(g0001 -> g0002): older than 1.3.0, which it replaces');
    expect(await brctl(['upgrade', 'hello', '--to', '^9'], { packageRoot })).toMatchObject({
      code: 2,
      err: 'brctl: no version of hello is in ^9; there is 1.2.0, 1.3.0\n',
    });
    expect((await brctl(['upgrade', 'hello', '--to', 'x y'], { packageRoot })).code).toBe(2);
  });

  test('passes a version over that was rolled away from, until it is named', async () => {
    const packageRoot = await released({ version: '1.2.0' }, { version: '1.3.0' });
    await brctl(['install', 'hello'], { packageRoot: await released({ version: '1.2.0' }) });
    await brctl(['upgrade', 'hello'], { packageRoot });
    await brctl(['rollback', 'hello'], { packageRoot });
    expect((await brctl(['upgrade', 'hello'], { packageRoot })).out).toBe(
      'hello 1.2.0 stays: 1.3.0 is passed over: it was rolled away from\n',
    );
    expect((await brctl(['list', '--outdated'], { packageRoot })).out).toContain('nothing newer');
    const { out } = await brctl(['upgrade', 'hello', '--to', '1.3.0'], { packageRoot });
    expect(out).toContain('hello 1.3.0 installed');
    expect(readReceipt(join(target, '.brctl/packs/hello/current')).version).toBe('1.3.0');
  });

  test('asks for permissions that are new, and for none that are not', async () => {
    const changes = await asking({
      secrets: ['HELLO_KEY'],
      hosts: ['api.example.com', 'other.example.com'],
    });
    const packageRoot = await released({ version: '1.2.0' }, { version: '1.3.0' });
    const wider = await released({ version: '1.2.0' }, { version: '1.4.0', changes });
    await brctl(['install', 'hello'], { packageRoot: await released({ version: '1.2.0' }) });
    const same = await brctl(['upgrade', 'hello'], { packageRoot, confirm: undefined });
    expect(same.code).toBe(0);
    const { code, err } = await brctl(['upgrade', 'hello'], {
      packageRoot: wider,
      confirm: undefined,
    });
    expect(code).toBe(7);
    expect(err).toMatch(
      /^brctl: hello 1\.4\.0 now also asks to talk to other\.example\.com, and nobody has/,
    );
    const hash = /--accept-permissions (sha256:\w+)/.exec(err)?.[1];
    const words = ['upgrade', 'hello', '--accept-permissions', `${hash}`];
    expect((await brctl(words, { packageRoot: wider, confirm: undefined })).code).toBe(0);
  });
});

test('an archive or a folder is asked again where it was', async () => {
  const folder = temporaryFolder();
  const file = writeFile(join(folder, 'hello.tgz'), await packArchive(await hello('1.2.0')));
  await online(['pack', 'install', 'hello.tgz', `--target=${target}`], { cwd: folder });
  expect((await brctl(['upgrade', 'hello'])).out).toBe(
    'hello 1.2.0 stays: there is nothing newer\n',
  );
  writeFileSync(file, await packArchive(await hello('1.3.0')));
  expect((await brctl(['upgrade', 'hello'])).out).toContain('hello 1.3.0 installed');
  await brctl(['rollback', 'hello']);
  expect((await brctl(['upgrade', 'hello'])).out).toMatch(
    /^hello 1\.2\.0 stays: 1\.3\.0 is passed over: it was rolled away from\n$/,
  );
  writeFileSync(file, await packArchive(await hello('1.1.0')));
  expect((await brctl(['upgrade', 'hello'])).out).toBe(
    'hello 1.2.0 stays: what is installed is newer than what there is\n',
  );
  rmSync(file);
  expect(await brctl(['upgrade', 'hello'])).toMatchObject({
    code: 2,
    err: `brctl: there is no ${file}\n`,
  });
});

describe('of several packs', () => {
  /** `bye` and `hello` from folders, which are then replaced by 1.3.0. */
  async function two(): Promise<Readonly<Record<'bye' | 'hello', string>>> {
    const folders = { bye: await named('bye', '1.2.0'), hello: await hello('1.2.0') };
    for (const folder of Object.values(folders)) {
      expect((await brctl(['install', folder])).code).toBe(0);
    }
    const next = { bye: await named('bye', '1.3.0'), hello: await hello('1.3.0') };
    cpSync(next.bye, folders.bye, { recursive: true });
    cpSync(next.hello, folders.hello, { recursive: true });
    return folders;
  }

  test('one that fails does not keep the others', async () => {
    const { bye } = await two();
    rmSync(join(bye, 'pack.yaml'));
    const { code, out, err } = await brctl(['upgrade', '--all']);
    expect([code, err]).toEqual([1, '']);
    expect(out).toContain(`bye 1.2.0 failed: ${bye} is no pack: it holds no pack.yaml\n`);
    expect(out).toContain(`hello 1.3.0 installed in ${target}`);
    expect([current('bye'), current('hello')]).toEqual(['g0001', 'g0002']);
    const json = JSON.parse((await brctl(['upgrade', '--all', '--format=json'])).out);
    expect(json).toMatchObject({
      schema: 'brctl/pack-upgrade/v1',
      target,
      packs: [
        { name: 'bye', from: '1.2.0', status: 'failed', error: { code: 'pack-missing' } },
        { name: 'hello', from: '1.3.0', status: 'unchanged', reason: 'there is nothing newer' },
      ],
    });
    for (const each of json.packs) {
      expect(Object.keys(each)).toEqual(['name', 'from', 'status', 'reason', 'error', 'change']);
    }
  });

  test('one whose permissions nobody allows is left, and the other taken', async () => {
    const { bye } = await two();
    const changes = await asking({ executables: ['sh'] });
    cpSync(await named('bye', '1.3.0', changes), bye, { recursive: true });
    const { code, out } = await brctl(['upgrade', '--all'], { confirm: undefined });
    expect(code).toBe(1);
    expect(out).toMatch(/^bye 1\.2\.0 failed: bye 1\.3\.0 now also asks to start sh, and nobody/);
    expect(out).toContain('  hint: consent with --accept-permissions sha256:');
    expect([current('bye'), current('hello')]).toEqual(['g0001', 'g0002']);
  });

  test('a name that is not installed stops all before anything is fetched', async () => {
    await two();
    const before = fingerprint(target);
    const { code, err } = await brctl(['upgrade', 'hello', 'gone']);
    expect([code, err]).toEqual([
      2,
      `brctl: gone is not installed in ${target}\n  hint: brctl pack list --target=${target}\n`,
    ]);
    expect(fingerprint(target)).toEqual(before);
  });

  test('a name that is given twice is one', async () => {
    await two();
    const { out } = await brctl(['upgrade', 'hello', 'hello']);
    expect(out.match(/hello 1\.3\.0/g)).toHaveLength(1);
  });

  test('a version is that of one pack', async () => {
    await two();
    for (const words of [['--all'], ['bye', 'hello']]) {
      const { code, err } = await brctl(['upgrade', ...words, '--to', '1.3.0']);
      expect([code, err]).toEqual([2, expect.stringContaining('--to names a version of one pack')]);
    }
  });

  test('none, or all and one, is a mistake; all of none is no work', async () => {
    expect(await brctl(['upgrade'])).toMatchObject({ code: 2 });
    expect(await brctl(['upgrade', 'hello', '--all'])).toMatchObject({ code: 2 });
    expect(await brctl(['upgrade', '--all'])).toEqual({
      code: 0,
      out: 'no packs are installed, nothing to do\n',
      err: '',
    });
  });
});

test('a damaged pack is put right by an upgrade, a broken one is told how', async () => {
  const root = await hello('1.2.0');
  await brctl(['install', root]);
  const file = join(target, '.brctl/packs/hello/g0001/README.md');
  rmSync(file);
  expect((await brctl(['upgrade', 'hello'])).out).toContain('what is installed is damaged');
  expect((await brctl(['verify'])).code).toBe(0);
  rmSync(join(target, '.brctl/packs/hello/g0002/.brctl'), { recursive: true });
  const { code, err } = await brctl(['upgrade', 'hello']);
  expect(code).toBe(5);
  expect(err).toContain('hello is broken, and nothing says where it came from\n');
});

test('a catalogue that the pack came to by its bytes is where it is asked for', async () => {
  const packageRoot = await released({ version: '1.2.0' });
  await brctl(['install', await hello('1.2.0')], { packageRoot });
  await brctl(['install', 'hello'], { packageRoot });
  const next = await released({ version: '1.2.0' }, { version: '1.3.0' });
  expect((await brctl(['list', '--outdated'], { packageRoot: next })).out).toContain('1.3.0');
  expect((await brctl(['upgrade', 'hello'], { packageRoot: next })).out).toContain(
    'hello 1.3.0 in',
  );
});
