/** Who holds a role, and how to say that nobody does. */
import type { RoleBinding } from 'brctl/sdk';

/** Those that the manifest of the pack asks for; nobody can hold another one for this pack. */
export const PACK_ROLES = ['growth-catalyst', 'policy-steward'] as const;

export function addressOf({ to, email }: RoleBinding): string | undefined {
  return email ?? (to.startsWith('email:') ? to.slice('email:'.length) : undefined);
}

/** Why a role reaches nobody; `holders` are those without an address. */
export function unreached(role: string, [holder]: readonly RoleBinding[]): string {
  if (holder === undefined) {
    return `nobody is ${role}: brctl role bind ${role} email:someone@example.com`;
  }
  const hint = `brctl role bind ${role} ${holder.to} --email …`;
  return `${role} is ${holder.to}, without an e-mail address: ${hint}`;
}
