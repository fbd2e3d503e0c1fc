/**
 * What a pack may touch outside itself, as a value that can be compared and put in words. Every
 * start of brctl loads this; hashing and consent are in consent.ts.
 */
import type { Manifest, Permissions } from '../manifest/manifest.ts';

/** Every list there, sorted, without repetition: two that mean the same are the same. */
export type PermissionSet = Readonly<{
  secrets: readonly string[];
  hosts: readonly string[];
  write: readonly string[];
  executables: readonly string[];
  /** Files of the target: what the operator writes there counts as declared. */
  configured: readonly string[];
}>;

/** What a manifest asks for beyond the two folders that are every pack's own. */
export function permissionsOf({ name, permissions }: Pick<Manifest, 'name' | 'permissions'>) {
  const own = [`data/${name}`, `config/${name}`];
  const write = permissions?.write?.filter((folder) => !own.some((base) => isIn(base, folder)));
  const configured = permissions?.configured?.map((path) => `config/${name}/${path}`);
  return canonical({ ...permissions, write: write ?? [], configured: configured ?? [] });
}

export function canonical(permissions: Permissions = {}): PermissionSet {
  const { secrets = [], hosts = [], write = [], executables = [], configured = [] } = permissions;
  return {
    secrets: sorted(secrets),
    hosts: sorted(hosts.map(canonicalHost)),
    write: sorted(write.map((folder) => folder.replace(/\/+$/, ''))),
    executables: sorted(executables),
    configured: sorted(configured),
  };
}

/** `GRAFANA_URL` of the host `${GRAFANA_URL}`: that of the address in the variable. */
export function hostVariable(host: string): string | undefined {
  return /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(host)?.[1];
}

function canonicalHost(host: string): string {
  // Names of variables tell small letters from capitals.
  if (host.includes('${')) return host;
  return host.toLowerCase().replace(/:443$/, '');
}

/** As it is hashed and kept. A set without `configured` is what it was before there was that. */
export function asRecorded(permissions: Permissions): Permissions {
  const { configured, ...others } = canonical(permissions);
  return configured.length === 0 ? others : { ...others, configured };
}

/** By code units: the same on every machine. */
function sorted(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
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
    configured: asks.configured.filter((file) => !had.configured.includes(file)),
  };
}

/** `data/finance` holds itself and `data/finance/reports`. */
function isIn(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Numbers and dots, or colons: no name below a domain looks like that. */
const ADDRESS = /^[\d.]+$|[:[\]]/;

/**
 * Does a pattern allow all that another one, or a plain `host` or `host:port`, stands for?
 * `*.a.example` stands for every name that ends in `.a.example`, however deep, and not for
 * `a.example`; no port means 443.
 */
export function coversHost(pattern: string, asked: string): boolean {
  const [allowed, other] = [splitHost(pattern), splitHost(asked)];
  if (allowed.port !== other.port) return false;
  if (allowed.name === other.name) return true;
  if (!allowed.name.startsWith('*.') || ADDRESS.test(other.name)) return false;
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
  const { secrets, hosts, write, executables, configured } = canonical(permissions);
  const kinds = [
    [secrets.length === 1 ? 'read the secret' : 'read the secrets', secrets],
    ['talk to', hosts],
    ['write to', write],
    ['start', executables],
    ['read the variables and talk to the hosts that you write into', configured],
  ] as const;
  return kinds
    .filter(([, list]) => list.length > 0)
    .map(([verb, list]) => `${verb} ${list.join(', ')}`);
}
