/** bin/brctl.js on the Node versions that this machine happens to have. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import { expect, test } from 'vitest';
import { ROOT, temporaryFolder } from '../support/host.ts';

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

test('help needs no YAML parser, no schema compiler, no semver and no pack manager', () => {
  const text = loadedFirst('brctl.js');
  expect(text).toContain('// node_modules/commander/');
  expect(text).toContain('// src/sdk/error.ts');
  expect(text).not.toMatch(/^\/\/ node_modules\/(yaml|ajv|ajv-formats|semver)\//m);
  expect(text).not.toMatch(/^\/\/ src\/pack\/(install|validate|health)\.ts/m);
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
