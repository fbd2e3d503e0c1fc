/** Taking a pack away. Config and data are the operator's and stay, unless they say otherwise. */
import { existsSync } from 'node:fs';
import type { HostContext } from '../../host.ts';
import { sayingWhere } from '../disk.ts';
import { pathsOf } from '../paths.ts';
import { currentOf, generationsIn, inspect } from '../store/generation.ts';
import { withLock } from '../store/lock.ts';
import { commit, recover, type Step } from './commit.ts';
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
}>;

export type UninstallWorld = Pick<HostContext, 'signal' | 'sqlite' | 'streams' | 'uniqueId'>;

const LOCK_WAIT_MS = 5_000;

export function planUninstall(question: UninstallQuestion): UninstallPlan {
  const paths = pathsOf(question.target);
  const pack = paths.pack(question.pack);
  const { status, generation, receipt } = inspect(pack);
  const generations = generationsIn(pack.home).length;
  if (status === 'absent' && generations === 0) throw notInstalled(question);
  const { config, data } = paths.forPack(question.pack);
  return {
    question,
    version: receipt?.version,
    generation,
    generations,
    config: existsSync(config) ? config : undefined,
    data: existsSync(data) ? data : undefined,
  };
}

export async function applyUninstall(
  { question }: UninstallPlan,
  world: UninstallWorld,
  step: Step = () => undefined,
): Promise<UninstallPlan> {
  const paths = pathsOf(question.target);
  const lock = { file: paths.lock, waitMs: LOCK_WAIT_MS, context: world };
  return withLock(lock, async () =>
    sayingWhere('uninstall', 'check the owner of the target', () => {
      recover(paths, step);
      const fresh = planUninstall(question);
      world.signal.throwIfAborted();
      const change = {
        action: 'uninstall',
        pack: question.pack,
        from: currentOf(paths.pack(question.pack)),
        to: null,
        config: [],
        lock: null,
        purge: question.purge,
      } as const;
      commit(change, { paths, id: world.uniqueId(), step });
      return fresh;
    }),
  );
}
