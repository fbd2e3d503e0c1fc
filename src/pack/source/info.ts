/** A pack as it says itself, installed or not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostContext } from '../../host.ts';
import { operationalError } from '../../sdk/index.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { COMMAND_INDEX, MANIFEST, pathsOf } from '../paths.ts';
import type { CommandIndex } from '../store/installed.ts';
import { readLock } from '../store/lockfile.ts';
import { manifestIn, type PackStatus, packStatuses } from '../store/status.ts';
import { readTree } from '../store/tree.ts';
import type { Level } from '../trust/level.ts';
import {
  describePermissions,
  type PermissionSet,
  permissionsHash,
  permissionsOf,
} from '../trust/permissions.ts';
import { offersOf } from './offers.ts';
import { openSource } from './source.ts';

export type PackInfo = Readonly<{
  manifest: Manifest;
  /** The folder, file or address. */
  where: string;
  /** Version and generation in the target. */
  installed: string | undefined;
  level: Level | undefined;
  tree: string;
  commands: readonly string[];
  permissions: readonly string[];
  permissionSet: PermissionSet;
  permissionsHash: string;
  /** Of the catalogue. */
  versions: readonly string[];
}>;

export async function infoOf(
  { spec, target }: Readonly<{ spec: string; target: string | undefined }>,
  context: HostContext,
): Promise<PackInfo> {
  const statuses = target === undefined ? [] : packStatuses(target);
  const status = statuses.find(({ name }) => name === spec);
  if (status?.root !== undefined) return describe(status.root, status.root, { status, context });
  const lock = target === undefined ? undefined : readLock(pathsOf(target).lockFile);
  const lockOf = (name: string) => lock?.get(name);
  const source = await openSource({ spec, isLink: false, isFrozen: false, lockOf }, context);
  try {
    const name = manifestIn(source.root)?.name;
    const known = statuses.find((each) => each.name === name);
    return describe(source.root, source.resolved, { status: known, context });
  } finally {
    source.dispose();
  }
}

type Known = Readonly<{ status: PackStatus | undefined; context: HostContext }>;

function describe(root: string, where: string, { status, context }: Known): PackInfo {
  const manifest = manifestIn(root);
  if (manifest === undefined) {
    throw operationalError(
      'pack-invalid',
      `${join(root, MANIFEST)} is no manifest`,
      `brctl pack validate ${root}`,
    );
  }
  const index: CommandIndex = JSON.parse(readFileSync(join(root, COMMAND_INDEX), 'utf8'));
  const permissionSet = permissionsOf(manifest);
  return {
    manifest,
    where,
    installed: status && `${status.version ?? 'broken'} (${status.generation})`,
    level: status?.receipt?.signature.level,
    tree: readTree(root).hash,
    commands: index.commands.map(({ path }) => [manifest.name, ...path].join(' ')),
    permissions: describePermissions(permissionSet),
    permissionSet,
    permissionsHash: permissionsHash(permissionSet),
    versions: offersOf(context).find(({ name }) => name === manifest.name)?.versions ?? [],
  };
}
