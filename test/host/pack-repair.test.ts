/** Whatever state a target is in, the next install leaves a whole pack. */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';

import { readTree } from '../../src/pack/store/tree.ts';

import { type Prepared, prepare } from '../support/install.ts';

let built: string;
let home: string;
let install: Prepared['install'];

beforeEach(async () => {
  ({ built, home, install } = await prepare());
});

test.each<[string, (generation: string) => void, string]>([
  [
    'a changed file',
    (g) => {
      chmodSync(join(g, 'index.mjs'), 0o644);
      writeFileSync(join(g, 'index.mjs'), 'export default {}');
    },
    'damaged: index.mjs was changed',
  ],
  ['a missing file', (g) => rmSync(join(g, 'commands.json')), 'damaged: commands.json is missing'],
  [
    'an extra file',
    (g) => writeFileSync(join(g, 'extra.txt'), ''),
    'damaged: extra.txt does not belong there',
  ],
  [
    'a file made executable',
    (g) => chmodSync(join(g, 'pack.yaml'), 0o555),
    'damaged: pack.yaml has another mode',
  ],
  ['a link', (g) => symlinkSync('/etc/passwd', join(g, 'link')), 'is a symbolic link'],
  ['no receipt', (g) => rmSync(join(g, '.brctl/receipt.json')), 'broken: '],
  [
    'an edited receipt',
    (g) => {
      const file = join(g, '.brctl/receipt.json');
      chmodSync(file, 0o644);
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace('"executable": false', '"executable": true'),
      );
    },
    'contradicts itself',
  ],
  [
    'a generation of another pack',
    (g) => {
      const file = join(g, '.brctl/receipt.json');
      chmodSync(file, 0o644);
      writeFileSync(file, readFileSync(file, 'utf8').replace('"hello"', '"hallo"'));
    },
    'holds hallo g0001',
  ],
  ['a generation that is gone', (g) => rmSync(g, { recursive: true }), 'broken: '],
])('a damaged generation is replaced by a new one: %s', async (_, damage, reason) => {
  await install();
  damage(join(home, 'g0001'));
  const { code, out } = await install();
  expect(code).toBe(0);
  expect(out).toContain(reason);
  expect(readTree(join(home, 'current'))).toEqual(readTree(built));
  expect((await install()).out).toContain('already installed');
});

test('left-overs of an install that died are removed', async () => {
  mkdirSync(join(home, '.staging-dead/config'), { recursive: true });
  writeFileSync(join(home, '.staging-dead/index.mjs'), 'half', { mode: 0o444 });
  symlinkSync('g0009', join(home, '.current-dead'));
  await install();
  expect(readdirSync(home).sort()).toEqual(['current', 'g0001']);
});

test('a pack installed twice at once in one process waits for itself', async () => {
  const [first, second] = await Promise.all([install(), install()]);
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(readdirSync(home).sort()).toEqual(['current', 'g0001']);
  expect(`${first.err}${second.err}`).toContain('waiting for another brctl');
});
