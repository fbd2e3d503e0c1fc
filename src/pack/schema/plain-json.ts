/** JSON text that means one thing -> its value; undefined for any other text. */

/** Deeper than any file of ours; whoever goes on from here need not fear for the stack. */
const DEPTH_MAX = 100;

export function plainJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // Of a key that is given twice only the last is left: then the text has more of them.
  return keysIn(value, 0) === colonsOutsideStrings(text) ? value : undefined;
}

function keysIn(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === DEPTH_MAX) return Number.NaN;
  const inside = Object.values(value);
  let count = Array.isArray(value) ? 0 : inside.length;
  for (const each of inside) count += keysIn(each, depth + 1);
  return count;
}

/** Of valid JSON, where a backslash stands in strings only. */
function colonsOutsideStrings(text: string): number {
  let count = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (character === '"') isInString = !isInString;
    else if (character === '\\') i += 1;
    else if (character === ':' && !isInString) count += 1;
  }
  return count;
}
