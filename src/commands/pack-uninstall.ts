/**
 * `brctl pack uninstall <pack>`: take a pack away; config and data stay.
 *
 * Exit codes: 0 gone · 2 not installed · 3 disk · 4 permission · 8 another one changes the target.
 */
import type { HostContext } from '../host.ts';
import type { UninstallPlan, UninstallQuestion } from '../pack/change/uninstall.ts';
import { targetOf } from '../pack/target.ts';
import { booleanFlag, defineCommand, type Paint, toJson } from '../sdk/index.ts';

type Options = UninstallQuestion & Readonly<{ isDryRun: boolean }>;
type Plan = UninstallPlan & Readonly<{ isDryRun: boolean }>;

export const packUninstall = defineCommand<Options, Plan, HostContext>({
  path: ['pack', 'uninstall'],
  summary: 'Take a pack away; its config and data stay.',
  description:
    'All generations of the pack are removed. config/<pack> and data/<pack> stay where they are, ' +
    'unless --purge takes them too: then edits and data are gone for good.',
  examples: [
    'brctl pack uninstall finance --dry-run --target=/srv/blackroad',
    'brctl pack uninstall finance --purge --target=/srv/blackroad',
  ],
  arguments: [{ name: 'pack', summary: 'an installed pack', required: true }],
  flags: { purge: { type: 'boolean', summary: 'remove its config and data as well' } },
  formats: ['table', 'json'],
  dryRun: true,
  parse: (input, context) => ({
    pack: input.arguments[0] ?? '',
    target: targetOf(context),
    purge: booleanFlag(input, 'purge'),
    isDryRun: input.dryRun,
  }),
  plan: async ({ isDryRun, ...question }) => {
    const { planUninstall } = await import('../pack/change/uninstall.ts');
    return { ...planUninstall(question), isDryRun };
  },
  apply: async (plan, context) => {
    const { applyUninstall } = await import('../pack/change/uninstall.ts');
    return { ...(await applyUninstall(plan, context)), isDryRun: false };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: () => 'ok',
});

function asText({ question, version, generations, config, data, isDryRun }: Plan, paint: Paint) {
  const { pack, target, purge } = question;
  const verb = isDryRun ? 'would be removed' : 'removed';
  const title = paint.bold(`${pack} ${version ?? ''}`.trim());
  const count = `${generations} generation${generations === 1 ? '' : 's'}`;
  const lines = [
    generations === 0
      ? `what ${title} had left ${isDryRun ? verb : `is ${verb}`} from ${target}`
      : `${title} ${verb} from ${target} (${count})`,
  ];
  for (const folder of [config, data]) {
    if (folder !== undefined) lines.push(`  ${folder} ${purge ? verb : 'stays'}`);
  }
  if (isDryRun) lines.push('nothing was changed (--dry-run)');
  return `${lines.join('\n')}\n`;
}

function asJson({ question, version, generation, generations, config, data, isDryRun }: Plan) {
  return toJson({
    schema: 'brctl/pack-uninstall/v1',
    name: question.pack,
    version: version ?? null,
    target: question.target,
    changed: !isDryRun,
    generation: generation ?? null,
    generations,
    purge: question.purge,
    config: config ?? null,
    data: data ?? null,
  });
}
