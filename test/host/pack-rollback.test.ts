/** `brctl pack rollback`: where it leads, what it holds, and the borders it does not cross. */
import {
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readLock } from '../../src/pack/store/lockfile.ts';
import { readReceipt } from '../../src/pack/store/receipt.ts';
import { type HostOptions, type Ran, temporaryFolder } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { hello, leavingNothingBehind, online, released } from '../support/releases.ts';

leavingNothingBehind();

let target: string;
let home: string;
beforeEach(() => {
  target = join(temporaryFolder(), 'srv');
  home = join(target, '.brctl/packs/hello');
});

const brctl = (words: readonly string[], options: HostOptions = {}): Promise<Ran> =>
  online(['pack', ...words, `--target=${target}`], options);

const rollback = (...words: string[]) => brctl(['rollback', 'hello', ...words]);
const current = () => readlinkSync(join(home, 'current'));
const locked = () => readLock(join(target, 'packs.lock.yaml')).get('hello');

async function installed(...versions: string[]): Promise<void> {
  for (const version of versions) {
    expect((await brctl(['install', await hello(version)])).code).toBe(0);
  }
}

test('goes back to what the current generation replaced, and holds what it left', async () => {
  await installed('1.2.0', '1.3.0');
  const dry = await rollback('--dry-run');
  expect(dry.out).toMatch(/^hello 1\.2\.0 would be rolled back in .*nothing was changed/s);
  expect(current()).toBe('g0002');
  const { code, out, err } = await rollback();
  expect([code, err]).toEqual([0, '']);
  expect(out).toBe(
    `hello 1.2.0 rolled back in ${target} (g0002 1.3.0 -> g0001)\n` +
      '  config/hello/greeting.yaml as shipped, nothing new\n' +
      '  config/hello/texts/footer.yaml as shipped, nothing new\n' +
      '  1.3.0 is held: pack rollback hello --to g0002 takes it back\n',
  );
  expect(current()).toBe('g0001');
  expect(locked()).toMatchObject({ version: '1.2.0', hold: ['1.3.0'] });
  expect((await brctl(['verify'])).code).toBe(0);
  expect((await online(['hello', 'greet', 'you', `--target=${target}`])).out).toBe('Hello, you\n');
});

test('goes to the parent and not to the number before', async () => {
  await installed('1.2.0', '1.3.0');
  await rollback();
  await installed('1.4.0');
  expect([current(), readReceipt(join(home, 'g0003')).parent]).toEqual(['g0003', 'g0001']);
  expect((await rollback()).out).toContain('(g0003 1.4.0 -> g0001)');
  expect(locked()?.hold).toEqual(['1.3.0', '1.4.0']);
  const none = await rollback();
  expect([none.code, none.err]).toEqual([
    2,
    'brctl: hello 1.2.0 (g0001) replaced nothing: ' +
      'besides it there is g0002 (1.3.0), g0003 (1.4.0)\n' +
      '  hint: brctl pack history hello\n',
  ]);
});

test('--to names a generation, or a version by its newest generation', async () => {
  await installed('1.2.0');
  await brctl(['pin', 'hello']);
  await installed('1.3.0', '1.2.0', '1.4.0');
  expect((await rollback('--to', 'g0001')).out).toContain('(g0004 1.4.0 -> g0001)');
  expect((await rollback('--to', '1.2.0')).out).toContain('(g0001 1.2.0 -> g0003)');
  expect((await rollback('--to', '1.4.0')).out).toContain('(g0003 1.2.0 -> g0004)');
  expect(locked()).toMatchObject({ version: '1.4.0', hold: ['1.2.0'] });
  const mistakes = {
    g0004: 'g0004 is current already',
    '1.4.0': 'g0004 is current already',
    g0009: `hello has no generation or version "g0009": ${OTHERS}`,
    '9.9.9': `hello has no generation or version "9.9.9": ${OTHERS}`,
    '../g0001': `hello has no generation or version "../g0001": ${OTHERS}`,
  };
  const before = fingerprint(target);
  for (const [to, sentence] of Object.entries(mistakes)) {
    const { code, err } = await rollback('--to', to);
    expect([code, err.split('\n')[0]]).toEqual([2, `brctl: ${sentence}`]);
  }
  expect(fingerprint(target)).toEqual(before);
});

test('edits survive the way back, and JSON says what became of every file', async () => {
  await installed('1.2.0');
  const next = await hello('1.3.0', {
    'config/greeting.yaml': 'language: de\n',
    'config/footer.yaml': 'text: Bye for now\n',
  });
  const footer = join(target, 'config/hello/texts/footer.yaml');
  const shipped = readFileSync(footer, 'utf8');
  await brctl(['install', next]);
  writeFileSync(footer, `# mine\n${readFileSync(footer, 'utf8')}`);
  const { out } = await rollback('--format=json');
  expect(JSON.parse(out)).toEqual({
    schema: 'brctl/pack-rollback/v1',
    name: 'hello',
    target,
    changed: true,
    from: { version: '1.3.0', generation: 'g0002' },
    to: { version: '1.2.0', generation: 'g0001' },
    hold: ['1.3.0'],
    config: [
      { path: 'greeting.yaml', decision: 'take-new' },
      { path: 'texts/footer.yaml', decision: 'merged' },
    ],
  });
  expect(readFileSync(footer, 'utf8')).toBe(`# mine\n${shipped}`);
});

test('a generation that is damaged or broken is not gone back to', async () => {
  await installed('1.2.0', '1.3.0');
  rmSync(join(home, 'g0001/README.md'));
  const before = fingerprint(target);
  expect(await rollback()).toMatchObject({
    code: 5,
    err:
      'brctl: hello g0001 is damaged: README.md is missing\n' +
      '  hint: brctl pack history hello shows the others\n',
  });
  rmSync(join(home, 'g0001/.brctl'), { recursive: true });
  expect((await rollback()).err).toMatch(/^brctl: hello g0001 is damaged: .*cannot be read/);
  expect(fingerprint(target).length).toBeLessThan(before.length);
  rmSync(join(home, 'g0001'), { recursive: true });
  expect((await rollback()).err).toContain('g0001 is not there any more: there is no other');
  expect(current()).toBe('g0002');
});

test('a pack that is broken or not there has no way back that could be known', async () => {
  expect(await rollback()).toMatchObject({
    code: 2,
    err: expect.stringContaining(`hello is not installed in ${target}`),
  });
  await installed('1.2.0', '1.3.0');
  unlinkSync(join(home, 'current'));
  symlinkSync('elsewhere', join(home, 'current'));
  const { code, err } = await rollback();
  expect([code, err]).toEqual([5, expect.stringContaining('hello is broken, and nothing says')]);
});

test('what is held is taken back as the sentence says', async () => {
  const packageRoot = await released({ version: '1.2.0' }, { version: '1.3.0' });
  await brctl(['install', 'hello@1.2.0'], { packageRoot });
  await brctl(['install', 'hello'], { packageRoot });
  expect((await rollback()).out).toContain(
    '  1.3.0 is held: pack install hello@1.3.0 takes it back\n',
  );
  await rollback('--to', 'g0002');
  expect(locked()).toMatchObject({ version: '1.3.0', hold: ['1.2.0'] });
});

test('an operator of a newer brctl is told when the old pack does not fit it', async () => {
  await installed('1.2.0', '1.3.0');
  const { code, err } = await brctl(['rollback', 'hello'], { version: '1.0.0' });
  expect([code, err]).toEqual([
    6,
    'brctl: pack hello 1.2.0 needs brctl >=0.1.0 <1, and this is brctl 1.0.0\n' +
      '  hint: install a newer hello pack\n',
  ]);
});

function writeIn(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const OTHERS = 'besides it there is g0001 (1.2.0), g0002 (1.3.0), g0003 (1.2.0)';

describe('data that only the newer version reads', () => {
  const manifest = async (version: string, data: string) => {
    const text = readFileSync(join(await hello(version), 'pack.yaml'), 'utf8');
    return text.replace(/data:\n {2}schemaVersion: 2\n {2}minReader: 1\n/, data);
  };
  const withData = async (version: string, data: string) =>
    hello(version, {
      'pack.yaml': await manifest('1.2.0', data),
    });
  const BORDER = 'data: { schemaVersion: 4, minReader: 3 }\n';
  const sentence = (version: string, reads: string) =>
    `brctl: hello 1.3.0 writes data that ${version} cannot read ` +
    `(format 4, readable from 3 on; it knows ${reads})\n`;

  test('is a border for a rollback, an install, an upgrade and a link', async () => {
    const packageRoot = await released(
      { version: '1.2.0' },
      { version: '1.3.0', changes: { 'pack.yaml': await manifest('1.2.0', BORDER) } },
    );
    await brctl(['install', 'hello@1.2.0'], { packageRoot });
    await brctl(['install', 'hello'], { packageRoot });
    expect((await rollback('--dry-run')).code).toBe(0);
    writeIn(join(target, 'data/hello/table'), 'format 4');
    const before = fingerprint(target);
    const old = await hello('1.2.0');
    for (const words of [
      ['rollback', 'hello'],
      ['rollback', 'hello', '--to', '1.2.0', '--dry-run'],
      ['install', 'hello@1.2.0'],
      ['install', old],
      ['install', old, '--link'],
      ['upgrade', 'hello', '--to', '1.2.0'],
      ['plan', old],
    ]) {
      const { code, out, err } = await brctl(words, { packageRoot });
      expect([words, code, out]).toEqual([words, 6, '']);
      expect(err).toContain(sentence('1.2.0', '2'));
    }
    expect(fingerprint(target)).toEqual(before);
    await brctl(['uninstall', 'hello']);
    expect((await brctl(['install', old])).err).toContain(sentence('1.2.0', '2'));
    rmSync(join(target, 'data/hello'), { recursive: true });
    expect((await brctl(['install', old])).code).toBe(0);
  });

  test('is none when the older version reads it, and one when it knows no data', async () => {
    await brctl(['install', await withData('1.1.0', '')]);
    await brctl(['install', await withData('1.2.0', 'data: { schemaVersion: 3, minReader: 3 }\n')]);
    await brctl(['install', await withData('1.3.0', BORDER)]);
    writeIn(join(target, 'data/hello/table'), 'format 3');
    expect((await rollback('--dry-run')).code).toBe(0);
    expect((await rollback('--to', '1.1.0')).err).toContain(sentence('1.1.0', 'none'));
    expect((await rollback()).code).toBe(0);
  });
});
