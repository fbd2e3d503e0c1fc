/**
 * A built pack as one file, and back.
 *
 * The same tree gives the same bytes on any machine, because the hash of an archive is in lock
 * files. So an archive is stored and not compressed: what zlib makes of the same bytes differs
 * between its versions, forks and processors, and no setting changes that. Nothing else of the
 * machine goes in either: no times, no owners, no modes but the executable bit.
 */
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { crc32 } from 'node:zlib';
import { extract, Header, Pax } from 'tar';
import { BrctlError, isBrctlError, operationalError } from '../../sdk/index.ts';
import { sayingWhere } from '../disk.ts';
import { readTree, type Tree, type TreeFile } from '../store/tree.ts';
import { openArchive, TOP } from './archive-scan.ts';

const BLOCK = 512;
/** Of every file. Not zero: some programs take that for no time, some warn about it. */
const MTIME = new Date('1985-10-26T08:15:00Z');
/** Two blocks of zeros are the end of a tar. */
const END = Buffer.alloc(2 * BLOCK);

/**
 * The folder of a built pack -> its `.tgz`. Folders without files are left out, as in the hash of
 * a tree; so is `.brctl/`. What comes out has been read again by the reader of `unpackArchive`.
 *
 * @throws BrctlError `pack-tree` or `archive-…` for what no pack may hold
 */
export async function packArchive(root: string): Promise<Uint8Array> {
  return sayingWhere('pack', 'check that every file of the pack can be read', () => {
    const { files } = readTree(root);
    const parts = files.flatMap((file) => memberOf(file, readFileSync(join(root, file.path))));
    const bytes = stored(Buffer.concat([...parts, END]));
    if (!isDeepStrictEqual(readBack(bytes, root), files)) {
      throw operationalError('pack-changed', `${root} changed while it was read`, 'try again');
    }
    return bytes;
  });
}

/** An archive has stricter rules than a folder: for instance, that it holds a file. */
function readBack(bytes: Uint8Array, root: string): readonly TreeFile[] {
  try {
    return openArchive(bytes).files;
  } catch (cause) {
    if (!isBrctlError(cause)) throw cause;
    const message = `cannot pack ${root}: ${cause.message}`;
    const hint = 'change that in the pack; nobody could unpack it';
    throw new BrctlError('integrity', { code: cause.code, message, hint, cause });
  }
}

/** The header, after one for the path where that is too long for it; and the padded content. */
function memberOf({ path, executable }: TreeFile, content: Buffer): readonly Buffer[] {
  const fixed = { uid: 0, gid: 0, uname: '', gname: '', mtime: MTIME };
  const mode = executable ? 0o755 : 0o644;
  const full = `${TOP}/${path}`;
  const header = new Header({ ...fixed, path: full, mode, size: content.length, type: 'File' });
  const block = Buffer.alloc(BLOCK);
  const isTooLong = header.encode(block);
  const padding = Buffer.alloc(-content.length & (BLOCK - 1));
  return [...(isTooLong ? [new Pax({ path: full }).encode()] : []), block, content, padding];
}

/** Magic, deflate, no flags, no time, no hint about effort, no operating system. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
const STORED_BYTES = 0xffff;

/** One gzip member of stored blocks. */
function stored(bytes: Buffer): Buffer {
  const parts: Buffer[] = [GZIP_HEADER];
  for (let at = 0; at < bytes.length; at += STORED_BYTES) {
    const data = bytes.subarray(at, at + STORED_BYTES);
    const frame = Buffer.from([at + STORED_BYTES >= bytes.length ? 1 : 0, 0, 0, 0, 0]);
    frame.writeUInt16LE(data.length, 1);
    frame.writeUInt16LE(data.length ^ 0xffff, 3);
    parts.push(frame, data);
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([...parts, trailer]);
}

const HINT = 'check the owner and the free space of the folder';

/**
 * Unpacks into a folder that is new or empty, and gives back what is in it then. Refused archives
 * are refused before the folder is made; if anything fails later, all of it is taken away again.
 *
 * @throws BrctlError of kind `integrity`, code `archive-…`; others for what the disk refuses
 */
export async function unpackArchive(bytes: Uint8Array, into: string): Promise<Tree> {
  const { files, tar } = openArchive(bytes);
  const isNew = sayingWhere('unpack', HINT, () => makeFolder(into));
  try {
    extractFiles(tar, files, into);
    setModes(files, into);
    const tree = readTree(into);
    if (!isDeepStrictEqual(tree.files, files)) throw differing(into);
    return tree;
  } catch (error) {
    empty(into, isNew);
    throw inWords(error, into);
  }
}

/** Whether it was not there before. */
function makeFolder(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  }
  if (!stat.isDirectory() || readdirSync(folder).length > 0) {
    throw operationalError('unpack-folder', `${folder} is not an empty folder`, 'name a new one');
  }
  chmodSync(folder, 0o700);
  return false;
}

function empty(folder: string, isNew: boolean): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  if (isNew) rmSync(folder, { recursive: true });
}

/**
 * By the strictest rules of `tar`, which reads on its own what the scan has read. At once: nothing
 * is still being written when an error is told.
 */
function extractFiles(tar: Buffer, files: readonly TreeFile[], into: string): void {
  const wanted = new Set(files.map(({ path }) => `${TOP}/${path}`));
  const errors: unknown[] = [];
  const unpack = extract({
    sync: true,
    cwd: into,
    strip: 1,
    strict: true,
    preserveOwner: false,
    noMtime: true,
    keep: true,
    // Folders come with their files: what an archive says about them has no meaning.
    filter: (path) => wanted.has(path),
  });
  unpack.on('error', (error) => errors.push(error));
  unpack.end(tar);
  if (errors.length > 0) throw errors[0];
}

/** Not left to the archive and the umask: what is unpacked is the same for everyone. */
function setModes(files: readonly TreeFile[], into: string): void {
  const folders = new Set<string>();
  for (const { path, executable } of files) {
    chmodSync(join(into, path), executable ? 0o755 : 0o644);
    for (let each = dirname(path); each !== '.'; each = dirname(each)) folders.add(each);
  }
  for (const folder of folders) chmodSync(join(into, folder), 0o755);
}

type TarError = NodeJS.ErrnoException & Readonly<{ tarCode?: string }>;

/** Errors of the disk by what it refused; any other says that tar and the scan disagree. */
function inWords(error: unknown, into: string): unknown {
  if (isBrctlError(error)) return error;
  const cause = error as TarError;
  if (cause.syscall === undefined) return differing(into, cause);
  try {
    return sayingWhere('unpack', HINT, () => {
      throw Object.assign(cause, { path: cause.path ?? into });
    });
  } catch (told) {
    return told;
  }
}

function differing(into: string, cause?: unknown): BrctlError {
  return new BrctlError('integrity', {
    code: 'archive-differs',
    message: `what came out of the archive into ${into} is not what it holds`,
    hint: 'nothing of it was kept; look for a program that changes files there, and try again',
    cause,
  });
}
