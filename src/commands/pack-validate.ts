/**
 * `brctl pack validate [path]`: is everything that a person wrote for packs right?
 *
 * Exit codes: 0 nothing wrong · 1 problems found · 2 nothing to validate there · 3 unreadable.
 */
import type { HostContext } from '../host.ts';
import { asGithub } from '../pack/validate/as-github.ts';
import { diagnosticsAsJson } from '../pack/validate/as-json.ts';
import { asSarif } from '../pack/validate/as-sarif.ts';
import { asText } from '../pack/validate/as-text.ts';
import type { Report } from '../pack/validate/validate.ts';
import { defineCommand, toJson } from '../sdk/index.ts';

type Options = Readonly<{ path: string | undefined }>;
type Plan = Report & Readonly<{ hostVersion: string }>;

export const packValidate = defineCommand<Options, Plan, HostContext>({
  path: ['pack', 'validate'],
  summary: 'Check manifests, the catalogue, schemas and config files.',
  description:
    'Without a path: the catalogue in this folder or the nearest one upwards, and every pack it ' +
    'lists; inside a target, or with --target, the packs installed there and their config files. ' +
    'A path is a manifest, a catalogue, a pack folder, a schema, a target, or a config ' +
    'file that a pack declares. Exits 1 when anything is wrong.',
  examples: [
    'brctl pack validate',
    'brctl pack validate packs/finance --format github',
    'brctl pack validate /srv/blackroad/config/finance/budgets.yaml',
  ],
  arguments: [{ name: 'path', summary: 'what to check', completes: 'file' }],
  formats: ['table', 'json', 'github', 'sarif'],
  parse: (input) => ({ path: input.arguments[0] }),
  plan: async ({ path }, context) => {
    const { validate } = await import('../pack/validate/validate.ts');
    return { ...(await validate(path, context)), hostVersion: context.version };
  },
  render: (plan, { format, paint }) => {
    if (format === 'json') return asJson(plan);
    if (format === 'github') return asGithub(plan);
    if (format === 'sarif') return asSarif(plan, plan.hostVersion);
    return asText(plan, paint);
  },
  outcome: ({ diagnostics }) =>
    diagnostics.some(({ severity }) => severity === 'error') ? 'findings' : 'ok',
});

function asJson({ files, diagnostics }: Report): string {
  return toJson({
    schema: 'brctl/pack-validate/v1',
    files,
    diagnostics: diagnosticsAsJson(diagnostics),
  });
}
