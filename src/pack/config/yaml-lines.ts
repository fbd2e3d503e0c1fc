/** What lines of a YAML text say before anything is known about its structure. */

/** Undefined for a text whose nesting ends the stack before it ends. */
export function orTooDeep<T>(reading: () => T): T | undefined {
  try {
    return reading();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What is about the whole file: up to `---`, else up to the blank line after the first comment. */
export function headerEnd(before: string): number {
  const marker = /^---[^\n]*\n/m.exec(before);
  if (marker !== null) return marker.index + marker[0].length;
  const header = /^\s*#[^\n]*\n(?:[ \t]*#[^\n]*\n)*(?:[ \t]*\n)+/.exec(before);
  return header === null ? 0 : header[0].length;
}

/** Comments that are indented deeper than the items belong to the item above them. */
export function ownGap(gap: string, column: number): number {
  let length = 0;
  let own = 0;
  for (const line of gap.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    length += line.length;
    if (line.trim() === '') continue;
    if (line.search(/\S/) <= column) break;
    own = length;
  }
  return own;
}

export function isSeparator(gap: string): boolean {
  return gap.replace(',', '').trim() === '';
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}
