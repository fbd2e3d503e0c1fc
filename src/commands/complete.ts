/**
 * `brctl __complete -- <words...>`: what the completion scripts ask at every press of Tab.
 *
 * One candidate per line, a tab and its summary; a last line `:files` asks the shell to offer file
 * names too. A person never sees an error here: an unknown target or a broken pack offers less.
 */
import { type Completion, complete as completeWords, rejoined } from '../complete.ts';
import type { Entry } from '../dispatch.ts';
import type { HostContext } from '../host.ts';
import { pathsOf } from '../pack/paths.ts';
import { helpGroups } from '../pack/store/help-groups.ts';
import { readInstalled } from '../pack/store/installed.ts';
import { findTarget, targetFlag } from '../pack/target.ts';
import { type CommandSpec, defineCommand, isBrctlError } from '../sdk/index.ts';

/** The host's own commands come as specs, so that this file need not import all of them. */
export function createComplete(
  specs: () => readonly CommandSpec[],
  groups: readonly Readonly<{ name: string; summary: string }>[],
) {
  return defineCommand<Readonly<{ words: readonly string[] }>, Completion, HostContext>({
    path: ['__complete'],
    summary: 'Print what may follow the given words.',
    examples: [],
    arguments: [{ name: 'words', summary: 'what was typed after brctl', variadic: true }],
    formats: ['text'],
    parse: (input) => ({ words: rejoined(input.arguments) }),
    plan: async ({ words }, context) => {
      const packs = installedPacks(words, context);
      const entries: Entry[] = [
        ...specs().map((spec) => ({ spec, group: undefined })),
        ...packs.flatMap(({ name, commands }) => commands.map((spec) => ({ spec, group: name }))),
      ];
      const wantsCatalog = words.includes('install');
      return completeWords({
        words,
        entries,
        groups: [...groups, ...packs.flatMap(helpGroups)],
        catalog: wantsCatalog ? await catalogNames(context.packageRoot) : [],
      });
    },
    render: ({ candidates, files }) => {
      const lines = candidates.map(({ word, summary }) =>
        summary === '' ? `${word}\n` : `${word}\t${summary}\n`,
      );
      return `${lines.join('')}${files ? ':files\n' : ''}`;
    },
    outcome: () => 'ok',
  });
}

function installedPacks(words: readonly string[], { env, cwd }: HostContext) {
  const target = findTarget({ flag: targetFlag(words) || undefined, env, cwd });
  return target === undefined ? [] : readInstalled(pathsOf(target)).packs.map(({ index }) => index);
}

async function catalogNames(packageRoot: string) {
  try {
    const { catalogOf } = await import('../pack/manifest/catalog.ts');
    return catalogOf(packageRoot).packs.map(({ name, summary }) => ({ word: name, summary }));
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return [];
  }
}
