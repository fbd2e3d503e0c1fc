/** Whether the roles that recipients are named by reach anybody, asked before anything is sent. */
import { isBrctlError, type RoleBinding, suggest } from 'brctl/sdk';
import type { AlertConfig } from '../core/alert-config/config.ts';
import type { Finding } from '../core/finding.ts';
import { compareText } from '../core/order.ts';
import type { CheckedRole } from './alert-check.ts';
import type { AlertCheckPorts } from './ports.ts';
import { addressOf, PACK_ROLES, unreached } from './role-holders.ts';

export type RoleCheck = Readonly<{
  roles: readonly CheckedRole[];
  findings: readonly Finding[];
}>;

/**
 * A role that this pack does not have can never reach anybody: that is a mistake in the file. One
 * that nobody holds yet is like a variable that is not set yet.
 */
export async function checkRoles(
  config: AlertConfig,
  { roles: ask }: Pick<AlertCheckPorts, 'roles'>,
): Promise<RoleCheck> {
  const used = rolesIn(config);
  if (used.size === 0) return { roles: [], findings: [] };
  const { bindings, findings } = await bindingsOf(ask);
  const roles = [...used.keys()].sort(compareText).map((name) => {
    const holders = bindings.filter(({ role }) => role === name);
    return { name, holders, addresses: holders.flatMap((each) => addressOf(each) ?? []) };
  });
  return {
    roles: roles.map(({ name, addresses }) => ({ name, isKnown: isKnown(name), addresses })),
    findings: [
      ...findings,
      ...roles
        .filter(({ addresses }) => addresses.length === 0)
        .flatMap(({ name, holders }) => {
          const subject = used.get(name)!.join(', ');
          if (!isKnown(name)) return unknownRole(name, subject);
          // What cannot be read is said once.
          if (findings.length > 0) return [];
          const message = unreached(name, holders);
          return [{ code: 'role-unreached', severity: 'info', subject, message } satisfies Finding];
        }),
    ],
  };
}

/** Each with the channels and reports that name it; what is switched off sends nothing. */
function rolesIn({ channels, reports }: AlertConfig): ReadonlyMap<string, readonly string[]> {
  const users = [
    ...channels.flatMap(({ name, to }) =>
      to.type === 'email' ? [{ name, recipients: to.recipients }] : [],
    ),
    ...reports.filter(({ isEnabled }) => isEnabled),
  ];
  const named = users.flatMap(({ name, recipients }) =>
    recipients.flatMap((each) => (each.by === 'role' ? [{ role: each.role, name }] : [])),
  );
  const groups = Map.groupBy(named, ({ role }) => role);
  return new Map(
    [...groups].map(([role, all]) => [role, [...new Set(all.map(({ name }) => name))]]),
  );
}

async function bindingsOf(
  ask: AlertCheckPorts['roles'],
): Promise<Readonly<{ bindings: readonly RoleBinding[]; findings: readonly Finding[] }>> {
  try {
    return { bindings: await ask(), findings: [] };
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    const { message } = error;
    return {
      bindings: [],
      findings: [{ code: 'roles-unread', severity: 'warning', subject: 'roles', message }],
    };
  }
}

function isKnown(name: string): boolean {
  return (PACK_ROLES as readonly string[]).includes(name);
}

function unknownRole(name: string, subject: string): Finding {
  const guess = suggest(name, PACK_ROLES);
  const hint =
    guess === undefined ? `its roles are ${PACK_ROLES.join(', ')}` : `did you mean "${guess}"?`;
  const message = `the finance pack has no role ${name}, so it reaches nobody (${hint})`;
  return { code: 'role-unknown', severity: 'warning', subject, message };
}
