import { describe, expect, it } from 'vitest';
import {
  type Inhibitable,
  type InhibitRule,
  inhibitions,
} from '../../../packs/finance/core/alert-state/inhibit.ts';
import { type Labels, parseMatcher } from '../../../packs/finance/core/alert-state/silence.ts';

function alert(fingerprint: string, given: Partial<Inhibitable> = {}): Inhibitable {
  return { fingerprint, labels: {}, period: null, step: null, isFiring: true, ...given };
}

const labelled = (fingerprint: string, labels: Labels, isFiring = true) =>
  alert(fingerprint, { labels, isFiring });

function rule(source: string, target: string, given: Partial<InhibitRule> = {}): InhibitRule {
  return {
    name: `${source} explains ${target}`,
    source: [parseMatcher(source)],
    target: [parseMatcher(target)],
    equal: [],
    missingIsEqual: false,
    ...given,
  };
}

const explained = (alerts: readonly Inhibitable[], rules: readonly InhibitRule[] = []) =>
  Object.fromEntries(inhibitions(alerts, rules));

describe('a ladder', () => {
  const step = (height: bigint, given: Partial<Inhibitable> = {}) =>
    alert(`${height}`, { step: { ladder: 'week', height }, period: 'W1', ...given });

  it('is told by the highest step that fires', () => {
    expect(explained([step(50n), step(80n), step(100n), step(120n, { isFiring: false })])).toEqual({
      50: ['100'],
      80: ['100'],
    });
  });

  it('says nothing about other ladders and other periods', () => {
    const others = [
      step(50n, { step: { ladder: 'month', height: 50n } }),
      step(80n, { period: 'W2' }),
      step(100n),
    ];
    expect(explained(others)).toEqual({});
  });

  it('tells steps of one height both, and a step that ended while a higher one fires not', () => {
    const twin = step(100n, { fingerprint: 'twin' });
    expect(explained([step(100n), twin, step(80n, { isFiring: false })])).toEqual({
      80: ['100', 'twin'],
    });
  });
});

describe('a rule', () => {
  const equal = ['team'];
  const parent = rule('level=parent', 'level=child', { equal });

  it('lets a source explain the targets that have the same labels', () => {
    const alerts = [
      labelled('p', { level: 'parent', team: 'a' }),
      labelled('same', { level: 'child', team: 'a' }),
      labelled('other', { level: 'child', team: 'b' }),
      labelled('neither', { level: 'cousin', team: 'a' }),
    ];
    expect(explained(alerts, [parent])).toEqual({ same: ['p'] });
  });

  it('needs a source that fires', () => {
    const alerts = [
      labelled('p', { level: 'parent', team: 'a' }, false),
      labelled('c', { level: 'child', team: 'a' }),
    ];
    expect(explained(alerts, [parent])).toEqual({});
  });

  it('does not take labels that both lack for equal, unless it says so', () => {
    const alerts = [
      labelled('p', { level: 'parent' }),
      labelled('c', { level: 'child', team: '' }),
    ];
    expect(explained(alerts, [parent])).toEqual({});
    expect(explained(alerts, [{ ...parent, missingIsEqual: true }])).toEqual({ c: ['p'] });
    const oneHas = [labelled('p', { level: 'parent', team: 'a' }), alerts[1]!];
    expect(explained(oneHas, [{ ...parent, missingIsEqual: true }])).toEqual({});
  });

  it('without matchers on one side explains nothing', () => {
    const alerts = [labelled('p', { level: 'parent' }), labelled('c', { level: 'child' })];
    const some = parent.source;
    const rules = [
      { ...parent, equal: [], source: [] },
      { ...parent, equal: [], target: [], source: some },
      { ...parent, equal: [], source: [], target: [] },
    ];
    expect(explained(alerts, rules)).toEqual({});
  });

  it('does not let an alert explain itself, nor two of a kind each other', () => {
    const alerts = [
      labelled('a', { severity: 'critical' }),
      labelled('b', { severity: 'critical' }),
    ];
    expect(explained(alerts, [rule('severity=~".+"', 'severity=~".+"')])).toEqual({});
  });

  it('of which the source is a target too explains only what is no source', () => {
    const both = rule('x=~"1|2"', 'x=~"2|3"');
    const alerts = ['1', '2', '3'].map((x) => labelled(x, { x }));
    expect(explained(alerts, [both])).toEqual({ 2: ['1'], 3: ['1', '2'] });
  });
});

describe('explanations', () => {
  const chain = ['a', 'b', 'c'].map((x) => labelled(x, { x }));

  it('may be explained themselves', () => {
    expect(explained(chain, [rule('x=a', 'x=b'), rule('x=b', 'x=c')])).toEqual({
      b: ['a'],
      c: ['b'],
    });
  });

  it('in a circle explain nothing: somebody has to be told', () => {
    const circle = [rule('x=a', 'x=b'), rule('x=b', 'x=a')];
    expect(explained(chain, circle)).toEqual({});
    expect(explained(chain, [...circle, rule('x=b', 'x=c')])).toEqual({});
  });

  it('from outside explain a circle, all of it', () => {
    const rules = [rule('x=b', 'x=c'), rule('x=c', 'x=b'), rule('x=a', 'x=b')];
    expect(explained(chain, rules)).toEqual({ b: ['a', 'c'], c: ['b'] });
  });

  it('do not depend on the order of alerts and rules', () => {
    const rules = [rule('x=a', 'x=~"b|c"'), rule('x=b', 'x=c')];
    expect(explained(chain.toReversed(), rules.toReversed())).toEqual(explained(chain, rules));
  });
});
