/** An install or upgrade for people and for scripts; `pack plan` and `pack upgrade` share it. */
import { type Difference, isNoDifference } from '../pack/change/difference.ts';
import type { InstallPlan } from '../pack/change/install.ts';
import { describePermissions, isNothing } from '../pack/trust/permissions.ts';
import { type Paint, toJson } from '../sdk/index.ts';

export function installText(plan: InstallPlan, isDryRun: boolean, paint: Paint): string {
  const { manifest, target, generation, tree, parent, reason } = plan;
  const pack = paint.bold(`${manifest.name} ${manifest.version}`);
  if (plan.action === 'none') {
    return `${pack} is ${reason} in ${target} (${generation}), nothing to do\n`;
  }
  const lines: string[] = [];
  if (plan.action === 'config') {
    lines.push(`${pack} is installed in ${target} (${generation}), ${reason}`);
  } else {
    const verb = plan.action === 'link' ? 'linked' : 'installed';
    const from = parent === undefined ? '' : `${parent} -> `;
    const done = isDryRun ? `would be ${verb}` : verb;
    lines.push(`${pack} ${done} in ${target} (${from}${generation}): ${reason}`);
    lines.push(...originLines(plan, paint), `  ${paint.dim(tree.hash)}`);
  }
  lines.push(...permissionLines(plan), ...configLines(plan, isDryRun));
  lines.push(...roleLines(plan));
  if (isDryRun) lines.push(...differenceLines(plan), 'nothing was changed (--dry-run)');
  lines.push(...passedOverLines(plan));
  return `${lines.join('\n')}\n`;
}

function originLines({ source, tree, signature }: InstallPlan, paint: Paint): string[] {
  const where =
    source.kind === 'link'
      ? `  ${source.root} itself, level ${paint.yellow('dev')}`
      : `  ${tree.files.length} files from ${source.resolved}`;
  const signed = signature.level === 'signed' ? [`  signed by key ${signature.key}`] : [];
  const note = signature.note === undefined ? [] : [`  ${paint.yellow('note')} ${signature.note}`];
  return [where, ...signed, ...note];
}

function permissionLines({ permissions }: InstallPlan): string[] {
  if (isNothing(permissions.added)) return [];
  const head = permissions.before === undefined ? 'may' : 'may now';
  return [
    ...describePermissions(permissions.added).map((line) => `  ${head} ${line}`),
    `  permissions ${permissions.hash}`,
  ];
}

function roleLines({ unbound }: InstallPlan): string[] {
  return unbound.map(
    ({ role }) => `  nobody is ${role} yet: brctl role bind ${role} slack:U… --email …`,
  );
}

function configLines({ manifest, config }: InstallPlan, isDryRun: boolean): string[] {
  return config.map(({ path, sentence, planned }) => {
    return `  config/${manifest.name}/${path} ${isDryRun ? planned : sentence}`;
  });
}

function differenceLines(plan: InstallPlan): string[] {
  if (plan.installed === undefined || plan.action === 'config') return [];
  const { files, commands } = plan.difference;
  return [...listed('files', files), ...listed('commands', commands)];
}

function listed(what: string, difference: Difference): string[] {
  if (isNoDifference(difference)) return [`  ${what}: no difference`];
  const { added, changed, removed } = difference;
  return [
    ...added.map((name) => `  + ${name}`),
    ...changed.map((name) => `  ~ ${name}`),
    ...removed.map((name) => `  - ${name}`),
  ];
}

function passedOverLines({ source }: InstallPlan): string[] {
  return source.passedOver.map(({ version, reason }) => `  ${version} is passed over: ${reason}`);
}

export function installJson(plan: InstallPlan, isDryRun: boolean): string {
  return toJson({ schema: 'brctl/pack-install/v1', ...installValue(plan, isDryRun) });
}

export function installValue(plan: InstallPlan, isDryRun: boolean): object {
  const { manifest, source, tree, config, signature, permissions, unbound } = plan;
  const { files, commands } = plan.difference;
  return {
    name: manifest.name,
    version: manifest.version,
    action: plan.action,
    reason: plan.reason,
    changed: plan.action !== 'none' && !isDryRun,
    target: plan.target,
    generation: plan.generation,
    parent: plan.parent ?? null,
    source: {
      kind: source.kind,
      spec: source.spec,
      resolved: source.resolved,
      commit: source.commit ?? null,
      integrity: source.archive,
    },
    level: signature.level,
    key: signature.key,
    tree: tree.hash,
    files: tree.files.length,
    difference: { files, commands },
    permissions: { hash: permissions.hash, added: permissions.added },
    config: config.map(({ path, decision }) => ({ path, decision })),
    unbound_roles: unbound.map(({ role }) => role),
    passed_over: source.passedOver.map(({ version, reason }) => ({ version, reason })),
  };
}
