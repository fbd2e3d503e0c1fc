/** What holds for every tree that is packed, and for every archive that somebody broke. */
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packArchive, unpackArchive } from '../../src/pack/source/archive.ts';
import { scanArchive } from '../../src/pack/source/archive-scan.ts';
import { fold, isPortable, readTree } from '../../src/pack/store/tree.ts';
import { temporaryFolder } from '../support/host.ts';
import { archiveOf, entry, extended, GOOD, longName, sealed } from '../support/tar-bytes.ts';

const name = fc
  .oneof(
    fc.stringMatching(/^[A-Za-z0-9_.][A-Za-z0-9_.+@ ()-]{0,11}$/),
    fc.stringMatching(/^[a-z]{90,130}$/),
    fc.constantFrom('a', 'b', 'config', 'pack.yaml', 'index.mjs'),
  )
  .filter((text) => isPortable(text) && fold(text) !== '.brctl');

const file = fc.record({
  path: fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/')),
  content: fc.oneof(
    fc.uint8Array({ maxLength: 1100 }),
    fc.nat(140_000).map((size) => new Uint8Array(size).fill(size)),
  ),
  executable: fc.boolean(),
});

type Files = readonly Readonly<{ path: string; content: Uint8Array; executable: boolean }>[];

/** No two that some system would take for one, folders included. */
const tree: fc.Arbitrary<Files> = fc
  .array(file, { minLength: 1, maxLength: 8 })
  .filter((files) => areApart(files.map(({ path }) => path)));

function areApart(paths: readonly string[]): boolean {
  const spelled = new Map<string, string>();
  const isOne = (path: string) => {
    const known = spelled.get(fold(path)) ?? path;
    spelled.set(fold(path), known);
    return known === path;
  };
  const starts = (path: string) =>
    [...path.matchAll(/\/|$/g)].map(({ index }) => path.slice(0, index));
  return (
    new Set(paths).size === paths.length &&
    paths.every((path) => !paths.some((other) => other.startsWith(`${path}/`))) &&
    paths.flatMap(starts).every(isOne)
  );
}

function written(files: Files): string {
  const root = temporaryFolder();
  for (const { path, content, executable } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    chmodSync(join(root, path), executable ? 0o700 : 0o600);
  }
  return root;
}

test('a tree that is packed and unpacked is the same tree', async () => {
  await fc.assert(
    fc.asyncProperty(tree, async (files) => {
      const root = written(files);
      const bytes = await packArchive(root);
      const out = join(temporaryFolder(), 'out');
      const unpacked = await unpackArchive(bytes, out);
      expect(unpacked).toEqual(readTree(root));
      expect(await scanArchive(bytes)).toEqual(unpacked.files);
      expect(Buffer.compare(await packArchive(out), bytes)).toBe(0);
    }),
    { numRuns: 60 },
  );
});

const TAR = gunzipSync(
  archiveOf(
    GOOD,
    entry({ path: 'package/bin/', type: '5', mode: 0o755 }),
    entry({ path: 'bin/run', prefix: 'package', mode: 0o755, content: '#!/bin/sh\n' }),
    longName('package/a/long/name'),
    entry({ path: 'package/a', content: 'long' }),
    extended([
      ['mtime', '1.5'],
      ['path', 'package/b/posix/name'],
    ]),
    entry({ path: 'package/b', content: 'b'.repeat(700) }),
  ),
);

const damage = fc.record({
  block: fc.nat(TAR.length / 512 - 1),
  /** Mostly where headers have their fields. */
  at: fc.oneof(
    fc.nat(511),
    fc.constantFrom(0, 8, 100, 106, 124, 134, 156, 157, 257, 263, 345, 475),
  ),
  text: fc.oneof(
    fc.constantFrom('\0', '/', '..', '../', '5', '1', '2', 'x', 'L', 'g', '7', '\x80', '\n', ' '),
    fc.string({ minLength: 1, maxLength: 4 }),
  ),
  /** Whether the header has the right checksum again. */
  isSealed: fc.boolean(),
});

test('a broken archive is refused whole, or is what the scan says it is', async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (edits) => {
      const tar = Buffer.from(TAR);
      for (const { block, at, text, isSealed } of edits) {
        const part = tar.subarray(block * 512, (block + 1) * 512);
        part.write(text, at, 'latin1');
        if (isSealed && part.toString('latin1', 257, 262) === 'ustar') sealed(part);
      }
      const bytes = gzipSync(tar);
      const root = temporaryFolder();
      const out = join(root, 'out');
      const scanned = await scanArchive(bytes).catch((error: unknown) => error);
      if (scanned instanceof Error) {
        expect(scanned).toMatchObject({
          kind: 'integrity',
          code: expect.stringMatching(/^archive-/),
        });
        await expect(unpackArchive(bytes, out)).rejects.toThrow(scanned.message);
        expect(existsSync(out)).toBe(false);
        return;
      }
      taken += 1;
      expect((await unpackArchive(bytes, out)).files).toEqual(scanned);
      expect(readdirSync(root)).toEqual(['out']);
    }),
    { numRuns: 1500 },
  );
  // Else this says nothing of the second half.
  expect(taken).toBeGreaterThan(100);
});
