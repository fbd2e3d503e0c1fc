/** Words that make no sense: what is said, on which stream, with which exit code. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtHello, run, temporaryFolder } from '../support/host.ts';

test.each<[string[], string]>([
  [['pakc'], "brctl: unknown command 'pakc'\n(Did you mean pack?)"],
  [['pack', 'instal'], "brctl: unknown command 'instal'\n(Did you mean install?)"],
  [
    ['pack', 'list', '--fromat', 'json'],
    "brctl: unknown option '--fromat'\n(Did you mean --format?)",
  ],
  [
    ['pack', 'list', '--format', 'xml'],
    "argument 'xml' is invalid. Allowed choices are table, json.",
  ],
  [['pack', 'plan'], "brctl: missing required argument 'pack'"],
  [['pack', 'list', 'extra'], "too many arguments for 'list'"],
  [['help', 'pakc'], "brctl: unknown command 'pakc'\n(Did you mean pack?)"],
  [['help', 'pack', 'instal'], "brctl: unknown command 'instal'\n(Did you mean install?)"],
  [['--target', '.', 'pack', 'instal', '-h'], "unknown command 'instal'"],
  [['pack', 'list', '--out', 'a', '--out=b'], '--out is given twice, and takes one value.'],
  [['pack', 'list', '--format=json', '--format=table'], '--format is given twice'],
  [['--target=a', '--target=b', 'pack', 'list'], '--target is given twice'],
  [['pack', 'list', '--target=a', '--target=b'], '--target is given twice'],
  [['--target', 'a', 'pack', 'list', '--target=b'], '--target is given twice'],
  [['pack', 'list', '--target'], "option '--target <DIR>' argument missing"],
])('%j is a usage error', async (words, message) => {
  const { code, out, err } = await run(words, { cwd: temporaryFolder() });
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
});

test('a bare group prints its help to stderr and exits 2', async () => {
  const { code, out, err } = await run(['pack']);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain('Usage: brctl pack');
});

test('help and the version are results: stdout, exit 0', async () => {
  for (const words of [
    [],
    ['--help'],
    ['help'],
    ['pack', '--help'],
    ['pack', 'install', '--help'],
  ]) {
    const { code, out, err } = await run(words);
    expect([words, code, err]).toEqual([words, 0, '']);
    expect(out).toContain('Usage: brctl');
  }
  expect((await run(['--version'])).out).toBe('0.1.0\n');
});

test('a flag that takes one value is refused a second one, and choices hold', async () => {
  const target = temporaryFolder();
  await run(['pack', 'install', await builtHello(), `--target=${target}`]);
  const greet = (...words: string[]) => run(['hello', 'greet', 'you', ...words], { cwd: target });
  const twice = await greet('--language', 'de', '--language', 'en');
  expect([twice.code, twice.out]).toEqual([2, '']);
  expect(twice.err).toContain('--language is given twice, and takes one value.');
  expect((await greet('--language', 'fr')).err).toContain('Allowed choices are en, de.');
  expect((await greet('--language', 'de')).out).toBe('Hallo, you\n');
});

test('a pack of the catalogue that is not installed is told how to install', async () => {
  const cwd = temporaryFolder();
  const nowhere = await run(['finance', 'report'], { cwd });
  expect([nowhere.code, nowhere.err]).toEqual([
    2,
    'brctl: no target: --target is not given, BRCTL_TARGET is not set, no folder from ' +
      `${cwd} upwards holds a .brctl, and /srv/blackroad does not exist\n` +
      '  hint: name the deployment with --target=DIR\n',
  ]);
  for (const words of [
    ['finance', `--target=${cwd}`],
    ['--target', cwd, 'finance'],
  ]) {
    expect((await run(words)).err).toBe(
      `brctl: "finance" is a pack, and it is not installed in ${cwd}\n` +
        `  hint: brctl pack install finance --target=${cwd}\n`,
    );
  }
});

test('a broken catalogue does not stop commands that need none', async () => {
  const packageRoot = temporaryFolder();
  writeFileSync(join(packageRoot, 'pack.yaml'), 'packs: [\n');
  expect((await run(['completion', 'bash'], { packageRoot })).code).toBe(0);
  expect((await run(['--help'], { packageRoot })).code).toBe(0);
});

test('one broken pack is a warning, and all other commands work', async () => {
  const target = temporaryFolder();
  await run(['pack', 'install', await builtHello(), `--target=${target}`]);
  mkdirSync(join(target, '.brctl/packs/bad/current'), { recursive: true });
  const { code, out, err } = await run(['hello', 'greet', 'you'], { cwd: target });
  expect([code, out]).toEqual([0, 'Hello, you\n']);
  expect(err).toMatch(/^warning: pack bad in .* is broken: .*\n$/);
});

test('a pack whose command index is that of another pack is broken', async () => {
  const target = temporaryFolder();
  await run(['pack', 'install', await builtHello(), `--target=${target}`]);
  const bad = join(target, '.brctl/packs/doctor/current');
  mkdirSync(bad, { recursive: true });
  writeFileSync(join(bad, 'commands.json'), '{"name": "hello", "commands": []}');
  const worse = join(target, '.brctl/packs/worse/current');
  mkdirSync(worse, { recursive: true });
  writeFileSync(join(worse, 'commands.json'), '{"name": "worse"}');
  const { err } = await run(['hello', 'greet', 'you'], { cwd: target });
  expect(err).toContain('pack doctor');
  expect(err).toContain('its command index is that of hello');
  expect(err).toContain('its command index lists no commands');
});
