/**
 * Real processes are killed with SIGKILL at every step of every change of a pack. Afterwards what
 * is current is a whole generation, the operator's edits are there, and the next change of any kind
 * ends what was begun, where an undisturbed run ends.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { pathsOf } from '../../src/pack/paths.ts';
import { builtHello, run } from '../support/host.ts';
import { type Task, wordsFor } from './change.ts';
import { type ConfigPacks, configPacks, EDITS, edit } from './config-packs.ts';
import { copyOf, inTurn, killAt, newTarget, play, turningPoints } from './deployment.ts';
import { type Outcome, outcome } from './outcome.ts';

let packs: ConfigPacks;
beforeEach(async () => {
  packs = await configPacks();
});

/** The old version with every kind of edit. */
async function edited(): Promise<string> {
  const target = newTarget();
  await play({ verb: 'install', spec: packs.before }, target);
  edit(target, EDITS);
  return target;
}

async function upgraded(): Promise<string> {
  const target = await edited();
  await play({ verb: 'install', spec: packs.after }, target);
  return target;
}

type Sweep = Readonly<{
  base: string;
  task: Task;
  /** Texts of the operator, each of which is in a file of its own before and after. */
  edits: readonly string[];
  /** Each file that is copied, too. */
  isEach?: boolean;
}>;

async function sweep({ base, task, edits, isEach = false }: Sweep): Promise<void> {
  await play({ verb: 'install', spec: packs.other }, base);
  const before = outcome(base);
  const clean = copyOf(base);
  const steps = await play(task, clean);
  const after = outcome(clean);
  expect([after.problems, after.remains]).toEqual([[], []]);
  const all = steps.map((_, i) => i + 1);
  await inTurn(isEach ? all : turningPoints(steps), async (step) => {
    const name = steps[step - 1]!;
    const want = step > steps.indexOf('switched') ? after : before;
    const target = copyOf(base);
    await killAt(step, task, target);
    const { status, current, config } = outcome(target);
    expect([name, status, current]).toEqual([name, want.status, want.current]);
    const texts = Object.values(config);
    expect([name, edits.filter((text) => !texts.includes(text))]).toEqual([name, []]);
    const elsewhere = copyOf(target);
    if (step < steps.length) expect((await run(wordsFor(task, target))).code).toBe(0);
    expect([name, outcome(target)]).toEqual([name, after]);
    // A change of another pack ends this one as well.
    expect((await run(['pack', 'uninstall', 'other', `--target=${elsewhere}`])).code).toBe(0);
    if (want === after) expect([name, outcome(elsewhere)]).toEqual([name, after]);
    else isAsBefore(name, outcome(elsewhere), before);
  });
}

/** But for what nobody looks at: a generation that never was current, files that came with it. */
function isAsBefore(name: string, found: Outcome, before: Outcome): void {
  expect([name, found]).toEqual([
    name,
    {
      ...before,
      generations: [...before.generations, ...found.generations.slice(before.generations.length)],
      config: { ...found.config, ...before.config },
    },
  ]);
}

const MINE = Object.values(EDITS).filter((text) => text !== null);
/** What an upgrade left of them. */
const MINE_MERGED = MINE.map((text) => text.replace(/(?<=first: [56]\nsecond: )1/, '2'));

test('a first install', async () => {
  const task = { verb: 'install', spec: await builtHello() } as const;
  await sweep({ base: newTarget(), task, edits: [], isEach: true });
});

test('an upgrade with edited, unedited, removed, renamed and deleted config', async () => {
  await sweep({ base: await edited(), task: { verb: 'install', spec: packs.after }, edits: MINE });
});

test('a rollback', async () => {
  await sweep({ base: await upgraded(), task: { verb: 'rollback' }, edits: MINE_MERGED });
});

test('a folder that is linked in the place of a pack', async () => {
  await sweep({ base: await edited(), task: { verb: 'link', spec: packs.before }, edits: MINE });
});

test('an uninstall keeps every file of the operator', async () => {
  await sweep({ base: await upgraded(), task: { verb: 'uninstall' }, edits: MINE_MERGED });
});

test('an uninstall that takes config and data as well', async () => {
  const base = await upgraded();
  const data = pathsOf(base).forPack('hello').data;
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'ledger'), 'kept until then');
  await sweep({ base, task: { verb: 'purge' }, edits: [] });
});

test('killed again and again, each time a step further, a change still gets there', async () => {
  const base = await edited();
  const task = { verb: 'install', spec: packs.after } as const;
  const clean = copyOf(base);
  const steps = await play(task, clean);
  const first = steps.indexOf('switched') + 1;
  const target = copyOf(base);
  await killAt(first, task, target);
  // What is left is played from its beginning: the config, the lock file, the journal.
  for (let step = 1; step <= steps.length - first; step += 1) await killAt(step, task, target);
  expect(outcome(target)).toEqual(outcome(clean));
});

test('killed before it is switched, again and again, one whole generation is left', async () => {
  const task = { verb: 'install', spec: await builtHello() } as const;
  const clean = newTarget();
  const target = newTarget();
  const steps = await play(task, clean);
  for (const name of ['prepared', 'staged', 'copied index.mjs', 'wrote receipt']) {
    await killAt(steps.indexOf(name) + 1, task, target);
  }
  expect((await run(wordsFor(task, target))).code).toBe(0);
  expect(outcome(target)).toEqual(outcome(clean));
});
