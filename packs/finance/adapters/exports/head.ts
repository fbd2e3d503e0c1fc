/** The first bytes of a file, decompressed: enough to tell what it is and to read its header. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse/sync';

/** A header with every FOCUS column and thousands of tag columns fits. */
const HEAD_BYTES = 1024 * 1024;

export type Head = Readonly<{ isGzip: boolean; bytes: Buffer }>;

export async function readHead(path: string): Promise<Head> {
  const raw = await firstBytes(path, false);
  const isGzip = raw[0] === 0x1f && raw[1] === 0x8b;
  return { isGzip, bytes: isGzip ? await firstBytes(path, true) : raw };
}

/** Bytes up to the limit; of a damaged gzip, what comes before the damage. */
async function firstBytes(path: string, isGzip: boolean): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  const collect = async (stream: AsyncIterable<Buffer>): Promise<void> => {
    for await (const part of stream) {
      parts.push(part);
      length += part.length;
      if (length >= HEAD_BYTES) return;
    }
  };
  try {
    const file = createReadStream(path, isGzip ? {} : { end: HEAD_BYTES - 1 });
    await (isGzip ? pipeline(file, createGunzip(), collect) : pipeline(file, collect));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isCut = code?.startsWith('Z_') || code === 'ERR_STREAM_PREMATURE_CLOSE';
    if (!isCut) throw error;
  }
  return Buffer.concat(parts).subarray(0, HEAD_BYTES);
}

const DELIMITERS = [',', ';', '\t', '|'];

export type CsvHeader = Readonly<{ header: readonly string[]; delimiter: string }>;

/** The header by the delimiter that gives most columns, or a sentence about why there is none. */
export function readCsvHeader(head: Buffer): CsvHeader | string {
  const text = head.toString('utf8');
  const candidates = DELIMITERS.map((delimiter) => ({
    delimiter,
    header: firstRecord(text, delimiter),
  }));
  const best = candidates.reduce((a, b) => (b.header.length > a.header.length ? b : a));
  if (best.header.length < 2) return 'has no header: its first line has fewer than two columns';
  const blank = best.header.indexOf('');
  if (blank >= 0) return `has no name for column ${blank + 1} in its header`;
  return best;
}

function firstRecord(text: string, delimiter: string): string[] {
  try {
    const records: string[][] = parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      to: 1,
      trim: true,
    });
    return records[0] ?? [];
  } catch {
    return [];
  }
}
