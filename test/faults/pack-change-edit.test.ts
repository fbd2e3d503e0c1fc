/**
 * The operator does not wait for brctl: what is saved between the death of a change and the next
 * command is theirs, and what was to be written in its place lies beside it.
 */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { pathsOf } from '../../src/pack/paths.ts';
import { currentOf } from '../../src/pack/store/generation.ts';
import { readReceipt } from '../../src/pack/store/receipt.ts';
import { fakeHost, run } from '../support/host.ts';
import { perform } from './change.ts';
import { type ConfigPacks, configPacks, EDITS, edit, SHIPPED_NEXT } from './config-packs.ts';
import { copyOf, newTarget, play, versionOf } from './deployment.ts';
import { outcome, remainsIn } from './outcome.ts';

const DIED = new Error('died');

let packs: ConfigPacks;
let base: string;
let clean: string;

beforeEach(async () => {
  packs = await configPacks();
  base = newTarget();
  await play({ verb: 'install', spec: packs.before }, base);
  edit(base, EDITS);
  clean = copyOf(base);
  await play({ verb: 'install', spec: packs.after }, clean);
});

/** An upgrade that got no further than to the step. */
async function upgradedUntil(last: string): Promise<string> {
  const target = copyOf(base);
  const step = (name: string): void => {
    if (name === last) throw DIED;
  };
  const task = { verb: 'install', spec: packs.after } as const;
  await expect(perform(task, target, { host: fakeHost(), step })).rejects.toBe(DIED);
  return target;
}

/** Any change of any pack ends what was begun. */
const next = (target: string) => run(['pack', 'install', packs.other, `--target=${target}`]);
const LATE = '# late\nfirst: 4\nsecond: 4\n';

test('an edit in the meantime wins, and moves to the new name of its file', async () => {
  const target = await upgradedUntil('switched');
  const late = ['plain', 'merged', 'conflict', 'gone', 'before/moved', 'before/carried'];
  edit(target, Object.fromEntries(late.map((name) => [`${name}.yaml`, LATE])));
  expect((await next(target)).code).toBe(0);
  const { config, remains } = outcome(target);
  const merged = outcome(clean).config;
  expect([config, remains]).toEqual([
    {
      'added.yaml': merged['added.yaml'],
      'after/carried.yaml': LATE,
      'after/moved.yaml': LATE,
      'after/moved.yaml.brctl-new': SHIPPED_NEXT,
      'conflict.yaml': LATE,
      'conflict.yaml.brctl-new': SHIPPED_NEXT,
      'gone.yaml': LATE,
      'greeting.yaml': merged['greeting.yaml'],
      'kept.yaml': merged['kept.yaml'],
      'merged.yaml': LATE,
      'merged.yaml.brctl-new': SHIPPED_NEXT,
      'plain.yaml': LATE,
      'plain.yaml.brctl-new': SHIPPED_NEXT,
      'texts/footer.yaml': merged['texts/footer.yaml'],
    },
    [],
  ]);
  await play({ verb: 'install', spec: packs.after }, target);
  expect(outcome(target).config).toEqual(config);
});

test('what is deleted in the meantime stays so', async () => {
  const target = await upgradedUntil('switched');
  // What is renamed is there under both names at this moment.
  const names = ['plain', 'before/moved', 'before/carried', 'after/moved', 'after/carried'];
  edit(target, Object.fromEntries(names.map((name) => [`${name}.yaml`, null])));
  expect((await next(target)).code).toBe(0);
  const left = Object.keys(outcome(target).config);
  expect(left.filter((name) => /plain|moved|carried/.test(name))).toEqual([
    'after/moved.yaml.brctl-new',
    'plain.yaml.brctl-new',
  ]);
});

test('an edit after its own write, before the last one, wins as well', async () => {
  const target = await upgradedUntil('wrote config gone.yaml');
  edit(target, { 'plain.yaml': LATE, 'after/moved.yaml': LATE, 'after/carried.yaml': LATE });
  expect((await next(target)).code).toBe(0);
  const { config } = outcome(target);
  const shown = Object.entries(config).filter(([name]) => /plain|moved|carried/.test(name));
  const merged = outcome(clean).config;
  expect(Object.fromEntries(shown)).toEqual({
    'after/carried.yaml': LATE,
    'after/moved.yaml': LATE,
    'after/moved.yaml.brctl-new': SHIPPED_NEXT,
    'after/moved.yaml.brctl-old': merged['after/moved.yaml.brctl-old'],
    'plain.yaml': LATE,
    'plain.yaml.brctl-new': SHIPPED_NEXT,
  });
});

/** Where the process died between the two halves of a rename. */
test('a file at both names, edited at the new one, is left at both', async () => {
  const target = await upgradedUntil('switched');
  edit(target, { 'after/moved.yaml': LATE, 'after/carried.yaml': LATE });
  const before = outcome(target).config;
  expect((await next(target)).code).toBe(0);
  const { config } = outcome(target);
  for (const name of ['moved', 'carried'].flatMap((each) => [`after/${each}`, `before/${each}`])) {
    expect([name, config[`${name}.yaml`]]).toEqual([name, before[`${name}.yaml`]]);
  }
});

test('a file at both names, edited at the old one, moves as it is now', async () => {
  const target = await upgradedUntil('switched');
  edit(target, { 'before/moved.yaml': LATE, 'before/carried.yaml': LATE });
  expect((await next(target)).code).toBe(0);
  const { config } = outcome(target);
  const shown = Object.entries(config).filter(([name]) => /moved|carried/.test(name));
  expect(Object.fromEntries(shown)).toEqual({
    'after/carried.yaml': LATE,
    'after/moved.yaml': LATE,
    'after/moved.yaml.brctl-new': SHIPPED_NEXT,
  });
});

test('the files of a new pack are there before it, and go when it never comes', async () => {
  const target = await upgradedUntil('switched');
  const merged = outcome(clean).config;
  for (const name of ['after/moved.yaml', 'after/carried.yaml', 'added.yaml']) {
    expect([name, outcome(target).config[name]]).toEqual([name, merged[name]]);
  }
  for (const last of ['created config after/carried.yaml', 'linked']) {
    const early = await upgradedUntil(last);
    expect((await next(early)).code).toBe(0);
    expect(outcome(early).config).toEqual(outcome(base).config);
  }
});

test('a file that was moved by half and that nobody touched is moved', async () => {
  const target = await upgradedUntil('switched');
  mkdirSync(join(target, 'config/hello/after'), { recursive: true });
  edit(target, { 'after/carried.yaml': EDITS['before/carried.yaml']! });
  expect((await next(target)).code).toBe(0);
  expect(outcome(target)).toEqual(outcome(clean));
});

test('what an edit has overtaken is remembered as it came to be', async () => {
  const target = await upgradedUntil('renamed');
  // What could be merged then cannot be any more, and the next merge has to know that.
  edit(target, { 'merged.yaml': LATE });
  await play({ verb: 'install', spec: packs.after }, target);
  const pack = pathsOf(target).pack('hello');
  const { parent } = readReceipt(pack.generation(currentOf(pack) ?? ''));
  expect([currentOf(pack), parent]).toEqual(['g0002', 'g0001']);
  const [former, now] = ['g0001', 'g0002'].map((name) =>
    readFileSync(join(pack.generation(name), 'config/merged.yaml')).toString('base64'),
  );
  const known = outcome(target).owned?.config.find(({ path }) => path === 'merged.yaml');
  expect(known).toMatchObject({ base: former, offered: now });
});

test('a generation that came from elsewhere is not taken for one from here', async () => {
  const target = await upgradedUntil('renamed');
  const spec = versionOf(packs.after, '1.3.0');
  await play({ verb: 'install', spec }, target);
  const pack = pathsOf(target).pack('hello');
  const { source } = readReceipt(pack.generation(currentOf(pack) ?? ''));
  const locked = outcome(target).lock?.source.spec ?? '';
  expect([source.spec, resolve(target, locked)]).toEqual([spec, spec]);
});

/** What a process leaves that dies within a step. */
function litter(target: string): void {
  const { home } = pathsOf(target).pack('hello');
  mkdirSync(join(home, '.staging-dead/config'), { recursive: true });
  mkdirSync(join(home, '.removed-g0000'));
  symlinkSync('g0009', join(home, '.current-dead'));
  for (const path of [
    '.packs.lock.yaml.brctl-tmp',
    '.brctl/.journal.json.brctl-tmp',
    'config/hello/.plain.yaml.brctl-tmp',
    'config/hello/texts/.footer.yaml.brctl-tmp',
    '.brctl/packs/hello/.staging-dead/pack.yaml',
  ]) {
    writeFileSync(join(target, path), 'half');
  }
}

test.each([
  ['installing what is installed', () => ['pack', 'install', packs.after]],
  ['an upgrade to nothing newer', () => ['pack', 'upgrade', '--all']],
  ['a rollback', () => ['pack', 'rollback', 'hello']],
  ['an uninstall', () => ['pack', 'uninstall', 'hello']],
])('left-overs go with the next command: %s', async (_, words) => {
  const target = copyOf(clean);
  litter(target);
  expect(remainsIn(target)).toHaveLength(7);
  expect((await run([...words(), `--target=${target}`])).code).toBe(0);
  expect(remainsIn(target)).toEqual([]);
});
