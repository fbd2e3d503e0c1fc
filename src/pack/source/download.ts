/** An archive from an address: bounded, whole, and compared with the hash that was promised. */
import { BrctlError, type Context, isBrctlError, operationalError } from '../../sdk/index.ts';
import { integrityOf } from './integrity.ts';
import { withoutCredentials } from './spec.ts';

/** A pack at its limit, stored as it is, with the frames of its archive. */
const BYTES_MAX = 96 * 1024 * 1024;

export async function download(
  url: string,
  context: Pick<Context, 'fetch' | 'signal'>,
): Promise<Uint8Array> {
  const shown = withoutCredentials(url);
  const failed = (reason: string): BrctlError =>
    operationalError('download-failed', `cannot read ${shown}: ${reason}`);
  try {
    const response = await context.fetch(url, { signal: context.signal });
    if (!response.ok) throw failed(`the server says ${response.status}`);
    return await bounded(response, () => failed(`it has more than ${BYTES_MAX} bytes`));
  } catch (error) {
    context.signal.throwIfAborted();
    if (isBrctlError(error)) throw error;
    const { cause, message } = error as Error & { cause?: Error };
    throw failed(cause?.message ?? message);
  }
}

async function bounded(response: Response, tooLarge: () => Error): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.byteLength;
    if (length > BYTES_MAX) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** For a signature beside an archive: it is there, or it is not; anything else is an error. */
export async function downloadOptional(
  url: string,
  context: Pick<Context, 'fetch' | 'signal'>,
): Promise<Uint8Array | undefined> {
  const response = await context.fetch(url, { signal: context.signal }).catch(() => undefined);
  if (response?.status === 404 || response?.status === 410) return undefined;
  return download(url, context);
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
