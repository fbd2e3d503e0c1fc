/**
 * `pack install --frozen` without a name: every pack that the lock file has, each from its place
 * and with its bytes. One that fails does not keep the others.
 */
import { BrctlError, isBrctlError } from '../../sdk/index.ts';
import { pathsOf } from '../paths.ts';
import { readLock } from '../store/lockfile.ts';
import {
  applyInstall,
  type Consenting,
  type InstallPlan,
  type InstallQuestion,
  type InstallWorld,
  planInstall,
} from './install.ts';

export type Installing = Readonly<{ pack: string }> &
  (Readonly<{ kind: 'plan'; plan: InstallPlan }> | Readonly<{ kind: 'failed'; error: BrctlError }>);

/** The plans hold on to their sources: `disposeAll` when they are done with. */
export async function planFrozen(
  question: Omit<InstallQuestion, 'spec' | 'isFrozen'>,
  world: InstallWorld,
): Promise<readonly Installing[]> {
  const { lockFile } = pathsOf(question.target);
  const packs = [...readLock(lockFile).keys()];
  if (packs.length === 0) {
    throw new BrctlError('integrity', {
      code: 'lock-missing',
      message: `${lockFile} names no pack`,
      hint: 'name a pack and install it without --frozen once, and commit packs.lock.yaml',
    });
  }
  const planned: Installing[] = [];
  try {
    for (const pack of packs) planned.push(await planOne(pack, question, world));
    return planned;
  } catch (error) {
    disposeAll(planned);
    throw error;
  }
}

async function planOne(
  pack: string,
  question: Omit<InstallQuestion, 'spec' | 'isFrozen'>,
  world: InstallWorld,
): Promise<Installing> {
  return orFailed(pack, () => planInstall({ ...question, spec: pack, isFrozen: true }, world));
}

/** `accepted`: hashes that were consented to, of whichever pack. */
export async function applyFrozen(
  planned: readonly Installing[],
  world: InstallWorld,
  accepted: readonly string[],
): Promise<readonly Installing[]> {
  const done: Installing[] = [];
  for (const each of planned) {
    if (each.kind === 'failed') done.push(each);
    else {
      const { pack, plan } = each;
      done.push(await orFailed(pack, () => applyInstall(plan, world, consentOf(plan, accepted))));
    }
  }
  return done;
}

/** Of the hashes that were given, the one that is about this pack. */
export function consentOf(plan: InstallPlan, accepted: readonly string[]): Consenting {
  const { hash } = plan.permissions;
  return { accepted: accepted.find((each) => each === hash) ?? accepted[0] };
}

async function orFailed(pack: string, body: () => Promise<InstallPlan>): Promise<Installing> {
  try {
    return { pack, kind: 'plan', plan: await body() };
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return { pack, kind: 'failed', error };
  }
}

export function disposeAll(planned: readonly Installing[]): void {
  for (const each of planned) if (each.kind === 'plan') each.plan.source.dispose();
}
