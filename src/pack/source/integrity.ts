/**
 * The digest of an archive's bytes as lock files, receipts and catalogues write it: Subresource
 * Integrity with SHA-512 and no other algorithm, so that one archive has exactly one spelling.
 */
import { createHash } from 'node:crypto';

/** 64 bytes in base64: the last digit before the padding carries two bits. */
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{85}[AQgw]==$/;

/** `sha512-<base64>` */
export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

/** Whether a text is what `integrityOf` could have said. */
export function isIntegrity(text: string): boolean {
  return INTEGRITY.test(text);
}

/** Whether the bytes are those that `integrity` was made of; never for a text that is none. */
export function hasIntegrity(bytes: Uint8Array, integrity: string): boolean {
  return integrityOf(bytes) === integrity;
}
