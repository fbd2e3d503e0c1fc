import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { showingProgress } from '../../../packs/finance/import/progress.ts';
import { fakeContext } from '../../../src/sdk/testing.ts';

it('progress is drawn on a terminal, and erased when the work ends', async () => {
  const context = fakeContext({ isTTY: true });
  await showingProgress(context, () => 41.7, sleep(1_200));
  const drawn = context.printed.err.split('\r\u001b[K');
  expect(drawn).toEqual([
    '',
    'reading and checking: 0 s, 41 %',
    'reading and checking: 1 s, 41 %',
    '',
  ]);
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
