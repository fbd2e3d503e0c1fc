/** `pack build`: what it makes of a source, where it puts that, and what it leaves alone. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unpackArchive } from '../../src/pack/source/archive.ts';
import { readTree } from '../../src/pack/store/tree.ts';
import { build, ENTRY } from '../support/built.ts';
import { copyHello, ROOT, run, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { workspace } from '../support/workspace.ts';

describe('a build', () => {
  test('tells the truth about the folder and the archive that it leaves', async () => {
    const source = copyHello();
    const report = await build(source);
    expect(report).toMatchObject({
      schema: 'brctl/pack-build/v1',
      name: 'hello',
      version: '1.2.0',
      changed: true,
      folder: 'dist/hello',
    });
    expect(readdirSync(join(source, 'dist')).sort()).toEqual(['hello', 'hello-1.2.0.tgz']);
    const { hash, files } = readTree(join(source, 'dist/hello'));
    expect(report.tree).toBe(hash);
    expect(report.files.map(({ path, bytes, sha256 }) => [path, bytes, sha256])).toEqual(
      files.map(({ path, size, sha256 }) => [path, size, sha256]),
    );
    const archive = readFileSync(join(source, report.archive.path));
    const digest = createHash('sha512').update(archive).digest('base64');
    expect(report.archive).toEqual({
      path: 'dist/hello-1.2.0.tgz',
      bytes: archive.byteLength,
      integrity: `sha512-${digest}`,
    });
    const unpacked = await unpackArchive(archive, join(temporaryFolder(), 'unpacked'));
    expect(unpacked).toEqual({ hash, files });
  });

  test('accounts for every byte of the bundle', async () => {
    const { bundle, files } = await build(copyHello());
    const sum = (list: readonly { bytes: number }[]): number =>
      list.reduce((total, { bytes }) => total + bytes, 0);
    expect(sum(bundle.packages) + bundle.glue).toBe(bundle.bytes);
    expect(sum(files.filter(({ path }) => path.endsWith('.mjs')))).toBe(bundle.bytes);
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(bundle.packages.map((each) => [each.name, each.version, each.files])).toEqual([
      ['hello', '1.2.0', 2],
      ['brctl/sdk', version, expect.any(Number)],
    ]);
    expect(bundle.builtins).toEqual([]);
  });

  test('prints the same as a table', async () => {
    const { code, out, err } = await run(['pack', 'build'], { cwd: copyHello() });
    expect([code, err]).toEqual([0, '']);
    const shape = out
      .replaceAll(/-[A-Z0-9]{8}\.mjs/g, '-HASH.mjs')
      .replaceAll(/ +\d+( bytes)?$/gm, ' N$1')
      .replaceAll(/[0-9a-f]{64}/g, 'HEX')
      .replaceAll(/sha512-\S+/g, 'SRI')
      .replaceAll(/ {2,}/g, '  ');
    expect(shape.split('\n')).toEqual([
      'hello 1.2.0 built: 8 files',
      '',
      'File  Bytes',
      ...['README.md', 'chunk-HASH.mjs', 'commands.json', 'config/footer.yaml'].map(
        (x) => `${x} N`,
      ),
      ...['config/greeting.yaml', 'index.mjs', 'pack.yaml'].map((x) => `${x} N`),
      'schemas/greeting.schema.json N',
      'total N',
      '',
      'In the bundle  Version  Files  Bytes',
      'hello  1.2.0  2 N',
      expect.stringMatching(/^brctl\/sdk {2}\S+ {2}\d+ N$/),
      'what joins them N',
      'total N',
      'of Node: nothing',
      '',
      'dist/hello',
      '  sha256:HEX',
      'dist/hello-1.2.0.tgz N bytes',
      '  SRI',
      '',
    ]);
  });

  test('takes the place of an earlier one whole', async () => {
    const source = copyHello();
    const first = await build(source);
    rmSync(join(source, 'README.md'));
    writeFileSync(join(source, 'index.ts'), ENTRY.replace('Greet someone.', 'Greet anyone.'));
    const second = await build(source);
    expect(second.tree).not.toBe(first.tree);
    expect(readTree(join(source, 'dist/hello')).hash).toBe(second.tree);
    expect(readFileSync(join(source, second.archive.path))).toHaveLength(second.archive.bytes);
    expect(readdirSync(join(source, 'dist')).sort()).toEqual(['hello', 'hello-1.2.0.tgz']);
  });

  test('that fails leaves the earlier one as it was, and no scratch', async () => {
    const source = copyHello();
    await build(source);
    const before = fingerprint(join(source, 'dist'));
    writeFileSync(join(source, 'index.ts'), `import { no } from './nowhere.ts';\n${ENTRY}no();\n`);
    const { code, out, err } = await run(['pack', 'build'], { cwd: source });
    expect([code, out]).toEqual([3, '']);
    expect(err).toMatch(/cannot be bundled:\n {2}index\.ts:1:20: Could not resolve/);
    writeFileSync(join(source, 'index.ts'), "throw new Error('at load');\n");
    expect((await run(['pack', 'build'], { cwd: source })).code).not.toBe(0);
    expect(fingerprint(join(source, 'dist'))).toEqual(before);
  });

  test('that fails the first time leaves no folder', async () => {
    const source = copyHello({ 'index.ts': 'export default 1;\n' });
    const { code, err } = await run(['pack', 'build'], { cwd: source });
    expect([code, err]).toEqual([3, expect.stringContaining('no default export with commands')]);
    expect(existsSync(join(source, 'dist'))).toBe(false);
  });

  test('--dry-run measures and leaves nothing', async () => {
    const source = copyHello();
    const report = await build(source, { words: ['--dry-run'] });
    expect(existsSync(join(source, 'dist'))).toBe(false);
    expect(report.changed).toBe(false);
    const { tree, archive } = await build(source);
    expect([tree, archive]).toEqual([report.tree, report.archive]);
    const before = fingerprint(join(source, 'dist'));
    await build(source, { words: ['--dry-run'] });
    expect(fingerprint(join(source, 'dist')).slice(1)).toEqual(before.slice(1));
  });
});

describe('--into', () => {
  test('names a folder, or the archive', async () => {
    const source = copyHello();
    const cwd = temporaryFolder();
    const folder = await build(cwd, { words: [source, '--into', 'made/here'] });
    expect([folder.folder, folder.archive.path]).toEqual([
      'made/here/hello',
      'made/here/hello-1.2.0.tgz',
    ]);
    const file = await build(cwd, { words: [source, '--into', 'out/named.tgz'] });
    expect([file.folder, file.archive.path]).toEqual(['out/hello', 'out/named.tgz']);
    expect(readFileSync(join(cwd, 'out/named.tgz'))).toEqual(
      readFileSync(join(cwd, folder.archive.path)),
    );
    expect(existsSync(join(source, 'dist'))).toBe(false);
  });

  test.each([
    ['named.tgz', 'a letter', 3, 'named.tgz is no archive, and would be lost'],
    ['named.tgz', '', 3, 'named.tgz is no archive, and would be lost'],
    ['letter', 'a letter', 2, 'a pack is a .tgz, and this is another file'],
    ['new.zip', undefined, 2, 'a pack is a .tgz, and this is no name for one'],
    ['', undefined, 2, '--into names no place'],
  ])(
    'never writes over a file of another kind: %j that holds %j',
    async (name, text, code, message) => {
      const cwd = temporaryFolder();
      if (text !== undefined) writeFileSync(join(cwd, name), text);
      const ran = await run(['pack', 'build', copyHello(), '--into', name], { cwd });
      expect([ran.code, ran.err]).toEqual([code, expect.stringContaining(message)]);
      expect(readdirSync(cwd)).toEqual(text === undefined ? [] : [name]);
      if (text !== undefined) expect(readFileSync(join(cwd, name), 'utf8')).toBe(text);
    },
  );

  test('never takes the place of a folder that is no built pack, such as the source', async () => {
    const source = copyHello();
    const before = fingerprint(source);
    const cwd = dirname(source);
    const ran = await run(['pack', 'build', basename(source), '--into', '.'], { cwd });
    expect([ran.code, ran.err]).toEqual([3, expect.stringContaining('hello is in the way')]);
    expect(fingerprint(source)).toEqual(before);
    expect(readdirSync(cwd)).toEqual(['hello']);
  });

  test.each(['config', 'schemas/made'])('is not %s of the source', async (place) => {
    const cwd = copyHello();
    const ran = await run(['pack', 'build', '--into', place], { cwd });
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining('would be part of the pack')]);
  });

  test('is meant by --out x.tgz', async () => {
    const words = ['pack', 'build', '--out', 'x.tgz', '--format', 'json'];
    const ran = await run(words, { cwd: copyHello() });
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining('hint: --into x.tgz')]);
  });
});

describe('a folder that is no source of a pack', () => {
  test.each([
    ['an empty folder', () => temporaryFolder(), 'it holds no pack.yaml'],
    ['a catalogue', () => workspace(), 'is a catalogue of packs'],
    ['nothing', () => join(temporaryFolder(), 'nothing'), 'it holds no pack.yaml'],
  ])('%s', async (_, folder, message) => {
    const ran = await run(['pack', 'build', folder()], { cwd: temporaryFolder() });
    expect([ran.code, ran.out, ran.err]).toEqual([2, '', expect.stringContaining(message)]);
  });

  test('a built pack', async () => {
    const source = copyHello();
    await build(source);
    const ran = await run(['pack', 'build', 'dist/hello'], { cwd: source });
    expect([ran.code, ran.err]).toEqual([2, expect.stringContaining('is a built pack')]);
  });

  test('one with problems, each named with its place below the working directory', async () => {
    const source = copyHello({ 'pack.yaml': 'kind: Pack\nname: 1\n' });
    const ran = await run(['pack', 'build'], { cwd: source });
    expect([ran.code, ran.err]).toEqual([3, expect.stringContaining('\n  pack.yaml:2:7: ')]);
  });
});

test('the built program loads esbuild only where it builds', () => {
  const texts = readdirSync(join(ROOT, 'dist'))
    .filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(join(ROOT, 'dist', name), 'utf8'));
  expect(texts.filter((text) => /(from|require\() ?"esbuild"/.test(text))).toEqual([]);
  expect(texts.filter((text) => text.includes('import("esbuild")'))).toHaveLength(1);
});
