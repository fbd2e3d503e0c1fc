/**
 * Installing a pack, or another version of it. `planInstall` reads and decides; `applyInstall`
 * decides again under the lock and performs: stage, verify, rename to a generation, commit.
 *
 * Killed anywhere, `current` is a complete generation or absent, and the next change finishes the
 * work.
 */
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { HostContext } from '../../host.ts';
import { BrctlError } from '../../sdk/index.ts';
import { type ConfigPlan, createConfig, planConfig, shippedBefore } from '../config/conffile.ts';
import type { ConfigPolicy } from '../config/outcome.ts';
import { flushFolder, sayingWhere } from '../disk.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { type Paths, pathsOf } from '../paths.ts';
import { readBindings } from '../roles/bindings.ts';
import { type NeededRole, unboundRoles } from '../roles/check.ts';
import { inWordsOf, openSource, type Source, type SourceWorld } from '../source/source.ts';
import { inspect, stagingFolder } from '../store/generation.ts';
import { type Change, readJournal } from '../store/journal.ts';
import { withTargetLock } from '../store/lock.ts';
import { type LockEntry, readLock } from '../store/lockfile.ts';
import type { Receipt } from '../store/receipt.ts';
import { hashOf, readTree, type Tree } from '../store/tree.ts';
import type { Level } from '../trust/level.ts';
import {
  type Consent,
  consentFor,
  type PermissionSet,
  permissionsHash,
  permissionsOf,
  widened,
} from '../trust/permissions.ts';
import { commit, recover, type Step } from './commit.ts';
import { type Decision, decide } from './decision.ts';
import { commandsDifference, type Difference, filesDifference } from './difference.ts';
import { provenSource, refuseChangedBytes, refuseOtherThanLocked, verifyOrigin } from './origin.ts';
import { lockEntry, receiptFor } from './record.ts';
import { leavingNoRemains, remainsOf } from './remains.ts';
import { refuseNewerData } from './rollback.ts';
import { stageGeneration } from './stage.ts';
import { usableManifest } from './usable-manifest.ts';

export type InstallQuestion = Readonly<{
  spec: string;
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
  question: InstallQuestion,
  world: InstallWorld,
): Promise<InstallPlan> {
  const paths = pathsOf(question.target);
  const lock = readLock(paths.lockFile);
  const { spec, isLink = false, isFrozen = false } = question;
  const lockOf = (name: string) => lock.get(name);
  const source = await openSource({ spec, isLink, isFrozen, lockOf }, world);
  try {
    return planWith(source, question, world);
  } catch (error) {
    source.dispose();
    throw inWordsOf(source.spec, error);
  }
}

function planWith(given: Source, question: InstallQuestion, world: InstallWorld): InstallPlan {
  return sayingWhere('read', HINT, () => {
    const { target } = question;
    const paths = pathsOf(target);
    // A linked folder changes while it is used: nothing says what it should hold.
    const tree = given.kind === 'link' ? { hash: hashOf([]), files: [] } : readTree(given.root);
    const manifest = usableManifest(given.root, world);
    const pack = paths.pack(manifest.name);
    const state = inspect(pack);
    const source = provenSource({ source: given, manifest, tree, target }, pack, state);
    const origin = { source, manifest, tree, target };
    const locked = readLock(paths.lockFile).get(manifest.name);
    if (question.isFrozen) refuseOtherThanLocked(origin, locked);
    refuseChangedBytes(origin, pack, locked);
    const signature = verifyOrigin(origin, question.minLevel);
    refuseOvertaken(question, manifest, state.generation);
    if (state.receipt !== undefined) refuseNewerData(state.receipt, manifest);
    const installed =
      state.receipt === undefined ? undefined : pack.generation(state.receipt.generation);
    const config = planConfig({
      manifest,
      root: source.root,
      folder: paths.forPack(manifest.name).config,
      before: shippedBefore(pack),
      policy: question.policy ?? 'merge',
      restoreMissing: question.restoreMissing === true,
    });
    const after = permissionsOf(manifest);
    const before = state.receipt?.permissions.granted as PermissionSet | undefined;
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
    const lock = isKept ? (locked ?? null) : lockEntry(recorded, locked, isOnlyNewer);
    const isWhole =
      config.every(({ change }) => change === undefined) &&
      isSame(lock, locked) &&
      readJournal(paths.journal) === undefined &&
      remainsOf(paths, manifest.name).length === 0;
    const hold = locked?.hold ?? [];
    const decision = decide(state, pack, { ...recorded, isWhole, isOnlyNewer, hold });
    const base = { question, target, ...recorded, permissions };
    const difference = {
      files: filesDifference(state.receipt?.files ?? [], tree.files),
      commands: commandsDifference(installed, source.root),
    };
    const unbound = unboundRoles([manifest], readBindings(target).bindings);
    return { ...base, lock, unbound, installed, difference, ...decision };
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

function isSame(lock: LockEntry | null, locked: LockEntry | undefined): boolean {
  return JSON.stringify(lock) === JSON.stringify(locked ?? null);
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
  sayingWhere('create the target', HINT, () => mkdirSync(paths.state, { recursive: true }));
  return withTargetLock(plan.target, world, async () => {
    const fresh = sayingWhere('install', HINT, () => {
      leavingNoRemains(paths, () => recover(paths, step));
      return planWith(plan.source, plan.question, world);
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
  mkdirSync(pack.home, { recursive: true });
  step('prepared');
  const staging = stagingFolder(pack, id);
  const isNew = plan.action === 'install' || plan.action === 'upgrade' || plan.action === 'link';
  if (isNew) {
    const receipt = receiptFor(plan, { ...plan, action: verbOf(plan) }, world);
    const { root, signature } = plan.source;
    const { tree } = plan;
    stageGeneration({ root, tree, receipt, signature, folder: staging, step });
  }
  // Whoever sees the new generation also sees the files that come with it.
  for (const { path, change } of plan.config) {
    if (change?.kind !== 'create') continue;
    createConfig(join(paths.forPack(name).config, path), change.content);
    step(`created config ${path}`);
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
  const { manifest, generation, config, lock, parent } = plan;
  const isSwitch = plan.action !== 'config';
  return {
    action: verbOf(plan),
    pack: manifest.name,
    from: isSwitch ? (parent ?? null) : generation,
    to: generation,
    config: config.flatMap(({ change }) => (change?.kind === 'write' ? [change.step] : [])),
    lock,
    purge: false,
  };
}
