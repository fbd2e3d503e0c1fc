/** The short way round semver answers nothing that semver does not. */
import fc from 'fast-check';
import semver from 'semver';
import { expect, test } from 'vitest';
import { isPlainlyWithin } from '../../src/pack/store/plain-range.ts';

const number = fc.oneof(fc.nat(3), fc.nat(999_999_999), fc.constantFrom('01', '1e3', 'x', ''));
const version = fc
  .tuple(number, number, number, fc.constantFrom('', '', '', '-rc.1', '+b', ' '))
  .map(([a, b, c, rest]) => `${a}.${b}.${c}${rest}`);
const partial = fc.array(number, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
const word = fc
  .tuple(fc.constantFrom('>=', '<', '>=', '<', '>', '<=', '', '^', '~', '>= '), partial)
  .map(([sign, bound]) => sign + bound);
const range = fc
  .array(word, { maxLength: 3 })
  .chain((words) => fc.constantFrom(' ', ' ', ' || ', '  ').map((by) => words.join(by)));

const isWithin = (asked: string, one: string): boolean =>
  semver.satisfies(one, asked, { includePrerelease: true });

test('where it says yes, so does semver', () => {
  fc.assert(
    fc.property(range, version, (asked, one) => {
      fc.pre(isPlainlyWithin(asked, one));
      expect([asked, one, isWithin(asked, one)]).toEqual([asked, one, true]);
    }),
    { numRuns: 500, maxSkipsPerRun: 10_000 },
  );
});

test('of ranges as packs write them, it knows what semver knows', () => {
  const small = fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }).map((each) => each.join('.'));
  const three = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)).map((each) => each.join('.'));
  fc.assert(
    fc.property(small, small, three, (from, below, one) => {
      const asked = `>=${from} <${below}`;
      expect([asked, one, isPlainlyWithin(asked, one)]).toEqual([asked, one, isWithin(asked, one)]);
    }),
    { numRuns: 1000 },
  );
});

test('what is no text, or nothing, is left to semver', () => {
  for (const asked of [undefined, null, 7, '', '*', '>=0.1.0 <1 ', '>=1.2.3.4', '>=0x1']) {
    expect([asked, isPlainlyWithin(asked, '0.1.0')]).toEqual([asked, false]);
  }
  expect(isPlainlyWithin('>=0.1.0 <1', '0.1.0')).toBe(true);
  expect(isPlainlyWithin('>=0.1.0 <1', '1.0.0')).toBe(false);
});
