/** Does the place that a pack came from have something newer by now? */
import semver from 'semver';
import type { HostContext } from '../../host.ts';
import { isBrctlError } from '../../sdk/index.ts';
import { reasonOf } from '../disk.ts';
import { pathsOf } from '../paths.ts';
import { type LockEntry, readLock } from '../store/lockfile.ts';
import { manifestIn, type PackStatus } from '../store/status.ts';
import { type Offer, offersOf } from './offers.ts';
import { placeOf } from './place.ts';
import { openSource, type SourceWorld } from './source.ts';

export type Newer = Readonly<{
  version: string | undefined;
  /** Why there can be no answer; undefined where there is one. */
  note: string | undefined;
}>;

const NOTHING: Newer = { version: undefined, note: undefined };

type World = SourceWorld & Pick<HostContext, 'version'> & Readonly<{ target: string }>;

/** By pack, for every one that says where it came from. */
export async function newerOf(
  installed: readonly PackStatus[],
  world: World,
): Promise<ReadonlyMap<string, Newer>> {
  const lock = readLock(pathsOf(world.target).lockFile);
  let offers: readonly Offer[] | undefined;
  const newestOf = (name: string): string | undefined => {
    offers ??= offersOf(world);
    return offers.find((offer) => offer.name === name)?.newest;
  };
  const found = new Map<string, Newer>();
  for (const status of installed) {
    found.set(status.name, await newerThan(status, lock.get(status.name), { ...world, newestOf }));
  }
  return found;
}

type Asked = World & Readonly<{ newestOf(name: string): string | undefined }>;

async function newerThan(
  { name, version, receipt }: PackStatus,
  locked: LockEntry | undefined,
  world: Asked,
): Promise<Newer> {
  if (receipt === undefined || version === undefined) return NOTHING;
  const { kind, spec, resolved } = placeOf(receipt, locked, world.target);
  const compared = (there: string | undefined): Newer => {
    if (there === undefined || semver.valid(there) === null || !semver.gt(there, version)) {
      return NOTHING;
    }
    if (!locked?.hold.includes(there)) return { version: there, note: undefined };
    return { version: undefined, note: `${there} is passed over: it was rolled away from` };
  };
  switch (kind) {
    case 'catalog':
      return compared(world.newestOf(name));
    case 'link':
      return NOTHING;
    case 'url':
    case 'git':
      return { version: undefined, note: `${spec} is one version` };
    default:
      return atPlace(name, resolved, compared, world);
  }
}

/** A place that is gone is no reason to tell nothing of the others. */
async function atPlace(
  name: string,
  place: string,
  compared: (there: string | undefined) => Newer,
  world: SourceWorld,
): Promise<Newer> {
  const unknown = (why: string): Newer => ({ version: undefined, note: `not known: ${why}` });
  try {
    const question = { spec: place, isLink: false, isFrozen: false, lockOf: () => undefined };
    const source = await openSource(question, world);
    try {
      const manifest = manifestIn(source.root);
      if (manifest?.name === name) return compared(manifest.version);
      return unknown(`${place} holds ${manifest?.name ?? 'no pack that can be read'} now`);
    } finally {
      source.dispose();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!isBrctlError(error) && code === undefined) throw error;
    return unknown(isBrctlError(error) ? error.message : `${place}: ${reasonOf(error)}`);
  }
}
