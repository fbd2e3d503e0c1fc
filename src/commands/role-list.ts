/**
 * `brctl role list`: which roles do the installed packs ask for, and who holds them?
 *
 * Exit codes: 0 listed, whoever holds what · 2 no target · 3 config/roles.yaml cannot be
 * understood.
 */
import type { HostContext } from '../host.ts';
import type { RoleEntry } from '../pack/roles/entries.ts';
import { targetOf } from '../pack/target.ts';
import { type Cell, defineCommand, type Paint, renderTable, toJson } from '../sdk/index.ts';

type Options = Readonly<{ target: string }>;
type Plan = Readonly<{
  target: string;
  roles: readonly RoleEntry[];
  unreadable: readonly Readonly<{ name: string; problem: string }>[];
}>;

export const roleList = defineCommand<Options, Plan, HostContext>({
  path: ['role', 'list'],
  summary: 'List roles and who holds them.',
  description:
    'Every role that an installed pack asks for, whether or not anyone holds it, and every role ' +
    'that config/roles.yaml binds, whether or not any pack asks for it. brctl role check says ' +
    'what of it is wrong.',
  examples: ['brctl role list --target=/srv/blackroad', 'brctl role list --format json'],
  formats: ['table', 'json'],
  parse: (_, context) => ({
    target: targetOf(context),
  }),
  plan: async ({ target }) => {
    const { readSoundBindings } = await import('../pack/roles/bindings.ts');
    const { installedManifests } = await import('../pack/roles/check.ts');
    const { roleEntries } = await import('../pack/roles/entries.ts');
    const { manifests, unreadable } = installedManifests(target);
    const { bindings } = readSoundBindings(target);
    return { target, roles: roleEntries(manifests, bindings), unreadable };
  },
  render: (plan, { format, paint }) => (format === 'json' ? asJson(plan) : asText(plan, paint)),
  outcome: () => 'ok',
});

function asText({ target, roles, unreadable }: Plan, paint: Paint): string {
  const notes = unreadable.map(
    ({ name, problem }) => `${name}: what it asks for is not known: ${problem}\n`,
  );
  if (roles.length === 0) {
    return `no pack in ${target} asks for a role, and none is bound\n${notes.join('')}`;
  }
  const table = renderTable({
    columns: ['Role', 'Pack', 'Held by', 'E-mail', 'Needs'].map((title) => ({ title })),
    rows: roles.flatMap((entry) => rowsOf(entry, paint)),
    title: paint.bold,
  });
  return notes.length === 0 ? table : `${table}\n${notes.join('')}`;
}

function rowsOf({ role, pack, needs, isKnown, holders }: RoleEntry, paint: Paint): Cell[][] {
  const unknown = { text: '(no pack asks for it)', paint: paint.yellow };
  const tail: Cell = isKnown ? needs.join(', ') || '-' : unknown;
  const start = [role, pack ?? '-'];
  if (holders.length === 0) return [[...start, { text: 'nobody', paint: paint.red }, '-', tail]];
  return holders.map(({ to, email }) => [...start, to, email ?? '-', tail]);
}

function asJson({ target, roles, unreadable }: Plan): string {
  return toJson({
    schema: 'brctl/role-list/v1',
    target,
    roles: roles.map(({ role, pack, isKnown, summary, needs, holders }) => ({
      role,
      pack: pack ?? null,
      known: isKnown,
      summary: summary ?? null,
      needs,
      holders: holders.map(({ to, email }) => ({ to, email: email ?? null })),
    })),
    unreadable,
  });
}
