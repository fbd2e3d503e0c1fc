/**
 * The disk says no at some step, or the source changes under the copy: the error comes out, what
 * was current stays, nothing half-made is left, and the next install succeeds.
 */
import { appendFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyInstall, planInstall } from '../../src/pack/change/install.ts';
import { pathsOf } from '../../src/pack/paths.ts';
import { inspect } from '../../src/pack/store/generation.ts';
import { fakeHost } from '../support/host.ts';
import { prepare } from '../support/install.ts';

function diskFull(): Error {
  return Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' });
}

test('a full disk at any step is one sentence, and leaves nothing half-made', async () => {
  const { built, target, home } = await prepare();
  const host = fakeHost();
  const names: string[] = [];
  const plan = () => planInstall({ spec: built, target }, host);
  await applyInstall(await plan(), host, { step: (name) => names.push(name) });
  for (const name of names.slice(0, -1)) {
    rmSync(target, { recursive: true });
    const step = (at: string): void => {
      if (at === name) throw diskFull();
    };
    const failing = applyInstall(await plan(), host, { step });
    await expect(failing).rejects.toMatchObject({ kind: 'operational', code: 'disk-full' });
    const left = readdirSync(home).filter((each) => each.startsWith('.staging-'));
    const isSwitched = names.indexOf(name) >= names.indexOf('switched');
    expect([name, left, existsSync(join(home, 'current'))]).toEqual([name, [], isSwitched]);
    await applyInstall(await plan(), host);
    expect([name, inspect(pathsOf(target).pack('hello')).status]).toEqual([name, 'intact']);
    expect(readdirSync(home).sort()).toEqual(['current', 'g0001']);
  }
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
