/** The words of a command -> where its code is. */
import { join } from 'node:path';
import { pathsOf } from '../paths.ts';
import { readInstalled } from './installed.ts';

export type FoundCommand = Readonly<{
  command: string;
  pack: string;
  version: string;
  generation: string;
  file: string;
}>;

/** The command that the words begin with; of packs only, brctl's own verbs are its own. */
export function findCommand(
  words: readonly string[],
  target: string | undefined,
): FoundCommand | undefined {
  const [pack, ...rest] = words;
  const found = target === undefined ? [] : readInstalled(pathsOf(target)).packs;
  const owner = found.find(({ index }) => index.name === pack);
  const spec = owner?.index.commands.find(
    ({ path }) => path.join(' ') === rest.slice(0, path.length).join(' '),
  );
  if (owner === undefined || spec === undefined) return undefined;
  const { index, root, generation } = owner;
  return {
    command: [index.name, ...spec.path].join(' '),
    pack: index.name,
    version: index.version,
    generation,
    file: join(root, index.entry),
  };
}
