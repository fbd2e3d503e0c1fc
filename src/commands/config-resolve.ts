/**
 * `brctl config resolve <pack>/<file> --take mine|new`: end a conflict that an upgrade left.
 *
 * Exit codes: 0 resolved · 2 no conflict there, or no such file · 3 disk · 8 another one changes
 * the target.
 */
import { basename } from 'node:path';
import type { HostContext } from '../host.ts';
import type { Standing } from '../pack/config/standing.ts';
import { targetOf } from '../pack/target.ts';
import { defineCommand, textFlag, toJson, usageError } from '../sdk/index.ts';

type Options = Readonly<{ named: string; target: string; take: 'mine' | 'new'; isDryRun: boolean }>;
type Plan = Options &
  Readonly<{
    standing: Standing;
    /** Where the operator's text was saved. */
    saved?: string | undefined;
  }>;

export const configResolve = defineCommand<Options, Plan, HostContext>({
  path: ['config', 'resolve'],
  summary: 'End a conflict: keep your file, or take the new one.',
  description:
    'mine drops the .brctl-new beside the file; edit the file first to take over parts of it. ' +
    'new puts it in the place of the file, and keeps yours as .brctl-old, or beside an earlier ' +
    'one as .brctl-old.2.',
  examples: ['brctl config resolve finance/budgets.yaml --take mine --target=/srv/blackroad'],
  arguments: [{ name: 'file', summary: 'such as finance/budgets.yaml', required: true }],
  flags: {
    take: {
      type: 'string',
      placeholder: 'SIDE',
      summary: 'mine, or new',
      choices: ['mine', 'new'],
    },
  },
  formats: ['table', 'json'],
  dryRun: true,
  parse: (input, context) => {
    const take = textFlag(input, 'take');
    if (take !== 'mine' && take !== 'new') {
      throw usageError('take-missing', 'which side?', '--take mine, or --take new');
    }
    return {
      named: input.arguments[0] ?? '',
      target: targetOf(context),
      take,
      isDryRun: input.dryRun,
    };
  },
  plan: async (options, context) => {
    const { standingNamed } = await import('../pack/config/standing.ts');
    const standing = standingNamed(options.target, options.named, context.cwd);
    if (standing.offered !== undefined) return { ...options, standing };
    throw usageError('no-conflict', `config/${standing.pack}/${standing.path} has no conflict`);
  },
  apply: async (plan, context) => {
    const { resolveConflict } = await import('../pack/config/resolve.ts');
    return { ...plan, saved: await resolveConflict(plan, context) };
  },
  render: ({ standing, take, isDryRun, saved }, { format }) => {
    const { pack, path, file } = standing;
    if (format === 'json') {
      return toJson({
        schema: 'brctl/config-resolve/v1',
        pack,
        path,
        file,
        take,
        changed: !isDryRun,
      });
    }
    const yours = saved === undefined ? '' : `; yours is in ${basename(saved)}`;
    const kept = take === 'mine' ? 'stays as it is' : `is the new one${yours}`;
    const end = isDryRun ? 'nothing was changed (--dry-run)\n' : '';
    return `config/${pack}/${path} ${kept}\n${end}`;
  },
  outcome: () => 'ok',
});
