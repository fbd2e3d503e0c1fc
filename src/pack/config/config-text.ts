/**
 * Bytes of a config file as text and back, byte for byte: UTF-8 with its byte order mark, and where
 * one of the files that are compared is no UTF-8, one character for each byte of all of them.
 */
import { isUtf8 } from 'node:buffer';

export type Codec = Readonly<{
  decode(bytes: Uint8Array): string;
  encode(text: string): Uint8Array;
}>;

const UTF8: Codec = {
  decode: (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
  encode: (text) => Buffer.from(text, 'utf8'),
};

const BYTES: Codec = {
  decode: (bytes) => Buffer.from(bytes).toString('latin1'),
  encode: (text) => Buffer.from(text, 'latin1'),
};

/** For files that belong together: the shipped ones and the operator's. */
export function codecFor(files: readonly (Uint8Array | undefined)[]): Codec {
  return files.every((bytes) => bytes === undefined || isUtf8(bytes)) ? UTF8 : BYTES;
}
