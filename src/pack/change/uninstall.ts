/** Taking a pack away. Config and data are the operator's and stay, unless they say otherwise. */
import { existsSync } from 'node:fs';
import type { HostContext } from '../../host.ts';
import { sayingWhere } from '../disk.ts';
import { PACK_NAME, pathsOf } from '../paths.ts';
import { currentOf, generationsIn, inspect } from '../store/generation.ts';
import type { Change } from '../store/journal.ts';
import { withTargetLock } from '../store/lock.ts';
import { readLock } from '../store/lockfile.ts';
import { NOTHING_OWNED, type Owned } from '../store/owned.ts';
import { commit, recover, type Step, unfinishedChange } from './commit.ts';
import { ownedIn } from './owned-now.ts';
import { leavingNoRemains } from './remains.ts';
import { notInstalled } from './rollback.ts';

export type UninstallQuestion = Readonly<{ pack: string; target: string; purge: boolean }>;

export type UninstallPlan = Readonly<{
  question: UninstallQuestion;
  version: string | undefined;
  generation: string | undefined;
  generations: number;
  /** Folders that stay, or go with `--purge`; only those that are there. */
  config: string | undefined;
  data: string | undefined;
  /** What stays known of them. */
  owned: Owned;
}>;

export type UninstallWorld = Pick<HostContext, 'signal' | 'sqlite' | 'streams' | 'uniqueId'>;

export function planUninstall(question: UninstallQuestion): UninstallPlan {
  const paths = pathsOf(question.target);
  if (!PACK_NAME.test(question.pack)) throw notInstalled(question);
  // A lock file that cannot be read stops this before anything is gone.
  readLock(paths.lockFile);
  const pack = paths.pack(question.pack);
  const { status, generation, receipt } = inspect(pack);
  const generations = generationsIn(pack.home).length;
  const { config, data } = paths.forPack(question.pack);
  // What an uninstall without --purge left can still be taken away.
  const left = [config, data, paths.owned(question.pack)];
  const isLeft = question.purge && left.some((path) => existsSync(path));
  const isThere = status !== 'absent' || generations > 0 || isLeft;
  if (!isThere && !isOf(question, unfinishedChange(question.target))) throw notInstalled(question);
  return {
    question,
    version: receipt?.version,
    generation,
    generations,
    config: existsSync(config) ? config : undefined,
    data: existsSync(data) ? data : undefined,
    owned: ownedIn(paths, question.pack, receipt),
  };
}

/** An uninstall of the same pack, which the same command again ends. */
function isOf({ pack }: UninstallQuestion, change: Change | undefined): change is Change {
  return change?.action === 'uninstall' && change.pack === pack;
}

export async function applyUninstall(
  plan: UninstallPlan,
  world: UninstallWorld,
  step: Step = () => undefined,
): Promise<UninstallPlan> {
  const { question } = plan;
  const paths = pathsOf(question.target);
  return withTargetLock(question.target, world, async () =>
    sayingWhere('uninstall', 'check the owner of the target', () =>
      leavingNoRemains(paths, () => {
        const begun = recover(paths, step);
        const isBegun = isOf(question, begun);
        if (isBegun && (begun.purge || !question.purge)) return plan;
        const fresh = isBegun ? plan : planUninstall(question);
        world.signal.throwIfAborted();
        const change = {
          action: 'uninstall',
          pack: question.pack,
          from: currentOf(paths.pack(question.pack)),
          to: null,
          config: [],
          owned: question.purge ? NOTHING_OWNED : fresh.owned,
          lock: null,
          purge: question.purge,
        } as const;
        commit(change, { paths, id: world.uniqueId(), step });
        return fresh;
      }),
    ),
  );
}
