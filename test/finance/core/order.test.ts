import { describe, expect, it } from 'vitest';
import { compareKeys, compareText } from '../../../packs/finance/core/order.ts';

describe('the order of text', () => {
  it('is that of UTF-8 bytes', () => {
    const texts = [
      '',
      'A',
      'B',
      'a',
      'aa',
      'ä',
      '\uD7FF',
      '\uE000',
      '\uFF5E',
      '\u{10000}',
      '\u{1F600}',
    ];
    const bytes = (text: string) => Buffer.from(text, 'utf8');
    const byBytes = texts.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b)));
    expect(texts.toReversed().sort(compareText)).toEqual(byBytes);
  });

  it('puts a key part that is missing after all text', () => {
    const keys = [
      [null, 'a'],
      ['b', null],
      ['b', 'a'],
      [null, null],
    ];
    expect(keys.sort(compareKeys)).toEqual([
      ['b', 'a'],
      ['b', null],
      [null, 'a'],
      [null, null],
    ]);
    expect(compareKeys([], [])).toBe(0);
  });
});
