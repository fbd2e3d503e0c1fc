/** bin/brctl.js on the Node versions that this machine happens to have. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import { expect, test } from 'vitest';
import { ROOT, temporaryFolder } from '../support/host.ts';
import { prepare } from '../support/install.ts';

const BIN = join(ROOT, 'bin/brctl.js');
const { engines, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Every `node` on the PATH that brctl does not support. */
const oldNodes = (process.env.PATH ?? '')
  .split(':')
  .map((folder) => join(folder, 'node'))
  .filter((file) => {
    const given = spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout ?? '';
    return semver.valid(given.trim()) !== null && !semver.satisfies(given.trim(), engines.node);
  });

/** The text of a built file and of all that it imports before it runs. */
function loadedFirst(name: string, seen = new Set<string>()): string {
  if (seen.has(name)) return '';
  seen.add(name);
  const text = readFileSync(join(ROOT, 'dist', name), 'utf8');
  const imports = [...text.matchAll(/^(?:import|\} from|export .* from) ?"\.\/(chunk[^"]+)";/gm)];
  return [text, ...imports.map(([, chunk]) => loadedFirst(chunk!, seen))].join('\n');
}

/** What takes longer to load than all of brctl that a small command needs. */
const SLOW_SOURCES = /^\/\/ src\/pack\/(change\/install|validate\/validate|schema\/)/m;
const SLOW_PACKAGES = /^\/\/ node_modules\/(?!commander\/)/m;
const CRYPTOGRAPHY = /from "node:crypto"/;
const SLOW_BUILTIN = /from "node:(net|http|https|sqlite|stream|zlib|worker_threads)"/;

function slowIn(text: string): string[] {
  return [SLOW_SOURCES, SLOW_PACKAGES, SLOW_BUILTIN].flatMap((slow) => slow.exec(text)?.[0] ?? []);
}

test('help needs no packages but commander, no pack manager and no cryptography', () => {
  const text = loadedFirst('brctl.js');
  expect(text).toContain('// node_modules/commander/');
  expect(text).toContain('// src/sdk/error.ts');
  expect(slowIn(text)).toEqual([]);
  expect(text).not.toMatch(CRYPTOGRAPHY);
});

// The code of a pack is hashed before it runs: that takes cryptography, and is worth it.
test('a command of a pack loads nothing slow beside its own code', async () => {
  const { install, target } = await prepare();
  expect(await install()).toMatchObject({ code: 0 });
  const words = ['hello', 'greet', 'world', '--target', target];
  const log = join(target, 'loaded.txt');
  const hooks = join(ROOT, 'test/support/log-loaded.js');
  const { stdout } = spawnSync(process.execPath, ['--import', hooks, BIN, ...words], {
    encoding: 'utf8',
    env: { ...process.env, LOADED: log },
  });
  expect(stdout).toBe('Hello, world\n');
  const loaded = readFileSync(log, 'utf8').split('\n').filter(Boolean);
  const own = loaded.filter((url) => url.includes('/dist/'));
  expect(own.length).toBeGreaterThan(5);
  for (const url of own) {
    const text = readFileSync(new URL(url), 'utf8');
    expect([url, slowIn(text)]).toEqual([url, []]);
  }
});

test('the build names no folder of this machine', () => {
  for (const entry of readdirSync(join(ROOT, 'dist'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    expect([path, readFileSync(path, 'utf8').includes(ROOT)]).toEqual([path, false]);
  }
});

test('a supported Node starts it', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, '--version'], {
    encoding: 'utf8',
    cwd: temporaryFolder(),
  });
  expect([status, stdout, stderr]).toEqual([0, `${version}\n`, '']);
});

test('through a link, as npm installs it, it finds its package', () => {
  const { status, stdout } = spawnSync(process.execPath, [BIN, '__complete', '--', 'pack', 'ins'], {
    encoding: 'utf8',
    cwd: temporaryFolder(),
  });
  expect([status, stdout]).toEqual([
    0,
    'install\tInstall a pack, another version of it, or repair it.\n',
  ]);
});

test.each([
  '20.19.0',
  '22.21.9',
  '22.22.0',
  '22.22.1',
  '22.22.2',
  '22.23.0',
  '23.11.0',
  '24.14.9',
  '24.15.0',
  '25.9.0',
  '26.0.0',
  '27.1.0',
])('it takes Node %s where engines do', (node) => {
  const pretend =
    'data:text/javascript,Object.defineProperty(process, "versions", ' +
    `{ value: { ...process.versions, node: "${node}" } })`;
  const { status } = spawnSync(process.execPath, ['--import', pretend, BIN, '--version'], {
    encoding: 'utf8',
    cwd: temporaryFolder(),
  });
  expect(status).toBe(semver.satisfies(node, engines.node) ? 0 : 6);
});

test.skipIf(oldNodes.length === 0)('an older Node gets one line that says what to do', () => {
  for (const node of oldNodes) {
    const { status, stdout, stderr } = spawnSync(node, [BIN, 'doctor'], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([6, '']);
    expect(stderr).toMatch(
      /^brctl needs Node 22\.22\.2\+, 24\.15\+ or 26\+, and this is .*npx brctl.*\n$/,
    );
  }
});
