/** Comments of a YAML text: where they are, and what three-way merging does with their lines. */
import { Lexer } from 'yaml';
import { mergeLines } from './merge-text.ts';
import type { ThreeOf } from './merge-values.ts';

export type Comment = Readonly<{ at: number; text: string }>;

/** The lexer puts these between the pieces of the text; the last one comes before content. */
const MARKS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001F']);
const CONTENT_MARK = '\u001F';

export function commentsOf(text: string): Comment[] {
  const comments: Comment[] = [];
  let at = 0;
  let isContent = false;
  for (const token of new Lexer().lex(text)) {
    if (MARKS.has(token) && text[at] !== token) {
      isContent = token === CONTENT_MARK;
      continue;
    }
    if (!isContent && token.startsWith('#')) comments.push({ at, text: token.trimEnd() });
    isContent = false;
    at += token.length;
  }
  return comments;
}

/** Those of `comments` that `others` has not, however often each is there. */
export function commentsBeyond(comments: readonly Comment[], others: readonly Comment[]): string[] {
  const left = counted(others.map(({ text }) => text));
  return comments.flatMap(({ text }) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count > 0 ? [] : [text];
  });
}

/** Whether `merged` has every comment of the operator, apart from those the pack took back. */
export function keepsComments({ base, mine, theirs }: ThreeOf<string>, merged: string): boolean {
  const [old, right, result] = [base, theirs, merged].map((text) =>
    counted(commentsOf(text).map((comment) => comment.text)),
  );
  return [...counted(commentsOf(mine).map(({ text }) => text))].every(([text, count]) => {
    const takenBack = Math.max(0, (old!.get(text) ?? 0) - (right!.get(text) ?? 0));
    return (result!.get(text) ?? 0) >= count - takenBack;
  });
}

function counted(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/**
 * Lines of comments and blank lines. Never a conflict: where both sides changed the same lines,
 * the operator's stand. Their indentation says nothing; shipped lines get `indent`.
 */
export function mergeCommentLines(lines: ThreeOf<readonly string[]>, indent: string): string[] {
  const stretches = mergeLines({
    base: lines.base.map(trimmed),
    mine: lines.mine.map(trimmed),
    theirs: lines.theirs.map(trimmed),
  });
  if (stretches === undefined) return [...lines.mine];
  return stretches.flatMap((stretch) => {
    if (stretch.of === 'both') return lines.mine.slice(stretch.mine.from, stretch.mine.to);
    const { from, to } = stretch.span;
    const taken = lines[stretch.of].slice(from, to);
    return stretch.of === 'mine' ? taken : taken.map((line) => indented(line, indent));
  });
}

function trimmed(line: string): string {
  return line.trim();
}

function indented(line: string, indent: string): string {
  const text = line.trim();
  return text === '' ? '\n' : `${indent}${text}\n`;
}
