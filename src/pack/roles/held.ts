/** What a pack may know of `config/roles.yaml`: who holds the roles that it asks for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BrctlError, type RoleBinding } from '../../sdk/index.ts';
import { reasonOf } from '../disk.ts';
import { isError, type Manifest, readManifest } from '../manifest/manifest.ts';
import { MANIFEST } from '../paths.ts';
import { readSoundBindings } from './bindings.ts';
import { covers } from './check.ts';

type Asking = Readonly<{
  target: string;
  name: string;
  /** The generation that runs. */
  root: string;
}>;

/** @throws BrctlError where the file of the bindings, or the pack's manifest, does not read. */
export function heldRoles({ target, name, root }: Asking): readonly RoleBinding[] {
  const roles = (manifestIn(root, name).roles ?? []).map(({ id }) => id);
  return readSoundBindings(target)
    .bindings.filter((binding) => roles.some((role) => covers(binding, role, name)))
    .map(({ role, to, email }) => ({ role, to, email }));
}

function manifestIn(root: string, name: string): Manifest {
  const file = join(root, MANIFEST);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw damaged(name, `${file} cannot be read: ${reasonOf(error)}`);
  }
  const { manifest, problems } = readManifest(bytes, file);
  if (manifest !== undefined) return manifest;
  throw damaged(name, `${file}: ${problems.find(isError)?.message}`);
}

function damaged(name: string, message: string): BrctlError {
  return new BrctlError('integrity', {
    code: 'pack-damaged',
    message,
    hint: `brctl pack verify ${name}`,
  });
}
