/**
 * TypeScript with the inside of strings, comments and regular expressions blanked out, so that
 * what is left is code. Lines and columns stay where they are.
 *
 * Not a parser: a `/` starts a regular expression after an operator, an opening bracket or a word
 * such as `return`, and divides after anything else.
 */
export function codeOnly(text: string): string {
  const template: number[] = [];
  let code = '';
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    const character = text[at]!;
    if (character === '`' || (character === '}' && template.at(-1) === depth)) {
      if (character === '}') template.pop();
      const end = templateEnd(text, at + 1);
      if (text[end - 1] === '{') template.push(depth);
      code += blank(text.slice(at, end), '`');
      at = end;
      continue;
    }
    const end = literalEnd(text, at, code);
    if (end !== undefined) {
      code += blank(text.slice(at, end), text.startsWith('//', at) ? ' ' : '"');
      at = end;
      continue;
    }
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    code += character;
    at += 1;
  }
  return code;
}

/** Spaces, but for the line breaks and a mark at both ends that says: a value was here. */
function blank(text: string, mark: string): string {
  const inside = text.slice(1, -1).replace(/[^\n]/g, ' ');
  return text.startsWith('/*') ? ` ${inside} ` : mark + inside + mark;
}

function literalEnd(text: string, at: number, before: string): number | undefined {
  const character = text[at];
  if (character === '"' || character === "'") return quotedEnd(text, at);
  if (character !== '/') return undefined;
  if (text[at + 1] === '/') return found(text, text.indexOf('\n', at));
  if (text[at + 1] === '*') return found(text, text.indexOf('*/', at) + 2);
  return VALUE_EXPECTED.test(before.slice(-80).trimEnd()) ? regExpEnd(text, at) : undefined;
}

const VALUE_EXPECTED = /(^|[(,=:[!&|?{};+\-*%<>~^]|\b(return|typeof|case|in|of|await|yield))$/;

function found(text: string, index: number): number {
  return index < 2 ? text.length : index;
}

function quotedEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== text[start]) at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function regExpEnd(text: string, start: number): number {
  let at = start + 1;
  for (let inClass = false; at < text.length && (inClass || text[at] !== '/'); at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '[') inClass = true;
    else if (text[at] === ']') inClass = false;
  }
  return at + 1;
}

/** Behind the closing backtick, or behind the `{` of the next `${`. */
function templateEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '`') return at + 1;
    else if (text.startsWith('${', at)) return at + 2;
  }
  return text.length;
}
