/**
 * `brctl pack rollback <pack>`: back to the generation that the current one replaced.
 *
 * Exit codes: 0 rolled back · 2 not installed, nothing to go back to · 5 that one is damaged ·
 * 6 its data format is too old for the data · 8 another one changes the target · 9 config conflict.
 */
import type { HostContext } from '../host.ts';
import type { RollbackPlan, RollbackQuestion } from '../pack/change/rollback.ts';
import { targetOf } from '../pack/target.ts';
import { defineCommand, type Paint, textFlag, toJson } from '../sdk/index.ts';
import { CONF_FLAG, policyOf } from './change-flags.ts';
import { nextLines } from './install-view.ts';

type Options = RollbackQuestion & Readonly<{ isDryRun: boolean }>;
type Plan = RollbackPlan & Readonly<{ isDryRun: boolean }>;

export const packRollback = defineCommand<Options, Plan, HostContext>({
  path: ['pack', 'rollback'],
  summary: 'Go back to the generation that the current one replaced.',
  description:
    'Moves one pointer; nothing is copied. Edits of config files survive. The version that is ' +
    'left is held: an upgrade passes it over until it is named.',
  examples: [
    'brctl pack rollback finance --target=/srv/blackroad',
    'brctl pack rollback finance --to g0001 --dry-run --target=/srv/blackroad',
  ],
  arguments: [{ name: 'pack', summary: 'an installed pack', required: true }],
  flags: {
    to: {
      type: 'string',
      placeholder: 'GENERATION',
      summary: 'a generation (g0003) or a version that is still there',
    },
    conf: CONF_FLAG,
  },
  formats: ['table', 'json'],
  dryRun: true,
  parse: (input, context) => ({
    pack: input.arguments[0] ?? '',
    target: targetOf(context),
    to: textFlag(input, 'to'),
    policy: policyOf(input),
    isDryRun: input.dryRun,
  }),
  plan: async ({ isDryRun, ...question }, context) => {
    const { planRollback } = await import('../pack/change/rollback.ts');
    return { ...planRollback(question, context), isDryRun };
  },
  apply: async (plan, context) => {
    const { applyRollback } = await import('../pack/change/rollback.ts');
    return { ...(await applyRollback(plan, context)), isDryRun: false };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: () => 'ok',
});

function asText({ question, from, to, config, lock, isDryRun }: Plan, paint: Paint): string {
  const verb = isDryRun ? 'would be rolled back' : 'rolled back';
  const lines = [
    `${paint.bold(`${to.name} ${to.version}`)} ${verb} in ${question.target} ` +
      `(${from.generation} ${from.version} -> ${to.generation})`,
    ...config.map(
      ({ path, planned, sentence }) =>
        `  config/${to.name}/${path} ${isDryRun ? planned : sentence}`,
    ),
  ];
  if (lock?.hold.includes(from.version)) {
    // What did not come from the catalogue is there under no version to ask for.
    const back =
      from.source.kind === 'catalog'
        ? `pack install ${to.name}@${from.version}`
        : `pack rollback ${to.name} --to ${from.generation}`;
    lines.push(`  ${from.version} is held: ${back} takes it back`);
  }
  if (isDryRun) lines.push('nothing was changed (--dry-run)');
  else lines.push(...nextLines(to.name, config));
  return `${lines.join('\n')}\n`;
}

function asJson({ question, from, to, config, lock, isDryRun }: Plan): string {
  return toJson({
    schema: 'brctl/pack-rollback/v1',
    name: to.name,
    target: question.target,
    changed: !isDryRun,
    from: { version: from.version, generation: from.generation },
    to: { version: to.version, generation: to.generation },
    hold: lock?.hold ?? [],
    config: config.map(({ path, decision }) => ({ path, decision })),
  });
}
