/**
 * `brctl pack install <name|dir>`: put a built pack into a target and make it current.
 *
 * Exit codes: 0 installed, or already there · 2 no such pack, no target · 3 not built, not valid,
 * disk · 4 permission · 5 links or changed bytes · 6 needs another brctl · 8 another one installs.
 */
import type { HostContext } from '../host.ts';
import type { InstallPlan } from '../pack/change/install.ts';
import { requireTarget } from '../pack/target.ts';
import { defineCommand, type Paint, toJson } from '../sdk/index.ts';

type Options = Readonly<{ spec: string; target: string; isDryRun: boolean }>;
type Plan = InstallPlan & Readonly<{ isDryRun: boolean }>;

export const packInstall = defineCommand<Options, Plan, HostContext>({
  path: ['pack', 'install'],
  summary: 'Install a pack, or repair it.',
  description:
    'A name is looked up in the catalogue of this brctl; a path is the folder of a built pack. ' +
    'The target is created when it does not exist. Config files that exist are never touched. ' +
    'Installing what is already installed changes nothing.',
  examples: [
    'brctl pack install finance --target=/srv/blackroad',
    'brctl pack install ./dist/packs/finance --target=/srv/blackroad --dry-run',
  ],
  arguments: [
    { name: 'name|dir', summary: 'a pack of the catalogue, or a folder', required: true },
  ],
  formats: ['table', 'json'],
  dryRun: true,
  parse: (input, context) => ({
    spec: input.arguments[0] ?? '',
    target: context.target ?? requireTarget({ flag: undefined, ...context }),
    isDryRun: input.dryRun,
  }),
  plan: async ({ isDryRun, ...question }, context) => {
    const { planInstall } = await import('../pack/change/install.ts');
    return { ...planInstall(question, context), isDryRun };
  },
  apply: async (plan, context) => {
    const { applyInstall } = await import('../pack/change/install.ts');
    return { ...(await applyInstall(plan, context)), isDryRun: false };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: () => 'ok',
});

function asText(plan: Plan, paint: Paint): string {
  const { manifest, target, generation, config, tree, parent } = plan;
  const pack = paint.bold(`${manifest.name} ${manifest.version}`);
  if (plan.action === 'none') {
    return `${pack} is already installed in ${target} (${generation}), nothing to do\n`;
  }
  const will = plan.isDryRun;
  const lines: string[] = [];
  if (plan.action === 'config') {
    lines.push(`${pack} is installed in ${target} (${generation}), ${plan.reason}`);
  } else {
    const verb = will ? 'would be installed' : 'installed';
    const from = parent === undefined ? '' : `${parent} -> `;
    lines.push(`${pack} ${verb} in ${target} (${from}${generation}): ${plan.reason}`);
    lines.push(`  ${tree.files.length} files from ${plan.source.root}`);
    lines.push(`  ${paint.dim(tree.hash)}`);
  }
  for (const { path, decision } of config) {
    const kept = 'kept as it is';
    const created = will ? 'would be created' : 'created';
    const file = `config/${manifest.name}/${path}`;
    lines.push(`  ${file} ${decision === 'kept' ? kept : created}`);
  }
  if (will) lines.push('nothing was changed (--dry-run)');
  return `${lines.join('\n')}\n`;
}

function asJson(plan: Plan): string {
  const { manifest, source, tree, config } = plan;
  return toJson({
    schema: 'brctl/pack-install/v1',
    name: manifest.name,
    version: manifest.version,
    action: plan.action,
    reason: plan.reason,
    changed: plan.action !== 'none' && !plan.isDryRun,
    target: plan.target,
    generation: plan.generation,
    parent: plan.parent ?? null,
    source: { kind: source.kind, spec: source.spec, resolved: source.root },
    tree: tree.hash,
    files: tree.files.length,
    config: config.map(({ path, decision }) => ({ path, decision })),
  });
}
