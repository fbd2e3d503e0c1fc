/**
 * `brctl pack upgrade [pack…]`: the newest that the place a pack came from has.
 *
 * Exit codes: 0 all are up to date now · 1 a pack failed, the others went on · 2 no such pack ·
 * for one pack alone, the code of what went wrong.
 */
import type { HostContext } from '../host.ts';
import type { Upgrade, UpgradeQuestion } from '../pack/change/upgrade.ts';
import type { Change } from '../pack/store/journal.ts';
import { targetOf } from '../pack/target.ts';
import {
  booleanFlag,
  defineCommand,
  isBrctlError,
  type Paint,
  textFlag,
  toJson,
  usageError,
} from '../sdk/index.ts';
import { CHANGE_FLAGS, changeOptions } from './change-flags.ts';
import { endedLines, endedValue, failedText, installText, installValue } from './install-view.ts';

type Options = UpgradeQuestion & Readonly<{ accepted: string | undefined; isDryRun: boolean }>;
type Plan = Readonly<{
  options: Options;
  upgrades: readonly Upgrade[];
  /** A change of whichever pack that had died, and whose rest was done first. */
  ended?: Change | undefined;
}>;

export const packUpgrade = defineCommand<Options, Plan, HostContext>({
  path: ['pack', 'upgrade'],
  summary: 'Upgrade installed packs.',
  description:
    'Asks the place that each pack was installed from. A version that was rolled away from is ' +
    'passed over until --to names it; of a folder or an archive, --to takes the version that ' +
    'it holds by now. One pack that fails does not keep the others.',
  examples: [
    'brctl pack upgrade finance --target=/srv/blackroad',
    'brctl pack upgrade --all --dry-run --target=/srv/blackroad',
    'brctl pack upgrade finance --to 0.1.0 --target=/srv/blackroad',
  ],
  arguments: [{ name: 'pack', summary: 'installed packs', variadic: true }],
  flags: {
    all: { type: 'boolean', summary: 'every installed pack' },
    to: {
      type: 'string',
      placeholder: 'VERSION',
      summary: 'this version, or the newest of a range',
    },
    ...CHANGE_FLAGS,
  },
  formats: ['table', 'json'],
  dryRun: true,
  parse: (input, context) => {
    const isAll = booleanFlag(input, 'all');
    if (isAll === input.arguments.length > 0) {
      throw usageError(
        'packs-unclear',
        isAll ? '--all takes no names' : 'which packs?',
        isAll ? 'leave them out, or leave out --all' : 'or --all',
      );
    }
    const to = textFlag(input, 'to');
    if (to !== undefined && (isAll || input.arguments.length > 1)) {
      throw usageError('to-unclear', '--to names a version of one pack', 'name one pack with it');
    }
    return {
      ...changeOptions(input),
      packs: input.arguments,
      isAll,
      target: targetOf(context),
      to,
      accepted: textFlag(input, 'accept-permissions'),
      isDryRun: input.dryRun,
    };
  },
  plan: async (options, context) => {
    const { planUpgrades } = await import('../pack/change/upgrade.ts');
    const upgrades = await planUpgrades(options, context);
    const [only] = upgrades;
    if (upgrades.length === 1 && only?.kind === 'failed') throw only.error;
    return { options, upgrades };
  },
  apply: async ({ options, upgrades }, context) => {
    const { applyInstall } = await import('../pack/change/install.ts');
    const { endUnfinished } = await import('../pack/change/upgrade.ts');
    const ended = await endUnfinished(options.target, context);
    const done: Upgrade[] = [];
    for (const each of upgrades) {
      try {
        if (each.kind !== 'plan') done.push(each);
        else done.push({ ...each, plan: await applyInstall(each.plan, context, options) });
      } catch (error) {
        if (!isBrctlError(error) || upgrades.length === 1) throw error;
        done.push({ pack: each.pack, from: each.from, kind: 'failed', error });
      }
    }
    return { options, upgrades: done, ended };
  },
  release: async ({ upgrades }) => {
    for (const each of upgrades) if (each.kind === 'plan') each.plan.source.dispose();
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: ({ upgrades }) => (upgrades.some(({ kind }) => kind === 'failed') ? 'findings' : 'ok'),
});

function asText({ options, upgrades, ended }: Plan, paint: Paint): string {
  const first = endedLines(ended).map((line) => `${line}\n`);
  if (upgrades.length === 0) return `${first.join('')}no packs are installed, nothing to do\n`;
  return [...first, ...upgrades.map((each) => upgradeText(each, options, paint))].join('');
}

function upgradeText(each: Upgrade, { isDryRun }: Options, paint: Paint): string {
  if (each.kind === 'plan') return installText(each.plan, isDryRun ? 'dry-run' : 'done', paint);
  const name = paint.bold(`${each.pack} ${each.from ?? ''}`.trim());
  if (each.kind === 'none') return `${name} stays: ${each.reason}\n`;
  return failedText(name, each.error, paint);
}

function asJson({ options, upgrades, ended }: Plan): string {
  return toJson({
    schema: 'brctl/pack-upgrade/v1',
    target: options.target,
    ended: endedValue(ended),
    packs: upgrades.map((each) => ({
      name: each.pack,
      from: each.from ?? null,
      status: each.kind === 'plan' ? 'upgraded' : each.kind === 'none' ? 'unchanged' : 'failed',
      reason: each.kind === 'none' ? each.reason : null,
      error: each.kind === 'failed' ? { code: each.error.code, message: each.error.message } : null,
      change: each.kind === 'plan' ? installValue(each.plan, options.isDryRun) : null,
    })),
  });
}
