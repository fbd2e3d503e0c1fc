import { describe, expect, it } from 'vitest';
import { dimension, isDimension, tagKey } from '../../../packs/finance/core/dimension.ts';

describe('a dimension', () => {
  it.each(['ServiceName', 'Source', 'Tags.team', 'Tags.cost center', 'Tags.a.b', 'x_Team'])(
    'can be %s',
    (name) => {
      expect(isDimension(name)).toBe(true);
    },
  );

  it.each(['servicename', 'Tags.', 'Team', 'x_', 'x_a b', 'toString', ''])(
    'cannot be "%s"',
    (name) => {
      expect(() => dimension(name)).toThrow(RangeError);
    },
  );

  it('knows the key of a tag', () => {
    expect(tagKey(dimension('Tags.a.b'))).toBe('a.b');
    expect(tagKey(dimension('ServiceName'))).toBeUndefined();
  });
});
