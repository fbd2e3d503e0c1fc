/** Small files that lie beside a pack, or in one that nobody has looked at yet. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { BrctlError } from '../../sdk/index.ts';
import { signaturePathOf } from '../trust/signature.ts';

const BYTES_MAX = 1024 * 1024;

export function readSignatureBeside(pack: string): Uint8Array | undefined {
  return readPlainFile(signaturePathOf(pack));
}

/**
 * Undefined where there is none. A link is not followed: in a repository it may lead to anything,
 * and to what never ends.
 */
export function readPlainFile(file: string): Uint8Array | undefined {
  let handle: number;
  try {
    const noLink = constants.O_NOFOLLOW ?? 0;
    handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | noLink);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'ELOOP') throw noPlainFile(file, 'a link');
    throw error;
  }
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw noPlainFile(file, 'no file');
    if (stat.size > BYTES_MAX) throw noPlainFile(file, `${stat.size} bytes long`);
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

function noPlainFile(file: string, what: string): BrctlError {
  return new BrctlError('integrity', {
    code: 'no-plain-file',
    message: `${file} is ${what}, and is not read`,
    hint: 'a small plain file belongs there, or none',
  });
}
