/** Where a webhook may go: what is asked before anything is sent. */
import type { Setting } from '../alert-config/variable.ts';

/** Scheme and authority up to the path, with nothing in it that comes from a variable. */
const WRITTEN = /^https?:\/\/[^/?#\\$]+([/?#]|$)/i;

/**
 * Whether the config itself names the host: then whoever wrote it wants exactly that one, even if
 * it lies in a private network. A host out of a variable may be anybody's choice, and a value that
 * was copied from elsewhere must not lead alerts to an address that means another machine here:
 * there it may be this machine, or one of the internet, and none in between.
 */
export function isHostWritten({ text }: Setting): boolean {
  return WRITTEN.test(text);
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/**
 * Whether an address holds a secret that is sent with it: a name, a password or a query. A path may
 * be one as well, but not where what is sent is signed: then it is the signature that counts.
 */
export function holdsSecret(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { username, password, search } = new URL(address);
  return username !== '' || password !== '' || search !== '';
}

/** https, or http that does not leave the machine; else what is wrong with the address. */
export function addressProblem(address: string): string | undefined {
  if (!URL.canParse(address)) return 'is no address';
  const { protocol, hostname, username, password } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return 'is no https address';
  if (username !== '' || password !== '') return 'has a name or password in it';
  return protocol === 'https:' || isLoopback(hostname)
    ? undefined
    : 'is an http address, and what is sent there can be read on the way';
}
