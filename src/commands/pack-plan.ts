/**
 * `brctl pack plan <pack>`: what an install would change, and nothing else. The same as
 * `pack install --dry-run`, for those who only may look.
 *
 * Exit codes: 0 nothing would change · 1 something would · the others as `pack install`.
 */
import type { HostContext } from '../host.ts';
import type { InstallPlan, InstallQuestion } from '../pack/change/install.ts';
import { targetOf } from '../pack/target.ts';
import { defineCommand } from '../sdk/index.ts';
import { CONF_FLAG, policyOf } from './change-flags.ts';
import { installJson, installText } from './install-view.ts';

export const packPlan = defineCommand<InstallQuestion, InstallPlan, HostContext>({
  path: ['pack', 'plan'],
  summary: 'Show what an install would change: files, commands, permissions, config.',
  description: 'Exits 1 when something would change, so that a script can ask. Changes nothing.',
  examples: ['brctl pack plan finance --target=/srv/blackroad'],
  arguments: [
    {
      name: 'pack',
      summary: 'a name, a folder, a .tgz, or an address',
      required: true,
      completes: 'file',
    },
  ],
  flags: { conf: CONF_FLAG },
  formats: ['table', 'json'],
  parse: (input, context) => ({
    spec: input.arguments[0] ?? '',
    target: targetOf(context),
    policy: policyOf(input),
  }),
  plan: async (question, context) => {
    const { planInstall } = await import('../pack/change/install.ts');
    return planInstall(question, context);
  },
  release: async ({ source }) => source.dispose(),
  render: (plan, { format, paint }) =>
    format === 'json' ? installJson(plan, true) : installText(plan, 'plan', paint),
  outcome: ({ action }) => (action === 'none' ? 'ok' : 'findings'),
});
