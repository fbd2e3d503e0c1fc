/**
 * Every path of a target that brctl may touch, as one value. Nothing here looks at the disk.
 *
 *     /srv/blackroad/packs.lock.yaml                what is installed, by its hashes
 *     /srv/blackroad/.brctl/packs/finance/g0001     one immutable generation
 *     /srv/blackroad/.brctl/packs/finance/current   -> g0001, the only commit point
 *     /srv/blackroad/config/finance                 the operator's
 *     /srv/blackroad/data/finance                   the pack's
 */
import { join } from 'node:path';
import type { TargetPaths } from '../sdk/index.ts';

export type PackPaths = Readonly<{
  /** Holds the generations of one pack, and staging folders beside them. */
  home: string;
  current: string;
  generation(name: string): string;
}>;

export type Paths = Readonly<{
  root: string;
  state: string;
  packs: string;
  /** Held open while a pack of this target changes. */
  lock: string;
  /** There only while a change is in flight, or where one died. */
  journal: string;
  /** What the target has from a pack (see store/owned.ts). */
  owned(name: string): string;
  /** `packs.lock.yaml` */
  lockFile: string;
  pack(name: string): PackPaths;
  /** What a pack's commands are given. */
  forPack(name: string): TargetPaths;
}>;

/** Inside a generation. */
export const RECEIPT = '.brctl/receipt.json';
/** Inside the generation of a linked pack: the way to the folder that runs. */
export const LINKED = '.brctl/linked';
/** The signature that came with the pack, kept to be checked again. */
export const SIGNATURE = '.brctl/signature.json';
export const COMMAND_INDEX = 'commands.json';
export const MANIFEST = 'pack.yaml';

/** Words after `brctl` that are brctl's own: a pack of that name could never be reached. */
export const RESERVED_NAMES: readonly string[] = [
  'completion',
  'config',
  'doctor',
  'help',
  'pack',
  'role',
  'trust',
];

/** Of a pack, and of its folders: any other word would lead elsewhere. */
export const PACK_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

export function pathsOf(root: string): Paths {
  const state = join(root, '.brctl');
  const packs = join(state, 'packs');
  return {
    root,
    state,
    packs,
    lock: join(state, 'lock.db'),
    journal: join(state, 'journal.json'),
    owned: (name) => join(state, 'owned', `${name}.json`),
    lockFile: join(root, 'packs.lock.yaml'),
    pack: (name) => {
      const home = join(packs, name);
      return {
        home,
        current: join(home, 'current'),
        generation: (generation) => join(home, generation),
      };
    },
    forPack: (name) => ({
      root,
      state,
      config: join(root, 'config', name),
      data: join(root, 'data', name),
    }),
  };
}
