/** `brctl pack verify` and `doctor`: lock file, receipt and disk must tell one story. */
import { chmodSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { type HostOptions, type Ran, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { hello, online, release, writeFile } from '../support/releases.ts';

let target: string;
let generation: string;
let lockFile: string;
beforeEach(async () => {
  target = join(temporaryFolder(), 'srv');
  generation = join(target, '.brctl/packs/hello/g0001');
  lockFile = join(target, 'packs.lock.yaml');
  const { bytes } = await release('1.2.0');
  const file = writeFile(join(temporaryFolder(), 'hello.tgz'), bytes);
  expect((await brctl(['install', file])).code).toBe(0);
});

const brctl = (words: readonly string[], options: HostOptions = {}): Promise<Ran> =>
  online(['pack', ...words, `--target=${target}`], options);
const doctor = () => online(['doctor', `--target=${target}`]);

/** A generation is read-only, also for whoever damages it in a test. */
function damage(path: string, work: (file: string) => void): void {
  const file = join(generation, path);
  chmodSync(dirname(file), 0o755);
  work(file);
}

function editLock(from: RegExp, to: string): void {
  const text = readFileSync(lockFile, 'utf8');
  expect(text).toMatch(from);
  writeFileSync(lockFile, text.replace(from, to));
}

test('what is installed is what was installed', async () => {
  const before = fingerprint(target);
  expect(await brctl(['verify'])).toEqual({
    code: 0,
    out: 'hello 1.2.0 (g0001) verified: 8 files, level integrity\n',
    err: '',
  });
  expect((await brctl(['verify', 'hello'])).code).toBe(0);
  expect(fingerprint(target)).toEqual(before);
  const { code, err } = await brctl(['verify', 'hello', 'other']);
  expect([code, err]).toEqual([2, `brctl: other is not installed in ${target}\n`]);
});

const DAMAGE: readonly (readonly [string, () => void, string])[] = [
  ['changed', () => damage('README.md', edit), 'README.md was changed'],
  ['missing', () => damage('config/footer.yaml', rmSync), 'config/footer.yaml is missing'],
  [
    'executable',
    () => damage('README.md', (file) => chmodSync(file, 0o755)),
    'README.md has another mode',
  ],
  [
    'too many',
    () => damage('extra.mjs', (file) => writeFileSync(file, '')),
    'extra.mjs does not belong there',
  ],
  [
    'a link',
    () => damage('extra', (file) => symlinkSync('/etc/passwd', file)),
    'extra is a symbolic link; a pack holds files only',
  ],
  [
    'without its receipt',
    () => damage('.brctl/receipt.json', rmSync),
    'receipt.json cannot be read: ENOENT: no such file or directory',
  ],
  [
    'with a receipt that was edited',
    () => damage('.brctl/receipt.json', (file) => edit(file, /"sha256": "./, '"sha256": "0')),
    'receipt.json contradicts itself',
  ],
  [
    'with the receipt of another pack',
    () => damage('.brctl/receipt.json', (file) => edit(file, /"name": "hello"/, '"name": "bye"')),
    'holds bye g0001',
  ],
  [
    'of another version',
    () => editLock(/version: 1.2.0/, 'version: 9.9.9'),
    'the lock file has version 9.9.9',
  ],
  [
    'of other bytes',
    () => editLock(/tree: sha256:\w+/, `tree: sha256:${'0'.repeat(64)}`),
    'the lock file has other bytes of this version',
  ],
  [
    'of another archive',
    () => editLock(/sha512-\S+/, `sha512-${'A'.repeat(86)}==`),
    'the lock file has another archive of this version',
  ],
  ['that nobody locked', () => editLock(/packs:\n.*$/s, 'packs: {}\n'), 'does not know it'],
];

function edit(file: string, from: RegExp = /^/, to = 'x'): void {
  chmodSync(file, 0o644);
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(from);
  writeFileSync(file, text.replace(from, to));
  chmodSync(file, 0o444);
}

test.each(DAMAGE)('a file or a pack that is %s', async (_, spoil, sentence) => {
  spoil();
  const { code, out, err } = await brctl(['verify']);
  expect([code, out]).toEqual([5, expect.stringContaining(sentence)]);
  const isAround = /^the lock file|^does not know/.test(sentence);
  const hint = isAround ? 'the files are whole: ' : 'damaged files come back with ';
  expect(err).toContain(`brctl: not what was installed in ${target}: hello\n  hint: ${hint}`);
  expect(out).toMatch(/^hello.* \(g0001\) differs\n {2}\S/);
  const json = JSON.parse((await brctl(['verify', '--format=json'])).out);
  expect(json).toMatchObject({ schema: 'brctl/pack-verify/v1', target });
  expect(Object.keys(json.packs[0])).toEqual([
    'name',
    'version',
    'generation',
    'level',
    'key',
    'files',
    'problems',
  ]);
  const visit = await doctor();
  expect(visit.code).toBe(1);
  const told = visit.out.split('\n').filter((line) => /^fail {2}(packs|lock) /.test(line));
  expect(told).toEqual([expect.stringContaining(sentence)]);
});

test('every difference is told, not the first alone', async () => {
  damage('README.md', edit);
  damage('index.mjs', edit);
  editLock(/version: 1.2.0/, 'version: 9.9.9');
  expect((await brctl(['verify'])).out).toBe(
    'hello 1.2.0 (g0001) differs\n  README.md was changed\n  index.mjs was changed\n' +
      '  the lock file has version 9.9.9\n',
  );
});

test('what the lock file names and nobody installed', async () => {
  await brctl(['uninstall', 'hello']);
  expect((await brctl(['verify'])).out).toBe(`no packs are installed in ${target}\n`);
  await brctl(['install', await hello('1.2.0')]);
  rmSync(join(target, '.brctl'), { recursive: true });
  const { code, out } = await brctl(['verify']);
  const sentence = 'the lock file has hello 1.2.0, and it is not installed';
  expect([code, out]).toEqual([5, `hello 1.2.0 (not there) differs\n  ${sentence}\n`]);
  expect((await doctor()).out).toContain(`fail  lock     hello: ${sentence}\n`);
  expect((await brctl(['verify', 'hello'])).code).toBe(5);
});
