/** A pack as one file, and what is beside it. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readReceipt } from '../../src/pack/store/receipt.ts';
import { readTree } from '../../src/pack/store/tree.ts';
import { HELLO_SOURCE, run, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { leavingNothingBehind, release, writeFile } from '../support/releases.ts';
import { archiveOf, entry } from '../support/tar-bytes.ts';

leavingNothingBehind();

async function archived() {
  const { bytes, integrity, root } = await release('1.2.0');
  const folder = temporaryFolder();
  const file = writeFile(join(folder, 'hello.tgz'), bytes);
  const target = join(folder, 'srv');
  const generation = join(target, '.brctl/packs/hello/g0001');
  const install = (spec: string, ...words: string[]) =>
    run(['pack', 'install', spec, `--target=${target}`, ...words], { cwd: folder });
  return { bytes, integrity, root, folder, file, target, generation, install };
}

test('an archive is installed by its path, and the receipt keeps its hash', async () => {
  const { integrity, root, file, generation, install } = await archived();
  const { code, out, err } = await install(file);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain(`  8 files from ${file}\n`);
  expect(readTree(generation)).toEqual(readTree(root));
  expect(readReceipt(generation)).toMatchObject({
    source: { kind: 'archive', spec: file, resolved: file },
    archive: integrity,
    tree: readTree(root).hash,
  });
});

test.each(['hello.tgz', './hello.tgz', 'srv/../hello.tgz'])('%s is a file', async (spec) => {
  const { folder, generation, install } = await archived();
  expect((await install(spec)).code).toBe(0);
  const resolved = resolve(folder, spec);
  expect(readReceipt(generation).source).toEqual({ kind: 'archive', spec, resolved });
});

test('a file is an archive by what it holds, whatever its name', async () => {
  const { bytes, folder, install } = await archived();
  writeFileSync(join(folder, 'hello-1.2.0.tar.gz'), bytes);
  expect((await install('hello-1.2.0.tar.gz')).code).toBe(0);
  writeFileSync(join(folder, 'pack.bin'), bytes);
  expect((await install('./pack.bin')).out).toContain('(g0001), what is around it is brought up');
});

test('the folder and its archive are the same pack', async () => {
  const { root, file, target, install } = await archived();
  await install(file);
  const before = fingerprint(join(target, '.brctl/packs'));
  const { code, out } = await install(root);
  expect([code, fingerprint(join(target, '.brctl/packs'))]).toEqual([0, before]);
  expect(out).toContain('what is around it is brought up to date');
  expect(readFileSync(join(target, 'packs.lock.yaml'), 'utf8')).toContain('integrity: null');
});

test('what is no archive of a pack is refused before anything is made', async () => {
  const { bytes, folder, target, install } = await archived();
  const cut = join(folder, 'cut.tgz');
  writeFileSync(cut, bytes.subarray(0, bytes.length / 2));
  expect(await install(cut)).toMatchObject({ code: 5, err: expect.stringContaining('cut off') });
  writeFileSync(join(folder, 'text.tgz'), 'no gzip');
  expect((await install('text.tgz')).err).toContain('is not a gzip file');
  writeFileSync(join(folder, 'empty.tgz'), '');
  expect((await install('empty.tgz')).code).toBe(5);
  const other = archiveOf(entry({ path: 'package/README.md', content: '# not a pack\n' }));
  writeFileSync(join(folder, 'other.tgz'), other);
  const { code, err } = await install('other.tgz');
  expect([code, err]).toEqual([2, 'brctl: other.tgz is no pack: it holds no pack.yaml\n']);
  expect(existsSync(target)).toBe(false);
});

test('an archive that is not there, and a folder of that name', async () => {
  const { folder, install } = await archived();
  const missing = await install('gone.tgz');
  expect([missing.code, missing.err]).toEqual([2, `brctl: there is no ${folder}/gone.tgz\n`]);
  mkdirSync(join(folder, 'folder.tgz'));
  expect((await install('folder.tgz')).err).toBe(
    `brctl: ${folder}/folder.tgz is no pack: it holds no pack.yaml\n`,
  );
});

test('an archive of a pack that is not valid is told by its own name', async () => {
  const { root, folder, target } = await archived();
  const manifest = readFileSync(join(root, 'pack.yaml'), 'utf8');
  const { bytes } = await release('1.2.0', { 'pack.yaml': manifest.replace('Greets.', '') });
  writeFileSync(join(folder, 'bad.tgz'), bytes);
  for (const cwd of [folder, '/', tmpdir()]) {
    const spec = join(folder, 'bad.tgz');
    const { code, err } = await run(['pack', 'install', spec, `--target=${target}`], { cwd });
    expect([code, err]).toEqual([
      3,
      `brctl: ${spec}: pack.yaml:6:1: summary must be text, not empty\n` +
        '  hint: ask whoever publishes it\n',
    ]);
  }
  expect(existsSync(target)).toBe(false);
});

test('an archive of sources is no built pack', async () => {
  const { folder, install } = await archived();
  const files = ['pack.yaml', 'index.ts', 'config/greeting.yaml', 'config/footer.yaml'];
  const entries = files.map((path) => {
    const content = readFileSync(join(HELLO_SOURCE, path));
    return entry({ path: `package/${path}`, content });
  });
  writeFileSync(join(folder, 'source.tgz'), archiveOf(...entries));
  const { code, err } = await install('source.tgz');
  expect([code, err]).toEqual([
    3,
    'brctl: source.tgz is the source of a pack, not a built pack: it holds no commands.json\n' +
      '  hint: ask whoever publishes it\n',
  ]);
});

test('a dry run of an archive writes nothing', async () => {
  const { target, file, install } = await archived();
  expect((await install(file, '--dry-run')).out).toContain('would be installed');
  expect(existsSync(target)).toBe(false);
  await install(file);
  const before = fingerprint(target);
  const { out } = await install(file, '--dry-run');
  expect([out, fingerprint(target)]).toEqual([
    `hello 1.2.0 is already installed in ${target} (g0001), nothing to do\n`,
    before,
  ]);
});

test('a pack that came in an archive is shown before it is installed', async () => {
  const { integrity, root, folder, file } = await archived();
  const shown = await run(['pack', 'info', 'hello.tgz'], { cwd: folder });
  expect(shown.out).toContain(`from         ${file}\n`);
  expect(shown.out).toContain('installed    no\n');
  const json = JSON.parse((await run(['pack', 'info', file, '--format=json'])).out);
  expect(json).toMatchObject({ version: '1.2.0', installed: null, tree: readTree(root).hash });
  expect(integrity).toMatch(/^sha512-/);
  rmSync(file);
  expect((await run(['pack', 'info', file])).code).toBe(2);
});
