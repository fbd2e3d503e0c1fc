/**
 * `brctl role bind <role> <person>`: someone holds a role from now on.
 *
 * Exit codes: 0 bound, or bound already · 2 no such role, pack or person · 3 config/roles.yaml
 * cannot be understood or written · 4 permission · 7 a pack keeps two roles apart · 8 locked.
 */
import type { HostContext } from '../host.ts';
import type { RoleChange, RoleQuestion, RoleWords } from '../pack/roles/change.ts';
import { targetOf } from '../pack/target.ts';
import { defineCommand, type Input, type Paint, textFlag, toJson } from '../sdk/index.ts';

/** What the words mean is found out in `plan`: whoever only starts brctl needs no schema. */
type Options = Readonly<{ target: string; words: RoleWords; isDryRun: boolean }>;
type Plan = RoleChange & Readonly<{ isDryRun: boolean }>;

export const roleBind = defineCommand<Options, Plan, HostContext>({
  path: ['role', 'bind'],
  summary: 'Say who holds a role.',
  description:
    'Adds one binding to config/roles.yaml of the target, or changes the e-mail of one that is ' +
    'there; comments and everything else in the file stay as they are. A person is a Slack ' +
    'member id, an e-mail address or a login; whoever shares an e-mail with another binding is ' +
    'the same person. Refused with exit 7 when a pack keeps the role apart from another one ' +
    'that the person holds.',
  examples: [
    'brctl role bind growth-catalyst slack:U0123ABCD --email someone@example.com',
    'brctl role bind policy-steward user:someone --pack finance --dry-run',
  ],
  arguments: [
    { name: 'role', summary: 'a role that an installed pack asks for', required: true },
    { name: 'person', summary: 'slack:U…, email:name@domain or user:login', required: true },
  ],
  flags: {
    email: {
      type: 'string',
      summary: 'where reports and requests reach the person',
      placeholder: 'ADDRESS',
    },
    pack: { type: 'string', summary: 'only the role of this pack', placeholder: 'NAME' },
  },
  formats: ['table', 'json'],
  dryRun: true,
  parse: (input, context) => ({ ...roleWords(input, context), isDryRun: input.dryRun }),
  plan: async ({ target, words, isDryRun }, context) => {
    const { planBind, questionOf } = await import('../pack/roles/change.ts');
    const plan = planBind(questionOf(target, words));
    for (const { name, problem } of plan.unreadable) {
      const what = `what pack ${name} asks of roles is not known`;
      context.streams.err(`warning: ${what}: ${problem}\n`);
    }
    return { ...plan, isDryRun };
  },
  apply: async (plan, context) => {
    const { applyChange, planBind } = await import('../pack/roles/change.ts');
    return { ...(await applyChange(plan, planBind, context)), isDryRun: false };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: () => 'ok',
});

/** What `bind` and `unbind` are told. */
export function roleWords(input: Input, context: HostContext): Omit<Options, 'isDryRun'> {
  const [role = '', person = ''] = input.arguments;
  return {
    target: targetOf(context),
    words: { role, person, email: textFlag(input, 'email'), pack: textFlag(input, 'pack') },
  };
}

function asText({ action, binding, old, isNew, isDryRun }: Plan, paint: Paint): string {
  const { role, to, email, pack } = binding;
  const forPack = `for ${pack === undefined ? 'every pack' : `pack ${pack}`}`;
  const who = `${to}${email === undefined ? '' : ` (${email})`}`;
  const head = paint.bold(role);
  if (action === 'none') {
    return `${head} is already bound to ${who}, ${forPack}: nothing to do\n`;
  }
  const lines = [`${head} ${isDryRun ? 'would be' : 'is now'} bound to ${who}, ${forPack}`];
  if (old !== undefined && old.email !== email) {
    lines.push(`  e-mail ${old.email ?? '(none)'} -> ${email}`);
  }
  if (old !== undefined && old.pack !== pack) lines.push(`  pack ${old.pack} -> every pack`);
  const verb = isNew ? 'created' : 'changed';
  lines.push(`  config/roles.yaml ${isDryRun ? `would be ${verb}` : verb}`);
  if (isDryRun) lines.push('nothing was changed (--dry-run)');
  return `${lines.join('\n')}\n`;
}

function asJson({ action, question, binding, old, isDryRun }: Plan): string {
  return toJson({
    schema: 'brctl/role-bind/v1',
    action,
    changed: action !== 'none' && !isDryRun,
    target: question.target,
    binding: bindingJson(binding),
    before: old === undefined ? null : bindingJson(old),
  });
}

export function bindingJson({ role, to, email, pack }: Omit<RoleQuestion, 'target'>): object {
  return { role, to, email: email ?? null, pack: pack ?? null };
}
