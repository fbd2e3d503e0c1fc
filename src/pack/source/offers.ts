/** What the catalogue offers, beside what a target has of it. */
import semver from 'semver';
import type { HostContext } from '../../host.ts';
import { catalogOf } from '../manifest/catalog.ts';
import { pathsOf } from '../paths.ts';
import { readLock } from '../store/lockfile.ts';
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

export type Seller = Pick<HostContext, 'packageRoot' | 'version'>;

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
