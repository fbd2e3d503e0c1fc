import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Tests run the TypeScript sources; only `test/faults` and `test/transcripts` use the build. */
export default defineConfig({
  root,
  resolve: {
    alias: [
      { find: /^brctl\/sdk\/testing$/, replacement: `${root}src/sdk/testing.ts` },
      { find: /^brctl\/sdk$/, replacement: `${root}src/sdk/index.ts` },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-once.ts'],
    // Much of it waits for processes and servers: two at once also where there are two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { TZ: 'Pacific/Chatham', NO_COLOR: '1' },
  },
});
