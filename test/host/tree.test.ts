/** Which files may be in a pack, and the one hash over all of them. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readTree } from '../../src/pack/store/tree.ts';
import { temporaryFolder } from '../support/host.ts';

function folderOf(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

test('files come sorted by path, whatever the disk says', () => {
  const root = folderOf({ 'b/a': '1', 'a.b': '2', 'a/z': '3', B: '4' });
  expect(readTree(root).files.map(({ path }) => path)).toEqual(['B', 'a.b', 'a/z', 'b/a']);
});

test('the hash is that of path, executable bit and content, and of nothing else', () => {
  const root = folderOf({ 'a.txt': 'one' });
  const { hash } = readTree(root);
  expect(hash).toBe('sha256:4d392b4e2c81b4adb25f7b9a38fc9b293cc2529407fa37e2d62658f59e9b775b');
});

test('times, other mode bits, empty folders and the own folder of install do not count', () => {
  const root = folderOf({ 'a.txt': 'one' });
  const { hash } = readTree(root);
  utimesSync(join(root, 'a.txt'), 1, 1);
  chmodSync(join(root, 'a.txt'), 0o400);
  mkdirSync(join(root, 'empty'));
  mkdirSync(join(root, '.brctl'));
  writeFileSync(join(root, '.brctl/receipt.json'), '{}');
  expect(readTree(root).hash).toBe(hash);
  chmodSync(join(root, 'a.txt'), 0o744);
  expect(readTree(root).hash).not.toBe(hash);
});

test.each<[string, (root: string) => void, string]>([
  [
    'a link to a file',
    (root) => symlinkSync('a.txt', join(root, 'b.txt')),
    'b.txt is a symbolic link',
  ],
  [
    'a link to a folder',
    (root) => symlinkSync('/etc', join(root, 'etc')),
    'etc is a symbolic link',
  ],
  [
    'a dangling link',
    (root) => symlinkSync('/gone', join(root, 'gone')),
    'gone is a symbolic link',
  ],
  [
    'a pipe',
    (root) => spawnSync('mkfifo', [join(root, 'pipe')]),
    'pipe is neither a file nor a folder',
  ],
  [
    'names that differ in case only',
    (root) => writeFileSync(join(root, 'A.TXT'), ''),
    'is the same name as',
  ],
  [
    'a device of Windows',
    (root) => writeFileSync(join(root, 'con.yaml'), ''),
    'con.yaml has a name',
  ],
  ['a backslash', (root) => writeFileSync(join(root, 'a\\b'), ''), 'has a name that some systems'],
  ['a line break', (root) => writeFileSync(join(root, 'a\nb'), ''), 'has a name that some systems'],
  ['a colon', (root) => writeFileSync(join(root, 'a:b'), ''), 'has a name that some systems'],
  [
    'a dot at the end',
    (root) => writeFileSync(join(root, 'a.'), ''),
    'has a name that some systems',
  ],
  [
    'folders without end',
    (root) => mkdirSync(join(root, 'd/'.repeat(20)), { recursive: true }),
    'is deeper than 16 folders',
  ],
  [
    'a file over the limit',
    (root) => writeFileSync(join(root, 'big'), Buffer.alloc(65 * 1024 * 1024)),
    'brings it over 67108864 bytes',
  ],
])('%s is refused as an integrity problem', (_, spoil, message) => {
  const root = folderOf({ 'a.txt': 'one' });
  spoil(root);
  expect(() => readTree(root)).toThrow(
    expect.objectContaining({ kind: 'integrity', message: expect.stringContaining(message) }),
  );
});
