/** What the catalogue offers, beside what a target has of it. */
import semver from 'semver';
import type { HostContext } from '../../host.ts';
import { catalogOf } from '../manifest/catalog.ts';
import { pathsOf } from '../paths.ts';
import { type LockEntry, readLock } from '../store/lockfile.ts';
import type { Receipt } from '../store/receipt.ts';
import type { PackStatus } from '../store/status.ts';
import { choose } from './choice.ts';
import { candidatesOf } from './from-catalog.ts';

export type Offer = Readonly<{
  name: string;
  summary: string;
  /** The newest that this brctl can load and that nobody rolled away from. */
  newest: string | undefined;
  /** Newest first, withdrawn ones left out. */
  versions: readonly string[];
}>;

/**
 * Where to ask for the next version. The bytes that are installed may have been installed again
 * from elsewhere since: then the lock file says from where.
 */
export function placeOf(receipt: Receipt, locked: LockEntry | undefined): Receipt['source'] {
  const { source, version, tree } = receipt;
  const isAbout = locked?.version === version && locked.tree === tree && source.kind !== 'link';
  // Of a folder or file only the receipt has the whole path.
  if (!isAbout || /^(directory|archive)$/.test(locked.source.kind)) return source;
  return { ...locked.source, resolved: source.resolved };
}

type Seller = Pick<HostContext, 'packageRoot' | 'version'>;

/** Of packs that came from the catalogue: what it has that is newer. */
export function newerVersions(
  installed: readonly PackStatus[],
  seller: Seller & Readonly<{ target: string }>,
): Map<string, string> {
  const lock = readLock(pathsOf(seller.target).lockFile);
  const fromCatalog = installed.filter(
    ({ name, receipt }) => receipt && placeOf(receipt, lock.get(name)).kind === 'catalog',
  );
  const offers = offersOf(seller);
  return new Map(
    fromCatalog.flatMap(({ name, version }) => {
      const newest = offers.find((offer) => offer.name === name)?.newest;
      const isNewer = newest !== undefined && version !== undefined && semver.gt(newest, version);
      return isNewer ? [[name, newest] as const] : [];
    }),
  );
}

/** `target`: whose holds count. */
export function offersOf({
  packageRoot,
  version,
  target,
}: Seller & Pick<HostContext, 'target'>): Offer[] {
  const lock = target === undefined ? undefined : readLock(pathsOf(target).lockFile);
  return catalogOf(packageRoot).packs.map((entry) => {
    const candidates = candidatesOf(entry, packageRoot);
    const { chosen } = choose({
      candidates,
      range: undefined,
      hostVersion: version,
      hold: lock?.get(entry.name)?.hold ?? [],
    });
    const good = candidates
      .filter(({ yanked }) => yanked === undefined)
      .toSorted((a, b) => semver.rcompare(a.version, b.version));
    return {
      name: entry.name,
      summary: entry.summary,
      newest: chosen?.version,
      versions: [...new Set(good.map((each) => each.version))],
    };
  });
}
