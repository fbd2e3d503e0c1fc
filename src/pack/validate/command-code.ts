/**
 * Does the code of a built pack have the commands that its index lists, and can they be run? Asked
 * where a pack is validated; whoever builds it asks the same of what was just bundled.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type Diagnostic, isBrctlError, type Pack } from '../../sdk/index.ts';
import { COMMAND_INDEX } from '../paths.ts';
import { parseJsonBytes } from '../schema/yaml-document.ts';
import { pathOf, shapeProblem } from '../store/command-shape.ts';
import { checkEngine } from '../store/engine.ts';
import { type CommandIndex, loadPack } from '../store/installed.ts';

export type BuiltPack = Readonly<{
  root: string;
  /** Its command index, as it is shown; nothing is wrong in it. */
  index: string;
}>;

/** Each at the command in the index. */
export async function commandProblems(
  { root, index: shown }: BuiltPack,
  hostVersion: string,
): Promise<readonly Diagnostic[]> {
  const document = parseJsonBytes(readFileSync(join(root, COMMAND_INDEX)), shown);
  const index = document.value as CommandIndex;
  const say = (at: readonly (string | number)[], message: string): Diagnostic => ({
    severity: 'error',
    code: 'command-shape',
    message,
    file: shown,
    ...document.position(at, 'value'),
  });
  let pack: Pack;
  try {
    checkEngine(index, hostVersion);
    // Never through `current`: what is loaded now must fit what is loaded a moment later.
    pack = await loadPack({ root: realpathSync(root), index });
  } catch (error) {
    // A pack for another brctl may be in perfect order.
    if (isBrctlError(error) && error.kind === 'incompatible') return [];
    const reason = (error as Error).message;
    return [say(['entry'], `${index.entry} cannot be loaded: ${reason}`)];
  }
  const paths = pack.commands.map(pathOf);
  return index.commands.flatMap(({ path }, i) => {
    const wanted = path.join(' ');
    const at = paths.indexOf(wanted);
    const problem =
      at < 0
        ? `${index.entry} does not have the command "${wanted}"`
        : shapeProblem(pack.commands[at], at);
    return problem === undefined ? [] : [say(['commands', i], problem)];
  });
}
