/**
 * What an upgrade would take for each installed pack: the same place it came from, asked again. The
 * plans are those of installs, so everything an install checks is checked.
 */
import semver from 'semver';
import { BrctlError, isBrctlError } from '../../sdk/index.ts';
import type { ConfigPolicy } from '../config/conffile.ts';
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
  const installed = packStatuses(question.target);
  const names = question.isAll ? installed.map(({ name }) => name) : question.packs;
  const upgrades: Upgrade[] = [];
  for (const name of names) {
    const status = installed.find((each) => each.name === name);
    if (status === undefined) throw notInstalled({ pack: name, target: question.target });
    upgrades.push(await planOne(status, question, world));
  }
  return upgrades;
}

async function planOne(
  status: PackStatus,
  question: UpgradeQuestion,
  world: InstallWorld,
): Promise<Upgrade> {
  const base = { pack: status.name, from: status.version };
  try {
    const spec = specOf(status, question.to);
    if (typeof spec !== 'string') return { ...base, kind: 'none', reason: spec.reason };
    const { target, minLevel, policy } = question;
    const plan = await planInstall({ spec, target, minLevel, policy }, world);
    const { version } = plan.manifest;
    const isOlder = status.version !== undefined && semver.lt(version, status.version);
    const isWanted = question.to !== undefined || !isOlder;
    if (plan.action !== 'none' && isWanted) return { ...base, kind: 'plan', plan };
    plan.source.dispose();
    return { ...base, kind: 'none', reason: noneReason(plan, isOlder) };
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return { ...base, kind: 'failed', error };
  }
}

function noneReason({ source }: InstallPlan, isOlder: boolean): string {
  const [newer] = source.passedOver;
  if (newer !== undefined) return `${newer.version} is passed over: ${newer.reason}`;
  return isOlder ? 'what is installed is newer than what there is' : 'there is nothing newer';
}

/** Where to ask again; a place that can only ever give the same has nothing newer. */
function specOf(
  { name, receipt }: PackStatus,
  to: string | undefined,
): string | Readonly<{ reason: string }> {
  if (receipt === undefined) {
    throw new BrctlError('integrity', {
      code: 'pack-broken',
      message: `${name} is broken, and nothing says where it came from`,
      hint: `brctl pack install ${name} puts it right`,
    });
  }
  const { kind, spec, resolved } = receipt.source;
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
