import { describe, expect, it } from 'vitest';
import {
  compileMatchers,
  compileMutes,
  expireSilence,
  formatMatcher,
  isWithin,
  type Matcher,
  parseMatcher,
  type Silence,
  silence,
  silenceStatus,
} from '../../../packs/finance/core/alert-state/silence.ts';

const test = (typed: string, labels: Record<string, string>) =>
  compileMatchers([parseMatcher(typed)])(labels);

describe('a matcher', () => {
  it.each([
    ['service=openai', { service: 'openai' }, true],
    ['service=openai', { service: 'openai-api' }, false],
    ['service!=openai', { service: 'vercel' }, true],
    ['service=~"open.*"', { service: 'openai' }, true],
    ['service=~open', { service: 'openai' }, false],
    ['service=~a|openai', { service: 'openai-api' }, false],
    ['service!~"a|b"', { service: 'ab' }, true],
    ['service!~"a|b"', { service: 'b' }, false],
    ['note=~".*over.*"', { note: 'first\nover\nlast' }, true],
    ['🙂="ünïcode"', { '🙂': 'ünïcode' }, true],
  ])('%s of %o is %s', (typed, labels, matches) => {
    expect(test(typed, labels)).toBe(matches);
  });

  it('takes a label that is not there for an empty one', () => {
    expect([test('team!=web', {}), test('team=~".*"', {}), test('team=""', {})]).toEqual([
      true,
      true,
      true,
    ]);
    expect([test('team=~".+"', {}), test('team=web', {})]).toEqual([false, false]);
  });

  it('knows no label that the language put there', () => {
    expect([test('constructor=~".+"', {}), test('toString=""', {})]).toEqual([false, true]);
    expect(test('__proto__=x', JSON.parse('{"__proto__":"x"}'))).toBe(true);
  });

  it.each([
    ['service="a b"', { label: 'service', operator: '=', value: 'a b' }],
    [' service = openai ', { label: 'service', operator: '=', value: 'openai' }],
    ['a="say \\"hi\\""', { label: 'a', operator: '=', value: 'say "hi"' }],
    ['a=~"\\d+"', { label: 'a', operator: '=~', value: '\\d+' }],
    ['a=b=c', { label: 'a', operator: '=', value: 'b=c' }],
    ['a=', { label: 'a', operator: '=', value: '' }],
  ] as const)('is read from %s', (typed, matcher) => {
    expect(parseMatcher(typed)).toEqual(matcher);
    expect(parseMatcher(formatMatcher(matcher))).toEqual(matcher);
  });

  it.each(['', 'service', '=openai', '"a"=b', 'a="b', 'a=b"c"', 'a=~"("', 'a=~"a)|(?:b"', 'a b=c'])(
    'is not %j',
    (typed) => {
      expect(() => parseMatcher(typed)).toThrow(RangeError);
    },
  );

  it('does not take an expression of any length', () => {
    expect(() => parseMatcher(`a=~"${'a'.repeat(501)}"`)).toThrow('more than 500 characters');
  });
});

const SILENCE: Silence = {
  id: 's1',
  matchers: [{ label: 'service', operator: '=', value: 'openai' }],
  author: 'ana',
  comment: 'load test',
  startsMs: 100,
  endsMs: 200,
};

describe('a silence', () => {
  const empty: Matcher = { label: 'team', operator: '!=', value: 'web' };

  it.each<[Partial<Silence>, string]>([
    [{ id: '' }, 'needs an id'],
    [{ author: ' ' }, 'needs an author'],
    [{ comment: '' }, 'needs a comment'],
    [{ endsMs: 100 }, 'ends after it starts'],
    [{ endsMs: Infinity }, 'ends after it starts'],
    [{ matchers: [] }, 'says what it is about'],
    [{ matchers: [empty] }, 'says what it is about'],
    [{ matchers: [{ label: 'a', operator: '=~', value: '.*' }] }, 'says what it is about'],
    [{ matchers: [{ label: 'a', operator: '=~', value: '(' }] }, 'not a regular expression'],
    [{ matchers: [{ label: ' ', operator: '=', value: 'a' }] }, 'without a label'],
  ])('is not %o', (given, message) => {
    expect(() => silence({ ...SILENCE, ...given })).toThrow(message);
  });

  it('may have a matcher that alone would mute everything', () => {
    expect(silence({ ...SILENCE, matchers: [...SILENCE.matchers, empty] }).matchers).toHaveLength(
      2,
    );
  });

  it('lasts from its start to before its end', () => {
    expect([99, 100, 199, 200].map((now) => silenceStatus(SILENCE, now))).toEqual([
      'pending',
      'active',
      'active',
      'expired',
    ]);
  });

  it('expires at once, and one that had not begun never does anything', () => {
    expect(expireSilence(SILENCE, 150)).toMatchObject({ startsMs: 100, endsMs: 150 });
    const never = expireSilence(SILENCE, 50);
    expect([49, 50, 51].map((now) => silenceStatus(never, now))).not.toContain('active');
    expect(expireSilence(SILENCE, 300)).toBe(SILENCE);
  });
});

describe('muting', () => {
  const weekend = {
    name: 'weekend',
    severities: ['info', 'warning'],
    intervals: [
      { startMs: 0, endMs: 50 },
      { startMs: 120, endMs: 160 },
    ],
  };
  const given = {
    silences: [{ ...SILENCE, id: 's2' }, SILENCE],
    windows: [weekend, { ...weekend, name: 'always nothing', severities: [] }],
  };
  const muted = (now: number, severity: string) =>
    compileMutes(given, now)({ service: 'openai', severity });

  it('names everything that mutes, in order', () => {
    expect(muted(130, 'info')).toEqual({ silences: ['s1', 's2'], windows: ['weekend'] });
    expect(muted(130, 'critical')).toEqual({ silences: ['s1', 's2'], windows: [] });
    expect(muted(110, 'info')).toEqual({ silences: ['s1', 's2'], windows: [] });
    expect(muted(20, 'info')).toEqual({ silences: [], windows: ['weekend'] });
    expect(muted(300, 'info')).toEqual({ silences: [], windows: [] });
  });

  it('takes intervals half-open', () => {
    expect([119, 120, 159, 160].map((now) => isWithin(weekend.intervals, now))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
