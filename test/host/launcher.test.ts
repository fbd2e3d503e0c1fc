/** bin/brctl.js on the Node versions that this machine happens to have. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

test('a supported Node starts it', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, '--version'], {
    encoding: 'utf8',
    cwd: temporaryFolder(),
  });
  expect([status, stdout, stderr]).toEqual([0, `${version}\n`, '']);
});

test('through a link, as npm installs it, it finds its package', () => {
  const { status, stdout } = spawnSync(process.execPath, [BIN, '__complete', '--', 'pack', 'i'], {
    encoding: 'utf8',
    cwd: temporaryFolder(),
  });
  expect([status, stdout]).toEqual([0, 'install\tInstall a pack, or repair it.\n']);
});

test.skipIf(oldNodes.length === 0)('an older Node gets one line that says what to do', () => {
  for (const node of oldNodes) {
    const { status, stdout, stderr } = spawnSync(node, [BIN, 'doctor'], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([6, '']);
    expect(stderr).toMatch(
      /^brctl needs Node 22\.22\+, 24\.15\+ or 26\+, and this is .*npx brctl.*\n$/,
    );
  }
});
