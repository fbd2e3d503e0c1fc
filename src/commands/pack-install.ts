/**
 * `brctl pack install <pack>`: put a built pack into a target and make it current.
 *
 * Exit codes: 0 installed, or already there · 2 no such pack, no target · 3 not built, not valid,
 * disk, network · 4 permission · 5 other bytes than promised · 6 needs another brctl · 7 asks for
 * permissions nobody consented to · 8 another one installs · 9 config conflict with --conf fail.
 */
import type { HostContext } from '../host.ts';
import type { InstallPlan } from '../pack/change/install.ts';
import { targetOf } from '../pack/target.ts';
import { booleanFlag, defineCommand, type Input, textFlag, usageError } from '../sdk/index.ts';
import { CHANGE_FLAGS, changeOptions } from './change-flags.ts';
import { installJson, installText } from './install-view.ts';

type Options = Readonly<{
  question: Parameters<typeof import('../pack/change/install.ts').planInstall>[0];
  accepted: string | undefined;
  isDryRun: boolean;
}>;

type Plan = Readonly<{ plan: InstallPlan; accepted: string | undefined; isDryRun: boolean }>;

export const packInstall = defineCommand<Options, Plan, HostContext>({
  path: ['pack', 'install'],
  summary: 'Install a pack, another version of it, or repair it.',
  description:
    'A name is looked up in the catalogue of this brctl, with a version or a range behind @; a ' +
    'path is a built folder or a .tgz; https://…#sha512-… an archive with its hash; git+https://…#TAG a tag. ' +
    'The target is created when it does not exist. Config files are merged and never lost; what ' +
    'is already installed changes nothing.',
  examples: [
    'brctl pack install finance --target=/srv/blackroad',
    'brctl pack install finance@^0.1 --target=/srv/blackroad --dry-run',
    'brctl pack install ./dist/packs/finance --link --target=/srv/blackroad',
  ],
  arguments: [
    {
      name: 'pack',
      summary: 'a name, a folder, a .tgz, or an address',
      required: true,
      completes: 'file',
    },
  ],
  flags: {
    ...CHANGE_FLAGS,
    frozen: { type: 'boolean', summary: 'install exactly what packs.lock.yaml names' },
    link: { type: 'boolean', summary: 'run the folder itself, for development; never locked' },
    'restore-missing': { type: 'boolean', summary: 'put back config files that were deleted' },
  },
  formats: ['table', 'json'],
  dryRun: true,
  parse: (input, context) => ({
    question: {
      ...changeOptions(input),
      spec: input.arguments[0] ?? '',
      target: targetOf(context),
      ...wayIn(input),
      restoreMissing: booleanFlag(input, 'restore-missing'),
    },
    ...consenting(input),
  }),
  plan: async ({ question, ...rest }, context) => {
    const { planInstall } = await import('../pack/change/install.ts');
    return { plan: await planInstall(question, context), ...rest };
  },
  apply: async ({ plan, ...rest }, context) => {
    const { applyInstall } = await import('../pack/change/install.ts');
    return { plan: await applyInstall(plan, context, rest), ...rest };
  },
  release: async ({ plan }) => plan.source.dispose(),
  render: ({ plan, isDryRun }, { format, paint }) =>
    format === 'json' ? installJson(plan, isDryRun) : installText(plan, isDryRun, paint),
  outcome: () => 'ok',
});

function wayIn(input: Input): Readonly<{ isLink: boolean; isFrozen: boolean }> {
  const [isLink, isFrozen] = [booleanFlag(input, 'link'), booleanFlag(input, 'frozen')];
  if (!isLink || !isFrozen) return { isLink, isFrozen };
  throw usageError(
    'link-frozen',
    '--link is never locked, and --frozen installs what is',
    'which?',
  );
}

function consenting(input: Input): Pick<Options, 'accepted' | 'isDryRun'> {
  return { accepted: textFlag(input, 'accept-permissions'), isDryRun: input.dryRun };
}
