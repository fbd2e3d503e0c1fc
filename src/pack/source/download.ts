/** An archive from an address: bounded, whole, and compared with the hash that was promised. */
import {
  BrctlError,
  type Context,
  isBrctlError,
  operationalError,
  readBounded,
} from '../../sdk/index.ts';
import { integrityOf } from './integrity.ts';
import { isSecure, withoutCredentials } from './spec.ts';

/** The archive of the largest pack there may be is smaller. */
export const ARCHIVE_BYTES = 96 * 1024 * 1024;

type World = Pick<Context, 'fetch' | 'signal'>;

export async function download(url: string, world: World): Promise<Uint8Array> {
  const bytes = await read(url, [], world);
  return bytes!;
}

/** The file is not there: that is an answer, and all else that is not the file is an error. */
const ABSENT = [404, 410];

/** Of an archive, from beside it; undefined where there is none. */
export async function downloadSignature(
  url: string,
  world: World,
): Promise<Uint8Array | undefined> {
  const beside = new URL(url);
  beside.pathname += '.sig';
  return read(beside.href, ABSENT, world);
}

async function read(
  url: string,
  absent: readonly number[],
  { fetch, signal }: World,
): Promise<Uint8Array | undefined> {
  const failed = (reason: string): BrctlError =>
    operationalError('download-failed', `cannot read ${withoutCredentials(url)}: ${reason}`);
  try {
    const { address, headers } = requestOf(url);
    const response = await fetch(address, { headers, signal });
    const isLedAstray = response.url !== '' && !isSecure(response.url);
    if (response.ok && !isLedAstray) {
      return await readBounded(response, ARCHIVE_BYTES, () =>
        failed(`it has more than ${ARCHIVE_BYTES} bytes`),
      );
    }
    // Whoever does not read it to its end has to say so: the connection stays open otherwise.
    await response.body?.cancel();
    if (isLedAstray) throw failed('it redirects to an address that is not https');
    if (absent.includes(response.status)) return undefined;
    throw failed(`the server says ${response.status}`);
  } catch (error) {
    signal.throwIfAborted();
    if (isBrctlError(error)) throw error;
    const { cause, message } = error as Error & { cause?: Error };
    throw failed(withoutCredentials(cause?.message || message));
  }
}

/** What stands before the `@` is no part of an address for `fetch`, which would say it out loud. */
function requestOf(url: string): { address: string; headers: Record<string, string> } {
  const address = new URL(url);
  const { username, password } = address;
  if (username === '' && password === '') return { address: url, headers: {} };
  address.username = '';
  address.password = '';
  const basic = Buffer.from([username, password].map(decoded).join(':')).toString('base64');
  return { address: address.href, headers: { authorization: `Basic ${basic}` } };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function checkIntegrity(bytes: Uint8Array, expected: string, what: string): void {
  const found = integrityOf(bytes);
  if (found === expected) return;
  throw new BrctlError('integrity', {
    code: 'integrity-mismatch',
    message: `${what} is not what was promised: ${found} instead of ${expected}`,
    hint: 'it was changed or cut; ask whoever published it',
  });
}
