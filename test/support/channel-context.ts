/** The world of a channel under test: real `fetch`, a clock that stands, what was printed. */
import { type FakeContext, fakeContext } from '../../src/sdk/testing.ts';

export const CHANNEL_NOW = '2026-03-02T07:00:10Z';

export function channelContext(signal?: AbortSignal): FakeContext {
  const context = fakeContext({ now: CHANNEL_NOW });
  return { ...context, fetch: globalThis.fetch, ...(signal === undefined ? {} : { signal }) };
}
