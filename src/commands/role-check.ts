/**
 * `brctl role check`: does someone hold every role that the installed packs ask for, and are the
 * duties apart that they keep apart?
 *
 * Exit codes: 0 all is well · 1 something is wrong · 2 no target.
 */
import type { HostContext } from '../host.ts';
import { targetOf } from '../pack/target.ts';
import { asGithub } from '../pack/validate/as-github.ts';
import { diagnosticsAsJson } from '../pack/validate/as-json.ts';
import { asSarif } from '../pack/validate/as-sarif.ts';
import { asText } from '../pack/validate/as-text.ts';
import type { Report } from '../pack/validate/validate.ts';
import { defineCommand, type Paint, toJson } from '../sdk/index.ts';

type Options = Readonly<{ target: string }>;
type Plan = Report &
  Readonly<{ target: string; roles: number; bindings: number; hostVersion: string }>;

export const roleCheck = defineCommand<Options, Plan, HostContext>({
  path: ['role', 'check'],
  summary: 'Check that every role is held, and duties are apart.',
  description:
    'Reads config/roles.yaml of the target and what the installed packs ask for. Exits 1 when ' +
    'nobody holds a role that a pack asks for, a binding names a role that none asks for, one ' +
    'person holds two roles that a pack keeps apart, or the file is not valid.',
  examples: ['brctl role check --target=/srv/blackroad', 'brctl role check --format github'],
  formats: ['table', 'json', 'github', 'sarif'],
  parse: (_, context) => ({
    target: targetOf(context),
  }),
  plan: async ({ target }, { cwd, version }) => {
    const { readBindings } = await import('../pack/roles/bindings.ts');
    const roles = await import('../pack/roles/check.ts');
    const { shownPath } = await import('../pack/validate/subject.ts');
    const installed = roles.installedManifests(target);
    const read = readBindings(target);
    const file = shownPath(cwd, read.file);
    const found = roles.roleDiagnostics({ ...installed, target, read });
    return {
      target,
      files: [file],
      diagnostics: found.map((each) => ({ ...each, file })),
      roles: roles.neededRoles(installed.manifests).length,
      bindings: read.bindings.length,
      hostVersion: version,
    };
  },
  render: (plan, { format, paint }) => {
    if (format === 'json') return asJson(plan);
    if (format === 'github') return asGithub(plan);
    if (format === 'sarif') return asSarif(plan, plan.hostVersion);
    return plan.diagnostics.length === 0 ? allWell(plan, paint) : asText(plan, paint);
  },
  outcome: ({ diagnostics }) =>
    diagnostics.some(({ severity }) => severity === 'error') ? 'findings' : 'ok',
});

function allWell({ roles, bindings }: Plan, paint: Paint): string {
  if (roles === 0 && bindings === 0) return 'no installed pack asks for a role\n';
  const every = roles === 1 ? 'the one role is' : `all ${roles} roles are`;
  return `${paint.green('ok')}: ${every} held, duties are apart\n`;
}

function asJson({ target, files, roles, bindings, diagnostics }: Plan): string {
  return toJson({
    schema: 'brctl/role-check/v1',
    target,
    files,
    roles,
    bindings,
    diagnostics: diagnosticsAsJson(diagnostics),
  });
}
