/**
 * Hostile archives through the whole of `pack install`: the headers of a real pack, changed in ways
 * that any tar program takes for real. Whatever comes of it, nothing is written outside the target,
 * nothing is left behind, and whoever refuses says why in one sentence.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test, vi } from 'vitest';
import { packArchive } from '../../src/pack/source/archive.ts';
import { builtHello, run, temporaryFolder } from '../support/host.ts';
import { END, entry, extended, longName, sealed } from '../support/tar-bytes.ts';

const BLOCK = 512;

/** Headers with their content. */
type Members = readonly Buffer[];

/** What is done to the members, one after the other; numbers choose among those that are there. */
type Edit = (members: Members, outside: string) => Members;

function membersOf(tar: Buffer): Members {
  const members: Buffer[] = [];
  for (let at = 0; tar[at] !== 0; ) {
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    const end = at + BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    members.push(tar.subarray(at, end));
    at = end;
  }
  return members;
}

/** One header changed, with or without the checksum that it then should have. */
function inHeader(at: number, isSealed: boolean, change: (header: Buffer) => void): Edit {
  return (members) =>
    members.map((member, i) => {
      if (i !== at % members.length) return member;
      const copy = Buffer.from(member);
      change(copy.subarray(0, BLOCK));
      if (isSealed) sealed(copy.subarray(0, BLOCK));
      return copy;
    });
}

const before = (at: number, ...more: readonly Buffer[]): Edit => {
  return (members) => members.toSpliced(at % (members.length + 1), 0, ...more);
};

const place = fc.nat(40);
/** Nearly always: what a wrong checksum leads to is soon known. */
const isSealed = fc.nat(9).map((n) => n > 0);

/** `OUT` is a folder beside everything that install has to do with. */
const name = fc.oneof(
  fc.constantFrom('OUT/new', 'OUT/canary', '../OUT/new', 'package/../../new', '/new', '..', '.'),
  fc.constantFrom('', '/', 'package', 'package/', 'package/index.mjs', 'package/INDEX.MJS'),
  fc.constantFrom('package/index.mjs/', 'package/index.mjs/a', 'package/config', 'package/link/a'),
  fc.constantFrom('package/link', 'package/.brctl/receipt.json', 'package/.brctl/linked'),
  fc.constantFrom('package/a\\..\\b', 'package/a\n', 'package/con', 'C:/new', 'package/a:b'),
  fc.stringMatching(/^package\/[!-~]{1,20}$/),
  fc.string({ minLength: 1, maxLength: 100 }),
);

const size = fc.oneof(
  fc.constantFrom('', '-0000000001', '77777777777', '00000000000', '0000000000 ', ' 1', '0x10'),
  fc.constantFrom('\x80'.padEnd(11, '\0'), '\xff'.repeat(11), '\x80\x7f', '00000001000\0'),
  fc.nat(100_000).map((bytes) => `${bytes.toString(8).padStart(11, '0')}\0`),
);

const type = fc.oneof(
  fc.constantFrom('0', '\0', '1', '2', '3', '4', '5', '6', '7'),
  fc.constantFrom('x', 'g', 'L', 'K', 'S', 'V', 'M', 'D', 'A', '\xff'),
);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, isSealed, name).map(([at, seal, text]): Edit => {
    return (members, outside) =>
      inHeader(at, seal, (header) => {
        header.fill(0, 0, 100).write(text.replace('OUT', outside), 0, 100, 'latin1');
      })(members, outside);
  }),
  fc.tuple(place, isSealed, size).map(([at, seal, text]) =>
    inHeader(at, seal, (header) => {
      header.fill(0, 124, 136).write(text, 124, 12, 'latin1');
    }),
  ),
  fc.tuple(place, isSealed, type, name).map(([at, seal, letter, linkpath]): Edit => {
    return (members, outside) =>
      inHeader(at, seal, (header) => {
        header.write(letter, 156, 1, 'latin1');
        header.write(linkpath.replace('OUT', outside), 157, 100, 'latin1');
      })(members, outside);
  }),
  fc.tuple(place, isSealed, fc.nat(BLOCK - 1), fc.nat(255)).map(([at, seal, byte, value]) =>
    inHeader(at, seal, (header) => {
      header[byte] = value;
    }),
  ),
  fc.tuple(place, name, fc.constantFrom('L', 'K', 'x', 'g')).map(([at, text, kind]): Edit => {
    return (members, outside) => {
      const path = text.replace('OUT', outside);
      const isGnu = kind === 'L' || kind === 'K';
      const header = isGnu ? longName(path, kind) : extended([['path', path]], kind);
      return before(at, header)(members, outside);
    };
  }),
  // A link, and a file that would be written through it.
  fc.tuple(place, fc.constantFrom('1', '2')).map(([at, kind]): Edit => {
    return (members, outside) =>
      before(
        at,
        entry({ path: 'package/link', type: kind, linkpath: outside }),
        entry({ path: 'package/link/new', content: 'new' }),
      )(members, outside);
  }),
  fc.tuple(place, place).map(([from, to]): Edit => {
    return (members, outside) => before(to, members[from % members.length]!)(members, outside);
  }),
  place.map(
    (at): Edit =>
      (members) =>
        members.toSpliced(at % members.length, 1),
  ),
  // The header of one file before the content of another.
  fc.tuple(place, place).map(([one, other]): Edit => {
    return (members) => {
      const header = Buffer.from(members[one % members.length]!.subarray(0, BLOCK));
      return inHeader(other, false, (own) => void header.copy(own))(members, '');
    };
  }),
);

const tail = fc.oneof(
  { weight: 9, arbitrary: fc.constant(END) },
  { weight: 1, arbitrary: fc.constantFrom(Buffer.alloc(0), Buffer.alloc(BLOCK), Buffer.from('x')) },
);

afterAll(() => void vi.unstubAllEnvs());

test('nothing is written outside, nothing is left, and one sentence says why', async () => {
  const packed = gunzipSync(await packArchive(await builtHello()));
  const world = temporaryFolder();
  const outside = join(world, 'outside');
  const scratch = join(world, 'scratch');
  for (const folder of [outside, scratch]) mkdirSync(folder);
  writeFileSync(join(outside, 'canary'), 'alive');
  vi.stubEnv('TMPDIR', scratch);
  const archive = join(world, 'hostile.tgz');
  let [runs, taken] = [0, 0];
  const edits = fc.array(edit, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(edits, tail, async (changes, end) => {
      const none: Members = membersOf(packed);
      const members = changes.reduce((all, change) => change(all, outside), none);
      writeFileSync(archive, gzipSync(Buffer.concat([...members, end]), { level: 1 }));
      runs += 1;
      const target = join(world, `srv${runs}`);
      const { code, out, err } = await run(['pack', 'install', archive, `--target=${target}`]);
      expect(readdirSync(outside)).toEqual(['canary']);
      expect(readFileSync(join(outside, 'canary'), 'utf8')).toBe('alive');
      expect(readdirSync(scratch)).toEqual([]);
      if (code === 0) {
        taken += 1;
        const home = readdirSync(join(target, '.brctl/packs/hello'));
        expect(home.sort()).toEqual(['current', 'g0001']);
        return;
      }
      // No pack at all, after a look at every name in it, is a mistake of whoever named it.
      const isNone = err.startsWith(`brctl: ${archive} is no pack: it holds no pack.yaml\n`);
      expect(isNone ? [2] : [3, 5]).toContain(code);
      expect([out, err]).toEqual(['', expect.stringMatching(/^brctl: [^\n]+\n( {2}hint: .+\n)?$/)]);
      expect(readdirSync(world)).not.toContain(`srv${runs}`);
    }),
    { numRuns: 1200, seed: 20_261_125 },
  );
  // Else this says nothing of archives that are changed and harmless.
  expect(taken).toBeGreaterThan(20);
  expect(runs - taken).toBeGreaterThan(500);
});
