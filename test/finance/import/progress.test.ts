import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { showingProgress } from '../../../packs/finance/import/progress.ts';
import { fakeContext } from '../../../src/sdk/testing.ts';

it('progress is drawn on a terminal, and erased when the work ends', async () => {
  const context = fakeContext({ isTTY: true });
  await showingProgress(context, () => 41.7, sleep(1_200));
  expect(context.printed.err).toMatch(
    /^(\r\u001b\[Kreading and checking: \d s, 41 %)+\r\u001b\[K$/,
  );
  expect(context.printed.out).toBe('');
});

it('progress is nothing where stderr is no terminal, and short work draws none', async () => {
  const piped = fakeContext();
  await showingProgress(piped, () => 1, sleep(700));
  const quick = fakeContext({ isTTY: true });
  await showingProgress(quick, () => 1, sleep(10));
  expect([piped.printed.err, quick.printed.err]).toEqual(['', '']);
});

it('progress is erased also when the work fails', async () => {
  const context = fakeContext({ isTTY: true });
  const failing = sleep(700).then(() => Promise.reject(new Error('no')));
  await expect(showingProgress(context, () => undefined, failing)).rejects.toThrow('no');
  expect(context.printed.err.endsWith('\r\u001b[K')).toBe(true);
});
