/** The manifest of a pack that may be installed here, or the first reason why not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostContext } from '../../host.ts';
import { operationalError, place } from '../../sdk/index.ts';
import { isError, type Manifest, readManifest } from '../manifest/manifest.ts';
import { MANIFEST } from '../paths.ts';
import { checkEngine, checkHostModules } from '../store/engine.ts';
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
  checkEngine({ ...manifest, engine: manifest.engines.brctl }, world.version);
  checkHostModules(manifest);
  return manifest;
}
