/** Do the groups of a command index have commands? */
import { type Diagnostic, suggest } from '../../sdk/index.ts';
import type { YamlDocument } from '../schema/yaml-document.ts';
import type { CommandIndex } from '../store/installed.ts';

/** A group that begins no command is a slip: help would never show what it says. */
export function emptyGroupsIn(document: YamlDocument): Diagnostic[] {
  const { file } = document;
  const { commands, groups = {} } = document.value as Pick<CommandIndex, 'commands' | 'groups'>;
  const paths = commands.map(({ path }) => path.join(' '));
  const begun = new Set(
    commands.flatMap(({ path }) => path.slice(1).map((_, i) => path.slice(0, i + 1).join(' '))),
  );
  return Object.keys(groups)
    .filter((words) => !begun.has(words))
    .map((words): Diagnostic => {
      const guess = suggest(words, [...begun]);
      const what = paths.includes(words) ? 'is a command, and no group' : 'begins no command';
      return {
        severity: 'error',
        code: 'group-unknown',
        message: `the group "${words}" ${what}`,
        ...(guess === undefined ? {} : { hint: `did you mean "${guess}"?` }),
        file,
        ...document.position(['groups', words], 'key'),
      };
    });
}
