/** A pack as it says itself, installed or not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostContext } from '../../host.ts';
import { BrctlError, type CommandSpec, operationalError } from '../../sdk/index.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { COMMAND_INDEX, MANIFEST, pathsOf } from '../paths.ts';
import type { CommandIndex } from '../store/installed.ts';
import { readLock } from '../store/lockfile.ts';
import { manifestIn, type PackStatus, packStatuses } from '../store/status.ts';
import { readTree } from '../store/tree.ts';
import { permissionsHash } from '../trust/consent.ts';
import type { Level } from '../trust/level.ts';
import { describePermissions, type PermissionSet } from '../trust/permissions.ts';
import { permissionsAsked } from '../trust/shipped-names.ts';
import { offersOf } from './offers.ts';
import { installWords } from './place.ts';
import { inWordsOf, openSource } from './source.ts';

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
  if (status !== undefined) {
    const root = rootOf(status, target!);
    return describe(root, root, { status, context });
  }
  const lock = target === undefined ? undefined : readLock(pathsOf(target).lockFile);
  const lockOf = (name: string) => lock?.get(name);
  const source = await openSource({ spec, isLink: false, isFrozen: false, lockOf }, context);
  try {
    const name = manifestIn(source.root)?.name;
    const known = statuses.find((each) => each.name === name);
    return describe(source.root, source.resolved, { status: known, context });
  } catch (error) {
    throw inWordsOf(source.spec, error);
  } finally {
    source.dispose();
  }
}

/** What is damaged says of itself what it can; of what is broken nothing can be said. */
function rootOf({ name, root, status, problems, receipt }: PackStatus, target: string): string {
  if (root !== undefined && status !== 'broken') return root;
  throw new BrctlError('integrity', {
    code: 'pack-broken',
    message: `${name} is broken: ${problems[0]}`,
    hint: `brctl pack install ${installWords({ name, receipt, target })} puts it right`,
  });
}

type Known = Readonly<{ status: PackStatus | undefined; context: HostContext }>;

function describe(root: string, where: string, { status, context }: Known): PackInfo {
  const manifest = manifestIn(root);
  const commands = commandsIn(root);
  if (manifest === undefined || commands === undefined) {
    const file = join(root, manifest === undefined ? MANIFEST : COMMAND_INDEX);
    const hint = `brctl pack validate ${root}`;
    throw operationalError('pack-invalid', `${file} cannot be understood`, hint);
  }
  const permissionSet = permissionsAsked(manifest, root);
  return {
    manifest,
    where,
    installed: status && `${status.version ?? 'broken'} (${status.generation})`,
    // Of another version than the installed one, nobody has verified anything yet.
    level: root === status?.root ? status?.receipt?.signature.level : undefined,
    tree: readTree(root).hash,
    commands: commands.map(({ path }) => [manifest.name, ...path].join(' ')),
    permissions: describePermissions(permissionSet),
    permissionSet,
    permissionsHash: permissionsHash(permissionSet),
    versions: offersOf(context).find(({ name }) => name === manifest.name)?.versions ?? [],
  };
}

/** A pack that is not installed may hold anything under that name. */
function commandsIn(root: string): readonly CommandSpec[] | undefined {
  try {
    const { commands }: CommandIndex = JSON.parse(readFileSync(join(root, COMMAND_INDEX), 'utf8'));
    return commands.every(({ path }) => Array.isArray(path)) ? commands : undefined;
  } catch {
    return undefined;
  }
}
