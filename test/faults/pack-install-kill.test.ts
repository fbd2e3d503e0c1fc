/** The built program, killed with SIGKILL at moments that nobody chose, and many of it at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { HELLO_CONSENT } from '../support/consent.ts';
import { builtHello } from '../support/host.ts';
import { brctl, start } from '../support/program.ts';
import { inTurn, newTarget, play } from './deployment.ts';
import { outcome } from './outcome.ts';

test('the built brctl killed at any moment leaves what the next one completes', async () => {
  const built = await builtHello();
  const clean = newTarget();
  await play({ verb: 'install', spec: built }, clean);
  // Spread over the whole run, start-up included; which step a moment hits is up to the machine.
  await inTurn([40, 80, 120, 150, 180, 210, 240, 280, 320, 400], async (delayMs) => {
    const target = newTarget();
    const words = ['pack', 'install', built, `--target=${target}`, HELLO_CONSENT];
    const { process: child, ended } = start(words);
    await sleep(delayMs);
    child.kill('SIGKILL');
    await ended;
    expect(['absent', 'intact']).toContain(outcome(target).status);
    expect((await brctl(words)).code).toBe(0);
    expect([delayMs, outcome(target)]).toEqual([delayMs, outcome(clean)]);
  });
});

test('many installers at once: all succeed, and there is one generation', async () => {
  const built = await builtHello();
  const target = newTarget();
  const words = ['pack', 'install', built, `--target=${target}`, HELLO_CONSENT];
  const runs = await Promise.all(Array.from({ length: 5 }, () => brctl(words)));
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  expect(outcome(target)).toMatchObject({ status: 'intact', current: 'g0001', remains: [] });
});
