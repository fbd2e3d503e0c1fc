/** What an install would change about a pack, for people who decide: files, commands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND_INDEX } from '../paths.ts';
import type { CommandIndex } from '../store/installed.ts';
import type { TreeFile } from '../store/tree.ts';

export type Difference = Readonly<{
  added: readonly string[];
  changed: readonly string[];
  removed: readonly string[];
}>;

export function filesDifference(
  before: readonly TreeFile[],
  after: readonly TreeFile[],
): Difference {
  const old = new Map(before.map((file) => [file.path, file]));
  const now = new Set(after.map(({ path }) => path));
  const isChanged = ({ path, sha256, executable }: TreeFile): boolean => {
    const was = old.get(path);
    return was !== undefined && (was.sha256 !== sha256 || was.executable !== executable);
  };
  return {
    added: after.filter(({ path }) => !old.has(path)).map(({ path }) => path),
    changed: after.filter(isChanged).map(({ path }) => path),
    removed: before.filter(({ path }) => !now.has(path)).map(({ path }) => path),
  };
}

/** By their words; one whose flags or arguments differ has changed. */
export function commandsDifference(before: string | undefined, after: string): Difference {
  const [old, now] = [commandsIn(before), commandsIn(after)];
  return {
    added: [...now.keys()].filter((words) => !old.has(words)),
    changed: [...now].flatMap(([words, text]) =>
      old.has(words) && old.get(words) !== text ? [words] : [],
    ),
    removed: [...old.keys()].filter((words) => !now.has(words)),
  };
}

/** A generation that is damaged has no commands to compare with. */
function commandsIn(root: string | undefined): Map<string, string> {
  if (root === undefined) return new Map();
  try {
    const index: CommandIndex = JSON.parse(readFileSync(join(root, COMMAND_INDEX), 'utf8'));
    const words = (path: readonly string[]): string => [index.name, ...path].join(' ');
    return new Map(index.commands.map((each) => [words(each.path), JSON.stringify(each)]));
  } catch {
    return new Map();
  }
}

export function isNoDifference({ added, changed, removed }: Difference): boolean {
  return added.length + changed.length + removed.length === 0;
}
