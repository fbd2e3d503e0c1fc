/** All packs of a target with the state of their current generation. */
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sayingWhere } from '../disk.ts';
import { type Manifest, readManifest } from '../manifest/manifest.ts';
import { MANIFEST, type PackPaths, pathsOf } from '../paths.ts';
import { inspect, type State } from './generation.ts';
import type { Receipt } from './receipt.ts';

export type PackStatus = Readonly<{
  name: string;
  version: string | undefined;
  generation: string | undefined;
  status: Exclude<State['status'], 'absent'>;
  problems: readonly string[];
  /** The folder of the current generation; undefined when it is broken. */
  root: string | undefined;
  receipt: Receipt | undefined;
}>;

/** A folder without `current` is an install that never finished: not a pack yet. */
export function packStatuses(target: string): PackStatus[] {
  const paths = pathsOf(target);
  return sayingWhere('read', 'check the owner of the target', () =>
    namesIn(paths.packs).flatMap((name) => {
      const pack = paths.pack(name);
      const { status, generation, receipt, problems } = inspect(pack);
      if (status === 'absent') return [];
      const root = rootOf(pack, generation, receipt);
      return [{ name, version: receipt?.version, generation, status, problems, root, receipt }];
    }),
  );
}

/** Where the files are: of a linked pack, where it is developed. */
function rootOf(
  pack: PackPaths,
  generation: string | undefined,
  receipt: Receipt | undefined,
): string | undefined {
  if (receipt === undefined || generation === undefined) return undefined;
  return receipt.source.kind === 'link' ? receipt.source.resolved : pack.generation(generation);
}

/** Those that `packStatuses` passes over. */
export function unfinishedPacks(target: string): string[] {
  const paths = pathsOf(target);
  return namesIn(paths.packs).filter(
    (name) => lstatSync(paths.pack(name).current, { throwIfNoEntry: false }) === undefined,
  );
}

/** What a generation says of itself, where that can be read. */
export function manifestIn(root: string | undefined): Manifest | undefined {
  const file = root === undefined ? undefined : join(root, MANIFEST);
  if (file === undefined || !existsSync(file)) return undefined;
  return readManifest(readFileSync(file), file).manifest;
}

function namesIn(packs: string): string[] {
  try {
    return readdirSync(packs, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
