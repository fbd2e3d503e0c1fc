import { describe, expect, it } from 'vitest';
import type { Group } from '../../../packs/finance/core/alert-state/group.ts';
import {
  type AlertRecord,
  decodeAlert,
  decodeGroup,
  decodeSilence,
  encodeAlert,
  encodeGroup,
  encodeSilence,
  fingerprintOf,
} from '../../../packs/finance/core/alert-state/memory.ts';
import { expireSilence, type Silence } from '../../../packs/finance/core/alert-state/silence.ts';
import { INITIAL } from '../../../packs/finance/core/alert-state/state.ts';

const identity = { rule: 'week', scope: 'all', threshold: '80', basis: 'effective' };
const span = { label: 'W1', endMs: 700, closesMs: 800 };

const ALERT: AlertRecord = {
  fingerprint: fingerprintOf(identity, span),
  identity,
  span,
  labels: { severity: 'warning', 'team "x"': 'ünï' },
  annotations: {},
  step: { ladder: 'week', height: 80n },
  routes: ['warning'],
  fire: 10n ** 30n,
  clear: -5n,
  state: {
    ...INITIAL,
    phase: 'firing',
    phaseMs: 100,
    value: -(10n ** 25n),
    startedMs: 90,
    announced: true,
    latched: true,
    transitions: [100, 100, 120],
  },
};

const GROUP: Group = {
  key: '["all"]',
  route: 'all',
  nextMs: null,
  lastMs: 5,
  entries: [
    {
      channel: 'a',
      firing: ['x', 'y'],
      resolved: [],
      flapping: ['y'],
      sentMs: 5,
      sequence: 2,
      key: 'k',
    },
  ],
};

const SILENCE: Silence = {
  id: 's1',
  matchers: [{ label: 'a', operator: '=~', value: 'b.+' }],
  author: 'ana',
  comment: 'test',
  startsMs: 1,
  endsMs: 2,
};

type Patch = Readonly<Record<string, unknown>>;

/** The text with some of it changed, or left out where it is undefined. */
function changed(written: string, patch: Patch): string {
  return JSON.stringify({ ...(JSON.parse(written) as Patch), ...patch });
}

describe('what is written', () => {
  it('is read back as it was', () => {
    expect(decodeAlert(encodeAlert(ALERT))).toEqual(ALERT);
    expect(decodeAlert(encodeAlert({ ...ALERT, span: null, step: null }))).toEqual({
      ...ALERT,
      fingerprint: fingerprintOf(identity, null),
      span: null,
      step: null,
    });
    expect(decodeGroup(encodeGroup(GROUP))).toEqual(GROUP);
    expect(decodeSilence(encodeSilence(SILENCE))).toEqual(SILENCE);
    const never = expireSilence(SILENCE, 0);
    expect(decodeSilence(encodeSilence(never))).toEqual(never);
  });

  it('is the same text for the same alert, whatever order its labels are in', () => {
    const labels = Object.fromEntries(Object.entries(ALERT.labels).reverse());
    expect(encodeAlert({ ...ALERT, labels })).toBe(encodeAlert(ALERT));
  });

  it('holds labels of any name', () => {
    const labels = JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>;
    const read = decodeAlert(encodeAlert({ ...ALERT, labels }));
    expect(Object.entries(read.labels).sort()).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });
});

describe('a damaged alert', () => {
  const written = encodeAlert(ALERT);

  it.each(['', 'null', '[]', '1', '{', written.slice(0, -1), `${written}x`, '{}'])(
    'is no %j',
    (text) => {
      expect(() => decodeAlert(text)).toThrow(RangeError);
    },
  );

  it.each<[string, Patch]>([
    ['alert has an unknown "more"', { more: 1 }],
    ['alert has no "fire"', { fire: undefined }],
    ['alert.fire is not a decimal integer', { fire: 12 }],
    ['alert.fire is not a decimal integer', { fire: '012' }],
    ['alert.fire is not a decimal integer', { fire: '1.5' }],
    ['alert.clear is not a decimal integer', { clear: '-0' }],
    ['alert.labels.a is not text', { labels: { a: 1 } }],
    ['alert.routes[0] is not text', { routes: [null] }],
    ['alert.span is not an object', { span: 'W1' }],
    ['alert.span closes before it ends', { span: { label: 'W1', endMs: 9, closesMs: 8 } }],
    ['alert clears above where it fires', { fire: '-6' }],
  ])('is refused: %s', (message, patch) => {
    expect(() => decodeAlert(changed(written, patch))).toThrow(message);
  });

  it.each<[string, Patch]>([
    ['alert.state.phase is not one of', { phase: 'burning' }],
    ['alert.state.phaseMs is not a whole number', { phaseMs: 1.5 }],
    ['alert.state.phaseMs is not a whole number', { phaseMs: null }],
    ['alert.state.held is not true or false', { held: 0 }],
    ['alert.state.transitions is not a list', { transitions: {} }],
    ['alert.state.transitions go back in time', { transitions: [2, 1] }],
    ['does not say since when', { startedMs: null }],
    ['does not say since when', { end: 'reset' }],
    ['is resolved and does not say how', { phase: 'resolved' }],
    ['alert.state holds nothing', { phase: 'clearing', held: true }],
  ])('is refused: %s, %o', (message, patch) => {
    const state = { ...(JSON.parse(written) as { state: Patch }).state, ...patch };
    expect(() => decodeAlert(changed(written, { state }))).toThrow(message);
  });
});

describe('a damaged group', () => {
  it.each<[string, Patch]>([
    ['what "a" was told is out of order', { firing: ['y', 'x'] }],
    ['what "a" was told is out of order', { resolved: ['x', 'x'] }],
    ['"a" counts from 1', { sequence: 0 }],
    ['group.entries[0].key is not text', { key: 1 }],
  ])('is refused: %s', (message, patch) => {
    const entries = [{ ...GROUP.entries[0], ...patch }];
    expect(() => decodeGroup(changed(encodeGroup(GROUP), { entries }))).toThrow(message);
  });

  it.each<[string, Patch]>([
    ['group.nextMs is not a whole number', { nextMs: '5' }],
    ['its channels are out of order', { entries: [...GROUP.entries, ...GROUP.entries] }],
  ])('is refused: %s', (message, patch) => {
    expect(() => decodeGroup(changed(encodeGroup(GROUP), patch))).toThrow(message);
  });
});

describe('a damaged silence', () => {
  const matcher = { label: 'a', operator: '=~', value: 'b' };

  it.each<[string, Patch]>([
    ['matchers[0].operator is not one of', { matchers: [{ ...matcher, operator: '~' }] }],
    ['silence mutes everything', { matchers: [] }],
    ['silence ends before it starts', { endsMs: 0 }],
    ['does not say who or why', { author: '' }],
    ['not a regular expression', { matchers: [{ ...matcher, value: '(' }] }],
  ])('is refused: %s', (message, patch) => {
    expect(() => decodeSilence(changed(encodeSilence(SILENCE), patch))).toThrow(message);
  });
});
