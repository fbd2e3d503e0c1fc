/**
 * `brctl pack new <name>`: begin a pack, with a command, config, a test and CI that all work.
 *
 * Exit codes: 0 written · 2 a name no pack may have, a folder that is not empty · 3 disk ·
 * 4 permission.
 */
import type { HostContext } from '../host.ts';
import type { NewPlan } from '../pack/scaffold/new-pack.ts';
import { defineCommand, type Paint, textFlag, toJson, usageError } from '../sdk/index.ts';

type Options = Readonly<{ name: string; dir: string | undefined; isDryRun: boolean }>;
type Plan = NewPlan &
  Readonly<{
    isDryRun: boolean;
    /** The folder, as it is shown. */
    shown: string;
  }>;

export const packNew = defineCommand<Options, Plan, HostContext>({
  path: ['pack', 'new'],
  summary: 'Begin a new pack in an empty folder.',
  description:
    'Writes a manifest, one command, a config file with its schema, a test and a CI workflow. ' +
    'The pack builds, installs, runs and validates as it is, without a network.',
  examples: ['brctl pack new on-call', 'brctl pack new on-call --dir packs/on-call --dry-run'],
  arguments: [{ name: 'name', summary: 'the word after brctl, in kebab-case', required: true }],
  flags: {
    dir: {
      type: 'string',
      placeholder: 'DIR',
      summary: 'a new or empty folder (default: one named like the pack)',
    },
  },
  formats: ['table', 'json'],
  dryRun: true,
  parse: (input) => {
    const dir = textFlag(input, 'dir');
    if (dir === '') throw usageError('dir-empty', '--dir names no folder');
    return { name: input.arguments[0] ?? '', dir, isDryRun: input.dryRun };
  },
  plan: async ({ isDryRun, ...question }, context) => {
    const { planNew } = await import('../pack/scaffold/new-pack.ts');
    const { shownPath } = await import('../pack/validate/subject.ts');
    const plan = planNew(question, context);
    const isHere = plan.folder === context.cwd;
    const shown = isHere ? '.' : shownPath(context.cwd, plan.folder);
    return { ...plan, isDryRun, shown };
  },
  apply: async (plan, context) => {
    const { applyNew } = await import('../pack/scaffold/new-pack.ts');
    return { ...plan, ...applyNew(plan, context), isDryRun: false };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: () => 'ok',
});

function asText({ name, files, isDryRun, shown }: Plan, paint: Paint): string {
  const list = files.map(({ path }) => `  ${path}\n`).join('');
  const head = `${paint.bold(name)} ${isDryRun ? 'would be written to' : 'written to'} ${shown}\n`;
  if (isDryRun) return `${head}${list}nothing was changed (--dry-run)\n`;
  const next = [
    ...(shown === '.' ? [] : [`cd ${forShell(shown)}`]),
    'brctl pack validate',
    'brctl pack build',
    `brctl pack install ./dist/${name} --target=DIR`,
  ];
  return `${head}${list}next:\n${next.map((line) => `  ${line}\n`).join('')}`;
}

/** A line that is there to be copied. */
function forShell(path: string): string {
  return /^[\w./+@:-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function asJson({ name, folder, files, isDryRun }: Plan): string {
  return toJson({
    schema: 'brctl/pack-new/v1',
    name,
    folder,
    changed: !isDryRun,
    files: files.map(({ path }) => path),
  });
}
