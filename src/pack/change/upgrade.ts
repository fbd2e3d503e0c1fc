/**
 * What an upgrade would take for each installed pack: the same place it came from, asked again. The
 * plans are those of installs, so everything an install checks is checked.
 */
import semver from 'semver';
import { BrctlError, isBrctlError, usageError } from '../../sdk/index.ts';
import type { ConfigPolicy } from '../config/outcome.ts';
import { sayingWhere } from '../disk.ts';
import { pathsOf } from '../paths.ts';
import { type Offer, offersOf } from '../source/offers.ts';
import { installWords, placeOf } from '../source/place.ts';
import { parseSpec } from '../source/spec.ts';
import type { Change } from '../store/journal.ts';
import { withTargetLock } from '../store/lock.ts';
import { type LockEntry, readLock } from '../store/lockfile.ts';
import { type PackStatus, packStatuses } from '../store/status.ts';
import type { Level } from '../trust/level.ts';
import { recover, unfinishedChange } from './commit.ts';
import { type InstallPlan, type InstallWorld, planInstall } from './install.ts';
import { leavingNoRemains } from './remains.ts';
import { notInstalled } from './rollback.ts';

export type UpgradeQuestion = Readonly<{
  /** Empty with `isAll`. */
  packs: readonly string[];
  isAll: boolean;
  target: string;
  /** A version or a range. */
  to: string | undefined;
  minLevel: Level | undefined;
  policy: ConfigPolicy;
}>;

/** One pack: what would be installed, or why nothing would. */
export type Upgrade = Readonly<{
  pack: string;
  from: string | undefined;
}> &
  (
    | Readonly<{ kind: 'plan'; plan: InstallPlan }>
    | Readonly<{ kind: 'none'; reason: string }>
    | Readonly<{ kind: 'failed'; error: BrctlError }>
  );

/** Every pack that was asked for has its answer; one that fails does not keep the others. */
export async function planUpgrades(
  question: UpgradeQuestion,
  world: InstallWorld,
): Promise<readonly Upgrade[]> {
  const { isAll, packs, target } = question;
  const installed = packStatuses(target);
  const missing = packs.find((name) => installed.every((each) => each.name !== name));
  // Before anything is fetched: what was would have to be put away again.
  if (missing !== undefined) throw notInstalled({ pack: missing, target });
  // The same for every pack, and asked for only where nothing newer is found.
  let offers: readonly Offer[] | undefined;
  const newestOf = (pack: string): string | undefined => {
    offers ??= offersOf({ ...world, target });
    return offers.find(({ name }) => name === pack)?.newest;
  };
  const upgrades: Upgrade[] = [];
  for (const status of installed) {
    if (isAll || packs.includes(status.name)) {
      upgrades.push(await planOne(status, question, { ...world, newestOf }));
    }
  }
  return upgrades;
}

async function planOne(
  status: PackStatus,
  question: UpgradeQuestion,
  world: InstallWorld & Readonly<{ newestOf: (pack: string) => string | undefined }>,
): Promise<Upgrade> {
  const base = { pack: status.name, from: status.version };
  try {
    const locked = readLock(pathsOf(question.target).lockFile).get(status.name);
    const spec = specOf(status, question, locked);
    if (typeof spec !== 'string') return { ...base, kind: 'none', reason: spec.reason };
    const { target, minLevel, policy } = question;
    const upgradeOf = status.generation;
    const isOnlyNewer = question.to === undefined;
    const pack = status.name;
    const asked = { spec, pack, target, minLevel, policy, upgradeOf, isOnlyNewer };
    const plan = await planInstall(asked, world);
    refuseOtherVersion(plan, question.to);
    if (plan.action !== 'none') return { ...base, kind: 'plan', plan };
    plan.source.dispose();
    const reason = noneReason(plan, status.version, world.newestOf(status.name));
    return { ...base, kind: 'none', reason };
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return { ...base, kind: 'failed', error };
  }
}

function noneReason(
  { source, manifest, reason }: InstallPlan,
  from: string | undefined,
  newest: string | undefined,
): string {
  const isOutside = source.kind === 'catalog' && newest && semver.gt(newest, manifest.version);
  if (isOutside) return `${source.spec} was asked for; --to ${newest} takes the newest`;
  const [newer] = source.passedOver;
  if (newer !== undefined) return `${newer.version} is passed over: ${newer.reason}`;
  const { version } = manifest;
  if (version === from) return 'there is nothing newer';
  const isOlder = from !== undefined && semver.lt(version, from);
  return isOlder ? 'what is installed is newer than what there is' : `${version} is ${reason}`;
}

/** A folder or an archive holds one version: the one that was asked for, or none. */
function refuseOtherVersion({ source, manifest }: InstallPlan, to: string | undefined): void {
  if (to === undefined || semver.satisfies(manifest.version, to)) return;
  source.dispose();
  throw usageError(
    'version-unknown',
    `${source.resolved} holds ${manifest.name} ${manifest.version}, which is not ${to}`,
    'name the file or address that holds it: brctl pack install PLACE',
  );
}

/** Where to ask again; a place that can only ever give the same has nothing newer. */
function specOf(
  { name, receipt }: PackStatus,
  { to, target }: Pick<UpgradeQuestion, 'to' | 'target'>,
  locked: LockEntry | undefined,
): string | Readonly<{ reason: string }> {
  if (receipt === undefined) {
    throw new BrctlError('integrity', {
      code: 'pack-broken',
      message: `${name} is broken, and nothing says where it came from`,
      hint: `brctl pack install ${installWords({ name, locked, target })} puts it right`,
    });
  }
  // Also where it is no catalogue that is asked: a word is no version anywhere.
  if (to !== undefined) parseSpec(`${name}@${to}`);
  const { kind, spec, resolved } = placeOf(receipt, locked, target);
  switch (kind) {
    case 'catalog':
      return to === undefined ? spec : `${name}@${to}`;
    case 'directory':
    case 'archive':
      return resolved;
    case 'link':
      if (to === undefined)
        return { reason: 'it is a linked folder, which is always what it holds' };
      throw unaskable(name, to, 'it is a linked folder, which is always what it holds');
    case 'url':
    case 'git':
      if (to === undefined) {
        return { reason: `${spec} is one version; install the address of the next` };
      }
      throw unaskable(name, to, `${spec} is one version`);
    default:
      return kind satisfies never;
  }
}

function unaskable(name: string, to: string, why: string): BrctlError {
  return usageError(
    'to-without-versions',
    `${name} ${to} cannot be looked up: ${why}`,
    'install the version that is wanted by its file or address',
  );
}

/**
 * Ends a change that died, where no pack is left that an upgrade of it would end it for. Returns
 * the one whose rest was done.
 */
export async function endUnfinished(
  target: string,
  world: InstallWorld,
): Promise<Change | undefined> {
  if (unfinishedChange(target) === undefined) return undefined;
  const paths = pathsOf(target);
  return withTargetLock(target, world, async () =>
    sayingWhere('upgrade', 'check the owner of the target', () =>
      leavingNoRemains(paths, () => recover(paths)),
    ),
  );
}
