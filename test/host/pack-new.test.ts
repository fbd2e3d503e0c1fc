/** `pack new`: what it writes works as it is, and it writes all of it or nothing. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { RESERVED_NAMES } from '../../src/pack/manifest/manifest.ts';
import { engineFor } from '../../src/pack/scaffold/manifest-files.ts';
import { applyNew, planNew } from '../../src/pack/scaffold/new-pack.ts';
import { YAML_RANGE } from '../../src/pack/scaffold/project-files.ts';
import { installedBrctl } from '../support/built.ts';
import { fakeHost, ROOT, run, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { binOf, shell } from '../support/shell.ts';

const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

const FILES = [
  '.editor/pack.schema.json',
  '.github/workflows/pack.yml',
  '.gitignore',
  'README.md',
  'config/services.yaml',
  'index.ts',
  'pack.yaml',
  'package.json',
  'schemas/services.schema.json',
  'services.ts',
  'test/services.test.ts',
  'tsconfig.json',
];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** What the workflow of the pack runs once brctl is there. */
function workflowLines(pack: string): string[] {
  const text = readFileSync(join(pack, '.github/workflows/pack.yml'), 'utf8');
  const { steps } = (parse(text) as { jobs: { pack: { steps: { run?: string }[] } } }).jobs.pack;
  return steps.map(({ run: line }) => line ?? '').filter((line) => /^(brctl|node) /.test(line));
}

describe('a new pack', () => {
  test.each([
    ['the checkout', () => ROOT],
    ['an installed brctl', installedBrctl],
  ])('builds, installs, runs and validates with no edit, with %s', (_, packageRoot) => {
    const folder = temporaryFolder();
    const bin = binOf(packageRoot());
    const pack = join(folder, 'on-call');
    const ok = (line: string, cwd = pack): string => {
      const ran = shell(line, cwd, bin);
      expect(ran).toEqual({ ...ran, status: 0 });
      return ran.stdout;
    };
    ok('brctl pack new on-call', folder);
    expect(filesBelow(pack)).toEqual(FILES);
    expect(workflowLines(pack)).toEqual([
      'brctl pack validate --format github',
      'brctl pack build',
      'node --test',
    ]);
    for (const line of workflowLines(pack)) ok(line);
    ok('brctl pack install ./dist/on-call --target=../srv');
    expect(ok('brctl on-call services --target=../srv')).toBe(
      'Service  Owner\nwebsite  platform\nbackups  storage\n',
    );
    expect(JSON.parse(ok('brctl on-call services --format json --target=../srv'))).toEqual({
      schema: 'on-call/services/v1',
      services: [
        { name: 'website', owner: 'platform' },
        { name: 'backups', owner: 'storage' },
      ],
    });
    expect(ok('brctl on-call services --help --target=../srv')).toContain('--owner <NAME>');
    expect(ok('brctl doctor --target=../srv')).toMatch(/^ok +config +.*services\.yaml is valid$/m);
    expect(ok('brctl pack validate --target=../srv')).toContain('no problems');
    // Nothing of all this made a part of the source: what is new is what .gitignore names.
    expect(readdirSync(pack).sort()).toEqual(
      [...new Set(FILES.map((path) => path.split('/')[0]!)), 'dist'].sort(),
    );
  });

  test('installs from its archive, too', () => {
    const folder = temporaryFolder();
    const line =
      'brctl pack new on-call && brctl pack build on-call && ' +
      'brctl pack install ./on-call/dist/on-call-0.1.0.tgz --target=srv && ' +
      'brctl on-call services --target=srv';
    const ran = shell(line, folder, binOf(ROOT));
    expect(ran).toEqual({ ...ran, status: 0 });
    expect(ran.stdout).toMatch(/\nbackups {2}storage\n$/);
  });

  test('has a test that fails when the pack is wrong', () => {
    const folder = temporaryFolder();
    const bin = binOf(ROOT);
    expect(shell('brctl pack new on-call', folder, bin).status).toBe(0);
    const file = join(folder, 'on-call/index.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace('each.owner === owner', 'true'));
    const { status, stdout } = shell('node --test', join(folder, 'on-call'), bin);
    expect([status, stdout]).toEqual([1, expect.stringMatching(/[✖] --owner leaves out/)]);
  });

  test('has types where brctl and its packages can be found', async () => {
    const folder = temporaryFolder();
    expect((await run(['pack', 'new', 'typed'], { cwd: folder })).code).toBe(0);
    const modules = join(folder, 'typed/node_modules');
    mkdirSync(join(modules, '@types'), { recursive: true });
    symlinkSync(ROOT, join(modules, 'brctl'));
    for (const name of ['yaml', '@types/node']) {
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
    }
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const check = () =>
      spawnSync(process.execPath, [tsc, '-p', '.'], { cwd: join(folder, 'typed') });
    expect([check().status, `${check().stdout}`]).toEqual([0, '']);
    const file = join(folder, 'typed/index.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace("type: 'string'", "type: 'number'"));
    expect(`${check().stdout}`).toContain('index.ts');
  });

  test('names the schema of its manifest in its first line, for any editor', async () => {
    const folder = temporaryFolder();
    await run(['pack', 'new', 'edited'], { cwd: folder });
    const text = readFileSync(join(folder, 'edited/pack.yaml'), 'utf8');
    const [, path] = /^# yaml-language-server: \$schema=(.+)\n/.exec(text) ?? [];
    const schema = JSON.parse(readFileSync(join(folder, 'edited', path!), 'utf8'));
    const own = JSON.parse(readFileSync(join(ROOT, 'schemas/pack.schema.json'), 'utf8'));
    expect(schema).toEqual(own);
  });

  test('asks for the brctl that made it and for the packages that this one brings', () => {
    expect(YAML_RANGE).toBe(PACKAGE.dependencies.yaml);
    for (const version of ['0.1.0', '0.9.3', '1.0.0', '2.7.1-beta.1', PACKAGE.version]) {
      expect(semver.satisfies(version, engineFor(version), { includePrerelease: true })).toBe(true);
    }
    expect(semver.satisfies('2.0.0', engineFor('1.4.0'))).toBe(false);
  });

  test.each(['true', 'null', 'yes', 'a', 'x'.repeat(64)])(
    'is valid when its name is %s',
    async (name) => {
      const cwd = temporaryFolder();
      expect((await run(['pack', 'new', name], { cwd })).code).toBe(0);
      const { code, out } = await run(['pack', 'validate', name], { cwd });
      expect([code, out]).toEqual([0, '3 files, no problems\n']);
    },
  );
});

describe('the folder', () => {
  test('may be there and empty, but for a repository, and stays the same one', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, '.git'));
    const { code, out } = await run(['pack', 'new', 'here', '--dir', '.'], { cwd });
    expect([code, out]).toEqual([0, expect.stringContaining('here written to .\n')]);
    expect(out).not.toContain('  cd ');
    expect(filesBelow(cwd)).toEqual(FILES);
    expect(readdirSync(cwd)).toContain('.git');
  });

  test('is made with all folders above it', async () => {
    const cwd = temporaryFolder();
    const words = ['pack', 'new', 'deep', '--dir', 'a/b/deep', '--format', 'json'];
    const { code, out } = await run(words, { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      schema: 'brctl/pack-new/v1',
      name: 'deep',
      folder: join(cwd, 'a/b/deep'),
      changed: true,
      files: FILES,
    });
    expect(readdirSync(join(cwd, 'a/b'))).toEqual(['deep']);
  });

  test.each([
    ['is not empty', (folder: string) => mkdirSync(join(folder, 'src'), { recursive: true })],
    ['is a file', (folder: string) => writeFileSync(folder, 'text')],
  ])('that %s is refused and left alone', async (problem, make) => {
    const cwd = temporaryFolder();
    make(join(cwd, 'taken'));
    const before = fingerprint(cwd);
    const { code, out, err } = await run(['pack', 'new', 'taken'], { cwd });
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(problem)]);
    expect(err).toContain('hint: name another folder with --dir');
    expect(fingerprint(cwd)).toEqual(before);
  });

  test('below a file is refused', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'file'), '');
    const { code, err } = await run(['pack', 'new', 'x', '--dir', 'file/x'], { cwd });
    expect([code, err]).toEqual([3, expect.stringContaining('file: something else is in the way')]);
  });

  test('that somebody fills meanwhile gets nothing of the pack', () => {
    const world = fakeHost({ cwd: temporaryFolder() });
    const fresh = planNew({ name: 'fresh', dir: undefined }, world);
    const there = join(world.cwd, 'there');
    mkdirSync(there);
    const filled = planNew({ name: 'there', dir: undefined }, world);
    for (const folder of [fresh.folder, there]) {
      mkdirSync(join(folder, 'test'), { recursive: true });
      writeFileSync(join(folder, 'test/own.ts'), '');
    }
    for (const plan of [fresh, filled]) {
      expect(() => applyNew(plan, world)).toThrow(/a folder is in the way/);
      expect(filesBelow(plan.folder)).toEqual(['test/own.ts']);
      expect(readdirSync(plan.folder)).toEqual(['test']);
    }
    expect(readdirSync(world.cwd).sort()).toEqual(['fresh', 'there']);
  });

  test('is not touched by --dry-run', async () => {
    const cwd = temporaryFolder();
    const { code, out } = await run(['pack', 'new', 'dry', '--dry-run'], { cwd });
    expect([code, out]).toEqual([0, expect.stringContaining('dry would be written to dry\n')]);
    expect(existsSync(join(cwd, 'dry'))).toBe(false);
  });
});

describe('the name', () => {
  test('con is a device on Windows, where no archive of it could be unpacked', async () => {
    const { code, err } = await run(['pack', 'new', 'con'], { cwd: temporaryFolder() });
    expect([code, err]).toEqual([2, expect.stringContaining('"con" is a device on Windows')]);
  });

  test.each(RESERVED_NAMES)('%s is taken by brctl', async (name) => {
    const cwd = temporaryFolder();
    const { code, err } = await run(['pack', 'new', name], { cwd });
    expect([code, err]).toEqual([2, expect.stringContaining('is a command of brctl itself')]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.each([
    ['OnCall', 'did you mean "on-call"?'],
    ['on_call', 'did you mean "on-call"?'],
    ['FINANCE', 'did you mean "finance"?'],
    ['x-', 'did you mean "x"?'],
    ['4ever', 'did you mean "ever"?'],
    ['../escape', 'did you mean "escape"?'],
    ['/etc', 'did you mean "etc"?'],
    ['a b', 'did you mean "a-b"?'],
    ['ä', 'such as on-call'],
    ['', 'such as on-call'],
    ['name\n', 'did you mean "name"?'],
  ])('%j is refused, with another', async (name, hint) => {
    const cwd = temporaryFolder();
    const { code, err } = await run(['pack', 'new', name], { cwd });
    expect([code, err]).toEqual([2, expect.stringContaining(`hint: ${hint}`)]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('ends somewhere', async () => {
    const { code, err } = await run(['pack', 'new', 'x'.repeat(65)], { cwd: temporaryFolder() });
    expect([code, err]).toEqual([2, expect.stringContaining('65 characters, over 64')]);
  });
});
