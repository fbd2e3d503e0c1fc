/**
 * `brctl pack install <pack>`: put a built pack into a target and make it current. With --frozen
 * and no name: every pack of the lock file.
 *
 * Exit codes: 0 installed, or already there · 2 no such pack, no target · 3 not built, not valid,
 * disk, network · 4 permission · 5 other bytes than promised · 6 needs another brctl · 7 asks for
 * permissions nobody consented to · 8 another one installs · 9 config conflict with --conf fail.
 * Of several packs that fail, the code of the worst.
 */

import type { HostContext } from '../host.ts';
import type { Installing } from '../pack/change/frozen-all.ts';
import type { InstallQuestion } from '../pack/change/install.ts';
import { worstOf } from '../pack/change/worst.ts';
import { targetOf } from '../pack/target.ts';
import {
  booleanFlag,
  defineCommand,
  type FlagSpec,
  type Input,
  listFlag,
  usageError,
} from '../sdk/index.ts';
import { CHANGE_FLAGS, changeOptions } from './change-flags.ts';
import { installAllJson, installAllText, installJson, installText } from './install-view.ts';

const CONSENTS: FlagSpec = {
  type: 'list',
  placeholder: 'HASH',
  summary: 'consent to what a pack may touch, by the hash that names it; once for each pack',
};

type Asked = Readonly<{
  target: string;
  /** Hashes, of whichever pack. */
  accepted: readonly string[];
  isDryRun: boolean;
}>;

/** Without a spec: what the lock file has. */
type Options = Asked &
  Readonly<{ question: Omit<InstallQuestion, 'spec'>; spec: string | undefined }>;

type Plan = Asked & Readonly<{ isAll: boolean; installs: readonly Installing[] }>;

export const packInstall = defineCommand<Options, Plan, HostContext>({
  path: ['pack', 'install'],
  summary: 'Install a pack, another version of it, or repair it.',
  description:
    'A name is looked up in the catalogue of this brctl, with a version or a range behind @; a ' +
    'path is a built folder or a .tgz; https://…#sha512-… an archive with its hash; ' +
    'git+https://…#TAG a tag. With --frozen, a name comes from where packs.lock.yaml says, and ' +
    'without a name all that it has is installed. The target is created when it does not exist. ' +
    'Config files are merged and never lost; what is already installed changes nothing.',
  examples: [
    'brctl pack install finance --target=/srv/blackroad',
    'brctl pack install finance@^0.1 --target=/srv/blackroad --dry-run',
    'brctl pack install ./dist/packs/finance --link --target=/srv/blackroad',
    'brctl pack install --frozen --target=/srv/blackroad',
  ],
  arguments: [
    {
      name: 'pack',
      summary: 'a name, a folder, a .tgz, or an address',
      completes: 'file',
    },
  ],
  flags: {
    ...CHANGE_FLAGS,
    'accept-permissions': CONSENTS,
    frozen: { type: 'boolean', summary: 'install exactly what packs.lock.yaml names' },
    link: { type: 'boolean', summary: 'run the folder itself, for development; never locked' },
    'restore-missing': { type: 'boolean', summary: 'put back config files that were deleted' },
  },
  formats: ['table', 'json'],
  dryRun: true,
  parse: (input, context) => {
    const [spec] = input.arguments;
    const way = wayIn(input);
    if (spec === undefined && !way.isFrozen) {
      throw usageError('pack-unclear', 'which pack?', 'or --frozen for all of packs.lock.yaml');
    }
    const target = targetOf(context);
    const restoreMissing = booleanFlag(input, 'restore-missing');
    return {
      question: { ...changeOptions(input), target, ...way, restoreMissing },
      spec,
      target,
      accepted: listFlag(input, 'accept-permissions'),
      isDryRun: input.dryRun,
    };
  },
  plan: async ({ question, spec, ...asked }, context) => {
    if (spec === undefined) {
      const { planFrozen } = await import('../pack/change/frozen-all.ts');
      return { ...asked, isAll: true, installs: await planFrozen(question, context) };
    }
    const { planInstall } = await import('../pack/change/install.ts');
    const plan = await planInstall({ ...question, spec }, context);
    const only = { pack: plan.manifest.name, kind: 'plan', plan } as const;
    return { ...asked, isAll: false, installs: [only] };
  },
  apply: async (plan, context) => {
    const { installs, accepted, isAll } = plan;
    const { applyFrozen, consentOf } = await import('../pack/change/frozen-all.ts');
    const [only] = installs;
    if (isAll || only?.kind !== 'plan') {
      return { ...plan, installs: await applyFrozen(installs, context, accepted) };
    }
    const { applyInstall } = await import('../pack/change/install.ts');
    const done = await applyInstall(only.plan, context, consentOf(only.plan, accepted));
    return { ...plan, installs: [{ ...only, plan: done }] };
  },
  release: async ({ installs }) => {
    for (const each of installs) if (each.kind === 'plan') each.plan.source.dispose();
  },
  render: ({ installs, isAll, isDryRun, target }, { format, paint }) => {
    const [only] = installs;
    const isJson = format === 'json';
    if (!isAll && only?.kind === 'plan') {
      if (isJson) return installJson(only.plan, isDryRun);
      return installText(only.plan, isDryRun ? 'dry-run' : 'done', paint);
    }
    if (isJson) return installAllJson({ installs, target, isDryRun });
    return installAllText(installs, isDryRun, paint);
  },
  outcome: ({ installs }) => {
    const worst = worstOf(installs);
    if (worst !== undefined) throw worst;
    return 'ok';
  },
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
