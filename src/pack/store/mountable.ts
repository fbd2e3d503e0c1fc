/**
 * Can the commands of a pack be mounted beside all others? Asked when it is built, validated and
 * installed, and each time it is loaded: a pack that cannot must never keep the others, or brctl
 * itself, from working.
 */
import type { CommandSpec } from '../../sdk/index.ts';
import { RESERVED_NAMES } from '../paths.ts';

/** Flags of every command, and their letters. */
const SHARED = ['format', 'out', 'dry-run', 'target', 'help', 'h'];

export type MountProblem = Readonly<{
  /** As the end of a sentence. */
  message: string;
  /** The part of the command index that it is about. */
  at: readonly (string | number)[];
}>;

/** The first reason why not, as the end of a sentence. */
export function mountProblem(name: string, commands: readonly CommandSpec[]): string | undefined {
  if (RESERVED_NAMES.includes(name)) return `"${name}" is a command of brctl itself`;
  const [first] = mountProblems(commands);
  return first?.message;
}

/** Every reason that is in the commands, of each command the first. */
export function* mountProblems(commands: readonly CommandSpec[]): Generator<MountProblem> {
  const paths = commands.map(({ path }) => path.join(' '));
  for (const [i, command] of commands.entries()) {
    const at = ['commands', i];
    const clash = clashOf(paths, i);
    if (clash !== undefined) yield { message: clash, at: [...at, 'path'] };
    const problem = problemOf(command);
    if (problem !== undefined) yield { message: problem.message, at: [...at, ...problem.at] };
  }
}

function clashOf(paths: readonly string[], i: number): string | undefined {
  const path = paths[i]!;
  if (paths.indexOf(path) !== i) return `it lists the command "${path}" twice`;
  const longer = paths.find((each) => each.startsWith(`${path} `));
  return longer && `"${path}" cannot be a command and begin "${longer}"`;
}

function problemOf(command: CommandSpec): MountProblem | undefined {
  const { path, flags = {}, arguments: words = [] } = command;
  const say = (problem: string, ...at: MountProblem['at']): MountProblem => ({
    message: `the command "${path.join(' ')}" ${problem}`,
    at,
  });
  const letters: string[] = [];
  for (const [name, { short, placeholder }] of Object.entries(flags)) {
    const at = ['flags', name];
    const taken = [name, short].find((each) => each !== undefined && SHARED.includes(each));
    if (taken !== undefined) return say(`has a flag "${taken}", which is brctl's own`, ...at);
    if (name.startsWith('no-')) return say(`has a flag "${name}", and none may begin so`, ...at);
    if (short !== undefined && letters.includes(short)) {
      return say(`has the flag "${short}" twice`, ...at, 'short');
    }
    if (short !== undefined) letters.push(short);
    if (placeholder !== undefined && !isPlain(placeholder)) {
      return say(`has a word that help cannot show: "${placeholder}"`, ...at, 'placeholder');
    }
  }
  for (const [i, { name, variadic }] of words.entries()) {
    const at = ['arguments', i];
    if (!isPlain(name)) return say(`has a word that help cannot show: "${name}"`, ...at, 'name');
    if (variadic === true && i < words.length - 1) {
      return say(`has an argument after "${name}", which takes all that follows`, ...at);
    }
  }
  return undefined;
}

/** What marks an argument in help would be read as such a mark. */
function isPlain(word: string): boolean {
  return /^[^\s<>[\]]+$/.test(word) && !/(^|[|,])-|\.\.\.$/.test(word);
}
