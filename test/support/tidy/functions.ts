/**
 * How long functions are, from code without literals (code-only.ts).
 *
 * It relies on the formatter: a body opens at the end of a line, and what belongs to one head has
 * its indentation. Measured are functions, methods and arrows with a block body; an arrow whose
 * body is an expression is not, nor a method whose return type is written as a block. The
 * callback of `describe` groups tests and may be as long as it likes.
 */
export type FunctionSpan = Readonly<{ line: number; lines: number }>;

export function functionSpans(code: string): FunctionSpan[] {
  const lines = code.split('\n');
  const closings = closingLines(lines);
  return lines.flatMap((opening, i) => {
    const closing = closings.get(i);
    if (closing === undefined) return [];
    const head = headOf(lines, i);
    if (!opensFunction(lines[head]!, opening.trimEnd())) return [];
    const start = WHOLE_ARROW.test(opening.trimEnd()) ? i : head;
    return [{ line: start + 1, lines: closing - start + 1 }];
  });
}

/** Lines that end with `{` -> the line of the matching `}`. */
function closingLines(lines: readonly string[]): Map<number, number> {
  const open: { line: number; isLast: boolean }[] = [];
  const closings = new Map<number, number>();
  lines.forEach((text, line) => {
    const last = text.trimEnd().length - 1;
    for (let at = 0; at <= last; at += 1) {
      if (text[at] === '{') open.push({ line, isLast: at === last });
      if (text[at] !== '}') continue;
      const opened = open.pop();
      if (opened?.isLast) closings.set(opened.line, line);
    }
  });
  return closings;
}

/** The nearest line upwards of the same indentation that does not begin by closing a bracket. */
function headOf(lines: readonly string[], from: number): number {
  const depth = indentation(lines[from]!);
  let at = from;
  while (at > 0 && (indentation(lines[at]!) !== depth || /^\s*[)\]}>]/.test(lines[at]!))) at -= 1;
  return at;
}

function indentation(line: string): number {
  return line.trim() === '' ? Number.POSITIVE_INFINITY : line.search(/\S/);
}

/** An arrow with all its parameters on this line: what is above it is an argument beside it. */
const WHOLE_ARROW = /(\((?:[^()]|\([^()]*\))*\)|[\w$]+)(?:: [^=]*)? => \{$/;
const METHOD = /^\s*(?:(?:async|static|get|set|override)\s+)*[*#]?[\w$]+(?:<.*>)?\(/;
const STATEMENT = /^\s*(?:if|for|while|switch|return|await|throw|new|typeof)\b/;

function opensFunction(head: string, opening: string): boolean {
  if (/=>\s*\{$/.test(opening)) return !/^\s*describe(\.\w+)?\(/.test(head);
  if (/\bfunction\b/.test(head)) return true;
  return METHOD.test(head) && !STATEMENT.test(head) && /\)(?:\s*:.*)?\s*\{$/.test(opening);
}
