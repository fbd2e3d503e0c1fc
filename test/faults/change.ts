/** One change of the hello pack as its command makes it, for processes that die on the way. */
import type { Host } from '../../src/host.ts';
import type { Step } from '../../src/pack/change/commit.ts';

export type Task = Readonly<{
  verb: 'install' | 'link' | 'rollback' | 'uninstall' | 'purge';
  /** What to install. */
  spec?: string;
  /** What to go back to. */
  to?: string;
}>;

export async function perform(
  { verb, spec = '', to }: Task,
  target: string,
  { host, step }: Readonly<{ host: Host; step: Step }>,
): Promise<void> {
  const world = { ...host, target, isTargetGiven: true };
  // Each loads what it needs, as the commands do: many processes do nothing else.
  if (verb === 'rollback') {
    const { applyRollback, planRollback } = await import('../../src/pack/change/rollback.ts');
    const plan = planRollback({ pack: 'hello', target, to, policy: 'merge' }, world);
    await applyRollback(plan, world, step);
  } else if (verb === 'install' || verb === 'link') {
    const { applyInstall, planInstall } = await import('../../src/pack/change/install.ts');
    const plan = await planInstall({ spec, target, isLink: verb === 'link' }, world);
    await applyInstall(plan, world, { accepted: plan.permissions.hash, step });
    plan.source.dispose();
  } else {
    const { applyUninstall, planUninstall } = await import('../../src/pack/change/uninstall.ts');
    const plan = planUninstall({ pack: 'hello', target, purge: verb === 'purge' });
    await applyUninstall(plan, world, step);
  }
}

/** The same for somebody at a terminal. */
export function wordsFor({ verb, spec = '', to }: Task, target: string): string[] {
  const words = {
    install: ['install', spec],
    link: ['install', spec, '--link'],
    rollback: ['rollback', 'hello', ...(to === undefined ? [] : ['--to', to])],
    uninstall: ['uninstall', 'hello'],
    purge: ['uninstall', 'hello', '--purge'],
  }[verb];
  return ['pack', ...words, `--target=${target}`];
}
