import { describe, expect, it } from 'vitest';
import { compileGlob, sampleOf } from '../../../packs/finance/core/glob.ts';

const matches = (pattern: string, text: string) => compileGlob(pattern)(text);

describe('a glob', () => {
  it.each([
    ['Railway', 'Railway'],
    ['railway', 'RAILWAY'],
    ['Domain*', 'Domain'],
    ['Domain*', 'Domain names'],
    ['*', ''],
    ['*', 'two\nlines'],
    ['a?c', 'abc'],
    ['a?c', 'a\u{1F600}c'],
    ['\\*', '*'],
    ['a\\?', 'a?'],
    ['C:\\\\*', 'C:\\temp'],
    ['end\\', 'end\\'],
    ['(x)[y].+^$|{z}/', '(x)[y].+^$|{z}/'],
  ])('%s matches "%s"', (pattern, text) => {
    expect(matches(pattern, text)).toBe(true);
  });

  it.each([
    ['Rail', 'Railway'],
    ['way', 'Railway'],
    ['a?c', 'ac'],
    ['a.c', 'abc'],
    ['\\*', 'x'],
    ['', 'x'],
  ])('%s does not match "%s": it is about the whole text', (pattern, text) => {
    expect(matches(pattern, text)).toBe(false);
  });

  it.each(['Railway', 'Domain*', 'a?c', '*', '\\*x', 'C:\\\\*', 'end\\'])(
    '%s has a sample that it matches',
    (pattern) => {
      expect(matches(pattern, sampleOf(pattern))).toBe(true);
    },
  );
});
