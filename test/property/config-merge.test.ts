/** Merging config: what holds for every three texts, not only for those in the examples. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeThreeWay } from '../../src/pack/config/merge.ts';
import { mergeValues, sameValue } from '../../src/pack/config/merge-values.ts';
import { commentsOf } from '../../src/pack/config/yaml-comments.ts';
import { layoutOf } from '../../src/pack/config/yaml-layout.ts';
import { type Look, type Plain, printYaml } from '../support/print-yaml.ts';

const path = 'a.yaml';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .array(
      fc.constantFrom(
        ...['a', 'b', ': ', '\n', '\r\n', '  ', '- ', '# x', '[', ']', '{', '}', ', ', '|', '\t'],
        ...['&a ', '*a', '"', "'", '1', '---\n', '...\n', '? ', '<<: ', '!!str ', '\uFEFF', '%'],
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join('')),
);

const anyPath = fc.constantFrom('a.yaml', 'a.json', 'A.YML', 'a.md', 'a');

test('what one side left alone is what the other side has, byte for byte', () => {
  fc.assert(
    fc.property(anyPath, anyText, anyText, (path, a, b) => {
      const clean = (text: string) => ({ kind: 'clean', text });
      expect(mergeThreeWay({ path, base: a, mine: b, theirs: a })).toEqual(clean(b));
      expect(mergeThreeWay({ path, base: a, mine: a, theirs: b })).toEqual(clean(b));
      expect(mergeThreeWay({ path, base: a, mine: b, theirs: b })).toEqual(clean(b));
    }),
    { numRuns: 300 },
  );
});

test('any three texts merge or conflict: nothing is thrown, and a conflict has no text', () => {
  fc.assert(
    fc.property(anyPath, anyText, anyText, anyText, (path, base, mine, theirs) => {
      const merged = mergeThreeWay({ path, base, mine, theirs });
      if (merged.kind === 'conflict') {
        expect(Object.keys(merged)).toEqual(['kind', 'places']);
        expect(merged.places.length).toBeGreaterThan(0);
        expect(merged.places).not.toContain('');
      } else {
        expect(Object.keys(merged)).toEqual(['kind', 'text']);
      }
    }),
    { numRuns: 1500 },
  );
});

const word = fc.constantFrom('a', 'b', 'c', 'd', 'e f', 'x: y', '#g', 'true', '7', 'Ünï');
const scalar: fc.Arbitrary<Plain> = fc.oneof(word, fc.nat(3), fc.boolean(), fc.constant(null));
const named = fc.record(
  { name: word, amount: fc.nat(3), tags: fc.uniqueArray(word, { maxLength: 3 }) },
  { requiredKeys: ['name'] },
);
const tree: fc.Arbitrary<Plain> = fc.letrec<{ node: Plain }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc.uniqueArray(word, { maxLength: 4 }),
    fc.uniqueArray(named, { maxLength: 4, selector: ({ name }) => name }) as fc.Arbitrary<Plain>,
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('k', 'l', 'm', 'n n'), tie('node'), { maxKeys: 4 }),
  ),
})).node;
const document = fc.dictionary(fc.constantFrom('p', 'q', 'r', 's', 't'), tree, { minKeys: 1 });

const look: fc.Arbitrary<Look> = fc.record({
  step: fc.constantFrom(2, 3, 4),
  indentsLists: fc.boolean(),
  brackets: fc.boolean(),
  dashAlone: fc.boolean(),
  remarks: fc.array(fc.nat(6), { minLength: 1, maxLength: 20 }),
});

/** A variation of a value: some parts gone, some new, some changed. */
function edited(value: Plain, next: () => number): Plain {
  if (Array.isArray(value)) {
    const kept = value.filter(() => next() !== 0).map((item) => edited(item, next));
    return next() === 1 ? [...kept, `new ${next()}`] : kept;
  }
  if (value !== null && typeof value === 'object') {
    const kept = Object.entries(value).filter(() => next() !== 0);
    const inner = kept.map(([k, v]) => [k, k === 'name' ? v : edited(v, next)]);
    return Object.fromEntries(next() === 1 ? [...inner, [`z${next()}`, next()]] : inner);
  }
  return next() === 1 ? next() : value;
}

function dice(rolls: readonly number[]): () => number {
  let i = 0;
  return () => rolls[i++ % rolls.length] ?? 5;
}

const rolls = fc.array(fc.nat(30), { minLength: 20, maxLength: 80 });

/** One value, edited twice; each text in a look and with comments of its own. */
const strangers = fc
  .tuple(document, rolls, rolls, look, look, look)
  .map(([base, a, b, ...[first, second, third]]) => ({
    base: printYaml(base, first, 'base'),
    mine: printYaml(edited(base, dice(a)), second, 'mine'),
    theirs: printYaml(edited(base, dice(b)), third, 'theirs'),
  }));

/** As in life: edits of one text, which keep its look and its comments. */
const siblings = fc.tuple(document, rolls, rolls, look).map(([base, a, b, same]) => ({
  base: printYaml(base, same, 'at'),
  mine: printYaml(edited(base, dice(a)), same, 'at'),
  theirs: printYaml(edited(base, dice(b)), same, 'at'),
}));

function valueOfText(text: string) {
  return layoutOf(text)?.root.value;
}

type Texts = Readonly<{ base: string; mine: string; theirs: string }>;

/** What the plain values merge to; undefined where one of the texts has no layout. */
function oracleOf(texts: Texts) {
  const [base, mine, theirs] = [texts.base, texts.mine, texts.theirs].map(valueOfText);
  if (base === undefined || mine === undefined || theirs === undefined) return undefined;
  return mergeValues({ base, mine, theirs });
}

test('a clean merge of YAML means exactly what merging the plain values means', () => {
  fc.assert(
    fc.property(fc.oneof(strangers, siblings), (texts) => {
      const oracle = oracleOf(texts);
      const merged = mergeThreeWay({ path, ...texts });
      if (oracle === undefined || merged.kind === 'conflict') return;
      expect(oracle.places).toEqual([]);
      expect(sameValue(valueOfText(merged.text), oracle.value)).toBe(true);
    }),
    { numRuns: 250 },
  );
});

test('edits of one text that do not collide as values merge in nearly every case', () => {
  let possible = 0;
  let clean = 0;
  for (const texts of fc.sample(siblings, { numRuns: 300, seed: 7 })) {
    if (oracleOf(texts)?.places.length !== 0) continue;
    possible += 1;
    clean += mergeThreeWay({ path, ...texts }).kind === 'clean' ? 1 : 0;
  }
  expect(possible).toBeGreaterThan(100);
  expect(clean / possible).toBeGreaterThan(0.97);
});

test('no comment of the operator is ever lost', () => {
  fc.assert(
    fc.property(strangers, (texts) => {
      const merged = mergeThreeWay({ path, ...texts });
      if (merged.kind === 'conflict') return;
      const after = commentsOf(merged.text).map(({ text }) => text);
      for (const { text } of commentsOf(texts.mine)) expect(after).toContain(text);
    }),
    { numRuns: 250 },
  );
});

test('edits of different keys always merge, and in either order to the same value', () => {
  const keyed = fc.dictionary(fc.constantFrom('a', 'b', 'c'), tree);
  const all = fc.record({ left: keyed, right: keyed, newLeft: keyed, newRight: keyed, look });
  fc.assert(
    fc.property(all, ({ left, right, newLeft, newRight, look }) => {
      const text = (one: Plain, two: Plain) =>
        printYaml({ end: 1, left: { first: 0, ...(one as object) }, right: two }, look, 'at');
      const base = text(left, { last: 9, ...right });
      const mine = text(newLeft, { last: 9, ...right });
      const theirs = text(left, { last: 9, ...newRight });
      const there = mergeThreeWay({ path, base, mine, theirs });
      const back = mergeThreeWay({ path, base, mine: theirs, theirs: mine });
      const both = valueOfText(text(newLeft, { last: 9, ...newRight }));
      for (const merged of [there, back]) {
        expect(merged.kind).toBe('clean');
        expect(merged.kind === 'clean' && sameValue(valueOfText(merged.text), both)).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});

const lines = fc.array(fc.constantFrom('a', 'b', 'c', '', '__proto__'), { maxLength: 12 });

test("line ends, a missing last one and a byte order mark are the operator's alone", () => {
  const sides = fc.oneof(
    siblings.map((texts) => ({ path, ...texts })),
    fc
      .tuple(lines, lines, lines)
      .map((all) => all.map((each) => each.map((line) => `${line}\n`).join('')))
      .map(([base = '', mine = '', theirs = '']) => ({ path: 'a.md', base, mine, theirs })),
  );
  fc.assert(
    fc.property(sides, ({ path, base, mine, theirs }) => {
      fc.pre(mine !== base && theirs !== base && mine !== theirs && mine.includes('\n'));
      const dress = (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`;
      const plain = mergeThreeWay({ path, base, mine, theirs });
      const dressed = mergeThreeWay({ path, base, mine: dress(mine), theirs });
      const expected = plain.kind === 'clean' ? { ...plain, text: dress(plain.text) } : plain;
      expect(dressed).toEqual(expected);
      const cut = mergeThreeWay({ path, base, mine: mine.replace(/\n$/, ''), theirs });
      fc.pre(path === 'a.yaml' && plain.kind === 'clean' && !/\n\s*\n$/.test(mine));
      expect(cut).toEqual({
        kind: 'clean',
        text: plain.kind === 'clean' && plain.text.slice(0, -1),
      });
    }),
    { numRuns: 100 },
  );
});

test('a merge of lines keeps what all three have and invents nothing', () => {
  const counted = (all: readonly string[], line: string) => all.filter((l) => l === line).length;
  fc.assert(
    fc.property(lines, lines, lines, (...three) => {
      const [base, mine, theirs] = three.map((each) => each.map((line) => `${line}\n`).join(''));
      const texts = { path: 'a.md', base: base!, mine: mine!, theirs: theirs! };
      const merged = mergeThreeWay(texts);
      if (merged.kind === 'conflict') return;
      const after = merged.text.split('\n').slice(0, -1);
      for (const line of new Set([...three.flat(), ...after])) {
        const [old, left, right] = three.map((each) => counted(each, line));
        expect(counted(after, line)).toBeGreaterThanOrEqual(Math.min(old!, left!, right!));
        expect(counted(after, line)).toBeLessThanOrEqual(left! + right!);
      }
    }),
    { numRuns: 500 },
  );
});
