/** The manifest of a pack that may be installed here, or the first reason why not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostContext } from '../../host.ts';
import { operationalError, place } from '../../sdk/index.ts';
import { isError, type Manifest, readManifest } from '../manifest/manifest.ts';
import { COMMAND_INDEX, MANIFEST } from '../paths.ts';
import { checkEngine, checkHostModules } from '../store/engine.ts';
import type { CommandIndex } from '../store/installed.ts';
import { mountProblem } from '../store/mountable.ts';
import { validatePack } from '../validate/validate.ts';

export function usableManifest(
  root: string,
  world: Pick<HostContext, 'cwd' | 'version'>,
): Manifest {
  const errors = validatePack(root, world.cwd).diagnostics.filter(isError);
  const { manifest } = readManifest(readFileSync(join(root, MANIFEST)), MANIFEST);
  const [first] = errors;
  if (first !== undefined || manifest === undefined) {
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    throw operationalError(
      'pack-invalid',
      first === undefined ? `${root} is no pack` : `${place(first)}: ${first.message}${more}`,
      `brctl pack validate ${root}`,
    );
  }
  refuseUnmountable(manifest.name, root);
  checkEngine({ ...manifest, engine: manifest.engines.brctl }, world.version);
  checkHostModules(manifest);
  return manifest;
}

/** Once installed, it would be in the way of every command of the target. */
function refuseUnmountable(name: string, root: string): void {
  const { commands }: CommandIndex = JSON.parse(readFileSync(join(root, COMMAND_INDEX), 'utf8'));
  const problem = mountProblem(name, commands);
  if (problem === undefined) return;
  const file = join(root, COMMAND_INDEX);
  throw operationalError('pack-invalid', `${file}: ${problem}`, `brctl pack validate ${root}`);
}
