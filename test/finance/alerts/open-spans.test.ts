/** Which periods are open, whatever was imported when. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ALERT_PERIODS } from '../../../packs/finance/core/alert-config/period.ts';
import type { SourceFreshness } from '../../../packs/finance/core/alert-rules/source.ts';
import { openSpans } from '../../../packs/finance/core/alert-rules/span.ts';
import { periodOf } from '../../../packs/finance/core/billing-period.ts';
import { addDays, type Day, parseDay } from '../../../packs/finance/core/day.ts';

const DAY_MS = 86_400_000;
const TODAY = parseDay('2026-05-20');

const someFeed = (source: string): fc.Arbitrary<SourceFreshness> =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat(120), fc.integer({ min: -1, max: 20 })), { maxLength: 8 }),
      fc.nat(80),
    )
    .map(([imports, age]) => ({
      source,
      completeThrough: addDays(TODAY, -age),
      learnt: imports
        .toSorted(([a], [b]) => b - a)
        .map(([ago, lag]) => {
          const through = addDays(TODAY, -ago - Math.max(lag, 0));
          const told = lag < 0 ? undefined : through;
          return { month: periodOf(through).start, through: told, atMs: (TODAY - ago) * DAY_MS };
        }),
    }));

const someFeeds = fc.tuple(someFeed('aws'), someFeed('gcp'), someFeed('openai'));

it('what is open for some feeds is open for all of them, and closes no later', () => {
  fc.assert(
    fc.property(someFeeds, fc.constantFrom(...ALERT_PERIODS), (feeds, period) => {
      const clock = { asOf: TODAY, nowMs: TODAY * DAY_MS + 1 };
      const all = new Map(
        openSpans(period, { ...clock, feeds }).map(({ span }) => [span.label, span.closesMs]),
      );
      for (const some of [[], [feeds[0]], [feeds[1], feeds[2]]]) {
        for (const { span } of openSpans(period, { ...clock, feeds: some })) {
          expect(all.get(span.label)).toBeGreaterThanOrEqual(span.closesMs);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

it('what was remembered to close is closed when it is open no more', () => {
  fc.assert(
    fc.property(someFeeds, fc.constantFrom(...ALERT_PERIODS), (feeds, period) => {
      const known = new Map<string, number>();
      // As each day knew it; a source is as complete as its last import said.
      for (let day = addDays(TODAY, -120) as Day; day <= TODAY; day = addDays(day, 1)) {
        const nowMs = day * DAY_MS + 1;
        const then = feeds.map(({ learnt = [], source }) => {
          const told = learnt.filter(({ atMs }) => atMs <= nowMs);
          return { source, completeThrough: day, learnt: told };
        });
        const open = openSpans(period, { asOf: day, nowMs, feeds: then });
        for (const { span } of open) known.set(span.label, span.closesMs);
        const labels = new Set(open.map(({ span }) => span.label));
        for (const [label, closesMs] of known) {
          if (!labels.has(label)) expect(closesMs, label).toBeLessThanOrEqual(nowMs);
        }
      }
    }),
    { numRuns: 200 },
  );
});
