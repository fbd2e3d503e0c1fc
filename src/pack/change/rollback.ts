/**
 * Back to the generation that the current one replaced, or to one that is named. Nothing is copied:
 * `current` moves, and the operator's config is merged backwards, so that edits survive. The
 * version that was left is held: an upgrade passes it over until it is named.
 */
import type { HostContext } from '../../host.ts';
import { BrctlError, isBrctlError, usageError } from '../../sdk/index.ts';
import { type ConfigPlan, planConfig } from '../config/conffile.ts';
import type { ConfigPolicy } from '../config/outcome.ts';
import { sayingWhere } from '../disk.ts';
import { PACK_NAME, type PackPaths, pathsOf } from '../paths.ts';
import { installWords, keptSpec } from '../source/place.ts';
import { checkEngine } from '../store/engine.ts';
import { currentOf, generationsIn, inspect, inspectGeneration } from '../store/generation.ts';
import { type Change, readJournal } from '../store/journal.ts';
import { withTargetLock } from '../store/lock.ts';
import { type LockEntry, readLock } from '../store/lockfile.ts';
import { dataAfter, type Owned } from '../store/owned.ts';
import type { Receipt } from '../store/receipt.ts';
import { manifestIn } from '../store/status.ts';
import { commit, recover, type Step } from './commit.ts';
import { verifyGeneration } from './origin.ts';
import { ownedIn, refuseNewerData } from './owned-now.ts';
import { leavingNoRemains } from './remains.ts';

export type RollbackQuestion = Readonly<{
  pack: string;
  target: string;
  /** A generation or a version; without it the parent. */
  to: string | undefined;
  policy: ConfigPolicy;
}>;

export type RollbackPlan = Readonly<{
  question: RollbackQuestion;
  from: Receipt;
  to: Receipt;
  config: readonly ConfigPlan[];
  /** What the target then has from the pack. */
  owned: Owned;
  lock: LockEntry | null;
}>;

export type RollbackWorld = Pick<
  HostContext,
  'signal' | 'sqlite' | 'streams' | 'uniqueId' | 'version'
>;

export function planRollback(question: RollbackQuestion, world: RollbackWorld): RollbackPlan {
  const paths = pathsOf(question.target);
  const pack = paths.pack(question.pack);
  if (!PACK_NAME.test(question.pack)) throw notInstalled(question);
  const { receipt: from, status } = inspect(pack);
  if (status === 'absent') throw notInstalled(question);
  if (from === undefined) {
    throw new BrctlError('integrity', {
      code: 'pack-broken',
      message: `${question.pack} is broken, and nothing says what it replaced`,
      hint: `brctl pack install ${again(question)} puts it right`,
    });
  }
  const begun = begunRollback(question, pack);
  if (begun !== undefined) return begun;
  const to = wanted(question, from, pack);
  checkEngine({ name: to.name, version: to.version, engine: to.engine }, world.version);
  const had = ownedIn(paths, question.pack, from);
  refuseNewerData(paths, had.data, to);
  verifyGeneration(to, pack.generation(to.generation), question.target);
  const isLink = to.source.kind === 'link';
  const root = isLink ? to.source.resolved : pack.generation(to.generation);
  const manifest = manifestIn(root);
  if (manifest === undefined) throw broken(to, 'its manifest cannot be read');
  const { plans: config, remembered } = planConfig({
    manifest,
    root,
    folder: paths.forPack(question.pack).config,
    owned: had,
    until: from.config.map(({ path }) => path),
    policy: question.policy,
    restoreMissing: false,
  });
  const locked = readLock(paths.lockFile).get(question.pack);
  const owned = { config: remembered, data: dataAfter(had.data, to) };
  const ways = { from, to, target: question.target };
  return { question, from, to, config, owned, lock: lockAfter(ways, locked) };
}

/** The same rollback again, after one that died once `current` had moved: what is left of it. */
function begunRollback(question: RollbackQuestion, pack: PackPaths): RollbackPlan | undefined {
  const change = readJournal(pathsOf(question.target).journal);
  if (change?.action !== 'rollback' || change.pack !== question.pack) return undefined;
  if (change.from === null || change.to === null || currentOf(pack) !== change.to) return undefined;
  const from = inspectSafely(pack, change.from).receipt;
  const to = inspectSafely(pack, change.to).receipt;
  const isSame = [undefined, to?.generation, to?.version].includes(question.to);
  if (from === undefined || to === undefined || !isSame) return undefined;
  const { owned, lock } = change;
  return { question, from, to, config: [], owned, lock };
}

function isOf({ question, from, to }: RollbackPlan, change: Change | undefined): boolean {
  const isRollback = change?.action === 'rollback' && change.pack === question.pack;
  return isRollback && change.from === from.generation && change.to === to.generation;
}

function again({ pack: name, target }: RollbackQuestion): string {
  return installWords({ name, locked: readLock(pathsOf(target).lockFile).get(name), target });
}

export function notInstalled({ pack, target }: Readonly<{ pack: string; target: string }>) {
  return usageError(
    'pack-not-installed',
    `${pack === '' ? 'a pack without a name' : pack} is not installed in ${target}`,
    `brctl pack list --target=${target}`,
  );
}

function wanted({ to, pack: name }: RollbackQuestion, from: Receipt, pack: PackPaths): Receipt {
  const generations = generationsIn(pack.home);
  const goal = to === undefined ? from.parent : generationNamed(to, pack);
  const rest = generations.filter((each) => each !== from.generation);
  const named = rest.map((each) => {
    const { receipt } = inspectSafely(pack, each);
    return receipt === undefined ? `${each} (broken)` : `${each} (${receipt.version})`;
  });
  const there = rest.length === 0 ? 'there is no other' : `besides it there is ${named.join(', ')}`;
  if (goal === null) {
    throw usageError(
      'no-parent',
      to === undefined
        ? `${name} ${from.version} (${from.generation}) replaced nothing: ${there}`
        : `${name} has no generation or version "${to}": ${there}`,
      `brctl pack history ${name}`,
    );
  }
  if (goal === from.generation) throw usageError('already-current', `${goal} is current already`);
  if (!generations.includes(goal)) {
    throw usageError(
      'generation-gone',
      `${goal} is not there any more: ${there}`,
      `brctl pack rollback ${name} --to GENERATION`,
    );
  }
  const { receipt, status, problems } = inspectSafely(pack, goal);
  if (receipt === undefined) throw broken({ ...from, generation: goal }, problems[0]);
  if (status !== 'intact' && status !== 'linked') throw broken(receipt, problems[0]);
  return receipt;
}

function inspectSafely(pack: PackPaths, generation: string) {
  try {
    return inspectGeneration(pack, generation);
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return { receipt: undefined, status: 'broken' as const, problems: [error.message] };
  }
}

/** By its name, else the newest of a version. */
function generationNamed(to: string, pack: PackPaths): string | null {
  const generations = generationsIn(pack.home);
  if (generations.includes(to)) return to;
  const ofVersion = generations.filter((name) => inspectSafely(pack, name).receipt?.version === to);
  return ofVersion.at(-1) ?? null;
}

function broken({ name, generation }: Receipt, problem: string | undefined): BrctlError {
  return new BrctlError('integrity', {
    code: 'generation-damaged',
    message: `${name} ${generation} is damaged: ${problem}`,
    hint: `brctl pack history ${name} shows the others`,
  });
}

type Ways = Readonly<{ from: Receipt; to: Receipt; target: string }>;

function lockAfter({ from, to, target }: Ways, locked: LockEntry | undefined): LockEntry | null {
  if (to.source.kind === 'link') return locked ?? null;
  const { kind, commit: commitId } = to.source;
  const spec = keptSpec(to.source, target);
  const held = [...(locked?.hold ?? []), ...(from.version === to.version ? [] : [from.version])];
  const isReal = from.source.kind !== 'link';
  return {
    version: to.version,
    source: { kind, spec, ...(commitId === undefined ? {} : { commit: commitId }) },
    integrity: to.archive,
    tree: to.tree,
    level: to.signature.level === 'signed' ? 'signed' : 'integrity',
    key: to.signature.key,
    hold: [...new Set(isReal ? held : (locked?.hold ?? []))].filter((each) => each !== to.version),
  };
}

export async function applyRollback(
  plan: RollbackPlan,
  world: RollbackWorld,
  step: Step = () => undefined,
): Promise<RollbackPlan> {
  const { question } = plan;
  const paths = pathsOf(question.target);
  return withTargetLock(question.target, world, async () =>
    sayingWhere('roll back', 'check the owner of the target', () =>
      leavingNoRemains(paths, () => {
        if (isOf(plan, recover(paths, step))) return plan;
        const fresh = planRollback(question, world);
        world.signal.throwIfAborted();
        commit(changeOf(fresh), { paths, id: world.uniqueId(), step });
        return fresh;
      }),
    ),
  );
}

function changeOf({ question, from, to, config, owned, lock }: RollbackPlan): Change {
  return {
    action: 'rollback',
    pack: question.pack,
    from: from.generation,
    to: to.generation,
    config: config.flatMap((each) => each.step ?? []),
    owned,
    lock,
    purge: false,
  };
}
