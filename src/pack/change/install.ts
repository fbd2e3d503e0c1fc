/**
 * Installing a pack. `planInstall` reads and decides; `applyInstall` decides again under the lock
 * and performs: stage, verify, rename to a generation, switch `current` with one rename.
 *
 * Config files are written before the switch, so that whoever sees the new generation also sees
 * its config; the switch is the last thing that happens. Killed anywhere, `current` is a complete
 * generation or absent, and the next install finishes the work.
 */
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { HostContext } from '../../host.ts';
import { BrctlError, operationalError, place } from '../../sdk/index.ts';
import { createConfig, planConfig } from '../config/conffile.ts';
import { flushFolder, flushFolders, sayingWhere, writeNew } from '../disk.ts';
import { isError, type Manifest, readManifest } from '../manifest/manifest.ts';
import { MANIFEST, type PackPaths, type Paths, pathsOf, RECEIPT } from '../paths.ts';
import { resolveSource, type Source } from '../source/source.ts';
import { checkEngine, checkHostModules } from '../store/engine.ts';
import {
  findFinished,
  inspect,
  makeCurrent,
  nextGeneration,
  removeFolder,
  removeLeftovers,
  type State,
  stagingFolder,
} from '../store/generation.ts';
import { withLock } from '../store/lock.ts';
import type { ConfigReceipt, Receipt } from '../store/receipt.ts';
import { readTree, type Tree } from '../store/tree.ts';
import { validatePack } from '../validate/validate.ts';

export type InstallPlan = Readonly<{
  /**
   * `install`: a new generation. `finish`: a generation that a dead install left behind becomes
   * current. `config`: only config files are missing. `none`: all is there.
   */
  action: 'install' | 'finish' | 'config' | 'none';
  /** Why, in a few words that fit behind a dash. */
  reason: string;
  source: Source;
  target: string;
  manifest: Manifest;
  tree: Tree;
  generation: string;
  parent: string | undefined;
  config: readonly ConfigReceipt[];
}>;

export type InstallWorld = Pick<
  HostContext,
  'cwd' | 'now' | 'packageRoot' | 'signal' | 'sqlite' | 'streams' | 'uniqueId' | 'version'
>;

export type InstallQuestion = Readonly<{ spec: string; target: string }>;

/** Called between any two changes to the disk; tests stop the process there. */
export type Step = (name: string) => void;

const LOCK_WAIT_MS = 5_000;
const HINT = 'check the owner and the free space of the target';

export function planInstall(question: InstallQuestion, world: InstallWorld): InstallPlan {
  const source = resolveSource({ ...question, ...world });
  return sayingWhere('read', HINT, () => {
    const tree = readTree(source.root);
    const manifest = usableManifest(source.root, world);
    const paths = pathsOf(question.target);
    const pack = paths.pack(manifest.name);
    const state = inspect(pack);
    const config = planConfig({
      manifest,
      root: source.root,
      folder: paths.forPack(manifest.name).config,
    });
    const base = { source, target: question.target, manifest, tree, config };
    return { ...base, ...decide(state, pack, { ...base, isWhole: config.every(isKept) }) };
  });
}

const isKept = ({ decision }: ConfigReceipt): boolean => decision === 'kept';

/** The manifest of a pack that passes every check, or the first reason why not. */
function usableManifest(root: string, world: InstallWorld): Manifest {
  const errors = validatePack(root, world.cwd).diagnostics.filter(isError);
  const { manifest } = readManifest(readFileSync(join(root, MANIFEST)), MANIFEST);
  const [first] = errors;
  if (first !== undefined || manifest === undefined) {
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    throw operationalError(
      'pack-invalid',
      first === undefined ? `${root} is no pack` : `${place(first)}: ${first.message}${more}`,
      `brctl pack validate ${root}`,
    );
  }
  checkEngine({ ...manifest, engine: manifest.engines.brctl }, world.version);
  checkHostModules(manifest);
  return manifest;
}

type Decision = Pick<InstallPlan, 'action' | 'reason' | 'generation' | 'parent'>;

function decide(
  state: State,
  pack: PackPaths,
  want: Readonly<{ manifest: Manifest; tree: Tree; isWhole: boolean }>,
): Decision {
  const { receipt, generation: parent } = state;
  const { version } = want.manifest;
  const isSame = receipt?.version === version && receipt.tree === want.tree.hash;
  if (state.status === 'intact' && isSame && parent !== undefined) {
    const same = { generation: parent, parent: receipt.parent ?? undefined };
    return want.isWhole
      ? { action: 'none', reason: 'already installed', ...same }
      : { action: 'config', reason: 'config files are missing', ...same };
  }
  const finished = findFinished(pack, { version, tree: want.tree.hash, parent });
  if (finished !== undefined) {
    const reason = 'an earlier install did not get to its last step';
    return { action: 'finish', reason, generation: finished, parent };
  }
  const generation = nextGeneration(pack.home);
  return { action: 'install', reason: reasonFor(state, version, isSame), generation, parent };
}

function reasonFor(state: State, version: string, isSame: boolean): string {
  if (state.status === 'absent') return 'the first install';
  if (state.status === 'broken') return `what is installed is broken: ${state.problems[0]}`;
  if (isSame) return `what is installed is damaged: ${state.problems[0]}`;
  const installed = state.receipt?.version;
  return installed === version ? 'the content differs' : `${installed} is installed`;
}

export async function applyInstall(
  plan: InstallPlan,
  world: InstallWorld,
  step: Step = () => undefined,
): Promise<InstallPlan> {
  if (plan.action === 'none') return plan;
  const paths = pathsOf(plan.target);
  sayingWhere('create the target', HINT, () => mkdirSync(paths.state, { recursive: true }));
  const lock = { file: paths.lock, waitMs: LOCK_WAIT_MS, context: world };
  return withLock(lock, async () => {
    const fresh = planInstall({ spec: plan.source.spec, target: plan.target }, world);
    // From here on nothing is awaited: Ctrl-C is heard before, or when all is done.
    world.signal.throwIfAborted();
    sayingWhere('install', HINT, () => perform(fresh, paths, world, step));
    return fresh;
  });
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
  try {
    if (plan.action === 'install') stage(plan, staging, world, step);
    for (const { path, from, decision } of plan.config) {
      if (decision === 'kept') continue;
      const content = readFileSync(join(plan.source.root, from));
      createConfig(join(paths.forPack(name).config, path), content);
      step(`wrote config ${path}`);
    }
    if (plan.action === 'config') return;
    if (plan.action === 'install') {
      renameSync(staging, pack.generation(plan.generation));
      flushFolder(pack.home);
      step('renamed');
    }
    makeCurrent(pack, { generation: plan.generation, id, step });
    step('switched');
  } finally {
    removeFolder(staging);
  }
}

/** A complete generation under a name that nothing looks at. */
function stage(plan: InstallPlan, staging: string, world: InstallWorld, step: Step): void {
  mkdirSync(staging);
  step('staged');
  for (const { path, executable } of plan.tree.files) {
    const content = readFileSync(join(plan.source.root, path));
    // Read-only: a generation never changes, and an editor should say so.
    writeNew(join(staging, path), content, executable ? 0o555 : 0o444);
    step(`copied ${path}`);
  }
  const copied = readTree(staging);
  if (copied.hash !== plan.tree.hash) {
    throw new BrctlError('integrity', {
      code: 'copy-differs',
      message: `${plan.source.root} changed while it was copied`,
      hint: 'run the install again',
    });
  }
  const receipt = `${JSON.stringify(receiptFor(plan, world), null, 2)}\n`;
  writeNew(join(staging, RECEIPT), receipt, 0o444);
  step('wrote receipt');
  flushFolders(staging);
}

function receiptFor(plan: InstallPlan, world: InstallWorld): Receipt {
  const { manifest, source, tree, config, generation, parent } = plan;
  return {
    schemaVersion: 1,
    name: manifest.name,
    version: manifest.version,
    generation,
    parent: parent ?? null,
    source: { kind: source.kind, spec: source.spec, resolved: source.root },
    tree: tree.hash,
    files: tree.files,
    config,
    engine: manifest.engines.brctl,
    hostVersion: world.version,
    installedAt: world.now.toISOString(),
  };
}
