/**
 * What an upgrade would take for each installed pack: the same place it came from, asked again. The
 * plans are those of installs, so everything an install checks is checked.
 */
import semver from 'semver';
import { BrctlError, isBrctlError } from '../../sdk/index.ts';
import type { ConfigPolicy } from '../config/outcome.ts';
import { pathsOf } from '../paths.ts';
import { type Offer, offersOf, placeOf } from '../source/offers.ts';
import { type LockEntry, readLock } from '../store/lockfile.ts';
import { type PackStatus, packStatuses } from '../store/status.ts';
import type { Level } from '../trust/level.ts';
import { type InstallPlan, type InstallWorld, planInstall } from './install.ts';
import { notInstalled } from './rollback.ts';

export type UpgradeQuestion = Readonly<{
  /** Empty with `isAll`. */
  packs: readonly string[];
  isAll: boolean;
  target: string;
  /** A version or a range; of the catalogue. */
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
    const spec = specOf(status, question.to, locked);
    if (typeof spec !== 'string') return { ...base, kind: 'none', reason: spec.reason };
    const { target, minLevel, policy } = question;
    const upgradeOf = status.generation;
    const isOnlyNewer = question.to === undefined;
    const asked = { spec, target, minLevel, policy, upgradeOf, isOnlyNewer };
    const plan = await planInstall(asked, world);
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

/** Where to ask again; a place that can only ever give the same has nothing newer. */
function specOf(
  { name, receipt }: PackStatus,
  to: string | undefined,
  locked: LockEntry | undefined,
): string | Readonly<{ reason: string }> {
  if (receipt === undefined) {
    throw new BrctlError('integrity', {
      code: 'pack-broken',
      message: `${name} is broken, and nothing says where it came from`,
      hint: `brctl pack install ${name} puts it right`,
    });
  }
  const { kind, spec, resolved } = placeOf(receipt, locked);
  if (kind === 'catalog') return to === undefined ? spec : `${name}@${to}`;
  if (to !== undefined) {
    throw new BrctlError('usage', {
      code: 'to-without-catalog',
      message: `${name} was not installed from the catalogue: --to ${to} cannot be looked up`,
      hint: 'install the version that is wanted by its file or address',
    });
  }
  switch (kind) {
    case 'link':
      return { reason: 'it is a linked folder, which is always what it holds' };
    case 'url':
    case 'git':
      return { reason: `${spec} is one version; install the address of the next` };
    default:
      return resolved;
  }
}
