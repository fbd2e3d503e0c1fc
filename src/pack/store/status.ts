/** All packs of a target with the state of their current generation. */
import { lstatSync, readdirSync } from 'node:fs';
import { sayingWhere } from '../disk.ts';
import { pathsOf } from '../paths.ts';
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
      const root = receipt && generation !== undefined ? pack.generation(generation) : undefined;
      return [{ name, version: receipt?.version, generation, status, problems, root, receipt }];
    }),
  );
}

/** Those that `packStatuses` passes over. */
export function unfinishedPacks(target: string): string[] {
  const paths = pathsOf(target);
  return namesIn(paths.packs).filter(
    (name) => lstatSync(paths.pack(name).current, { throwIfNoEntry: false }) === undefined,
  );
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
