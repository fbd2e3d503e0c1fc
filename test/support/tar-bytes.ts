/**
 * Archives byte by byte, for tests of what no tool would make: headers with right checksums, so
 * that any tar program takes them for real, and whatever else one asks for.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

const BLOCK = 512;
/** What ends a tar. */
export const END = Buffer.alloc(2 * BLOCK);

export type EntryBytes = Readonly<{
  path: string;
  /** One character; a file where it is left out. */
  type?: string;
  mode?: number;
  /** Of the owner and the group. */
  id?: number;
  content?: string | Uint8Array;
  linkpath?: string;
  /** What POSIX puts before the path. */
  prefix?: string;
  /** Eight bytes at 257. */
  magic?: string;
  /** Instead of the size of the content, as it stands in the header. */
  size?: string;
}>;

export function entry(options: EntryBytes): Buffer {
  const { path, type = '0', mode = 0o644, content = '', linkpath = '', prefix = '' } = options;
  const body = Buffer.from(content as Uint8Array);
  const size = options.size ?? `${body.length.toString(8).padStart(11, '0')}\0`;
  const header = Buffer.alloc(BLOCK);
  header.write(path, 0, 100);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100, 'latin1');
  const id = `${(options.id ?? 0).toString(8).padStart(7, '0')}\0`;
  header.write(`${id}${id}`, 108, 'latin1');
  header.write(size, 124, 12, 'latin1');
  header.write('00000000000\0', 136, 'latin1');
  header.write(type, 156, 1, 'latin1');
  header.write(linkpath, 157, 100);
  header.write(options.magic ?? 'ustar\x0000', 257, 8, 'latin1');
  header.write(prefix, 345, 155);
  return Buffer.concat([sealed(header), body, Buffer.alloc(-body.length & (BLOCK - 1))]);
}

/** The header with the checksum that it should have. */
export function sealed(header: Buffer): Buffer {
  header.fill(' ', 148, 156);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** A POSIX header for the entry after it. */
export function extended(records: readonly (readonly [string, string])[], type = 'x'): Buffer {
  const content = records.map(([key, value]) => recordOf(`${key}=${value}\n`)).join('');
  return entry({ path: 'PaxHeader', type, content });
}

/** The length of a record counts its own digits. */
function recordOf(text: string): string {
  const bytes = Buffer.byteLength(text) + 1;
  const digits = String(bytes + String(bytes).length).length;
  return `${bytes + digits} ${text}`;
}

/** The path of the entry after it, as GNU writes it. */
export function longName(path: string, type = 'L'): Buffer {
  const magic = 'ustar  \0';
  return entry({ path: '././@LongLink', type, magic, content: `${path}\0` });
}

/** A whole archive of these parts. */
export function archiveOf(...parts: readonly Buffer[]): Buffer {
  return gzipSync(Buffer.concat([...parts, END]));
}

/** One file that nobody could object to. */
export const GOOD = entry({ path: 'package/pack.yaml', content: 'name: good\n' });

type Hostile = readonly [name: string, code: string, reason: string, bytes: () => Buffer];
type Row = readonly [name: string, reason: string, bytes: Buffer];

const all = (code: string, rows: readonly Row[]): readonly Hostile[] =>
  rows.map(([name, reason, bytes]) => [name, code, reason, () => bytes]);

/** A good file and then this. */
const plus = (...parts: readonly Buffer[]) => archiveOf(GOOD, ...parts);
const one = (options: Partial<EntryBytes>) => plus(entry({ path: 'package/a', ...options }));
const before = (...headers: readonly Buffer[]) => plus(...headers, file('package/a'));
const posix = (key: string, value: string) => before(extended([[key, value]]));
const zip = (...parts: readonly Buffer[]) => gzipSync(Buffer.concat(parts));
const and = (bytes: Buffer, more: Buffer) => Buffer.concat([bytes, more]);
const file = (path: string) => entry({ path, content: path });
const folder = (path: string) => entry({ path, type: '5' });

const PATH = ['path', 'package/b'] as const;

/** Nothing that zlib could take for a bomb. */
const noise = (length: number) =>
  createHash('shake256', { outputLength: length / 2 }).digest('hex');

/** With one bit changed, counted from the end. */
function damaged(bytes: Buffer, fromEnd: number): Buffer {
  bytes[bytes.length - fromEnd] = (bytes.at(-fromEnd) ?? 0) ^ 1;
  return bytes;
}

const PATHS = all('archive-path', [
  ['a path upwards', 'leaves its folder by ".."', before(file('package/../../escape'))],
  ['a path upwards from the top', 'leaves its folder by ".."', plus(file('../escape'))],
  ['an absolute path', 'is an absolute path', plus(file('/etc/passwd'))],
  ['an absolute prefix', '"/etc/a", which is an absolute path', one({ path: 'a', prefix: '/etc' })],
  ['a drive letter', 'starts with a drive letter', plus(file('C:evil'))],
  ['a drive letter below', 'that some systems cannot hold', plus(file('package/C:evil'))],
  ['backslashes', 'has a backslash', plus(file('package\\..\\evil'))],
  ['an empty part', 'has an empty part', plus(file('package//a'))],
  ['a part that is a dot', 'has an empty part or "."', plus(file('./package/a'))],
  ['a file beside the top folder', 'lies outside the folder package/', plus(file('pack.yaml'))],
  ['another top folder', 'lies outside the folder package/', plus(file('Package/a'))],
  ['a file as the top folder', 'lies outside the folder package/', plus(file('package'))],
  ['a receipt', 'lies below .brctl/', plus(file('package/.brctl/receipt.json'))],
  ['a receipt in capitals', 'lies below .brctl/', plus(file('package/.BRCTL/receipt.json'))],
  ['a device of Windows', 'the name of a device', plus(file('package/con.txt'))],
  ['a device as a folder', 'the name of a device', plus(file('package/Aux/a'))],
  ['a dot at the end', 'ends in a dot or a blank', plus(file('package/a./b'))],
  ['a blank at the end', 'ends in a dot or a blank', plus(file('package/a '))],
  ['a colon', 'that some systems cannot hold', plus(file('package/a:b'))],
  ['a leading dash', 'that some systems cannot hold', plus(file('package/-rf'))],
  ['terminal control', '/\\u{1b}[2Ja", which has control', plus(file('package/\x1b[2Ja'))],
  ['text turned around', '/\\u{202e}exe", which has control', plus(file('package/\u202eexe'))],
  ['a line break', 'has control characters', plus(file('package/a\nb'))],
  ['a composed letter', '/\\u{e9}", which has letters beyond', plus(file('package/\u00e9'))],
  ['a decomposed letter', '/e\\u{301}", which has letters', plus(file('package/e\u0301'))],
  ['17 folders', 'is deeper than 16 folders', plus(file(`package/${'d/'.repeat(16)}a`))],
  ['a long name', 'more than 255 bytes', before(longName(`package/${'n'.repeat(256)}`))],
  ['a long path', 'more than 512 bytes', before(longName(`package/${'nn/'.repeat(169)}`))],
  ['a POSIX path upwards', 'leaves its folder by ".."', posix('path', 'package/../a')],
  ['a GNU path from the root', 'is an absolute path', before(longName('/etc/passwd'))],
]);

const TYPES = [
  ...all('archive-link', [
    ['a hard link', 'is a hard link', one({ type: '1', linkpath: 'package/pack.yaml' })],
    ['a symbolic link', 'is a symbolic link', one({ type: '2', linkpath: '/etc' })],
    ['a link inside', 'is a symbolic link', one({ type: '2', linkpath: 'pack.yaml' })],
    ['a link in disguise', 'has the target of a link', one({ linkpath: '/etc' })],
    ['a folder with a target', 'has the target', one({ type: '5', linkpath: '/etc' })],
    ['a GNU target', 'is the target of a link', before(longName('/etc', 'K'))],
  ]),
  ...all('archive-device', [
    ['a character device', 'is a character device', one({ type: '3' })],
    ['a block device', 'is a block device', one({ type: '4' })],
    ['a pipe', 'is a named pipe', one({ type: '6' })],
  ]),
  ...all('archive-type', [
    ['an unknown type', 'is of the unknown type "Z"', one({ type: 'Z' })],
    ['a contiguous file', 'is of the unknown type "7"', one({ type: '7' })],
    ['a type that is no letter', 'unknown type "\\u{1b}"', one({ type: '\x1b' })],
  ]),
  ...all('archive-sparse', [
    ['a sparse file of GNU', 'is a sparse file', one({ type: 'S' })],
    ['a sparse file of POSIX', 'of a sparse file', posix('GNU.sparse.major', '1')],
  ]),
  ...all('archive-mode', [
    ['setuid', 'has the setuid, setgid or sticky bit', one({ mode: 0o4755 })],
    ['setgid', 'has the setuid, setgid or sticky bit', one({ mode: 0o2755 })],
    ['a sticky bit', 'has the setuid, setgid or sticky', one({ type: '5', mode: 0o1755 })],
  ]),
];

const NAMES = all('archive-collision', [
  ['a file twice', 'is in it twice', plus(GOOD)],
  ['a file twice by a long name', 'is in it twice', before(longName('package/pack.yaml'))],
  ['files alike', 'is the same name as "package/pack.yaml"', plus(file('package/PACK.yaml'))],
  ['folders alike', 'as "package/a" on some', plus(file('package/a/b'), file('package/A/c'))],
  ['a folder twice', 'is in it twice', plus(folder('package/a'), folder('package/a/'))],
  ['a file below a file', 'which is a file', plus(file('package/pack.yaml/a'))],
  ['a file over its folder', 'a file and a folder', plus(file('package/a/b'), file('package/a'))],
]);

const HEADERS = [
  ...all('archive-extended', [
    ['a POSIX type', 'would change "type"', posix('type', 'SymbolicLink')],
    ['a POSIX size', 'would change "size"', posix('size', '3')],
    ['a POSIX mode', 'would change "mode"', posix('mode', '2541')],
    ['a POSIX target', 'would change "linkpath"', posix('linkpath', '/etc')],
    ['a POSIX header for all', 'change all entries', before(extended([['comment', 'a']], 'g'))],
    ['a path in a POSIX value', 'is a damaged header', posix('comment', 'a\n13 path=/etc')],
    ['a POSIX key twice', 'is a damaged header', before(extended([PATH, PATH]))],
    ['a POSIX header cut off', 'is a damaged header', one({ type: 'x', content: '99 path=a\n' })],
    ['two headers', 'has a second header', before(longName('package/b'), extended([PATH]))],
    ['a huge header', 'is a header of 65537 bytes', before(longName(noise(65_536)))],
    ['a header for nothing', 'ends with a header for no entry', plus(longName('package/a'))],
  ]),
  ...all('archive-header', [
    ['an unknown magic', 'not read the same', one({ magic: 'ustar\x001 ' })],
    ['a binary size', 'not read the same', one({ size: '\x80\0\0\0\0\0\0\0\0\0\0\0' })],
    ['a size with letters', 'not read the same', one({ size: '0000000000z\0' })],
    ['no name', 'damaged header at byte 1024', one({ path: '' })],
    ['a wrong checksum', 'damaged header at byte 1024', plus(damaged(folder('package/a'), 400))],
    ['a folder with content', 'is a folder with content', one({ type: '5', content: 'x' })],
  ]),
];

const ENDS = [
  ...all('archive-cut', [
    ['a size beyond the end', '"package/a", which is cut off', one({ size: '00000010000\0' })],
    ['no end mark', 'has no end mark', zip(GOOD)],
    ['half an end mark', 'has no end mark', zip(GOOD, END.subarray(512))],
    ['half a gzip', 'is cut off', plus().subarray(0, 60)],
    ['half a gzip trailer', 'is cut off', plus().subarray(0, -3)],
    ['half a gzip header', 'is cut off', plus().subarray(0, 9)],
  ]),
  ...all('archive-trailing', [
    ['a file after the end', 'goes on after its end', plus(END, GOOD)],
    ['a file after half an end', 'goes on after its end', plus(END.subarray(512), GOOD)],
    ['a second gzip member', 'after the end of its gzip data', and(plus(), zip(END))],
    ['a zero behind', 'after the end of its gzip data', and(plus(), Buffer.alloc(1))],
  ]),
  ...all('archive-damaged', [
    ['a wrong gzip checksum', 'its checksum differs', damaged(plus(), 8)],
    ['a wrong gzip length', 'its checksum differs', damaged(plus(), 4)],
    ['broken gzip data', 'is damaged', and(plus().subarray(0, 10), Buffer.alloc(64, 7))],
  ]),
  ...all('archive-gzip', [
    ['a bare tar', 'is not a gzip file', and(GOOD, END)],
    ['a page of HTML', 'is not a gzip file', Buffer.from('<!doctype html>')],
    ['a gzip header with fields', 'with more than a name', damaged(plus(), plus().length - 3)],
    ['no bytes', 'is an empty file', Buffer.alloc(0)],
  ]),
  ...all('archive-empty', [
    ['no entries', 'holds nothing', archiveOf()],
    ['folders alone', 'not one file', archiveOf(folder('package/'), folder('package/a'))],
  ]),
];

const MIB = 1024 * 1024;
const asIs = (bytes: Buffer) => gzipSync(bytes, { level: 0 });
const big = (size: number) => entry({ path: 'package/a', content: Buffer.alloc(size) });
const many = (count: number) => Array.from({ length: count }, (_, i) => file(`package/${i}`));

const SIZES: readonly Hostile[] = [
  ['5,001 files', 'archive-too-many', 'is entry 5001', () => archiveOf(...many(5001))],
  ['a byte too many', 'archive-size', 'over 67108864 bytes', () => asIs(big(64 * MIB + 1))],
  ['no compression', 'archive-size', 'unpacks to more than', () => asIs(Buffer.alloc(100 * MIB))],
  ['200 MiB of zeros', 'archive-bomb', 'more than 250 times', () => zip(Buffer.alloc(200 * MIB))],
];

/** What must be refused, each for its own reason and before anything is written. */
export const HOSTILE = [...PATHS, ...TYPES, ...NAMES, ...HEADERS, ...ENDS, ...SIZES];
