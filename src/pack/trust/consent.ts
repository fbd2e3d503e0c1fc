/**
 * Consent to what a pack may touch. It is to a whole set, and is asked again only for what is new
 * beyond the set that was consented to before: an upgrade that asks for less, or says the same in
 * other words, asks nobody.
 */
import { BrctlError } from '../../sdk/index.ts';
import type { Permissions } from '../manifest/manifest.ts';
import { sha256 } from '../store/tree.ts';
import {
  asRecorded,
  describePermissions,
  isNothing,
  type PermissionSet,
  widened,
} from './permissions.ts';

/** `sha256:<hex>`, what `--accept-permissions` takes. */
export function permissionsHash(permissions: Permissions): string {
  return `sha256:${sha256(JSON.stringify(asRecorded(permissions)))}`;
}

export type ConsentQuestion = Readonly<{
  /** Who asks: `finance 1.2.0`. */
  what: string;
  /** What was consented to; undefined for a first install. */
  before: Permissions | undefined;
  after: Permissions;
  /** The value of `--accept-permissions`. */
  accepted: string | undefined;
  /** Asks the person; undefined where there is no terminal. */
  confirm: ((question: string) => Promise<boolean>) | undefined;
}>;

export type Consent = Readonly<{
  /** Of the whole set: what the receipt keeps. */
  hash: string;
  /** Whether anybody was asked; `unasked`: nothing was new. */
  by: 'unasked' | 'flag' | 'terminal';
  /** What was new. */
  added: PermissionSet;
}>;

/** Granted, or `consent` thrown. */
export async function consentFor(question: ConsentQuestion): Promise<Consent> {
  const { what, before, after, accepted, confirm } = question;
  const added = widened(before, after);
  const hash = permissionsHash(after);
  if (isNothing(added)) return { hash, by: 'unasked', added };
  const also = before === undefined ? '' : 'now also ';
  const asks = `${what} ${also}asks to ${describePermissions(added).join('; ')}`;
  const hint = `consent with --accept-permissions ${hash}`;
  if (accepted === hash) return { hash, by: 'flag', added };
  if (accepted !== undefined) {
    const message = `${asks}: these are other permissions than those of ${accepted}`;
    throw new BrctlError('consent', { code: 'consent-differs', message, hint });
  }
  if (confirm === undefined) {
    const message = `${asks}, and nobody has consented to that`;
    throw new BrctlError('consent', { code: 'consent-missing', message, hint });
  }
  if (await confirm(`${asks}. Allow this?`)) return { hash, by: 'terminal', added };
  const message = `${asks}, and you did not allow it; nothing was changed`;
  throw new BrctlError('consent', { code: 'consent-refused', message });
}
