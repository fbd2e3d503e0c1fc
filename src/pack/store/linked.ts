/**
 * A linked folder may ask for more than it did when it was linked. What runs is never let do more
 * than was consented to: where the folder now asks for more, nothing of it runs.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BrctlError } from '../../sdk/index.ts';
import { pathsOf, RECEIPT } from '../paths.ts';
import { permissionsHash } from '../trust/consent.ts';
import { describePermissions, isNothing, permissionsOf, widened } from '../trust/permissions.ts';
import type { InstalledPack } from './installed.ts';
import type { Receipt } from './receipt.ts';

export function refuseUnconsented({ root, generation, index }: InstalledPack, target: string) {
  const { name, version, permissions } = index;
  const asks = permissionsOf(permissions === undefined ? { name } : { name, permissions });
  const added = widened(grantedIn(pathsOf(target).pack(name).generation(generation)), asks);
  if (isNothing(added)) return;
  throw new BrctlError('consent', {
    code: 'consent-missing',
    message:
      `${name} ${version} in the linked folder ${root} now also asks to ` +
      `${describePermissions(added).join('; ')}, and nobody has consented to that`,
    hint:
      `brctl pack install ${root} --link --target=${target} asks you; ` +
      `where nobody can be asked, add --accept-permissions ${permissionsHash(asks)}`,
  });
}

/** Nothing, where no receipt says what. */
function grantedIn(generation: string): Receipt['permissions']['granted'] | undefined {
  try {
    const { permissions }: Receipt = JSON.parse(readFileSync(join(generation, RECEIPT), 'utf8'));
    return permissions.granted;
  } catch {
    return undefined;
  }
}
