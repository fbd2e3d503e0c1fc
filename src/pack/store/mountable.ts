/**
 * Can the commands of a pack be mounted beside all others? Asked when it is installed and each
 * time it is loaded: a pack that cannot must never keep the others, or brctl itself, from working.
 */
import type { CommandSpec } from '../../sdk/index.ts';
import { RESERVED_NAMES } from '../paths.ts';

/** Flags of every command, and their letters. */
const SHARED = ['format', 'out', 'dry-run', 'target', 'help', 'h'];

/** The first reason why not, as the end of a sentence. */
export function mountProblem(name: string, commands: readonly CommandSpec[]): string | undefined {
  if (RESERVED_NAMES.includes(name)) return `"${name}" is a command of brctl itself`;
  const paths = commands.map(({ path }) => path.join(' '));
  for (const [i, path] of paths.entries()) {
    if (paths.indexOf(path) !== i) return `it lists the command "${path}" twice`;
    const longer = paths.find((each) => each.startsWith(`${path} `));
    if (longer !== undefined) return `"${path}" cannot be a command and begin "${longer}"`;
  }
  return commands.map(problemOf).find((problem) => problem !== undefined);
}

function problemOf({ path, flags = {}, arguments: words = [] }: CommandSpec): string | undefined {
  const command = `the command "${path.join(' ')}"`;
  const letters = Object.values(flags).flatMap(({ short }) => short ?? []);
  const taken = [...Object.keys(flags), ...letters].find((each) => SHARED.includes(each));
  if (taken !== undefined) return `${command} has a flag "${taken}", which is brctl's own`;
  const twice = letters.find((each, i) => letters.indexOf(each) !== i);
  if (twice !== undefined) return `${command} has the flag "${twice}" twice`;
  const shown = Object.values(flags).flatMap(({ placeholder }) => placeholder ?? []);
  const odd = [...shown, ...words.map(({ name }) => name)].find((each) => !isPlain(each));
  if (odd !== undefined) return `${command} has a word that help cannot show: "${odd}"`;
  const last = words.findIndex(({ variadic }) => variadic === true);
  if (last < 0 || last === words.length - 1) return undefined;
  return `${command} has an argument after "${words[last]!.name}", which takes all that follows`;
}

/** What marks an argument in help would be read as such a mark. */
function isPlain(word: string): boolean {
  return /^[^\s<>[\]]+$/.test(word) && !/(^|[|,])-|\.\.\.$/.test(word);
}
