/**
 * Whatever an operator does to a pack and its config, in whatever order: what is installed is whole
 * and is what the lock file says, edits are never lost, and generations do not pile up.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathsOf } from '../../src/pack/paths.ts';
import { currentOf, generationsIn } from '../../src/pack/store/generation.ts';
import { readLock } from '../../src/pack/store/lockfile.ts';
import { readReceipt } from '../../src/pack/store/receipt.ts';
import { verifyTarget } from '../../src/pack/store/verify.ts';
import { remainsIn } from '../faults/outcome.ts';
import { run, temporaryFolder } from '../support/host.ts';
import { released, shipping } from '../support/releases.ts';

const VERSIONS = ['1.2.0', '1.3.0', '1.4.0', '1.5.0'] as const;
const FILES = ['a.yaml', 'b.yaml', 'old.yaml', 'new.yaml', 'c.yaml'] as const;
const PACK = 'hello';

/** Files are changed, dropped, renamed and shipped again. */
async function catalogue(): Promise<string> {
  const two = (one: number, other: number): string => `one: ${one}\ntwo: ${other}\nthree: 1\n`;
  const changes = [
    await shipping({ 'a.yaml': two(1, 1), 'b.yaml': two(1, 1), 'old.yaml': two(1, 1) }),
    await shipping({ 'a.yaml': two(1, 2), 'b.yaml': two(1, 1), 'old.yaml': two(1, 2) }),
    await shipping(
      { 'a.yaml': two(1, 2), 'new.yaml': two(1, 3), 'c.yaml': two(1, 1) },
      { 'new.yaml': 'old.yaml' },
    ),
    await shipping({ 'a.yaml': two(5, 2), 'b.yaml': two(1, 1), 'new.yaml': two(5, 3) }),
  ];
  return released(...VERSIONS.map((version, i) => ({ version, changes: changes[i]! })));
}

type Move =
  | Readonly<{ kind: 'install'; version: string }>
  | Readonly<{ kind: 'upgrade' | 'rollback' | 'uninstall' | 'purge' }>
  | Readonly<{ kind: 'edit'; file: string; value: number }>
  | Readonly<{ kind: 'delete'; file: string }>
  | Readonly<{ kind: 'pin' | 'unpin'; which: number }>;

const moves = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: of('install', { version: fc.constantFrom(...VERSIONS) }) },
    { weight: 2, arbitrary: of('upgrade', {}) },
    { weight: 4, arbitrary: of('rollback', {}) },
    { weight: 1, arbitrary: of('uninstall', {}) },
    { weight: 1, arbitrary: of('purge', {}) },
    {
      weight: 6,
      arbitrary: of('edit', { file: fc.constantFrom(...FILES), value: fc.nat(9) }),
    },
    { weight: 2, arbitrary: of('delete', { file: fc.constantFrom(...FILES) }) },
    { weight: 1, arbitrary: of('pin', { which: fc.nat(4) }) },
    { weight: 1, arbitrary: of('unpin', { which: fc.nat(4) }) },
  ),
  { minLength: 6, maxLength: 16, size: 'max' },
);

function of<K extends Move['kind'], R extends object>(
  kind: K,
  rest: { [key in keyof R]: fc.Arbitrary<R[key]> },
): fc.Arbitrary<R & { kind: K }> {
  return fc.record({ ...rest, kind: fc.constant(kind) }) as fc.Arbitrary<R & { kind: K }>;
}

/** What an operator may expect without a look at the disk. */
type Model = Readonly<{
  version: string | undefined;
  /** What was current before, in the order of the way back. */
  before: readonly string[];
  hold: readonly string[];
  pins: readonly string[];
  /** Of each edit that the operator did not delete: a line of it. */
  marks: readonly string[];
}>;

const NOTHING: Model = { version: undefined, before: [], hold: [], pins: [], marks: [] };

type World = Readonly<{ target: string; packageRoot: string; edits: { count: number } }>;

const packOf = ({ target }: World) => pathsOf(target).pack(PACK);
const configOf = ({ target }: World) => pathsOf(target).forPack(PACK).config;

/** Does it, and says what is expected of the world from then on. */
async function make(move: Move, model: Model, world: World): Promise<Model> {
  switch (move.kind) {
    case 'edit':
      return edited(move, model, world);
    case 'delete':
      rmSync(join(configOf(world), move.file), { force: true });
      return { ...model, marks: model.marks.filter((mark) => textsIn(world).includes(mark)) };
    case 'pin':
    case 'unpin':
      return pinned(move, model, world);
    default:
      return changed(move, model, world);
  }
}

function edited(
  { file, value }: Extract<Move, { kind: 'edit' }>,
  model: Model,
  world: World,
): Model {
  const path = join(configOf(world), file);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : 'one: 1\ntwo: 1\n';
  world.edits.count += 1;
  const mark = `# edit ${world.edits.count}.`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${mark}\n${text.replace(/^two: .*$/m, `two: ${value}`)}`);
  return { ...model, marks: [...model.marks, mark] };
}

async function pinned(
  { kind, which }: Extract<Move, { kind: 'pin' | 'unpin' }>,
  model: Model,
  world: World,
): Promise<Model> {
  const there = generationsIn(packOf(world).home);
  const generation = there[which % Math.max(1, there.length)];
  if (generation === undefined) return model;
  await brctl(world, ['pin', PACK, generation, ...(kind === 'pin' ? [] : ['--off'])], 0);
  const others = model.pins.filter((name) => name !== generation);
  return { ...model, pins: kind === 'pin' ? [...others, generation] : others };
}

async function changed(move: Move, model: Model, world: World): Promise<Model> {
  const { version, before, hold } = model;
  switch (move.kind) {
    case 'install': {
      await brctl(world, ['install', `${PACK}@${move.version}`], 0);
      return movedTo(move.version, model);
    }
    case 'upgrade': {
      const newest = VERSIONS.findLast((each) => !hold.includes(each))!;
      await brctl(world, ['upgrade', PACK, '--to', '*'], version === undefined ? 2 : 0);
      return version === undefined ? model : movedTo(newest, model);
    }
    case 'rollback': {
      const last = isParentThere(world) ? before.at(-1) : undefined;
      await brctl(world, ['rollback', PACK], last === undefined ? 2 : 0);
      if (last === undefined) return model;
      const held = [...hold, version!].filter((each) => each !== last);
      return { ...model, version: last, before: before.slice(0, -1), hold: held };
    }
    case 'purge': {
      const isLeft = version !== undefined || existsSync(configOf(world));
      await brctl(world, ['uninstall', PACK, '--purge'], isLeft ? 0 : 2);
      return NOTHING;
    }
    default:
      await brctl(world, ['uninstall', PACK], version === undefined ? 2 : 0);
      return { ...NOTHING, marks: model.marks };
  }
}

function movedTo(next: string, model: Model): Model {
  const { version, before } = model;
  const hold = model.hold.filter((each) => each !== next);
  if (version === next) return { ...model, hold };
  return { ...model, hold, version: next, before: version ? [...before, version] : [] };
}

/** Of a generation that was gone back to, the parent may have been swept. */
function isParentThere(world: World): boolean {
  const pack = packOf(world);
  const current = currentOf(pack);
  const parent = current === null ? null : readReceipt(pack.generation(current)).parent;
  return parent !== null && generationsIn(pack.home).includes(parent);
}

async function brctl(world: World, words: readonly string[], code: number): Promise<void> {
  const { target, packageRoot } = world;
  const ran = await run(['pack', ...words, `--target=${target}`], { packageRoot });
  expect([words, ran.code, ran.err]).toEqual([words, code, code === 0 ? '' : ran.err]);
}

function textsIn(world: World): string {
  const folder = configOf(world);
  if (!existsSync(folder)) return '';
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
}

function holds(model: Model, world: World): void {
  const { target } = world;
  const pack = packOf(world);
  const locked = readLock(pathsOf(target).lockFile).get(PACK);
  const current = currentOf(pack);
  const receipt = current === null ? undefined : readReceipt(pack.generation(current));
  expect(receipt?.version).toBe(model.version);
  expect(verifyTarget(target).flatMap(({ problems }) => problems)).toEqual([]);
  expect(locked && { ...locked, source: locked.source.kind }).toEqual(
    receipt && {
      version: receipt.version,
      source: receipt.source.kind,
      integrity: receipt.archive,
      tree: receipt.tree,
      level: 'integrity',
      key: null,
      hold: expect.toSatisfy((hold) => `${hold.toSorted()}` === `${model.hold.toSorted()}`),
    },
  );
  const texts = textsIn(world);
  expect(model.marks.filter((mark) => !texts.includes(mark))).toEqual([]);
  const there = generationsIn(pack.home);
  expect(there).toEqual(expect.arrayContaining([...model.pins]));
  expect(there.length).toBeLessThanOrEqual(3 + 2 + model.pins.length);
  expect(remainsIn(target)).toEqual([]);
}

test('a pack is whole and locked, and no edit is lost, whatever is done to it', async () => {
  const packageRoot = await catalogue();
  await fc.assert(
    fc.asyncProperty(moves, async (all) => {
      const target = join(temporaryFolder(), 'srv');
      const world = { target, packageRoot, edits: { count: 0 } };
      mkdirSync(target);
      let model = NOTHING;
      for (const move of all) {
        model = await make(move, model, world);
        holds(model, world);
      }
    }),
    { numRuns: 12 },
  );
});
