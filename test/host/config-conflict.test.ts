/** What is one value and what are two, and where a conflict is said to be. */
import { expect, test } from 'vitest';
import { mergeThreeWay } from '../../src/pack/config/merge.ts';
import { numberLeaf } from '../../src/pack/config/merge-values.ts';
import { mergeYaml } from '../../src/pack/config/merge-yaml.ts';

test('numbers are the same number or they are not, however they are written', () => {
  const id = (source: string) => numberLeaf(source).id;
  const same = ['1000', '1e3', '0x3e8', '+1000.0', '01000', '1.e3', '.1e4', '10000E-1', '0o1750'];
  expect(new Set(same.map(id)).size).toBe(1);
  const zeros = ['0', '-0', '0.00', '0e9', '.0'];
  expect(new Set(zeros.map(id)).size).toBe(1);
  const others = ['1', '-1', '10', '0.1', '100', '1000.01', '0', '.inf', '-.inf', '.nan'];
  expect(new Set([...others, '1000'].map(id)).size).toBe(others.length + 1);
});

test('a text is only taken for the merged one when it means the same and has all comments', () => {
  const merged = mergeYaml({ base: 'a: 1\n', mine: 'a: 1 # c\nb: 1\n', theirs: 'a: 2\n' });
  const isSound = merged.kind === 'merged' ? merged.isSound : () => undefined;
  const texts = ['b: 1\na: 2\n# c\n', 'a: 2\nb: 1\n', 'a: 1 # c\nb: 1\n', 'a: 2 # c\nb: [\n'];
  expect(texts.map(isSound)).toEqual([true, false, false, false]);
});

const CONFLICTS: readonly (readonly [string, string, string, string, readonly string[]])[] = [
  ['two values', 'a: {b: 1}', 'a: {b: 2}', 'a: {b: 3}', ['a.b']],
  ['an odd key', '"a b": {"c.d": 1}', '"a b": {"c.d": 2}', '"a b": {"c.d": 3}', ['["a b"]["c.d"]']],
  ['added twice', 'a: 1', 'a: 1\nb: 1', 'a: 1\nb: 2', ['b']],
  ['a kind of value', 'a: 1', 'a: [1]', 'a: {b: 1}', ['a']],
  ['a list without names', 'a: [[1]]', 'a: [[2]]', 'a: [[3]]', ['a']],
  ['a name given twice', 'a: [{id: 1}]', 'a: [{id: 1}, {id: 1}]', 'a: [{id: 2}]', ['a']],
  ['two orders', 'a: [1, 2, 3]', 'a: [2, 1, 3]', 'a: [3, 2, 1]', ['a']],
  ['the root', 'a: 1', '[1]', 'a: 2', ['the whole file']],
  [
    'two places',
    'a: [{role: x, v: 1}]\nb: 1',
    'a: [{role: x, v: 2}]\nb: 2',
    'a: [{role: x, v: 3}]\nb: 3',
    ['a[x].v', 'b'],
  ],
];

test.each(CONFLICTS)(
  '%s that both sides changed is a conflict',
  (_, base, mine, theirs, places) => {
    expect(mergeThreeWay({ path: 'a.yaml', base, mine, theirs })).toEqual({
      kind: 'conflict',
      places,
    });
  },
);

test('nesting without end is merged by line or not at all, and never breaks brctl', () => {
  for (const opening of ['- ', '[', '? ']) {
    const base = `${opening.repeat(100_000)}\n`;
    const texts = { base, mine: `x: 1\n${base}`, theirs: `${base}\ny: 2\n` };
    expect(['clean', 'conflict']).toContain(mergeThreeWay({ path: 'a.yaml', ...texts }).kind);
  }
});
