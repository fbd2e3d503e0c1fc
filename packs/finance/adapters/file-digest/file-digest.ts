/** What a record names a file by. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { operationalError } from 'brctl/sdk';

/**
 * SHA-256 of the bytes, 64 hexadecimal digits.
 *
 * @throws BrctlError (operational) for a file that cannot be read.
 */
export function fileDigest(cwd: string): (named: string) => Promise<string> {
  return async (named) => {
    const hash = createHash('sha256');
    try {
      await pipeline(createReadStream(resolve(cwd, named)), hash);
    } catch (cause) {
      const { message } = cause as Error;
      throw operationalError('file-missing', `cannot read ${named}: ${message}`);
    }
    return hash.digest('hex');
  };
}
