/** What goes into the bundle of a pack, and that it is the same wherever it is built. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTree } from '../../src/pack/store/tree.ts';
import {
  addPackage,
  build,
  ENTRY,
  helloThat,
  installedBrctl,
  summaryIn,
} from '../support/built.ts';
import { copyHello, ROOT, run, temporaryFolder } from '../support/host.ts';
import { brctl } from '../support/program.ts';
import { workspace } from '../support/workspace.ts';

function bytesBelow(folder: string): string {
  return readTree(folder)
    .files.map(({ path }) => readFileSync(join(folder, path), 'latin1'))
    .join('\n');
}

describe('the same source gives the same bytes', () => {
  const YAML = helloThat("import { stringify } from 'yaml';", "stringify('text').trim()");

  test('in another folder, through a link, and with an installed brctl', async () => {
    const source = copyHello({ 'index.ts': YAML });
    const here = await build(source);
    expect(here.bundle.packages[0]).toMatchObject({ name: 'yaml' });
    const deep = join(temporaryFolder(), 'a/b/c/d/hello');
    cpSync(source, deep, { recursive: true });
    rmSync(join(deep, 'dist'), { recursive: true });
    const link = join(temporaryFolder(), 'link');
    symlinkSync(deep, link);
    const packageRoot = installedBrctl();
    for (const there of [
      await build(deep),
      await build(link),
      await build(temporaryFolder(), { words: [deep, '--into', 'out'], packageRoot }),
    ]) {
      expect([there.tree, there.archive.integrity]).toEqual([here.tree, here.archive.integrity]);
      expect(there.bundle).toEqual(here.bundle);
    }
    const text = bytesBelow(join(source, 'dist'));
    for (const machine of [dirname(dirname(source)), ROOT, '.brctl-build']) {
      expect(text).not.toContain(machine);
    }
    expect(text).toMatch(/node_modules\/yaml@[\d.]+\//);
  });

  test('the pack of this workspace is what `npm run build` makes of it', async () => {
    const out = temporaryFolder();
    const ended = await brctl(['pack', 'build', 'packs/finance', '--into', out]);
    expect([ended.code, ended.err]).toEqual([0, '']);
    const { hash } = readTree(join(ROOT, 'dist/packs/finance'));
    expect(readTree(join(out, 'finance')).hash).toBe(hash);
    expect(existsSync(join(ROOT, 'packs/finance/dist'))).toBe(false);
  });

  test('schemas that a workspace keeps for its packs come along', async () => {
    const root = workspace();
    await build(root, { words: ['packs/hello'] });
    const schemas = join(root, 'packs/hello/dist/hello/schemas');
    expect(readdirSync(schemas)).toEqual(['greeting.schema.json']);
  });
});

describe('packages', () => {
  test('come from the pack, and from brctl only where the pack has none', async () => {
    const source = copyHello({ 'index.ts': helloThat("import { is } from 'yaml';", 'is') });
    addPackage(source, { name: 'yaml', version: '99.0.0' }, "exports.is = 'of the pack';\n");
    const { bundle } = await build(source);
    expect(summaryIn(source)).toBe('of the pack');
    expect(bundle.packages.map(({ name, version }) => `${name} ${version}`)).toContain(
      'yaml 99.0.0',
    );
  });

  test("links in node_modules and folders of git are nobody's business", async () => {
    const source = copyHello();
    addPackage(source, { name: 'tool', version: '1.0.0' }, '');
    mkdirSync(join(source, 'node_modules/.bin'));
    symlinkSync('../tool/main.js', join(source, 'node_modules/.bin/tool'));
    const { files } = await build(source);
    expect(files.filter(({ path }) => path.includes('tool'))).toEqual([]);
  });

  test('are read as Node reads them: an ES module gets the whole of a CommonJS one', async () => {
    const imports = "import { seen } from 'modern';";
    const source = copyHello({ 'index.ts': helloThat(imports, 'seen') });
    const esm = "import old from 'old';\nexport const seen = Object.keys(old).join();\n";
    addPackage(source, { name: 'modern', version: '1.0.0', type: 'module' }, esm);
    const cjs = "Object.defineProperty(exports, '__esModule', { value: true });\n";
    addPackage(source, { name: 'old', version: '1.0.0' }, `${cjs}exports.default = { no: 1 };\n`);
    await build(source);
    expect(summaryIn(source)).toBe('default');
  });

  test('two that claim to be the same and are not are refused', async () => {
    const imports = "import { a } from 'one'; import { b } from 'two';";
    const source = copyHello({ 'index.ts': helloThat(imports, 'a + b') });
    const twin = { name: 'twin', version: '1.0.0' };
    for (const [name, key] of [
      ['one', 'a'],
      ['two', 'b'],
    ] as const) {
      const text = `exports.${key} = require('twin');\n`;
      addPackage(source, { name, version: '1.0.0' }, text);
      addPackage(join(source, 'node_modules', name), twin, `module.exports = '${name}';\n`);
    }
    const { code, err } = await run(['pack', 'build'], { cwd: source });
    expect([code, err]).toEqual([3, expect.stringContaining('two different twin 1.0.0')]);
  });

  test('what of Node they use is told, also by its old name', async () => {
    const imports = "import { sep } from 'path'; import { tool } from 'tool';";
    const source = copyHello({ 'index.ts': helloThat(imports, 'sep + tool') });
    const text = "exports.tool = require('node:os').EOL.length + typeof require('fs');\n";
    addPackage(source, { name: 'tool', version: '1.0.0' }, text);
    const { bundle } = await build(source);
    expect(bundle.builtins).toEqual(['node:fs', 'node:os', 'node:path']);
  });

  test.each([
    ["import '@duckdb/node-api';", '@duckdb/node-api'],
    ["import 'esbuild';", 'esbuild'],
    ["import 'brctl/sdk/testing';", '@duckdb/node-api'],
    [`import '${join(ROOT, 'dist/brctl.js')}';`, 'dist/brctl.js'],
    [`import '${join(ROOT, 'src/pack/target.ts')}';`, 'src/pack/target.ts'],
  ])('%s is refused: only brctl may hold that', async (line, name) => {
    const source = copyHello({ 'index.ts': `${line}\n${ENTRY}` });
    const link = join(source, 'node_modules/brctl');
    mkdirSync(dirname(link));
    symlinkSync(ROOT, link);
    const { code, err } = await run(['pack', 'build'], { cwd: source });
    expect([code, err]).toEqual([3, expect.stringContaining(name)]);
    expect(err).toContain('what only brctl may hold');
    expect(existsSync(join(source, 'dist'))).toBe(false);
  });
});
