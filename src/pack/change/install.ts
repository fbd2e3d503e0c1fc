/**
 * Installing a pack, or another version of it. `planInstall` reads and decides; `applyInstall`
 * decides again under the lock and performs: stage, verify, rename to a generation, commit.
 *
 * Killed anywhere, `current` is a complete generation or absent, and the next change finishes the
 * work.
 */
import { renameSync } from 'node:fs';
import type { HostContext } from '../../host.ts';
import { BrctlError } from '../../sdk/index.ts';
import { type ConfigPlan, planConfig } from '../config/conffile.ts';
import type { ConfigPolicy } from '../config/outcome.ts';
import { flushFolder, makeFolder, sayingWhere } from '../disk.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { type Paths, pathsOf } from '../paths.ts';
import { readBindings } from '../roles/bindings.ts';
import { type NeededRole, unboundRoles } from '../roles/check.ts';
import { frozenSpec } from '../source/frozen.ts';
import { inWordsOf, openSource, type Source, type SourceWorld } from '../source/source.ts';
import { inspect, stagingFolder } from '../store/generation.ts';
import { type Change, readJournal } from '../store/journal.ts';
import { withTargetLock } from '../store/lock.ts';
import { type LockEntry, readLock } from '../store/lockfile.ts';
import { dataAfter, type Owned } from '../store/owned.ts';
import type { Receipt } from '../store/receipt.ts';
import { hashOf, readTree, type Tree } from '../store/tree.ts';
import { type Consent, consentFor, permissionsHash } from '../trust/consent.ts';
import type { Level } from '../trust/level.ts';
import { canonical, type PermissionSet, widened } from '../trust/permissions.ts';
import { permissionsAsked } from '../trust/shipped-names.ts';
import { commit, recover, type Step } from './commit.ts';
import { type Decision, decide } from './decision.ts';
import { commandsDifference, type Difference, filesDifference } from './difference.ts';
import { provenSource, refuseChangedBytes, refuseOtherThanLocked, verifyOrigin } from './origin.ts';
import { ownedIn, refuseNewerData } from './owned-now.ts';
import { lockEntry, receiptFor } from './record.ts';
import { leavingNoRemains, remainsOf } from './remains.ts';
import { stageGeneration } from './stage.ts';
import { usableManifest } from './usable-manifest.ts';

export type InstallQuestion = Readonly<{
  spec: string;
  /** The pack that it must hold, where one was named and not a place. */
  pack?: string | undefined;
  target: string;
  isLink?: boolean;
  isFrozen?: boolean;
  /** Only ever raises what the target asks for. */
  minLevel?: Level | undefined;
  policy?: ConfigPolicy;
  restoreMissing?: boolean;
  /** By an upgrade: the generation that it is of. Where another one is current, it is overtaken. */
  upgradeOf?: string | undefined;
  /** By an upgrade that names no version: never to an older one, nor back to one that is held. */
  isOnlyNewer?: boolean;
}>;

export type InstallPlan = Decision &
  Readonly<{
    question: InstallQuestion;
    source: Source;
    target: string;
    manifest: Manifest;
    tree: Tree;
    config: readonly ConfigPlan[];
    /** What the target then has from the pack. */
    owned: Owned;
    signature: Receipt['signature'] & Readonly<{ note: string | undefined }>;
    permissions: Readonly<{
      before: PermissionSet | undefined;
      after: PermissionSet;
      /** What nobody consented to yet. */
      added: PermissionSet;
      hash: string;
    }>;
    /** What the lock file will say. A linked folder leaves it as it is. */
    lock: LockEntry | null;
    /** Roles that it needs and nobody holds. */
    unbound: readonly NeededRole[];
    /** A change that had died, and whose rest was done before this one. */
    ended?: Change | undefined;
    /** The generation that is current. */
    installed: string | undefined;
    /** Against what is installed. */
    difference: Readonly<{ files: Difference; commands: Difference }>;
  }>;

export type InstallWorld = SourceWorld &
  Pick<HostContext, 'confirm' | 'now' | 'sqlite' | 'streams' | 'uniqueId'>;

const HINT = 'check the owner and the free space of the target';

/** The plan holds on to its source: `plan.source.dispose()` when it is done with. */
export async function planInstall(
  asked: InstallQuestion,
  world: InstallWorld,
): Promise<InstallPlan> {
  const lock = readLock(pathsOf(asked.target).lockFile);
  const { isLink = false, isFrozen = false } = asked;
  const found = isFrozen ? frozenSpec(asked.spec, lock, asked.target) : asked;
  const { spec, pack = asked.pack } = found;
  const question = { ...asked, spec, pack };
  const lockOf = (name: string) => lock.get(name);
  const source = await openSource({ spec, isLink, isFrozen, lockOf }, world);
  try {
    return planWith(source, question, world);
  } catch (error) {
    source.dispose();
    throw inWordsOf(source.spec, error);
  }
}

/** `known` was planned before: a pack that is the same since then need not be checked again. */
function planWith(
  given: Source,
  question: InstallQuestion,
  world: InstallWorld,
  known?: Pick<InstallPlan, 'tree' | 'manifest'>,
): InstallPlan {
  return sayingWhere('read', HINT, () => {
    const { target } = question;
    const paths = pathsOf(target);
    // A linked folder changes while it is used: nothing says what it should hold.
    const tree = given.kind === 'link' ? { hash: hashOf([]), files: [] } : readTree(given.root);
    const isChecked = given.kind !== 'link' && known?.tree.hash === tree.hash;
    const manifest = isChecked ? known.manifest : usableManifest(given.root, world);
    refuseOtherPack(question, given, manifest);
    const pack = paths.pack(manifest.name);
    const state = inspect(pack);
    const source = provenSource({ source: given, manifest, tree, target }, pack, state);
    const origin = { source, manifest, tree, target };
    const locked = readLock(paths.lockFile).get(manifest.name);
    if (question.isFrozen) refuseOtherThanLocked(origin, locked);
    refuseChangedBytes(origin, pack, locked);
    const signature = verifyOrigin(origin, question.minLevel);
    refuseOvertaken(question, manifest, state.generation);
    const installed =
      state.receipt === undefined ? undefined : pack.generation(state.receipt.generation);
    const had = ownedIn(paths, manifest.name, state.receipt);
    refuseNewerData(paths, had.data, manifest);
    const { plans: config, remembered } = planConfig({
      manifest,
      root: source.root,
      folder: paths.forPack(manifest.name).config,
      owned: had,
      until: state.receipt?.config.map(({ path }) => path) ?? [],
      policy: question.policy ?? 'merge',
      restoreMissing: question.restoreMissing === true,
    });
    const after = permissionsAsked(manifest, source.root);
    const before = state.receipt && canonical(state.receipt.permissions.granted);
    const permissions = {
      before,
      after,
      added: widened(before, after),
      hash: permissionsHash(after),
    };
    const isLink = source.kind === 'link';
    const recorded = { source, manifest, tree, signature, config };
    const isOnlyNewer = question.isOnlyNewer === true;
    // Frozen, the lock is what was asked for; it is never moved.
    const isKept = isLink || question.isFrozen === true;
    const lock = isKept
      ? (locked ?? null)
      : lockEntry(recorded, { locked, isAskedAgain: isOnlyNewer, target });
    const owned = { config: remembered, data: dataAfter(had.data, manifest) };
    const isWhole =
      config.every((each) => each.step === undefined) &&
      isSame(owned, had) &&
      isSame(lock, locked) &&
      readJournal(paths.journal) === undefined &&
      remainsOf(paths, manifest.name).length === 0;
    const hold = locked?.hold ?? [];
    const decision = decide(state, pack, { ...recorded, isWhole, isOnlyNewer, hold });
    const base = { question, target, ...recorded, owned, permissions };
    const difference = {
      files: filesDifference(state.receipt?.files ?? [], tree.files),
      commands: commandsDifference(installed, source.root),
    };
    const unbound = unboundRoles([manifest], readBindings(target).bindings);
    return { ...base, lock, unbound, installed, difference, ...decision };
  });
}

/** A folder or an address may hold another pack by now. */
function refuseOtherPack(
  { pack }: InstallQuestion,
  { resolved }: Source,
  { name }: Manifest,
): void {
  if (pack === undefined || pack === name) return;
  throw new BrctlError('integrity', {
    code: 'other-pack',
    message: `${resolved} holds ${name}, and ${pack} was to come from there`,
    hint: `name where ${pack} is now: brctl pack install PLACE`,
  });
}

/** What it would lead to was asked of where that generation came from. */
function refuseOvertaken(
  { upgradeOf, target }: InstallQuestion,
  { name }: Manifest,
  current: string | undefined,
): void {
  if (upgradeOf === undefined || upgradeOf === current) return;
  throw new BrctlError('locked', {
    code: 'upgrade-overtaken',
    message: `another brctl changed ${name} in ${target} before it could be upgraded`,
    hint: 'look at what is installed now, and upgrade again',
  });
}

function isSame<T>(wanted: T, found: T | undefined): boolean {
  return JSON.stringify(wanted) === JSON.stringify(found ?? null);
}

export type Consenting = Readonly<{
  /** The value of `--accept-permissions`. */
  accepted?: string | undefined;
  step?: Step;
}>;

export async function applyInstall(
  plan: InstallPlan,
  world: InstallWorld,
  { accepted, step = () => undefined }: Consenting = {},
): Promise<InstallPlan> {
  if (plan.action === 'none') return plan;
  const { by } = await consentTo(plan, accepted, world.confirm);
  const paths = pathsOf(plan.target);
  sayingWhere('create the target', HINT, () => makeFolder(paths.state));
  return withTargetLock(plan.target, world, async () => {
    const fresh = sayingWhere('install', HINT, () => {
      const ended = leavingNoRemains(paths, () => recover(paths, step));
      return { ...planWith(plan.source, plan.question, world, plan), ended };
    });
    // Who consented consented to this set. Nobody is asked while others wait.
    const isSame = by !== 'unasked' && fresh.permissions.hash === plan.permissions.hash;
    if (!isSame) await consentTo(fresh, accepted, undefined);
    // From here on nothing is awaited: Ctrl-C is heard before, or when all is done.
    world.signal.throwIfAborted();
    sayingWhere('install', HINT, () =>
      leavingNoRemains(paths, () => perform(fresh, paths, world, step)),
    );
    return fresh;
  });
}

function consentTo(
  { action, manifest, permissions }: InstallPlan,
  accepted: string | undefined,
  confirm: InstallWorld['confirm'],
): Promise<Pick<Consent, 'by'>> {
  if (action === 'none') return Promise.resolve({ by: 'unasked' });
  const { before, after } = permissions;
  const what = `${manifest.name} ${manifest.version}`;
  return consentFor({ what, before, after, accepted, confirm });
}

function perform(plan: InstallPlan, paths: Paths, world: InstallWorld, step: Step): void {
  if (plan.action === 'none') return;
  const { name } = plan.manifest;
  const pack = paths.pack(name);
  const id = world.uniqueId();
  makeFolder(pack.home);
  step('prepared');
  const staging = stagingFolder(pack, id);
  const isNew = plan.action === 'install' || plan.action === 'upgrade' || plan.action === 'link';
  if (isNew) {
    const receipt = receiptFor(plan, { ...plan, action: verbOf(plan) }, world);
    const { root, signature } = plan.source;
    const { tree } = plan;
    stageGeneration({ root, tree, receipt, signature, folder: staging, step });
  }
  if (isNew) {
    renameSync(staging, pack.generation(plan.generation));
    flushFolder(pack.home);
    step('renamed');
  }
  commit(changeOf(plan), { paths, id, step });
}

function verbOf({ action }: InstallPlan): Receipt['action'] {
  return action === 'link' || action === 'upgrade' ? action : 'install';
}

function changeOf(plan: InstallPlan): Change {
  const { manifest, generation, config, owned, lock, current } = plan;
  return {
    action: verbOf(plan),
    pack: manifest.name,
    from: current ?? null,
    to: generation,
    config: config.flatMap((each) => each.step ?? []),
    owned,
    lock,
    purge: false,
  };
}
