/**
 * What is wrong with a file, as values: all of it at once, each with its place, never more than
 * somebody would read.
 */
import { oneLine } from '../one-line.ts';

/** Both from 1; columns count characters. */
export type FilePlace = Readonly<{ line: number; column: number }>;

export type FileProblem = Readonly<{
  /** What is read of a file with an error is not to be relied on. */
  severity: 'error' | 'warning';
  /** Kebab-case noun, stable across releases. */
  code: string;
  message: string;
  file: string;
  /** Absent when the problem is the file itself. */
  line?: number | undefined;
  column?: number | undefined;
  hint?: string | undefined;
}>;

/** Whoever has so many wrong lines has one cause: the rest is not told. */
export const PROBLEMS_MAX = 100;

export type Said = Readonly<{
  /** Where in the file, in bytes; or only the line. */
  at?: number | undefined;
  line?: number | undefined;
  code: string;
  message: string;
  hint?: string | undefined;
}>;

export type Problems = Readonly<{
  found: FileProblem[];
  error(said: Said): void;
  warn(said: Said): void;
  /** Reading on would tell nothing more. */
  isFull(): boolean;
}>;

export function collectProblems(file: string, placeOf: (at: number) => FilePlace): Problems {
  const found: FileProblem[] = [];
  const say = (severity: FileProblem['severity'], said: Said): void => {
    if (found.length >= PROBLEMS_MAX) return;
    const { at, line, code } = said;
    const ofLine = line === undefined ? undefined : { line, column: 1 };
    const place = at === undefined ? ofLine : placeOf(at);
    const hint = said.hint === undefined ? undefined : sentence(said.hint);
    found.push({ severity, code, message: sentence(said.message), file, ...place, hint });
  };
  return {
    found,
    error: (said) => say('error', said),
    warn: (said) => say('warning', said),
    isFull: () => found.length >= PROBLEMS_MAX,
  };
}

const SENTENCE_MAX = 1000;

/** Names and numbers of strangers are in it: nothing of them may reach a terminal as a command. */
function sentence(text: string): string {
  return oneLine(text.slice(0, SENTENCE_MAX));
}

const QUOTED_MAX = 40;

/** A text of the file as a message may say it: short, on one line. */
export function quoted(text: string): string {
  const line = oneLine(text.slice(0, QUOTED_MAX * 4));
  const characters = [...line];
  const shown =
    characters.length > QUOTED_MAX ? `${characters.slice(0, QUOTED_MAX - 1).join('')}…` : line;
  return JSON.stringify(shown);
}
