/** An install or upgrade for people and for scripts; `pack plan` and `pack upgrade` share it. */
import { type Difference, isNoDifference } from '../pack/change/difference.ts';
import type { Installing } from '../pack/change/frozen-all.ts';
import type { InstallPlan } from '../pack/change/install.ts';
import type { ConfigPlan } from '../pack/config/conffile.ts';
import { endingConflict } from '../pack/config/outcome.ts';
import { isUnsettled } from '../pack/config/remember.ts';
import type { Change } from '../pack/store/journal.ts';
import { describePermissions, isNothing } from '../pack/trust/permissions.ts';
import { type BrctlError, type Paint, toJson } from '../sdk/index.ts';

/** `plan` and `dry-run` only show what would be; they differ in what the person had asked. */
export type Shown = 'done' | 'dry-run' | 'plan';

export function installText(plan: InstallPlan, shown: Shown, paint: Paint): string {
  const isDryRun = shown !== 'done';
  const { manifest, target, generation, tree, current, reason } = plan;
  const pack = paint.bold(`${manifest.name} ${manifest.version}`);
  if (plan.action === 'none') {
    const ended = endedLines(plan.ended);
    const rest = ended.length > 0 ? 'nothing else to do' : 'nothing to do';
    const line = `${pack} is ${reason} in ${target} (${generation}), ${rest}`;
    return `${[...ended, line].join('\n')}\n`;
  }
  const lines: string[] = endedLines(plan.ended);
  if (plan.action === 'config') {
    lines.push(`${pack} is installed in ${target} (${generation}), ${reason}`);
  } else {
    const verb = plan.action === 'link' ? 'linked' : 'installed';
    const from = current === undefined ? '' : `${current} -> `;
    const done = isDryRun ? `would be ${verb}` : verb;
    lines.push(`${pack} ${done} in ${target} (${from}${generation}): ${reason}`);
    const isLink = plan.action === 'link';
    lines.push(...originLines(plan, paint), ...(isLink ? [] : [`  ${paint.dim(tree.hash)}`]));
  }
  lines.push(...permissionLines(plan), ...configLines(plan, isDryRun));
  lines.push(...roleLines(plan));
  if (isDryRun) lines.push(...differenceLines(plan), UNCHANGED[shown]);
  lines.push(...passedOverLines(plan));
  if (!isDryRun) lines.push(...nextLines(manifest.name, plan.config));
  return `${lines.join('\n')}\n`;
}

const UNCHANGED = { plan: 'nothing was changed', 'dry-run': 'nothing was changed (--dry-run)' };

/** Of a change that had died: what became of it. */
export function endedLines(ended: Change | undefined): string[] {
  return ended === undefined
    ? []
    : [`finished the ${ended.action} of ${ended.pack}, which had died on its way`];
}

/** For every file beside which the shipped one waits, what ends that. */
export function nextLines(pack: string, config: readonly ConfigPlan[]): string[] {
  return config
    .filter(({ decision }) => isUnsettled(decision))
    .map(({ path }) => `next: ${endingConflict(`${pack}/${path}`)}`);
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
  if (plan.action === 'config') return [];
  const { files, commands } = plan.difference;
  if (plan.installed === undefined) {
    const { added } = commands;
    return added.length === 0 ? [] : wrapped(`  adds commands: ${added.join(', ')}`);
  }
  return [...listed('files', files), ...listed('commands', commands)];
}

const WIDTH = 100;

/** At commas; what follows the first line is indented more. */
function wrapped(line: string): string[] {
  if (line.length <= WIDTH) return [line];
  const at = line.lastIndexOf(', ', WIDTH - 1);
  if (at < 0) return [line];
  return [line.slice(0, at + 1), ...wrapped(`    ${line.slice(at + 2)}`)];
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
    changed: !isDryRun && (plan.action !== 'none' || plan.ended !== undefined),
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
    ended: endedValue(plan.ended),
    passed_over: source.passedOver.map(({ version, reason }) => ({ version, reason })),
  };
}

export function endedValue(ended: Change | undefined): object | null {
  return ended === undefined ? null : { action: ended.action, pack: ended.pack };
}

export function installAllText(
  installs: readonly Installing[],
  isDryRun: boolean,
  paint: Paint,
): string {
  const shown = isDryRun ? 'dry-run' : 'done';
  return installs
    .map((each) =>
      each.kind === 'plan'
        ? installText(each.plan, shown, paint)
        : failedText(paint.bold(each.pack), each.error, paint),
    )
    .join('');
}

export function failedText(name: string, { message, hint }: BrctlError, paint: Paint): string {
  const advice = hint === undefined ? '' : `  hint: ${hint}\n`;
  return `${name} ${paint.red('failed')}: ${message}\n${advice}`;
}

type All = Readonly<{ installs: readonly Installing[]; target: string; isDryRun: boolean }>;

export function installAllJson({ installs, target, isDryRun }: All): string {
  return toJson({
    schema: 'brctl/pack-install-all/v1',
    target,
    packs: installs.map((each) => {
      const isPlan = each.kind === 'plan';
      const changed = isPlan && each.plan.action !== 'none';
      return {
        name: each.pack,
        status: !isPlan ? 'failed' : changed ? 'installed' : 'unchanged',
        error: isPlan ? null : { code: each.error.code, message: each.error.message },
        change: isPlan ? installValue(each.plan, isDryRun) : null,
      };
    }),
  });
}
