/**
 * `brctl role unbind <role> <person>`: someone no longer holds a role.
 *
 * Exit codes: 0 done · 2 there is no such binding · 3 config/roles.yaml cannot be understood or
 * written · 4 permission · 8 another process changes the target.
 */
import type { HostContext } from '../host.ts';
import type { RoleChange } from '../pack/roles/change.ts';
import { defineCommand, type Paint, toJson } from '../sdk/index.ts';
import { bindingJson, roleWords } from './role-bind.ts';

type Options = ReturnType<typeof roleWords> & Readonly<{ isDryRun: boolean }>;
type Plan = RoleChange & Readonly<{ isDryRun: boolean }>;

export const roleUnbind = defineCommand<Options, Plan, HostContext>({
  path: ['role', 'unbind'],
  summary: 'Say that someone no longer holds a role.',
  description:
    'Removes one binding from config/roles.yaml of the target, with the comment right above it; ' +
    'everything else in the file stays as it is. Where a person holds the role for several ' +
    'packs, --pack says which.',
  examples: [
    'brctl role unbind growth-catalyst slack:U0123ABCD',
    'brctl role unbind policy-steward user:someone --pack finance --dry-run',
  ],
  arguments: [
    { name: 'role', summary: 'the role', required: true },
    { name: 'person', summary: 'slack:U…, email:name@domain or user:login', required: true },
  ],
  flags: {
    pack: { type: 'string', summary: 'the binding for this pack', placeholder: 'NAME' },
  },
  formats: ['table', 'json'],
  dryRun: true,
  parse: (input, context) => ({ ...roleWords(input, context), isDryRun: input.dryRun }),
  plan: async ({ target, words, isDryRun }) => {
    const { planUnbind, questionOf } = await import('../pack/roles/change.ts');
    return { ...planUnbind(questionOf(target, words)), isDryRun };
  },
  apply: async (plan, context) => {
    const { applyChange, planUnbind } = await import('../pack/roles/change.ts');
    return { ...(await applyChange(plan, planUnbind, context)), isDryRun: false };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: () => 'ok',
});

function asText({ binding, left, isDryRun }: Plan, paint: Paint): string {
  const { role, to, pack } = binding;
  const forPack = pack === undefined ? '' : `, for pack ${pack}`;
  const verb = isDryRun ? 'would be unbound' : 'is unbound';
  const lines = [`${paint.bold(role)} ${verb} from ${to}${forPack}`];
  for (const one of left) lines.push(`  ${to} still holds it for pack ${one.pack}`);
  lines.push(`  config/roles.yaml ${isDryRun ? 'would be changed' : 'changed'}`);
  if (isDryRun) lines.push('nothing was changed (--dry-run)');
  return `${lines.join('\n')}\n`;
}

function asJson({ question, binding, left, isDryRun }: Plan): string {
  return toJson({
    schema: 'brctl/role-unbind/v1',
    action: 'remove',
    changed: !isDryRun,
    target: question.target,
    binding: bindingJson(binding),
    left: left.map(bindingJson),
  });
}
