/** Who reads what a channel is sent, as far as the deployment says: e-mail addresses by role. */
import { isBrctlError, type RoleBinding } from 'brctl/sdk';
import type { Channel } from '../../core/alert-config/config.ts';
import { shownSetting } from '../../core/alert-config/variable.ts';
import { addressOf } from '../role-holders.ts';
import type { RoutesPorts } from './ports.ts';

export type Reader = Readonly<{
  role: string | null;
  /** Null: nobody holds the role, or whoever does has no address. */
  address: string | null;
}>;

/** Asks for roles only where some channel names one; roles that cannot be read have no holders. */
export async function rolesOf(
  channels: readonly Channel[],
  { roles }: Pick<RoutesPorts, 'roles'>,
): Promise<readonly RoleBinding[]> {
  const names = channels.some(
    ({ to }) => to.type === 'email' && to.recipients.some(({ by }) => by === 'role'),
  );
  if (!names) return [];
  try {
    return await roles();
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return [];
  }
}

/** A variable stays unresolved: what it holds may be meant for few. */
export function readersOf({ to }: Channel, bindings: readonly RoleBinding[]): readonly Reader[] {
  if (to.type !== 'email') return [];
  return to.recipients.flatMap((recipient): readonly Reader[] => {
    if (recipient.by === 'address') {
      return [{ role: null, address: shownSetting(recipient.address) }];
    }
    const { role } = recipient;
    const found = bindings
      .filter((each) => each.role === role)
      .flatMap((each) => addressOf(each) ?? []);
    return found.length === 0
      ? [{ role, address: null }]
      : found.map((address) => ({ role, address }));
  });
}
