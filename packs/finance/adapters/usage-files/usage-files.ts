/** The UsageFiles port over the local file system. Content decides what a file is; names lie. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { operationalError } from 'brctl/sdk';
import type { UsageFile, UsageFiles } from '../../ports/usage-files.ts';
import { readCsvRows } from './csv-rows.ts';
import { readJsonRows } from './json-rows.ts';

/** Half a million readings; more come by month. */
const BYTES_MAX = 64 * 1024 * 1024;

export function localUsageFiles(options: Readonly<{ cwd: string }>): UsageFiles {
  return {
    read: async (named) => {
      const bytes = await bytesOf(named, options.cwd);
      const whole = (message: string): UsageFile => ({
        label: named,
        rows: [],
        troubles: [{ place: undefined, message }],
      });
      if (bytes.length > BYTES_MAX) return whole('is larger than 64 MiB: import it in parts');
      const text = decoded(bytes);
      if ('message' in text) return whole(text.message);
      const first = text.text.trimStart()[0];
      if (first === undefined) return whole('is empty');
      const read = first === '{' || first === '[' ? readJsonRows : readCsvRows;
      return { label: named, ...read(text.text) };
    },
  };
}

/** Read once, so a pipe will do. */
async function bytesOf(named: string, cwd: string): Promise<Buffer> {
  const path = named === '-' ? '/dev/stdin' : resolve(cwd, named);
  const parts: Buffer[] = [];
  let length = 0;
  try {
    if ((await stat(path)).isDirectory()) {
      throw operationalError('file-irregular', `${named} is a folder: name the files in it`);
    }
    for await (const part of createReadStream(path)) {
      parts.push(part as Buffer);
      length += (part as Buffer).length;
      if (length > BYTES_MAX) break;
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'file-irregular') throw cause;
    const reason = code === 'ENOENT' ? 'there is no such file' : message;
    throw operationalError('file-missing', `cannot read ${named}: ${reason}`);
  }
  return Buffer.concat(parts);
}

function decoded(bytes: Buffer): Readonly<{ text: string }> | Readonly<{ message: string }> {
  const [a, b] = bytes;
  if (a === 0x1f && b === 0x8b) return { message: 'is compressed: unpack it first' };
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    return { message: 'is UTF-16; save it as UTF-8' };
  }
  if (bytes.includes(0)) return { message: 'is binary: neither CSV nor JSON' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { message: 'is not UTF-8' };
  }
}
