/** A pack from a tag of a git repository. Repositories are real, and on this machine. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLock } from '../../src/pack/store/lockfile.ts';
import { readReceipt } from '../../src/pack/store/receipt.ts';
import { readTree } from '../../src/pack/store/tree.ts';
import { type HostOptions, run, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { hello, leavingNothingBehind, writeFile } from '../support/releases.ts';

leavingNothingBehind();

const HOME = '/nonexistent';
const ENV = { PATH: process.env.PATH, HOME, TMPDIR: process.env.TMPDIR };

/** A repository with hello 1.2.0 at its root, untagged, on the branch `main`. */
async function repository(version = '1.2.0') {
  const folder = join(temporaryFolder(), 'repo');
  const git = (...words: string[]) => {
    const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
    return execFileSync('git', ['-C', folder, ...who, ...words], { env: ENV })
      .toString()
      .trim();
  };
  const save = (message: string) => {
    git('add', '--all', '--force');
    git('commit', '--quiet', '--message', message);
    return git('rev-parse', 'HEAD');
  };
  mkdirSync(folder);
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder], { env: ENV });
  cpSync(await hello(version), folder, { recursive: true });
  save('first');
  return { folder, git, save, spec: (fragment: string) => `git+file://${folder}#${fragment}` };
}

function deployment() {
  const target = join(temporaryFolder(), 'srv');
  const generation = join(target, '.brctl/packs/hello/g0001');
  const install = (spec: string, words: readonly string[] = [], options: HostOptions = {}) =>
    run(['pack', 'install', spec, `--target=${target}`, ...words], { env: ENV, ...options });
  return { target, generation, install, lock: () => readLock(join(target, 'packs.lock.yaml')) };
}

test('a tag is a commit, which receipt and lock file keep', async () => {
  const { folder, git, spec } = await repository();
  git('tag', 'v1.2.0');
  const commit = git('rev-parse', 'HEAD');
  const { target, generation, install, lock } = deployment();
  const { code, out, err } = await install(spec('v1.2.0'));
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain(`8 files from file://${folder}\n`);
  const source = { kind: 'git', spec: spec('v1.2.0'), commit };
  expect(readReceipt(generation)).toMatchObject({
    source: { ...source, resolved: `file://${folder}` },
    archive: null,
  });
  expect(lock().get('hello')).toMatchObject({ source, integrity: null });
  rmSync(join(folder, '.git'), { recursive: true });
  expect(readTree(generation)).toEqual(readTree(folder));
  expect(existsSync(join(target, '.brctl/packs/hello/g0001/.git'))).toBe(false);
});

test('an annotated tag stands for its commit, and the same install is no work', async () => {
  const { git, spec } = await repository();
  git('tag', '--annotate', 'release/1.2.0', '--message', 'Greets.');
  const { target, generation, install } = deployment();
  expect((await install(spec('release/1.2.0'))).code).toBe(0);
  expect(readReceipt(generation).source.commit).toBe(git('rev-parse', 'HEAD'));
  const before = fingerprint(target);
  expect((await install(spec('release/1.2.0'))).out).toContain('nothing to do');
  expect((await install(spec('release/1.2.0'), ['--frozen'])).code).toBe(0);
  expect(fingerprint(target)).toEqual(before);
});

test('a tag that moved is refused also where the manifest quotes its keys', async () => {
  const { folder, git, save, spec } = await repository();
  git('tag', 'v1');
  const { install } = deployment();
  await install(spec('v1'));
  const manifest = join(folder, 'pack.yaml');
  const text = readFileSync(manifest, 'utf8').replace('name: hello', '"name": "hello"');
  writeFile(manifest, text.replace('1.2.0', '1.2.1'));
  save('second');
  git('tag', '--force', 'v1');
  expect((await install(spec('v1'))).code).toBe(5);
});

test('a manifest or a signature that is a link of the repository is not followed', async () => {
  for (const path of ['sub/hello.sig', 'sub/hello/pack.yaml']) {
    const { folder, git, save, spec } = await repository();
    cpSync(await hello('1.2.0'), join(folder, 'sub/hello'), { recursive: true });
    rmSync(join(folder, path), { force: true });
    symlinkSync('/dev/zero', join(folder, path));
    save('second');
    git('tag', 'v1');
    const { code, err } = await deployment().install(spec('v1:sub/hello'));
    expect([code, err]).toEqual([5, expect.stringContaining('is a link, and is not read')]);
  }
});

test('a tag that moved is refused, whatever version it has now', async () => {
  const { folder, git, save, spec } = await repository();
  git('tag', 'v1');
  const first = git('rev-parse', 'HEAD');
  const { target, install } = deployment();
  await install(spec('v1'));
  const before = fingerprint(target);
  cpSync(await hello('1.3.0'), folder, { recursive: true });
  const second = save('second');
  git('tag', '--force', 'v1');
  for (const words of [[], ['--frozen'], ['--dry-run']]) {
    const { code, err } = await install(spec('v1'), words);
    expect([code, err]).toEqual([
      5,
      `brctl: ${spec('v1')} was ${first}, and is ${second} now\n` +
        '  hint: ask whoever moved it; a new version has a new tag\n',
    ]);
  }
  expect(fingerprint(target)).toEqual(before);
  git('tag', 'v1.3.0');
  expect((await install(spec('v1.3.0'))).code).toBe(0);
});

test('a folder of the repository, and one that is not there or leads out of it', async () => {
  const { folder, git, save, spec } = await repository();
  mkdirSync(join(folder, 'packs'));
  cpSync(await hello('1.4.0'), join(folder, 'packs/hello'), { recursive: true });
  symlinkSync(await hello('6.6.6'), join(folder, 'elsewhere'));
  rmSync(join(folder, 'pack.yaml'));
  save('moved');
  git('tag', 'v1.4.0');
  const { generation, install } = deployment();
  for (const name of ['gone', 'elsewhere', 'elsewhere/config']) {
    const { code, err } = await install(spec(`v1.4.0:${name}`));
    const sentence = `${spec(`v1.4.0:${name}`)} is no pack: there is no such folder`;
    expect([code, err]).toEqual([2, `brctl: ${sentence}\n`]);
  }
  const root = await install(spec('v1.4.0'));
  const sentence = `${spec('v1.4.0')} is no pack: it holds no pack.yaml`;
  expect([root.code, root.err]).toEqual([2, `brctl: ${sentence}\n`]);
  for (const bad of ['../x', '/etc', 'a/../../b', '.', 'a:b', '..\\x']) {
    expect((await install(spec(`v1.4.0:${bad}`))).err).toContain('is no folder of the repository');
  }
  expect((await install(spec('v1.4.0:packs/hello'))).code).toBe(0);
  expect(readReceipt(generation).version).toBe('1.4.0');
});

test('a branch moves and is refused; so is what is there under neither name', async () => {
  const { folder, git, spec } = await repository();
  git('branch', 'v9');
  git('tag', 'other/refs/tags/v2');
  const { target, install } = deployment();
  const branch = await install(spec('v9'));
  expect([branch.code, branch.err]).toEqual([
    2,
    `brctl: v9 is a branch of file://${folder}, and moves\n  hint: name a tag\n`,
  ]);
  for (const tag of ['v2', 'HEAD', git('rev-parse', 'HEAD')]) {
    const { code, err } = await install(spec(tag));
    expect([code, err]).toEqual([
      3,
      `brctl: file://${folder} has no tag ${tag}\n  hint: git ls-remote --tags file://${folder}\n`,
    ]);
  }
  git('tag', 'v9');
  expect((await install(spec('v9'))).code).toBe(0);
  expect(existsSync(target)).toBe(true);
});

test('names that git would take for something else are no tags and no repositories', async () => {
  const { spec } = await repository();
  const { install } = deployment();
  const tags = ['', '-x', '--upload-pack=touch', 'v1 v2', 'v1*', 'v1^{}', 'v1~1', ':v1', '@{0}'];
  for (const tag of tags) {
    const { code, err } = await install(spec(tag));
    expect([tag, code]).toEqual([tag, 2]);
    expect(err).toMatch(/ names no tag| cannot be a tag/);
  }
  const urls = ['ext::sh', 'http://example.com/x', '--upload-pack=x', 'git@example.com:x', '/repo'];
  for (const url of urls) {
    const { code, err } = await install(`git+${url}#v1`);
    expect([code, err]).toEqual([2, expect.stringContaining(`"${url}" is no repository`)]);
  }
  const option = await install('git+ssh://-oProxyCommand=touch/x#v1');
  expect([option.code, option.err]).toEqual([3, expect.stringMatching(/strange hostname/)]);
});

test('a link in the repository is refused by its name', async () => {
  const { folder, git, save, spec } = await repository();
  symlinkSync('/etc/passwd', join(folder, 'passwd'));
  save('link');
  git('tag', 'v1');
  const { target, install } = deployment();
  const { code, err } = await install(spec('v1'));
  expect([code, existsSync(target)]).toEqual([5, false]);
  expect(err).toContain(`${spec('v1')}: passwd is a symbolic link; a pack holds files only`);
});

test('a password in the address is kept nowhere and shown to nobody', async () => {
  const { folder } = await repository();
  const { install } = deployment();
  const spec = `git+file://user:p@hunter2@localhost${folder}-gone#v1`;
  const texts = [
    await install(spec),
    await install(`${spec}:../x`),
    await install(spec.replace('#v1', '#')),
    await install(spec.replace('file:', 'http:')),
    await install('git+https://user:hunter2@127.0.0.1:1/x#v1'),
  ].map(({ code, err }) => `${code} ${err}`);
  expect(texts.map((text) => text[0])).toEqual(['3', '2', '2', '2', '3']);
  expect(texts.join()).not.toMatch(/hunter2|user:/);
  expect(texts[0]).toContain(`git cannot read file://localhost${folder}-gone: `);
});

test('a repository that brctl was started in stays as it is', async () => {
  const { git, spec } = await repository();
  git('tag', 'v1');
  const mine = await repository('7.7.7');
  const before = [mine.git('rev-parse', 'HEAD'), mine.git('status', '--porcelain')];
  const dir = join(mine.folder, '.git');
  const hook = { GIT_DIR: dir, GIT_INDEX_FILE: join(dir, 'index'), GIT_WORK_TREE: mine.folder };
  const { code } = await deployment().install(spec('v1'), [], { env: { ...ENV, ...hook } });
  expect(code).toBe(0);
  expect([mine.git('rev-parse', 'HEAD'), mine.git('status', '--porcelain')]).toEqual(before);
  expect(existsSync(join(dir, 'FETCH_HEAD'))).toBe(false);
});

test('hooks of the operator’s templates are not run, and git may be missing', async () => {
  const { folder, git, spec } = await repository();
  git('tag', 'v1');
  const template = temporaryFolder();
  const hook = writeFile(join(template, 'hooks/post-checkout'), `#!/bin/sh\ntouch ${folder}/ran\n`);
  execFileSync('chmod', ['+x', hook]);
  const env = { ...ENV, HOME: template };
  writeFile(join(template, '.gitconfig'), `[init]\n\ttemplateDir = ${template}\n`);
  expect((await deployment().install(spec('v1'), [], { env })).code).toBe(0);
  expect(existsSync(join(folder, 'ran'))).toBe(false);
  const missing = await deployment().install(spec('v1'), [], { env: { PATH: template } });
  expect(missing).toMatchObject({
    code: 3,
    err: expect.stringContaining('git is not on the PATH'),
  });
});

test('an upgrade says that a tag is one version', async () => {
  const { git, spec } = await repository();
  git('tag', 'v1');
  const { target, install } = deployment();
  await install(spec('v1'));
  const { code, out } = await run(['pack', 'upgrade', 'hello', `--target=${target}`]);
  expect([code, out]).toEqual([
    0,
    `hello 1.2.0 stays: ${spec('v1')} is one version; install the address of the next\n`,
  ]);
  expect(readFileSync(join(target, 'packs.lock.yaml'), 'utf8')).toContain('kind: git');
});
