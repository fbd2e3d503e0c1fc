/** What `pack validate` was pointed at: a path -> the kind of file it is. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { operationalError, usageError } from '../../sdk/index.ts';
import { kindOf } from '../manifest/catalog.ts';
import { MANIFEST, pathsOf } from '../paths.ts';
import { findOwner, type Owner } from './config-owner.ts';

export type Subject =
  | Readonly<{ kind: 'catalog' | 'pack' | 'schema'; file: string }>
  | Readonly<{ kind: 'config'; file: string; owner: Owner }>
  | Readonly<{ kind: 'deployment'; target: string }>;

export type ValidateWorld = Readonly<{
  cwd: string;
  /** Whose installed packs may declare a config file; undefined when no target is known. */
  target: string | undefined;
  isTargetGiven: boolean;
}>;

/**
 * The target that was named, else the nearest catalogue or target upwards, else the nearest pack,
 * else the target that is known otherwise.
 */
export function nearestSubject(world: ValidateWorld): Subject {
  const { target } = world;
  if (world.isTargetGiven && target !== undefined) return deploymentAt(target);
  let pack: string | undefined;
  for (let folder = world.cwd; ; folder = dirname(folder)) {
    const file = join(folder, MANIFEST);
    if (existsSync(file)) {
      const subject = subjectOf(file, world);
      // One that cannot be read may be the catalogue: it is reported, not skipped.
      if (kindOf(file) !== 'Pack') return subject;
      pack ??= file;
    } else if (isDeployment(folder)) {
      return { kind: 'deployment', target: folder };
    }
    if (dirname(folder) === folder) break;
  }
  if (pack !== undefined) return { kind: 'pack', file: pack };
  if (target !== undefined && isDeployment(target)) return { kind: 'deployment', target };
  throw usageError(
    'nothing-to-validate',
    `no ${MANIFEST} and no .brctl from ${world.cwd} upwards`,
    'name a manifest, a catalogue, a pack folder or a config file, or a target with --target=DIR',
  );
}

export function subjectAt(path: string, world: ValidateWorld): Subject {
  const file = resolve(world.cwd, path);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) throw operationalError('file-missing', `${path} does not exist`);
  if (!stat.isDirectory()) return subjectOf(file, world);
  const manifest = join(file, MANIFEST);
  if (existsSync(manifest)) return subjectOf(manifest, world);
  if (isDeployment(file)) return { kind: 'deployment', target: file };
  throw usageError('nothing-to-validate', `${path} holds no ${MANIFEST} and no .brctl`);
}

function deploymentAt(target: string): Subject {
  if (isDeployment(target)) return { kind: 'deployment', target };
  throw usageError('nothing-to-validate', `${target} holds no .brctl`);
}

function isDeployment(folder: string): boolean {
  return existsSync(pathsOf(folder).state);
}

function subjectOf(file: string, world: ValidateWorld): Subject {
  if (file.endsWith('.schema.json')) return { kind: 'schema', file };
  const isManifest = basename(file) === MANIFEST;
  const owner = isManifest ? undefined : findOwner(file, world);
  if (owner !== undefined) return { kind: 'config', file, owner };
  const kind = kindOf(file);
  if (kind === 'Catalog') return { kind: 'catalog', file };
  if (kind === 'Pack' || isManifest) return { kind: 'pack', file };
  throw usageError(
    'nothing-to-validate',
    `${shownPath(world.cwd, file)} is no manifest and no catalogue, and no pack declares it`,
    'config files are those that an installed pack, or the pack around the file, lists',
  );
}

/** Relative where the file is below: shorter to read, and what CI annotations need. */
export function shownPath(cwd: string, file: string): string {
  const short = relative(cwd, file);
  const isInside = short !== '' && !short.startsWith('..');
  return (isInside ? short : file).replaceAll(sep, '/');
}
