/**
 * What a pack may touch outside itself, as a value that can be compared, hashed and consented to.
 *
 * Consent is to a whole set. It is asked again only for what is new beyond the set that was
 * consented to before: an upgrade that asks for less, or says the same in other words, asks nobody.
 */
import { isIP } from 'node:net';
import { BrctlError } from '../../sdk/index.ts';
import type { Manifest, Permissions } from '../manifest/manifest.ts';
import { sha256 } from '../store/tree.ts';

/** Every list there, sorted, without repetition: two that mean the same are the same. */
export type PermissionSet = Readonly<{
  secrets: readonly string[];
  hosts: readonly string[];
  write: readonly string[];
  executables: readonly string[];
}>;

/** What a manifest asks for beyond the two folders that are every pack's own. */
export function permissionsOf({ name, permissions }: Pick<Manifest, 'name' | 'permissions'>) {
  const own = [`data/${name}`, `config/${name}`];
  const write = permissions?.write?.filter((folder) => !own.some((base) => isIn(base, folder)));
  return canonical({ ...permissions, write: write ?? [] });
}

export function canonical(permissions: Permissions = {}): PermissionSet {
  const { secrets = [], hosts = [], write = [], executables = [] } = permissions;
  return {
    secrets: sorted(secrets),
    hosts: sorted(hosts.map((host) => host.toLowerCase().replace(/:443$/, ''))),
    write: sorted(write.map((folder) => folder.replace(/\/+$/, ''))),
    executables: sorted(executables),
  };
}

/** By code units: the same on every machine. */
function sorted(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}

/** `sha256:<hex>`, what `--accept-permissions` takes. */
export function permissionsHash(permissions: Permissions): string {
  return `sha256:${sha256(JSON.stringify(canonical(permissions)))}`;
}

export function isNothing(permissions: Permissions): boolean {
  return Object.values(canonical(permissions)).every((list) => list.length === 0);
}

/** What `after` asks for and `before` does not cover. */
export function widened(before: Permissions | undefined, after: Permissions): PermissionSet {
  const had = canonical(before);
  const asks = canonical(after);
  return {
    secrets: asks.secrets.filter((name) => !had.secrets.includes(name)),
    hosts: asks.hosts.filter((host) => !had.hosts.some((each) => coversHost(each, host))),
    write: asks.write.filter((folder) => !had.write.some((each) => isIn(each, folder))),
    executables: asks.executables.filter((name) => !had.executables.includes(name)),
  };
}

/** `data/finance` holds itself and `data/finance/reports`. */
function isIn(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/**
 * Does a pattern allow all that another one, or a plain `host` or `host:port`, stands for?
 * `*.a.example` stands for every name that ends in `.a.example`, however deep, and not for
 * `a.example`; no port means 443.
 */
export function coversHost(pattern: string, asked: string): boolean {
  const [allowed, other] = [splitHost(pattern), splitHost(asked)];
  if (allowed.port !== other.port) return false;
  if (allowed.name === other.name) return true;
  if (!allowed.name.startsWith('*.') || isIP(other.name) !== 0) return false;
  return other.name.replace(/^\*/, '').endsWith(allowed.name.slice(1));
}

function splitHost(host: string): { name: string; port: string } {
  const at = host.lastIndexOf(':');
  const hasPort = at >= 0 && !host.endsWith(']');
  return hasPort
    ? { name: host.slice(0, at), port: host.slice(at + 1) }
    : { name: host, port: '443' };
}

/** What one may do who has them, one kind each: `talk to api.stripe.com, *.slack.com`. */
export function describePermissions(permissions: Permissions): string[] {
  const { secrets, hosts, write, executables } = canonical(permissions);
  const kinds = [
    [secrets.length === 1 ? 'read the secret' : 'read the secrets', secrets],
    ['talk to', hosts],
    ['write to', write],
    ['start', executables],
  ] as const;
  return kinds
    .filter(([, list]) => list.length > 0)
    .map(([verb, list]) => `${verb} ${list.join(', ')}`);
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
