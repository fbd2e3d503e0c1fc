/** The ExportFiles port over the local file system. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { operationalError } from 'brctl/sdk';
import type { ExportFile, ExportFiles, ExportSet, FileDigest } from '../../ports/export-files.ts';
import { readCsvHeader, readHead } from './head.ts';
import {
  currentManifests,
  isManifestName,
  type Listed,
  locate,
  parseManifest,
} from './manifest.ts';

/** A folder with more than this is not an export; it is somebody's home. */
const FILES_MAX = 100_000;

const DATA_NAME = /\.(csv|jsonl|ndjson|json|parquet)(\.gz)?$/i;

export function localExportFiles(options: { cwd: string }): ExportFiles {
  return {
    find: async (paths) => {
      const sets: ExportSet[] = [];
      for (const path of paths) sets.push(await findOne(options.cwd, path));
      return {
        files: sets.flatMap(({ files }) => files),
        notes: sets.flatMap(({ notes }) => notes),
        problems: sets.flatMap(({ problems }) => problems),
      };
    },
    digest,
  };
}

async function findOne(cwd: string, named: string): Promise<ExportSet> {
  const path = named === '-' ? '/dev/stdin' : resolve(cwd, named);
  const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'ENOENT' ? 'there is no such file or folder' : cause.message;
    throw operationalError('file-missing', `cannot read ${named}: ${reason}`);
  });
  if (!info.isDirectory() && !info.isFile()) {
    throw operationalError(
      'file-irregular',
      `${named} is neither a file nor a folder: an import reads its input more than once`,
      'save it to a file first',
    );
  }
  if (!info.isDirectory()) return describeAll([{ path, rowsExpected: undefined }], () => named);
  const files = await walk(path);
  const label = (file: string): string => join(named, relative(path, file));
  const manifests = files.filter((file) => isManifestName(basename(file)));
  if (manifests.length > 0) return fromManifests(files, manifests, label);
  const data = files.filter((file) => DATA_NAME.test(file));
  if (data.length === 0) {
    throw operationalError(
      'folder-empty',
      `${named} holds no .csv, .jsonl or .parquet file, plain or .gz`,
    );
  }
  const set = await describeAll(
    data.map((file) => ({ path: file, rowsExpected: undefined })),
    label,
  );
  return {
    ...set,
    notes: [`${named} has no manifest: all ${data.length} data files below it are read`],
  };
}

async function fromManifests(
  files: readonly string[],
  paths: readonly string[],
  label: (file: string) => string,
): Promise<ExportSet> {
  const manifests = await Promise.all(
    paths.map(async (path) => ({
      ...parseManifest(path, await readFile(path, 'utf8')),
      modifiedMs: (await stat(path)).mtimeMs,
    })),
  );
  const { current, superseded } = currentManifests(manifests);
  const listed = current.flatMap((manifest) => locate(manifest, files));
  const named = new Set(listed.map(({ path }) => path));
  const unnamed = files.filter(
    (file) => DATA_NAME.test(file) && !isManifestName(file) && !named.has(file),
  );
  const set = await describeAll(
    [...named].map((path) => listed.find((one) => one.path === path)!),
    label,
  );
  return {
    ...set,
    notes: [
      ...superseded.map(({ path }) => `${label(path)} is of an older run; left out`),
      ...unnamed.map((file) => `${label(file)} is named by no current manifest; left out`),
    ],
  };
}

async function describeAll(
  listed: readonly Listed[],
  label: (path: string) => string,
): Promise<ExportSet> {
  const files: ExportFile[] = [];
  const problems: { file: string; message: string }[] = [];
  for (const { path, rowsExpected } of listed) {
    const described = await describe(path, label(path));
    if (typeof described === 'string') problems.push({ file: label(path), message: described });
    else files.push({ ...described, rowsExpected });
  }
  return { files, notes: [], problems };
}

/** Content decides what a file is; names lie. */
async function describe(path: string, label: string): Promise<ExportFile | string> {
  const { isGzip, bytes } = await readHead(path);
  const file = { path, label, gzip: isGzip, bytes: (await stat(path)).size };
  if (file.bytes === 0) return 'is empty';
  if (bytes.length === 0) return 'is a damaged gzip: nothing can be decompressed';
  if (bytes.subarray(0, 4).toString('latin1') === 'PAR1') return { ...file, kind: 'parquet' };
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return 'is UTF-16; save it as UTF-8';
  }
  if (bytes.includes(0)) return 'is binary: neither CSV, JSONL nor Parquet';
  const first = bytes
    .toString('utf8', 0, 4096)
    .replace(/^\uFEFF/, '')
    .trimStart()[0];
  if (first === '{') return { ...file, kind: 'jsonl' };
  if (first === '[') return 'is one JSON array; brctl reads JSONL, one object a line';
  const header = readCsvHeader(bytes);
  return typeof header === 'string' ? header : { ...file, kind: 'csv', ...header };
}

async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  if (entries.length > FILES_MAX) {
    throw operationalError('folder-too-large', `${folder} holds more than ${FILES_MAX} files`);
  }
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** What is read at a time: small enough to stay in the processor's cache while it is hashed. */
const DIGEST_BYTES = 256 * 1024;

async function digest(file: ExportFile): Promise<FileDigest> {
  const path = await realpath(file.path);
  const described = { path, bytes: file.bytes };
  if (!file.gzip) {
    const sha256 = await digestPlain(file.path);
    return { ...described, sha256, content: sha256, damage: undefined };
  }
  return { ...described, ...(await digestGzip(file.path)) };
}

/** One buffer for the whole file: a stream would allocate the file once more. */
async function digestPlain(path: string): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(DIGEST_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

async function digestGzip(path: string): Promise<Omit<FileDigest, 'path' | 'bytes'>> {
  const hash = createHash('sha256');
  const content = createHash('sha256');
  const tee = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const sink = async (stream: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of stream) content.update(chunk);
  };
  const source = createReadStream(path, { highWaterMark: DIGEST_BYTES });
  let damage: string | undefined;
  try {
    await pipeline(source, tee, createGunzip(), sink);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('Z_')) throw error;
    damage = `is a damaged or truncated gzip: ${message}`;
  }
  return { sha256: hash.digest('hex'), content: content.digest('hex'), damage };
}
