/**
 * The disk says no at some step, or the source changes under the copy: the error comes out in one
 * sentence, what was current stays until a whole new one is, nothing half-made is left, and the
 * same command again gets there.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyInstall, planInstall } from '../../src/pack/change/install.ts';
import { pathsOf } from '../../src/pack/paths.ts';
import { fakeHost, temporaryFolder } from '../support/host.ts';
import { prepare } from '../support/install.ts';
import { perform, type Task } from './change.ts';
import { configPacks, EDITS, edit } from './config-packs.ts';
import { copyOf, newTarget, play, turningPoints } from './deployment.ts';
import { type Outcome, outcome } from './outcome.ts';

function diskFull(): Error {
  return Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' });
}

/** A target with the old version, edited; where it is asked for, upgraded. */
async function deployed(isUpgraded: boolean): Promise<string> {
  const { before, after } = await configPacks();
  const target = newTarget();
  await play({ verb: 'install', spec: before }, target);
  edit(target, EDITS);
  if (isUpgraded) await play({ verb: 'install', spec: after }, target);
  const { data } = pathsOf(target).forPack('hello');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'ledger'), 'rows');
  return target;
}

test.each<[string, boolean, (after: string) => Task]>([
  ['an upgrade', false, (spec) => ({ verb: 'install', spec })],
  ['a rollback', true, () => ({ verb: 'rollback' })],
  ['an uninstall', true, () => ({ verb: 'uninstall' })],
  ['a purge', true, () => ({ verb: 'purge' })],
])('a full disk at any step is one sentence, and the next one gets there: %s', async (...row) => {
  const [, isUpgraded, taskOf] = row;
  const base = await deployed(isUpgraded);
  const task = taskOf((await configPacks()).after);
  const before = outcome(base);
  const clean = copyOf(base);
  const steps = await play(task, clean);
  for (const step of turningPoints(steps).slice(0, -1)) {
    const name = steps[step - 1]!;
    const target = copyOf(base);
    const failAt = (at: string): void => {
      if (at === name) throw diskFull();
    };
    const failing = perform(task, target, { host: fakeHost(), step: failAt });
    await expect(failing).rejects.toMatchObject({ kind: 'operational', code: 'disk-full' });
    const isSwitched = steps.indexOf(name) >= steps.indexOf('switched');
    const { status, current, remains } = outcome(target);
    const want = isSwitched ? outcome(clean) : before;
    expect([name, status, current]).toEqual([name, want.status, want.current]);
    expect([name, remains]).toEqual([name, isSwitched ? ['.brctl/journal.json'] : []]);
    await play(task, target);
    expect([name, outcome(target)]).toEqual([name, outcome(clean)]);
  }
});

const UNSHARE = ['--user', '--map-root-user', '--mount'];
const canMount = spawnSync('unshare', [...UNSHARE, 'true']).status === 0;

type Round = Readonly<{
  pages: number;
  error?: { kind: string; message: string };
  failed: Outcome;
  again?: object;
  done: Outcome;
}>;

test.skipIf(!canMount)('a disk that is really full, by one page less each time', async () => {
  const base = await deployed(false);
  const { after: spec } = await configPacks();
  const clean = copyOf(base);
  await play({ verb: 'install', spec }, clean);
  const script = join(import.meta.dirname, 'full-disk.ts');
  const words = [...UNSHARE, process.execPath, script, temporaryFolder(), base, spec];
  const ran = spawnSync('unshare', words, { encoding: 'utf8' });
  expect([ran.status, ran.stderr]).toEqual([0, '']);
  const rounds: Round[] = ran.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  const old = outcome(base);
  // As it is after JSON, like the others.
  const done: Outcome = JSON.parse(JSON.stringify(outcome(clean)));
  for (const { pages, error, failed, again, done: end } of rounds) {
    expect([pages, failed.status]).toEqual([pages, 'intact']);
    expect([pages, again, end]).toEqual([pages, undefined, done]);
    if (error === undefined) continue;
    const isOld = failed.current === old.current;
    const { remains, config } = failed;
    expect([pages, remains]).toEqual([pages, isOld ? [] : ['.brctl/journal.json']]);
    if (isOld) expect([pages, config]).toEqual([pages, { ...config, ...old.config }]);
    expect([pages, error]).toEqual([
      pages,
      {
        kind: 'operational',
        message: expect.stringMatching(/^cannot install: \/\S+: the disk is full$/),
      },
    ]);
  }
  // Some failed before the switch, some after it, and the last one had enough.
  expect(new Set(rounds.map(({ failed }) => failed.current))).toEqual(new Set(['g0001', 'g0002']));
  expect(rounds.at(-2)?.failed.current).toBe('g0002');
  expect(rounds.at(-1)?.error).toBeUndefined();
});

test('a source that changes while it is copied is refused', async () => {
  const { built, target, home } = await prepare();
  const host = fakeHost();
  const plan = await planInstall({ spec: built, target }, host);
  const step = (at: string): void => {
    if (at === 'staged') appendFileSync(join(built, 'README.md'), 'changed\n');
  };
  const failing = applyInstall(plan, host, { step });
  await expect(failing).rejects.toMatchObject({
    kind: 'integrity',
    code: 'copy-differs',
    message: `${built} changed while it was copied`,
  });
  expect(readdirSync(home)).toEqual([]);
});

test('what changed between the plan and the lock is planned again', async () => {
  const { built, target, home } = await prepare();
  const host = fakeHost();
  const stale = await planInstall({ spec: built, target }, host);
  await applyInstall(await planInstall({ spec: built, target }, host), host);
  const done = await applyInstall(stale, host);
  expect([done.action, readdirSync(home).sort()]).toEqual(['none', ['current', 'g0001']]);
});
