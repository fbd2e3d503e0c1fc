/**
 * Globs of budget rules: `*` is any run of characters, `?` is one, `\` takes the next literally;
 * upper and lower case are the same. The pattern is the whole text, not a part of it.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  let source = '';
  for (let i = 0; i < pattern.length; i += 1) {
    const character = pattern[i]!;
    if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else if (character === '\\' && i + 1 < pattern.length) {
      i += 1;
      source += escapeRegExp(pattern[i]!);
    } else source += escapeRegExp(character);
  }
  const expression = new RegExp(`^${source}$`, 'isu');
  return (text) => expression.test(text);
}

/** The shortest text that a glob matches. */
export function sampleOf(pattern: string): string {
  return pattern.replace(/\\(.)|\*/gsu, (_, escaped: string | undefined) => escaped ?? '');
}

function escapeRegExp(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/u, '\\$&');
}
