/** A pack as one file: the same bytes from any machine, and nothing unpacked that is not a pack. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { packArchive, unpackArchive } from '../../src/pack/source/archive.ts';
import { scanArchive } from '../../src/pack/source/archive-scan.ts';
import { hasIntegrity, integrityOf, isIntegrity } from '../../src/pack/source/integrity.ts';
import { readTree } from '../../src/pack/store/tree.ts';
import { temporaryFolder } from '../support/host.ts';
import { archiveOf, entry, extended, GOOD, HOSTILE, longName } from '../support/tar-bytes.ts';

type Files = readonly (readonly [path: string, text: string, mode?: number])[];

const FILES: Files = [
  ['pack.yaml', 'name: small\n'],
  ['index.mjs', 'export default {};\n'],
  ['bin/run', '#!/bin/sh\n', 0o755],
  [`schemas/${'long-name-'.repeat(9)}/${'x'.repeat(150)}.json`, '{}'],
];

function folderOf(files: Files): string {
  const root = temporaryFolder();
  for (const [path, text, mode = 0o644] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), mode);
  }
  return root;
}

describe('the same tree gives the same bytes', () => {
  test('whatever the times, the modes, the umask and the order of making', async () => {
    const bytes = await packArchive(folderOf(FILES));
    for (const mode of [0o600, 0o666]) {
      const before = process.umask(mode === 0o600 ? 0o077 : 0);
      const root = folderOf(
        [...FILES].reverse().map(([path, text, own]) => [path, text, own ? mode | 0o100 : mode]),
      );
      process.umask(before);
      utimesSync(join(root, 'pack.yaml'), mode, mode);
      mkdirSync(join(root, 'empty'));
      mkdirSync(join(root, '.brctl'));
      writeFileSync(join(root, '.brctl/receipt.json'), '{}');
      expect(Buffer.compare(await packArchive(root), bytes)).toBe(0);
    }
  });

  test('and they are these: a change here changes the hash of every archive there is', async () => {
    expect(integrityOf(await packArchive(folderOf(FILES)))).toBe(
      'sha512-+UhiakUYMJHU4JgQ7FwVcqC7S6bHeT9g8EsKeIUyqJ1eJMif5IyV+4smngt/ZQomNthVf7SzkFvPteqVeSUv0A==',
    );
  });

  test('the gzip header names no time, no file and no system', async () => {
    const bytes = Buffer.from(await packArchive(folderOf(FILES)));
    expect(bytes.subarray(0, 10).toString('hex')).toBe('1f8b08000000000000ff');
  });

  test('what is in it is what zlib reads from it, over any number of stored blocks', async () => {
    for (const size of [65535 - 1536, 65536 - 1536, 200_000]) {
      const root = folderOf([['a', 'a'.repeat(size)]]);
      const tar = gunzipSync(await packArchive(root));
      expect(tar.length % 512).toBe(0);
      expect(tar.subarray(512, 512 + size).toString()).toBe('a'.repeat(size));
    }
  });

  test('one byte or one executable bit more is another archive', async () => {
    const bytes = [
      await packArchive(folderOf([['a', 'b']])),
      await packArchive(folderOf([['a', 'bc']])),
      await packArchive(folderOf([['a', 'b', 0o755]])),
    ];
    expect(new Set(bytes.map(integrityOf)).size).toBe(3);
  });
});

const hasTar = spawnSync('tar', ['--version']).stdout?.includes('GNU tar') ?? false;

describe.skipIf(!hasTar)('GNU tar', () => {
  test('lists what we pack', async () => {
    const file = join(temporaryFolder(), 'small.tgz');
    writeFileSync(file, await packArchive(folderOf(FILES)));
    const { stdout, stderr } = spawnSync('tar', ['-tvzf', file], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split('package/')[1])).toEqual([
      'bin/run',
      'index.mjs',
      'pack.yaml',
      FILES[3]?.[0],
    ]);
    expect(lines[0]).toMatch(/^-rwxr-xr-x 0\/0 /);
    expect(lines[1]).toMatch(/^-rw-r--r-- 0\/0 .* 1985-10-2/);
  });

  test.each(['gnu', 'oldgnu', 'pax', 'posix'])('packs what we read, as %s', async (format) => {
    const root = temporaryFolder();
    const source = folderOf(FILES.map(([path, ...rest]) => [`package/${path}`, ...rest]));
    const file = join(root, 'made.tgz');
    spawnSync('tar', [`--format=${format}`, '-czf', file, '-C', source, 'package']);
    const tree = readTree(join(source, 'package'));
    expect(await scanArchive(readFileSync(file))).toEqual(tree.files);
    expect(await unpackArchive(readFileSync(file), join(root, 'out'))).toEqual(tree);
  });
});

describe('unpacking', () => {
  const WHOLE = archiveOf(
    entry({ path: 'package/', type: '5', mode: 0o700 }),
    GOOD,
    entry({ path: 'package/bin/', type: '5', mode: 0 }),
    entry({ path: 'package/bin/run', mode: 0o100, id: 4321, content: 'run' }),
    entry({ path: 'package/bin/data', mode: 0o400, content: 'data' }),
    longName(`package/${'long/'.repeat(12)}${'n'.repeat(120)}`),
    entry({ path: 'package/short', content: 'long' }),
    extended([
      ['mtime', '12.5'],
      ['path', 'package/posix'],
    ]),
    entry({ path: 'package/other', content: 'posix' }),
  );

  test('gives the files by the names that take effect, as ours', async () => {
    const into = join(temporaryFolder(), 'pack');
    const before = process.umask(0o077);
    const tree = await unpackArchive(WHOLE, into).finally(() => process.umask(before));
    const long = `${'long/'.repeat(12)}${'n'.repeat(120)}`;
    const paths = ['bin/data', 'bin/run', long, 'pack.yaml', 'posix'];
    expect(tree.files.map(({ path }) => path)).toEqual(paths);
    expect(readFileSync(join(into, 'posix'), 'utf8')).toBe('posix');
    const modes = ['', 'bin', 'bin/run', 'bin/data', 'pack.yaml'].map((path) =>
      (statSync(join(into, path)).mode & 0o7777).toString(8),
    );
    expect(modes).toEqual(['700', '755', '755', '644', '644']);
    const { uid, gid, mtimeMs } = statSync(join(into, 'bin/run'));
    expect([uid, gid]).toEqual([process.getuid?.(), process.getgid?.()]);
    expect(mtimeMs).toBeGreaterThan(0);
  });

  test('takes an empty folder that is there, and no other', async () => {
    const into = temporaryFolder();
    chmodSync(into, 0o755);
    expect((await unpackArchive(archiveOf(GOOD), into)).files).toHaveLength(1);
    await expect(unpackArchive(archiveOf(GOOD), into)).rejects.toMatchObject({
      kind: 'operational',
      code: 'unpack-folder',
    });
    expect(readdirSync(into)).toEqual(['pack.yaml']);
    expect(statSync(into).mode & 0o777).toBe(0o700);
  });

  test.each([
    ['a file', (path: string) => writeFileSync(path, 'mine')],
    ['a link to an empty folder', (path: string) => symlinkSync(temporaryFolder(), path)],
  ])('does not follow or replace %s', async (_, make) => {
    const into = join(temporaryFolder(), 'taken');
    make(into);
    await expect(unpackArchive(archiveOf(GOOD), into)).rejects.toMatchObject({
      code: 'unpack-folder',
    });
  });

  test('says where it cannot write', async () => {
    const into = join(temporaryFolder(), 'missing/pack');
    await expect(unpackArchive(archiveOf(GOOD), into)).rejects.toMatchObject({
      kind: 'operational',
      message: expect.stringContaining(into),
    });
  });

  test('takes everything away again when the disk refuses the last file', async () => {
    // Long enough that the short path fits below it and the other is too long for the system.
    const root = temporaryFolder();
    const folders = Math.floor((3900 - root.length) / 200);
    const parent = join(root, ...Array.from({ length: folders }, () => 'd'.repeat(199)));
    mkdirSync(parent, { recursive: true });
    const path = `package/${'e'.repeat(200)}/${'f'.repeat(200)}`;
    const bytes = archiveOf(GOOD, longName(path), entry({ path: 'package/x', content: 'x' }));
    await expect(unpackArchive(bytes, join(parent, 'pack'))).rejects.toMatchObject({
      kind: 'operational',
      code: 'disk-refused',
    });
    expect(readdirSync(parent)).toEqual([]);
  });
});

describe('packing', () => {
  test.each<[string, Files, string, string]>([
    ['nothing', [], 'archive-empty', 'holds nothing'],
    [
      'folders alike',
      [
        ['a/b', ''],
        ['A/c', ''],
      ],
      'archive-collision',
      'the same name as',
    ],
    ['an own folder in capitals', [['.BRCTL/a', '']], 'archive-path', 'lies below .brctl/'],
    [
      'a path too long for some systems',
      [[`${'a'.repeat(250)}/${'b'.repeat(255)}`, '']],
      'archive-path',
      'more than 512 bytes',
    ],
  ])('refuses %s, because unpacking would', async (_, files, code, reason) => {
    const root = folderOf(files);
    await expect(packArchive(root)).rejects.toMatchObject({
      kind: 'integrity',
      code,
      message: expect.stringMatching(new RegExp(`^cannot pack ${root}: .*${reason}`)),
    });
  });

  test('refuses a link like any other reader of a tree', async () => {
    const root = folderOf(FILES);
    symlinkSync('pack.yaml', join(root, 'link'));
    await expect(packArchive(root)).rejects.toMatchObject({ code: 'pack-tree' });
    expect(existsSync(join(root, 'link'))).toBe(true);
  });
});

describe('nothing is written of an archive with', () => {
  test.each(HOSTILE)('%s', async (_, code, reason, make) => {
    const root = temporaryFolder();
    await expect(unpackArchive(make(), join(root, 'pack'))).rejects.toMatchObject({
      kind: 'integrity',
      code,
      message: expect.stringContaining(reason),
      hint: expect.stringContaining('nothing of it was unpacked'),
    });
    expect(readdirSync(root)).toEqual([]);
  });
});

test('an integrity is SHA-512 in its one spelling', () => {
  const bytes = Buffer.from('abc');
  const integrity = integrityOf(bytes);
  expect(integrity).toMatch(/^sha512-3a81oZNherrMQXNJriBBMRLm\+k6JqX6iCp7u5ktV05ohkpkqJ0/);
  expect(hasIntegrity(bytes, integrity)).toBe(true);
  expect(hasIntegrity(Buffer.from('abd'), integrity)).toBe(false);
  expect(isIntegrity(integrity)).toBe(true);
  for (const text of ['', `${integrity} `, integrity.slice(0, -1), `sha256-${'a'.repeat(43)}=`]) {
    expect(isIntegrity(text)).toBe(false);
    expect(hasIntegrity(bytes, text)).toBe(false);
  }
  // The same 64 bytes to a lenient reader of base64.
  expect(isIntegrity(`${integrity.slice(0, -3)}x==`)).toBe(false);
});

test('what ends right after its end mark, or a blocking factor later, is whole', async () => {
  for (const length of [1024, 1536, 10_240]) {
    const bytes = gzipSync(Buffer.concat([GOOD, Buffer.alloc(length)]));
    expect(await scanArchive(bytes)).toHaveLength(1);
  }
});

test('the name that gzip leaves in its header does not matter', async () => {
  const bytes = archiveOf(GOOD);
  const header = Buffer.from(bytes.subarray(0, 10)).fill(8, 3, 4);
  const named = Buffer.concat([header, Buffer.from('pack.tar\0'), bytes.subarray(10)]);
  expect(await scanArchive(named)).toEqual(await scanArchive(bytes));
  await expect(scanArchive(named.subarray(0, 15))).rejects.toMatchObject({ code: 'archive-cut' });
});
