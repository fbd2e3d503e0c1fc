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
import {
  type ConfigPlan,
  type ConfigPolicy,
  createConfig,
  planConfig,
  shippedBefore,
} from '../config/conffile.ts';
import { flushFolder, sayingWhere } from '../disk.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { type Paths, pathsOf } from '../paths.ts';
import { readBindings } from '../roles/bindings.ts';
import { type NeededRole, unboundRoles } from '../roles/check.ts';
import { openSource, type Source, type SourceWorld } from '../source/source.ts';
import { inspect, removeFolder, removeLeftovers, stagingFolder } from '../store/generation.ts';
import { type Change, readJournal } from '../store/journal.ts';
import { withLock } from '../store/lock.ts';
import { type LockEntry, readLock } from '../store/lockfile.ts';
import type { Receipt } from '../store/receipt.ts';
import { hashOf, readTree, type Tree } from '../store/tree.ts';
import type { Level } from '../trust/level.ts';
import {
  consentFor,
  type PermissionSet,
  permissionsHash,
  permissionsOf,
  widened,
} from '../trust/permissions.ts';
import { commit, recover, type Step } from './commit.ts';
import { type Decision, decide } from './decision.ts';
import { commandsDifference, type Difference, filesDifference } from './difference.ts';
import { refuseChangedBytes, refuseOtherThanLocked, verifyOrigin } from './origin.ts';
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

const LOCK_WAIT_MS = 5_000;
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
    throw error;
  }
}

function planWith(source: Source, question: InstallQuestion, world: InstallWorld): InstallPlan {
  return sayingWhere('read', HINT, () => {
    const { target } = question;
    const paths = pathsOf(target);
    // A linked folder changes while it is used: nothing says what it should hold.
    const tree = source.kind === 'link' ? { hash: hashOf([]), files: [] } : readTree(source.root);
    const manifest = usableManifest(source.root, world);
    const pack = paths.pack(manifest.name);
    const origin = { source, manifest, tree, target };
    const locked = readLock(paths.lockFile).get(manifest.name);
    if (question.isFrozen) refuseOtherThanLocked(origin, locked);
    refuseChangedBytes(origin, pack, locked);
    const signature = verifyOrigin(origin, question.minLevel);
    const state = inspect(pack);
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
    const lock = isLink ? (locked ?? null) : lockEntry(origin, signature, locked);
    const isWhole =
      config.every(({ change }) => change === undefined) &&
      isSame(lock, locked) &&
      readJournal(paths.journal) === undefined;
    const decision = decide(state, pack, { manifest, tree, source, isWhole });
    const base = { question, source, target, manifest, tree, config, signature, permissions };
    const difference = {
      files: filesDifference(state.receipt?.files ?? [], tree.files),
      commands: commandsDifference(installed, source.root),
    };
    const unbound = unboundRoles([manifest], readBindings(target).bindings);
    return { ...base, lock, unbound, installed, difference, ...decision };
  });
}

function isSame(lock: LockEntry | null, locked: LockEntry | undefined): boolean {
  return JSON.stringify(lock) === JSON.stringify(locked ?? null);
}

function lockEntry(
  { source, manifest, tree }: Readonly<{ source: Source; manifest: Manifest; tree: Tree }>,
  { level, key }: Receipt['signature'],
  locked: LockEntry | undefined,
): LockEntry {
  const { kind, spec, commit, archive } = source;
  return {
    version: manifest.version,
    source: {
      kind: kind as LockEntry['source']['kind'],
      spec,
      ...(commit === undefined ? {} : { commit }),
    },
    integrity: archive,
    tree: tree.hash,
    level: level === 'signed' ? 'signed' : 'integrity',
    key,
    hold: (locked?.hold ?? []).filter((version) => version !== manifest.version),
  };
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
  const { manifest, permissions } = plan;
  const { before, after } = permissions;
  const what = `${manifest.name} ${manifest.version}`;
  await consentFor({ what, before, after, accepted, confirm: world.confirm });
  const paths = pathsOf(plan.target);
  sayingWhere('create the target', HINT, () => mkdirSync(paths.state, { recursive: true }));
  const lock = { file: paths.lock, waitMs: LOCK_WAIT_MS, context: world };
  return withLock(lock, async () =>
    sayingWhere('install', HINT, () => {
      recover(paths, step);
      const fresh = planWith(plan.source, plan.question, world);
      // From here on nothing is awaited: Ctrl-C is heard before, or when all is done.
      world.signal.throwIfAborted();
      perform(fresh, paths, world, step);
      return fresh;
    }),
  );
}

function perform(plan: InstallPlan, paths: Paths, world: InstallWorld, step: Step): void {
  if (plan.action === 'none') return;
  const { name } = plan.manifest;
  const pack = paths.pack(name);
  const id = world.uniqueId();
  mkdirSync(pack.home, { recursive: true });
  removeLeftovers(pack.home);
  step('cleaned up');
  const staging = stagingFolder(pack, id);
  const isNew = plan.action === 'install' || plan.action === 'upgrade' || plan.action === 'link';
  try {
    if (isNew) {
      const receipt = receiptFor(plan, world);
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
  } finally {
    removeFolder(staging);
  }
}

function changeOf(plan: InstallPlan): Change {
  const { action, manifest, generation, config, lock, parent } = plan;
  const isSwitch = action !== 'config';
  return {
    action: action === 'link' || action === 'upgrade' ? action : 'install',
    pack: manifest.name,
    from: isSwitch ? (parent ?? null) : generation,
    to: generation,
    config: config.flatMap(({ change }) => (change?.kind === 'write' ? [change.step] : [])),
    lock,
    purge: false,
  };
}

function receiptFor(plan: InstallPlan, world: Pick<InstallWorld, 'now' | 'version'>): Receipt {
  const { manifest, source, tree, config, generation, parent, signature, permissions } = plan;
  const { kind, spec, resolved, commit } = source;
  const { level, key } = signature;
  const action = plan.action === 'link' || plan.action === 'upgrade' ? plan.action : 'install';
  return {
    schemaVersion: 1,
    action,
    name: manifest.name,
    version: manifest.version,
    generation,
    parent: parent ?? null,
    source: { kind, spec, resolved, ...(commit === undefined ? {} : { commit }) },
    archive: source.archive,
    tree: tree.hash,
    signature: { level, key },
    files: tree.files,
    config: config.flatMap(({ receipt }) => receipt ?? []),
    permissions: { hash: permissions.hash, granted: permissions.after },
    data: manifest.data ?? null,
    engine: manifest.engines.brctl,
    hostVersion: world.version,
    installedAt: world.now.toISOString(),
  };
}
