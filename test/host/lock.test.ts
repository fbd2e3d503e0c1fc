/** One at a time, and nobody waits for the dead. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { withLock } from '../../src/pack/store/lock.ts';
import { fakeContext } from '../../src/sdk/testing.ts';
import { temporaryFolder } from '../support/host.ts';
import { prepare } from '../support/install.ts';

const HOLD = `
  import { mkdirSync } from 'node:fs';
  import { dirname } from 'node:path';
  import { DatabaseSync } from 'node:sqlite';
  mkdirSync(dirname(process.argv[1]), { recursive: true });
  new DatabaseSync(process.argv[1]).exec('BEGIN EXCLUSIVE');
  process.stdout.write('held');
  setInterval(() => {}, 1000);
`;

/** Another process that has the lock until it is killed. */
async function holder(file: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLD, file]);
  await once(child.stdout, 'data');
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

test('the body runs, its value comes back, and the file holds nothing', async () => {
  const file = join(temporaryFolder(), '.brctl/lock.db');
  const context = fakeContext();
  expect(await withLock({ file, waitMs: 0, context }, async () => 42)).toBe(42);
  expect([existsSync(file), existsSync(`${file}-journal`)]).toEqual([true, false]);
  expect(context.printed.err).toBe('');
});

test('a second process waits, says so once, and gives up as locked', async () => {
  const file = join(temporaryFolder(), 'srv/.brctl/lock.db');
  const other = await holder(file);
  const context = fakeContext();
  await expect(withLock({ file, waitMs: 300, context }, async () => 1)).rejects.toMatchObject({
    kind: 'locked',
    message: expect.stringMatching(/^another brctl is changing .*\/srv$/),
  });
  expect(context.printed.err).toBe('waiting for another brctl that is changing this target\n');
  await other.kill();
});

test('a holder that is killed frees the lock at once', async () => {
  const file = join(temporaryFolder(), '.brctl/lock.db');
  const other = await holder(file);
  const waiting = withLock({ file, waitMs: 20_000, context: fakeContext() }, async () => 'mine');
  await sleep(150);
  await other.kill();
  expect(await waiting).toBe('mine');
});

test('an install that waited in vain exits 8 and changed nothing', async () => {
  const { home, install, target } = await prepare();
  const other = await holder(join(target, '.brctl/lock.db'));
  const { code, out, err } = await install();
  expect([code, out, existsSync(home)]).toEqual([8, '', false]);
  expect(err).toBe(
    'waiting for another brctl that is changing this target\n' +
      `brctl: another brctl is changing ${target}\n  hint: try again when it has finished\n`,
  );
  await other.kill();
});

test('a body that throws frees the lock', async () => {
  const options = {
    file: join(temporaryFolder(), '.brctl/lock.db'),
    waitMs: 0,
    context: fakeContext(),
  };
  const failing = withLock(options, () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await withLock(options, async () => 'free')).toBe('free');
});

test('Ctrl-C ends the waiting', async () => {
  const file = join(temporaryFolder(), '.brctl/lock.db');
  const other = await holder(file);
  const controller = new AbortController();
  const context = { ...fakeContext(), signal: controller.signal };
  const waiting = withLock({ file, waitMs: 20_000, context }, async () => 1);
  controller.abort();
  await expect(waiting).rejects.toThrow(/aborted/);
  await other.kill();
});
