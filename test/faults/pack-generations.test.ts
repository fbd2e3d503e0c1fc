/** Which generations there are, which stay, and what becomes of the others when one is broken. */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { pathsOf } from '../../src/pack/paths.ts';
import { currentOf, generationsIn } from '../../src/pack/store/generation.ts';
import { builtHello, type HostOptions, run } from '../support/host.ts';
import { fingerprint } from '../support/install.ts';
import { newTarget, play, versionOf } from './deployment.ts';
import { outcome } from './outcome.ts';

let built: string;
let target: string;
let home: string;

beforeEach(async () => {
  built = await builtHello();
  target = newTarget();
  ({ home } = pathsOf(target).pack('hello'));
});

const brctl = (words: readonly string[], options: HostOptions = {}) =>
  run([...words, `--target=${target}`], options);

const current = (): string | null => currentOf(pathsOf(target).pack('hello'));

async function install(...minors: readonly number[]): Promise<void> {
  for (const minor of minors) {
    await play({ verb: 'install', spec: versionOf(built, `1.${minor}.0`) }, target);
  }
}

async function rolledBackTo(): Promise<string | null> {
  expect((await brctl(['pack', 'rollback', 'hello'])).err).toBe('');
  return current();
}

test('a rollback after a rollback goes to the parent of the parent, not back', async () => {
  await install(2, 3, 4);
  expect([await rolledBackTo(), await rolledBackTo()]).toEqual(['g0002', 'g0001']);
  const last = await brctl(['pack', 'rollback', 'hello']);
  expect([last.code, last.err]).toEqual([
    2,
    'brctl: hello 1.2.0 (g0001) replaced nothing: ' +
      'besides it there is g0002 (1.3.0), g0003 (1.4.0)\n' +
      '  hint: brctl pack history hello\n',
  ]);
  expect(outcome(target).lock?.hold).toEqual(['1.4.0', '1.3.0']);
});

test('what was installed after a rollback goes back to where that had led', async () => {
  await install(2, 3);
  expect(await rolledBackTo()).toBe('g0001');
  await install(4);
  expect(await rolledBackTo()).toBe('g0001');
});

test('a version that was rolled away from is upgraded to only by its name', async () => {
  const spec = versionOf(built, '1.2.0');
  await play({ verb: 'install', spec }, target);
  rmSync(spec, { recursive: true });
  const next = versionOf(built, '1.3.0');
  await play({ verb: 'install', spec: next }, target);
  await rolledBackTo();
  // The folder that 1.2.0 came from holds 1.3.0 by now.
  cpSync(next, spec, { recursive: true });
  const before = fingerprint(target);
  const { code, out } = await brctl(['pack', 'upgrade', '--all']);
  expect([code, out]).toEqual([
    0,
    'hello 1.2.0 stays: 1.3.0 is passed over: it was rolled away from\n',
  ]);
  expect(fingerprint(target)).toEqual(before);
  await play({ verb: 'install', spec }, target);
  expect(outcome(target).lock).toMatchObject({ version: '1.3.0', hold: [] });
});

test('current, its parent and what is pinned are never removed', async () => {
  await install(0, 1);
  await brctl(['pack', 'pin', 'hello', 'g0001']);
  await install(2, 3, 4, 5, 6);
  expect(generationsIn(home)).toEqual(['g0001', 'g0005', 'g0006', 'g0007']);
  await brctl(['pack', 'rollback', 'hello', '--to', 'g0001']);
  await brctl(['pack', 'pin', 'hello', 'g0001', '--off']);
  await install(7, 8, 9);
  // g0008 replaced g0001, g0009 and g0010 what came before them.
  expect(generationsIn(home)).toEqual(['g0008', 'g0009', 'g0010']);
});

test('the parent stays however old it is, and is gone back to', async () => {
  await install(0, 1, 2, 3);
  await brctl(['pack', 'rollback', 'hello', '--to', 'g0002']);
  await install(4);
  expect(generationsIn(home)).toEqual(['g0002', 'g0003', 'g0004', 'g0005']);
  expect(await rolledBackTo()).toBe('g0002');
});

test('what is left of a generation on its way out goes with the next change', async () => {
  await install(0, 1, 2, 3);
  mkdirSync(join(home, '.removed-g0001/config'), { recursive: true });
  await install(4);
  expect(readdirSync(home).sort()).toEqual(['current', 'g0003', 'g0004', 'g0005']);
});

const BREAK: readonly (readonly [string, (generation: string) => void])[] = [
  ['no receipt', (at) => rmSync(join(at, '.brctl/receipt.json'))],
  ['a receipt that is cut off', (at) => rewrite(at, (text) => text.slice(0, 100))],
  ['a receipt of bytes', (at) => rewrite(at, () => '\0\u{1f600}\xff')],
  ['a receipt of the wrong shape', (at) => rewrite(at, () => '[]')],
  ['an empty folder', (at) => remake(at)],
  [
    'a file',
    (at) => {
      rmSync(at, { recursive: true });
      writeFileSync(at, '');
    },
  ],
];

function remake(folder: string): void {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
}

function rewrite(generation: string, change: (text: string) => string): void {
  const file = join(generation, '.brctl/receipt.json');
  chmodSync(file, 0o644);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

test.each(BREAK)('a generation that is broken hides no other: %s', async (_, damage) => {
  await install(2, 3, 4);
  damage(join(home, 'g0002'));
  const history = await brctl(['pack', 'history', 'hello', '--format', 'json']);
  const { generations } = JSON.parse(history.out);
  expect(generations.map((each: { generation: string }) => each.generation)).toEqual([
    'g0003',
    'g0002',
    'g0001',
  ]);
  expect(generations[1].problem).toMatch(/\S/);
  expect((await brctl(['pack', 'list'])).code).toBe(0);
  const refused = await brctl(['pack', 'rollback', 'hello']);
  expect([refused.code, current()]).toEqual([5, 'g0003']);
  expect((await brctl(['pack', 'rollback', 'hello', '--to', 'g0001'])).code).toBe(0);
  await install(5);
  expect(current()).toBe('g0004');
});

test.each(BREAK.slice(3))(
  'a current one that is broken is told, and installed anew: %s',
  async (...row) => {
    await install(2, 3);
    row[1](join(home, 'g0002'));
    const list = await brctl(['pack', 'list']);
    expect([list.code, list.out]).toEqual([1, expect.stringMatching(/^hello .* g0002 .*broken$/m)]);
    expect((await brctl(['pack', 'history', 'hello'])).code).toBe(0);
    expect((await brctl(['pack', 'rollback', 'hello'])).code).toBe(5);
    await install(3);
    expect(current()).toBe('g0003');
    expect((await brctl(['hello', 'greet', 'x'])).out).toBe('Hello, x\n');
  },
);

test('a pack that a newer brctl cannot run says so when it is run, and is managed', async () => {
  await install(2, 3);
  const later = { version: '2.0.0' };
  const greeting = await brctl(['hello', 'greet', 'x'], later);
  expect([greeting.code, greeting.out, greeting.err]).toEqual([
    6,
    '',
    'brctl: pack hello 1.3.0 needs brctl >=0.1.0 <1, and this is brctl 2.0.0\n' +
      '  hint: install a newer hello pack\n',
  ]);
  expect((await brctl(['hello', '--help'], later)).out).toContain('greet');
  expect((await brctl(['pack', 'list'], later)).code).toBe(0);
  expect((await brctl(['pack', 'rollback', 'hello'], later)).code).toBe(6);
  expect((await brctl(['doctor'], later)).out).toContain('needs brctl >=0.1.0 <1');
  expect((await brctl(['pack', 'uninstall', 'hello'], later)).code).toBe(0);
});

test('a rollback leads to a linked folder, and back from it', async () => {
  const linked = versionOf(built, '1.3.0');
  await install(2);
  await play({ verb: 'link', spec: linked }, target);
  await install(4);
  expect(await rolledBackTo()).toBe('g0002');
  expect(outcome(target)).toMatchObject({ status: 'linked', lock: { version: '1.4.0' } });
  expect((await brctl(['hello', 'greet', 'x'])).out).toBe('Hello, x\n');
  expect(await rolledBackTo()).toBe('g0001');
  expect(outcome(target)).toMatchObject({ status: 'intact', lock: { version: '1.2.0' } });
});
