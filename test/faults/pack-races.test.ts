/**
 * Two programs change one pack at once. Both wait for their turn and say so, each ends with 0 or 8,
 * and what is left is what one after the other would have left.
 */
import { cpSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { applyInstall, planInstall } from '../../src/pack/change/install.ts';
import { applyUninstall, planUninstall } from '../../src/pack/change/uninstall.ts';
import { planUpgrades } from '../../src/pack/change/upgrade.ts';
import { pathsOf } from '../../src/pack/paths.ts';
import { withLock } from '../../src/pack/store/lock.ts';
import { HELLO_CONSENT } from '../support/consent.ts';
import {
  buildHello,
  builtHello,
  fakeHost,
  helloManifest,
  nextHello,
  run,
} from '../support/host.ts';
import { start } from '../support/program.ts';
import { copyOf, newTarget, play, versionOf } from './deployment.ts';
import { outcome } from './outcome.ts';

const WAITING = 'waiting for another brctl that is changing this target\n';

/** Starts both, lets go of the target when both stand before it, and waits for their end. */
async function race(target: string, both: readonly (readonly string[])[]) {
  const context = fakeHost();
  const lock = { file: pathsOf(target).lock, waitMs: 0, context };
  const runs = await withLock(lock, async () => {
    const started = both.map((words) => start([...words, `--target=${target}`]));
    await Promise.all(
      started.map(({ process: child }) => new Promise((done) => child.stderr?.once('data', done))),
    );
    return started;
  });
  return Promise.all(runs.map(({ ended }) => ended));
}

async function inOrder(target: string, both: readonly (readonly string[])[]) {
  const copy = copyOf(target);
  for (const words of both) await run([...words, `--target=${copy}`]);
  return outcome(copy);
}

async function endsAsInSomeOrder(target: string, both: readonly (readonly string[])[]) {
  const orders = [await inOrder(target, both), await inOrder(target, both.toReversed())];
  const ended = await race(target, both);
  for (const { code, err } of ended)
    expect([[0, 8].includes(code ?? 70), err]).toEqual([true, err]);
  expect(ended.map(({ err }) => err.startsWith(WAITING))).toEqual([true, true]);
  expect(orders).toContainEqual(outcome(target));
}

async function installedBoth() {
  const target = newTarget();
  const older = await builtHello();
  const newer = versionOf(older, '1.3.0');
  for (const spec of [older, newer]) await play({ verb: 'install', spec }, target);
  return { target, older, newer };
}

/** A folder holds another version than when it was installed. */
function release(folder: string, version: string): void {
  cpSync(versionOf(folder, version), folder, { recursive: true });
}

test('two versions are installed', async () => {
  const older = await builtHello();
  const packs = [older, versionOf(older, '1.3.0')];
  const both = packs.map((spec) => ['pack', 'install', spec, HELLO_CONSENT]);
  await endsAsInSomeOrder(newTarget(), both);
});

test('one is upgraded and rolled back', async () => {
  const { target, newer } = await installedBoth();
  release(newer, '1.4.0');
  await endsAsInSomeOrder(target, [
    ['pack', 'upgrade', 'hello'],
    ['pack', 'rollback', 'hello'],
  ]);
});

test('one is upgraded twice', async () => {
  const { target, newer } = await installedBoth();
  release(newer, '1.4.0');
  const upgrade = ['pack', 'upgrade', '--all'];
  const ended = await race(target, [upgrade, upgrade]);
  expect(ended.map(({ code }) => code).sort()).toEqual([0, 8]);
  expect(outcome(target)).toMatchObject({ current: 'g0003', status: 'intact', remains: [] });
});

test('one is uninstalled and installed', async () => {
  const { target, newer } = await installedBoth();
  const next = versionOf(newer, '1.4.0');
  await endsAsInSomeOrder(target, [
    ['pack', 'uninstall', 'hello'],
    ['pack', 'install', next, HELLO_CONSENT],
  ]);
});

test('what was consented to by being installed is asked for once that is gone', async () => {
  const { target, newer } = await installedBoth();
  const host = fakeHost({ confirm: undefined });
  const plan = await planInstall({ spec: versionOf(newer, '1.4.0'), target }, host);
  const question = { pack: 'hello', target, purge: false };
  await applyUninstall(planUninstall(question), host);
  await expect(applyInstall(plan, host)).rejects.toMatchObject({ kind: 'consent' });
  expect(outcome(target)).toMatchObject({ status: 'absent', remains: [] });
});

test('nobody is asked twice, and an answer is for what was asked', async () => {
  const target = newTarget();
  const spec = await builtHello();
  const questions: string[] = [];
  const confirm = async (question: string): Promise<boolean> => {
    questions.push(question);
    return true;
  };
  const host = fakeHost({ confirm });
  const plan = await planInstall({ spec, target }, host);
  rmSync(spec, { recursive: true });
  const wider = nextHello({
    'pack.yaml': helloManifest('[api.example.com]', '[api.example.com, evil.example]'),
  });
  await buildHello(wider, spec.replace(/\/hello$/, ''));
  await expect(applyInstall(plan, host)).rejects.toMatchObject({
    kind: 'consent',
    message: expect.stringContaining('evil.example'),
  });
  expect(questions).toHaveLength(1);
  expect(outcome(target).status).toBe('absent');
  await applyInstall(await planInstall({ spec, target }, host), host);
  expect(questions).toHaveLength(2);
});

test('an upgrade that was overtaken changes nothing', async () => {
  const { target, newer } = await installedBoth();
  release(newer, '1.4.0');
  const host = fakeHost();
  const question = { packs: ['hello'], isAll: false, target, to: undefined, minLevel: undefined };
  const [upgrade] = await planUpgrades({ ...question, policy: 'merge' }, host);
  if (upgrade?.kind !== 'plan') throw new Error('there is 1.4.0');
  await play({ verb: 'install', spec: versionOf(newer, '2.0.0') }, target);
  await expect(applyInstall(upgrade.plan, host)).rejects.toMatchObject({ kind: 'locked' });
  expect(outcome(target)).toMatchObject({ current: 'g0003', remains: [] });
});
