/**
 * The context as a pack gets it: what its manifest does not declare is not in it.
 *
 * This is no sandbox. Pack code runs inside the brctl process with the rights of whoever runs it,
 * and can import `node:fs` or `node:net` or read `process.env` as any program can. What is here
 * keeps an honest pack to its word and makes a mistake, or a redirect to elsewhere, an error.
 */
import {
  BrctlError,
  operationalError,
  type PackContext,
  type TargetPaths,
} from '../../sdk/index.ts';
import type { Permissions } from '../manifest/manifest.ts';
import { type Granted, hostOf, isWithheld, NOTHING_GRANTED } from './configured.ts';
import { canonical, coversHost, type PermissionSet } from './permissions.ts';

/**
 * `permissions` as they were consented to; undefined is none. `granted` is what the operator's
 * config adds to them (see configured.ts).
 */
export function confine(
  context: PackContext,
  permissions: Permissions | undefined,
  granted: Granted = NOTHING_GRANTED,
): PackContext {
  const { now, cwd, env, streams, signal, uniqueId, duckdb, sqlite, target, pack, roles } = context;
  const allowed = canonical(permissions);
  // Named one by one: whatever else the caller's value holds is not for packs.
  return Object.freeze({
    now,
    cwd,
    env: shownEnvironment(env, allowed, granted),
    streams,
    fetch: confinedFetch(context, allowed.hosts, granted),
    signal,
    uniqueId,
    duckdb,
    sqlite,
    target: ownFolders(target, pack.name),
    pack,
    roles,
  });
}

/**
 * Not secret, and how text looks depends on them. HOME is not among them: whoever has it looks
 * there for the credentials of other programs. PATH is for packs that may start programs.
 */
const HARMLESS = /^(TZ|LANG|LANGUAGE|LC_[A-Z]+|NO_COLOR|FORCE_COLOR|BRCTL_TARGET)$/;

function shownEnvironment(
  env: PackContext['env'],
  { secrets, executables }: PermissionSet,
  { variables }: Granted,
): PackContext['env'] {
  const named = [...secrets, ...variables];
  const declared = new Set(named.flatMap((name) => [name, `${name}_FILE`]));
  if (executables.length > 0) declared.add('PATH');
  const isShown = (name: string) =>
    !isWithheld(name) && (declared.has(name) || HARMLESS.test(name));
  return Object.freeze(Object.fromEntries(Object.entries(env).filter(([name]) => isShown(name))));
}

/**
 * `data/<pack>` and `config/<pack>` are every pack's own, and a manifest cannot declare a folder
 * outside them; the target around them is not a pack's to write to.
 */
function ownFolders({ data, config }: TargetPaths, name: string): TargetPaths {
  const refuse = (): never => {
    throw new BrctlError('consent', {
      code: 'folder-undeclared',
      message: `pack ${name} asked for the target around its own folders`,
      hint: 'a pack works below context.target.data and context.target.config',
    });
  };
  // Not enumerable: copying the value is no question for them.
  const folders = Object.defineProperties(
    { data, config },
    { root: { get: refuse }, state: { get: refuse } },
  );
  return Object.freeze(folders) as TargetPaths;
}

type Hop = Readonly<{
  url: URL;
  method: string;
  headers: Headers;
  body: Uint8Array<ArrayBuffer> | ReadableStream | null;
}>;

const HOPS_MAX = 10;
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * `fetch` to declared hosts. Redirects are followed here and not by the platform, so that each hop
 * is checked before anything is sent to it; otherwise they go by the rules of the Fetch standard.
 * A `dispatcher` is not passed on.
 */
function confinedFetch(
  context: PackContext,
  hosts: readonly string[],
  granted: Granted,
): PackContext['fetch'] {
  const { name } = context.pack;
  return async (input, init) => {
    const address = typeof input === 'string' || input instanceof URL ? input : input.url;
    const url = new URL(address);
    // Before the request exists: what the platform says of it would repeat the password.
    refuseUndeclared({ url, from: undefined, name, hosts, granted });
    const request = new Request(input, init);
    const { method, headers, integrity } = request;
    const signal = signalOf(input, init);
    let hop: Hop = { url, method, headers, body: await bodyOf(request, init) };
    for (let hops = 0; ; hops += 1) {
      const response = await context.fetch(hop.url.href, {
        method: hop.method,
        headers: hop.headers,
        body: hop.body,
        ...(hop.body instanceof ReadableStream ? { duplex: 'half' } : {}),
        ...(integrity === '' ? {} : { integrity }),
        redirect: 'manual',
        signal,
      });
      const location = REDIRECTS.includes(response.status)
        ? response.headers.get('location')
        : null;
      if (location === null || request.redirect === 'manual') return asFinal(response, hops);
      await response.body?.cancel();
      const from = hop.url.host;
      if (request.redirect === 'error') throw badRedirect(from, 'redirects, which was ruled out');
      if (hops === HOPS_MAX) throw badRedirect(from, `redirects more than ${HOPS_MAX} times`);
      hop = nextHop(hop, response.status, location);
      refuseUndeclared({ url: hop.url, from, name, hosts, granted });
    }
  };
}

/** The caller's own: that of a request made here would go with the request. */
function signalOf(input: string | URL | Request, init: RequestInit | undefined) {
  if (init?.signal !== undefined) return init.signal;
  return typeof input === 'object' && 'signal' in input ? input.signal : null;
}

/** As bytes, which can be sent again; a stream stays one, and can be sent once. */
async function bodyOf(request: Request, init: RequestInit | undefined): Promise<Hop['body']> {
  const given = init?.body;
  const isStream = typeof given === 'object' && given !== null && Symbol.asyncIterator in given;
  if (request.body === null || isStream) return request.body;
  return new Uint8Array(await request.arrayBuffer());
}

/** Of a body that is not sent on. */
const BODY_HEADERS = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-type',
];

/** Meant for the server they were given for. */
const PRIVATE_HEADERS = ['authorization', 'cookie', 'host', 'proxy-authorization'];

function nextHop(hop: Hop, status: number, location: string): Hop {
  const from = hop.url.host;
  if (!URL.canParse(location, hop.url.href)) throw badRedirect(from, 'redirects to no address');
  const url = new URL(location, hop.url);
  const headers = new Headers(hop.headers);
  if (url.origin !== hop.url.origin) for (const name of PRIVATE_HEADERS) headers.delete(name);
  const isSafe = hop.method === 'GET' || hop.method === 'HEAD';
  const becomesGet = status === 303 ? !isSafe : status < 303 && hop.method === 'POST';
  if (becomesGet) {
    for (const name of BODY_HEADERS) headers.delete(name);
    return { url, method: 'GET', headers, body: null };
  }
  if (hop.body instanceof ReadableStream) {
    throw badRedirect(from, 'redirects a stream, which cannot be sent again');
  }
  return { ...hop, url, headers };
}

function badRedirect(from: string, problem: string): BrctlError {
  return operationalError('redirect-refused', `${from} ${problem}`);
}

/** The platform did not follow, so it does not know. */
function asFinal(response: Response, hops: number): Response {
  return hops === 0 ? response : Object.defineProperty(response, 'redirected', { value: true });
}

type HostQuestion = Readonly<{
  url: URL;
  /** The host that redirects to it. */
  from: string | undefined;
  name: string;
  hosts: readonly string[];
  granted: Granted;
}>;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Names host and manifest key; the rest of an address may hold secrets. */
function refuseUndeclared({ url, from, name, hosts, granted }: HostQuestion): void {
  const { protocol, hostname } = url;
  const asking = hostOf(url);
  const shown = asking.replace(/:443$/, '');
  const asked = from === undefined ? 'asked for' : `was redirected by ${from} to`;
  const refusal = (code: string, why: string, hint?: string) =>
    new BrctlError('consent', { code, message: `pack ${name} ${asked} ${why}`, hint });
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw refusal('scheme-refused', `a ${protocol} address, and may use https only`);
  }
  if (!hosts.some((host) => coversHost(host, asking)) && !granted.hosts().has(asking)) {
    const files = granted.files.join(' or ');
    throw refusal(
      'host-undeclared',
      files === ''
        ? `${shown}, which permissions.hosts of its manifest does not list`
        : `${shown}, which is neither in permissions.hosts of its manifest nor in ${files}`,
      files === ''
        ? 'a version of the pack that lists it will ask for your consent'
        : `an https address that you write into ${files} allows its host`,
    );
  }
  if (protocol === 'http:' && !LOOPBACK.test(hostname)) {
    throw refusal('scheme-refused', `http://${shown}, and may use https only`);
  }
  if (url.username === '' && url.password === '') return;
  throw operationalError(
    'address-with-password',
    `pack ${name} ${asked} ${shown} with a name or password in the address`,
    'send them as a header',
  );
}
