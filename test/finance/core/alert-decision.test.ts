import { describe, expect, it } from 'vitest';
import { type Decision, decide } from '../../../packs/finance/core/alert-state/decision.ts';

const MINUTE = 60_000;
const NOW = 1000 * MINUTE;

type Asked = Readonly<{
  entry: { firing?: string; resolved?: string; agoMin?: number; sentMs?: number } | null;
  firing?: string;
  resolved?: string;
  sendResolved?: boolean;
}>;

/** Sets are written as the letters in them. */
function asked({ entry, firing = '', resolved = '', sendResolved = true }: Asked): Decision {
  return {
    entry:
      entry === null
        ? null
        : {
            firing: [...(entry.firing ?? '')],
            resolved: [...(entry.resolved ?? '')],
            sentMs: entry.sentMs ?? NOW - (entry.agoMin ?? 0) * MINUTE,
          },
    firing: new Set(firing),
    resolved: new Set(resolved),
    sendResolved,
    repeatIntervalMs: 10 * MINUTE,
    now: NOW,
  };
}

describe('the table of notices', () => {
  it.each<[string, Asked, string]>([
    ['1 something fires, never told', { entry: null, firing: 'a' }, 'first notification'],
    ['2 nothing fires, never told', { entry: null, resolved: 'a' }, 'none'],
    ['3 after a quiet notice', { entry: { resolved: 'a' }, firing: 'b' }, 'first notification'],
    ['4 more than was told', { entry: { firing: 'ab' }, firing: 'bc' }, 'new alerts added'],
    ['5 nothing any more', { entry: { firing: 'a' }, resolved: 'a' }, 'all alerts resolved'],
    [
      '5 nothing any more, to who hears of no ends',
      { entry: { firing: 'a' }, resolved: 'a', sendResolved: false },
      'all alerts resolved',
    ],
    ['6 came and went', { entry: { resolved: 'a' }, resolved: 'b' }, 'none'],
    [
      '7 one of them ended',
      { entry: { firing: 'ab' }, firing: 'a', resolved: 'b' },
      'some alerts resolved',
    ],
    [
      '8 the same, and old',
      { entry: { firing: 'a', agoMin: 11 }, firing: 'a' },
      'repeat interval elapsed',
    ],
    ['9 the same, and recent', { entry: { firing: 'a', agoMin: 9 }, firing: 'a' }, 'none'],
  ])('row %s', (_, given, reason) => {
    expect(decide(asked(given))).toBe(reason);
  });

  it.each<[string, Asked, string]>([
    ['a set that overlaps', { entry: { firing: '123' }, firing: '234' }, 'new alerts added'],
    [
      'no time at all',
      { entry: { firing: '1', sentMs: 0 }, firing: '1' },
      'repeat interval elapsed',
    ],
    [
      'ends alone, long after an end',
      { entry: { resolved: '123', agoMin: 11 }, resolved: '234' },
      'none',
    ],
    [
      'an end more, to who hears of none',
      {
        entry: { firing: '12', resolved: '3', agoMin: 9 },
        firing: '1',
        resolved: '23',
        sendResolved: false,
      },
      'none',
    ],
    [
      'an end more',
      { entry: { firing: '12', resolved: '3', agoMin: 9 }, firing: '1', resolved: '23' },
      'some alerts resolved',
    ],
    [
      'an end that was told, and old',
      { entry: { firing: '1', resolved: '2', agoMin: 11 }, firing: '1', resolved: '2' },
      'repeat interval elapsed',
    ],
    [
      'exactly as old as the interval',
      { entry: { firing: '1', agoMin: 10 }, firing: '1' },
      'repeat interval elapsed',
    ],
    ['a clock set back', { entry: { firing: '1', agoMin: -60 }, firing: '1' }, 'none'],
  ])('is asked about %s', (_, given, reason) => {
    expect(decide(asked(given))).toBe(reason);
  });
});
