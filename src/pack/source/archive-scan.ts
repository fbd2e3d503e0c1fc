/**
 * What the archive of a pack holds, or why it is refused. Nothing is written here: whoever unpacks
 * has seen the last byte of the archive first.
 *
 * An archive is one gzip member around one tar of plain files below `package/`. A reader that
 * guesses can be made to guess differently from the next one, so nothing is guessed: what two tar
 * programs could read in two ways is refused, and so is what one system stores and another cannot.
 */
import { crc32, inflateRawSync, type Zlib } from 'node:zlib';
import { Header } from 'tar';
import { BrctlError } from '../../sdk/index.ts';
import { DEVICE_NAME, fold, isPortable, LIMITS, sha256, type TreeFile } from '../store/tree.ts';

/** A file of the archive, by its path in the pack. */
export type ScannedEntry = TreeFile;

export type Scan = Readonly<{
  /** Sorted by path. */
  files: readonly ScannedEntry[];
  /** Unpacked: what the files were found in, and nothing else. */
  tar: Buffer;
}>;

const BLOCK = 512;
/** Headers, padding and an end mark for as many files as there may be. */
const TAR_BYTES = LIMITS.bytes + LIMITS.files * 8 * BLOCK;
/** Text shrinks to a tenth, the padding of small files to a fiftieth; a bomb to a thousandth. */
const RATIO = 250;
/** Of a header before an entry: for a path and some times it is plenty. */
const HEADER_BYTES = 64 * 1024;

/** Of every archive, as npm has it: a known name leaves no doubt how much of a path to strip. */
export const TOP = 'package';

export async function scanArchive(bytes: Uint8Array): Promise<readonly ScannedEntry[]> {
  return openArchive(bytes).files;
}

/** @throws BrctlError of kind `integrity` with a code `archive-…` */
export function openArchive(bytes: Uint8Array): Scan {
  const tar = unzipped(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const names: Names = new Map();
  const files: ScannedEntry[] = [];
  let [entries, total] = [0, 0];
  for (const { path: raw, type, mode, content } of membersOf(tar)) {
    const isFolder = type === '5' || raw.endsWith('/');
    const path = raw.replace(/\/$/, '');
    const refuse = (code: string, problem: string) => refusedEntry(code, raw, problem);
    entries += 1;
    if (entries > LIMITS.files) throw refuse('too-many', `is entry ${entries} of the archive`);
    const problem = pathProblem(isFolder ? `${path}/` : path);
    if (problem !== undefined) throw refuse('path', problem);
    if ((mode & 0o7000) !== 0) throw refuse('mode', 'has the setuid, setgid or sticky bit');
    if (isFolder && content.length > 0) throw refuse('header', 'is a folder with content');
    total += content.length;
    if (total > LIMITS.bytes) throw refuse('size', `brings it over ${LIMITS.bytes} bytes`);
    const clash = claim(names, path, isFolder);
    if (clash !== undefined) throw refuse('collision', clash);
    if (isFolder) continue;
    const executable = (mode & 0o111) !== 0;
    const inPack = path.slice(TOP.length + 1);
    files.push({ path: inPack, sha256: sha256(content), size: content.length, executable });
  }
  if (files.length === 0) {
    throw refused('empty', entries === 0 ? 'holds nothing' : 'holds folders and not one file');
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, tar };
}

/** First match wins. Paths of folders end in a slash. */
const PATH_PROBLEMS: readonly (readonly [pattern: RegExp, problem: string])[] = [
  [/[\p{Cc}\p{Cf}]/u, 'has control characters in its path'],
  [/\\/, 'has a backslash in its path'],
  [/^\//, 'is an absolute path'],
  [/^[a-z]:/i, 'starts with a drive letter'],
  [/(^|\/)\.\.(\/|$)/, 'leaves its folder by ".."'],
  [/(^|\/)\.?\/|\/\.$|^\.?$/, 'has an empty part or "." in its path'],
  [new RegExp(`^(?!${TOP}/)`), `lies outside the folder ${TOP}/`],
  [new RegExp(`^${TOP}/\\.brctl(/|$)`, 'i'), 'lies below .brctl/, where install keeps its own'],
  [/[^ -~]/, 'has letters beyond ASCII, which systems store in different ways'],
  [/[^/]{256}/, 'has a name of more than 255 bytes'],
  [/^.{513}/, 'has a path of more than 512 bytes'],
  [new RegExp(`^([^/]+/){${LIMITS.depth + 1}}[^/]`), `is deeper than ${LIMITS.depth} folders`],
  [/[. ](\/|$)/, 'has a name that ends in a dot or a blank, which some systems drop'],
];

function pathProblem(path: string): string | undefined {
  const [, known] = PATH_PROBLEMS.find(([pattern]) => pattern.test(path)) ?? [];
  if (known !== undefined) return known;
  const names = path.replace(/\/$/, '').split('/');
  if (names.some((name) => DEVICE_NAME.test(name))) return 'has the name of a device of Windows';
  return names.every(isPortable) ? undefined : 'has a name that some systems cannot hold';
}

/** Files and folders so far, by the name that a careless system would know them by. */
type Names = Map<string, Readonly<{ path: string; kind: 'file' | 'folder' | 'implied' }>>;

/** Takes the name for a file or folder, and the folders on the way to it; or says who has it. */
function claim(names: Names, path: string, isFolder: boolean): string | undefined {
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
    const folder = path.slice(0, end);
    const there = names.get(fold(folder));
    if (there === undefined) names.set(fold(folder), { path: folder, kind: 'implied' });
    else if (there.path !== folder) return lookAlike(there.path);
    else if (there.kind === 'file') return `lies below ${shown(folder)}, which is a file`;
  }
  const there = names.get(fold(path));
  names.set(fold(path), { path, kind: isFolder ? 'folder' : 'file' });
  if (there === undefined || (isFolder && there.path === path && there.kind === 'implied')) {
    return undefined;
  }
  if (there.path !== path) return lookAlike(there.path);
  if ((there.kind === 'file') === isFolder) return 'is a file and a folder at once';
  return 'is in it twice';
}

const lookAlike = (path: string) => `is the same name as ${shown(path)} on some systems`;

type Member = Readonly<{ path: string; type: string; mode: number; content: Buffer }>;

/** Types of a tar that a pack does not hold; the last two stand for the entry after them. */
const REFUSED: Readonly<Record<string, readonly [code: string, problem: string]>> = {
  '1': ['link', 'is a hard link; a pack holds files only'],
  '2': ['link', 'is a symbolic link; a pack holds files only'],
  '3': ['device', 'is a character device; a pack holds files only'],
  '4': ['device', 'is a block device; a pack holds files only'],
  '6': ['device', 'is a named pipe; a pack holds files only'],
  S: ['sparse', 'is a sparse file, which not every system can unpack'],
  K: ['link', 'is the target of a link; a pack holds files only'],
  g: ['extended', 'is a header that would change all entries after it'],
};

/** Files and folders, by the path that takes effect: a long name is already in its place. */
function* membersOf(tar: Buffer): Generator<Member> {
  let at = 0;
  let extended: Readonly<{ path: string | undefined }> | undefined;
  while (at + BLOCK <= tar.length && !isZero(tar.subarray(at, at + BLOCK))) {
    const member = memberAt(tar, at);
    at += BLOCK + Math.ceil(member.content.length / BLOCK) * BLOCK;
    const { type } = member;
    const path = extended?.path ?? member.path;
    if (type === 'x' || type === 'L') {
      if (extended) throw refusedEntry('extended', path, 'has a second header for its name');
      extended = { path: extendedPath(member) };
      continue;
    }
    const [code, problem] = REFUSED[type] ?? ['type', `is of the unknown type ${shown(type)}`];
    if (!/^[05]$/.test(type)) throw refusedEntry(code, path, problem);
    yield { ...member, path };
    extended = undefined;
  }
  const end = tar.subarray(at);
  if (!isZero(end)) throw refused('trailing', 'goes on after its end');
  if (end.length < 2 * BLOCK) throw refused('cut', 'is cut off: it has no end mark');
  if (extended !== undefined) throw refused('extended', 'ends with a header for no entry');
}

/** `ustar` of POSIX, the older one of GNU, and that of the time before; each has its own prefix. */
const MAGIC = ['ustar\x0000', 'ustar  \0', '\0'.repeat(8)];

function memberAt(tar: Buffer, at: number): Member {
  const block = tar.subarray(at, at + BLOCK);
  const { path, cksumValid, linkpath } = headerIn(block) ?? {};
  if (!cksumValid || !path) {
    throw refused('header', `has a damaged header at byte ${at} of the tar`);
  }
  const mode = octal(block.subarray(100, 108));
  const size = octal(block.subarray(124, 136));
  const checksum = octal(block.subarray(148, 156));
  const isKnown = MAGIC.includes(block.toString('latin1', 257, 265));
  if (mode === undefined || size === undefined || checksum === undefined || !isKnown) {
    throw refusedEntry('header', path, 'has a header that is not read the same everywhere');
  }
  const content = tar.subarray(at + BLOCK, at + BLOCK + size);
  if (content.length < size) throw refusedEntry('cut', path, 'is cut off');
  const type = block.toString('latin1', 156, 157).replace('\0', '0');
  if (/[05L]/.test(type) && linkpath) {
    throw refusedEntry('link', path, 'has the target of a link and is none');
  }
  return { path, type, mode, content };
}

/** It throws at binary numbers that are too large for it. */
function headerIn(block: Buffer): Header | undefined {
  try {
    return new Header(block);
  } catch {
    return undefined;
  }
}

/** Octal digits between blanks; binary numbers are for sizes that no pack has. */
function octal(field: Buffer): number | undefined {
  const digits = /^ *([0-7]+)[ \0]*$/.exec(field.toString('latin1'))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

/** What a POSIX header may say besides the path: nothing of it is unpacked. */
const IGNORED =
  /^([acm]time|[ug](id|name)|comment|(SCHILY|LIBARCHIVE)\.(dev|ino|nlink|fflags|xattr\..+))$/;

function extendedPath({ path, type, content }: Member): string | undefined {
  const refuse = (code: string, problem: string) => refusedEntry(code, path, problem);
  const { length } = content;
  if (length > HEADER_BYTES) throw refuse('extended', `is a header of ${length} bytes`);
  if (type === 'L') return content.toString('utf8').replace(/\0+$/, '');
  const records = recordsIn(content);
  if (records === undefined) throw refuse('extended', 'is a damaged header');
  const key = [...records.keys()].find((each) => each !== 'path' && !IGNORED.test(each));
  if (key?.startsWith('GNU.sparse.')) throw refuse('sparse', 'is the header of a sparse file');
  if (key) throw refuse('extended', `is a header that would change ${shown(key)} of an entry`);
  return records.get('path');
}

/** `<length> <key>=<value>\n`, again and again; values of several lines are read in two ways. */
function recordsIn(content: Buffer): ReadonlyMap<string, string> | undefined {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const length = /^[1-9]\d{0,5}(?= )/.exec(content.toString('latin1', at, at + 7))?.[0];
    const end = at + Number(length);
    if (length === undefined || end > content.length) return undefined;
    const record = content.toString('utf8', at + length.length + 1, end);
    const [, key, value] = /^([^=\0\n]+)=([^\0\n]*)\n$/.exec(record) ?? [];
    if (key === undefined || value === undefined || records.has(key)) return undefined;
    records.set(key, value);
    at = end;
  }
  return records;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/**
 * The content of one gzip member. The frame is read here and only the data by zlib, which as a
 * reader of gzip takes any number of members, one after the other, and zeros after the last.
 */
function unzipped(bytes: Buffer): Buffer {
  const start = startOfData(bytes);
  const { buffer, engine } = inflated(bytes.subarray(start), bytes.length * RATIO);
  const end = start + engine.bytesWritten;
  if (bytes.length < end + 8) throw refused('cut', 'is cut off');
  if (bytes.readUInt32LE(end) !== crc32(buffer) || bytes.readUInt32LE(end + 4) !== buffer.length) {
    throw refused('damaged', 'is damaged: its checksum differs');
  }
  if (bytes.length > end + 8) throw refused('trailing', 'goes on after the end of its gzip data');
  return buffer;
}

/** After a header that may hold the name of the tar, as `gzip` leaves it there, and no more. */
function startOfData(bytes: Buffer): number {
  if (bytes.length === 0) throw refused('gzip', 'is an empty file');
  if (!bytes.subarray(0, 3).equals(Buffer.from([0x1f, 0x8b, 8]))) {
    throw refused('gzip', 'is not a gzip file');
  }
  const flags = bytes[3] ?? 0;
  if (flags & ~8) throw refused('gzip', 'has a gzip header with more than a name');
  const at = flags === 8 ? bytes.indexOf(0, 10) + 1 : 10;
  if (at === 0 || at >= bytes.length) throw refused('cut', 'is cut off');
  return at;
}

function inflated(data: Buffer, byRatio: number): Readonly<{ buffer: Buffer; engine: Zlib }> {
  const most = Math.min(TAR_BYTES, byRatio);
  try {
    // With `info` it is not the buffer alone, whatever its type says.
    const result: unknown = inflateRawSync(data, { info: true, maxOutputLength: most });
    return result as ReturnType<typeof inflated>;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') throw refused('cut', 'is cut off');
    if (code !== 'ERR_BUFFER_TOO_LARGE') throw refused('damaged', 'is damaged');
    if (most === byRatio) throw refused('bomb', `unpacks to more than ${RATIO} times its size`);
    throw refused('size', `unpacks to more than ${most} bytes`);
  }
}

/** As a terminal can show it: a name may hold what moves the cursor or turns text around. */
function shown(name: string): string {
  const escaped = (each: string) => `\\u{${each.codePointAt(0)?.toString(16)}}`;
  const plain = name.slice(0, 200).replace(/[^ -~]|["\\]/gu, escaped);
  return `"${plain}${name.length > 200 ? '…' : ''}"`;
}

function refused(code: string, problem: string): BrctlError {
  return new BrctlError('integrity', {
    code: `archive-${code}`,
    message: `the archive ${problem}`,
    hint: 'nothing of it was unpacked; get it again, or make it with "brctl pack build"',
  });
}

function refusedEntry(code: string, path: string, problem: string): BrctlError {
  return refused(code, `holds ${shown(path)}, which ${problem}`);
}
