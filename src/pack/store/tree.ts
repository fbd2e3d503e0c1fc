/**
 * The files below a folder and one hash over all of them.
 *
 * A pack is plain files and folders with names that every system can hold: links, devices and
 * look-alike names are refused, because they would mean something else elsewhere. The hash covers
 * path, executable bit and content, so a source, its copy and an installed generation compare.
 */
import { createHash } from 'node:crypto';
import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BrctlError } from '../../sdk/index.ts';

export type TreeFile = Readonly<{
  /** Relative, with forward slashes. */
  path: string;
  /** Hexadecimal. */
  sha256: string;
  size: number;
  executable: boolean;
}>;

export type Tree = Readonly<{
  /** `sha256:<hex>` over all files. */
  hash: string;
  /** Sorted by path. */
  files: readonly TreeFile[];
}>;

/** An archive of a pack keeps to the same. */
export const LIMITS = { files: 5_000, bytes: 64 * 1024 * 1024, depth: 16 } as const;

/** What install adds to a generation; never part of the pack itself. */
export const OWN_FOLDER = '.brctl';

export function readTree(root: string): Tree {
  const files: TreeFile[] = [];
  const folded = new Map<string, string>();
  let bytes = 0;
  for (const path of filePaths(root, '', 1)) {
    const twin = folded.get(fold(path));
    if (twin !== undefined) {
      throw refusal(root, path, `is the same name as ${twin} on some systems`);
    }
    folded.set(fold(path), path);
    const file = join(root, path);
    const { size, mode } = lstatSync(file);
    bytes += size;
    if (bytes > LIMITS.bytes) throw refusal(root, path, `brings it over ${LIMITS.bytes} bytes`);
    if (files.length === LIMITS.files) throw refusal(root, path, `is file ${LIMITS.files + 1}`);
    const content = readFileSync(file);
    const executable = (mode & 0o111) !== 0;
    files.push({ path, sha256: sha256(content), size: content.byteLength, executable });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { hash: hashOf(files), files };
}

/** One line per file: mode, hash, path. Sizes follow from the content. */
export function hashOf(files: readonly TreeFile[]): string {
  const lines = files.map(
    ({ path, sha256: hash, executable }) => `${executable ? 'x' : '-'} ${hash} ${path}\n`,
  );
  return `sha256:${sha256(lines.join(''))}`;
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function* filePaths(root: string, below: string, depth: number): Generator<string> {
  if (depth > LIMITS.depth) throw refusal(root, below, `is deeper than ${LIMITS.depth} folders`);
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (path === OWN_FOLDER) continue;
    const problem = problemWith(entry);
    if (problem !== undefined) throw refusal(root, path, problem);
    if (entry.isDirectory()) yield* filePaths(root, path, depth + 1);
    else yield path;
  }
}

/** Windows keeps these for devices, whatever the suffix. */
export const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Of one file or folder: a name that every system can hold, and that means the same on each. */
export function isPortable(name: string): boolean {
  const isPlain = /^[A-Za-z0-9_.][A-Za-z0-9_.+@ ()-]*$/.test(name);
  return isPlain && !/[. ]$/.test(name) && !DEVICE_NAME.test(name);
}

function problemWith(entry: Dirent): string | undefined {
  if (entry.isSymbolicLink()) return 'is a symbolic link; a pack holds files only';
  if (!entry.isFile() && !entry.isDirectory()) return 'is neither a file nor a folder';
  return isPortable(entry.name) ? undefined : 'has a name that some systems cannot hold';
}

/** The same for names that some systems take for one. */
export function fold(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

function refusal(root: string, path: string, problem: string): BrctlError {
  return new BrctlError('integrity', {
    code: 'pack-tree',
    message: `${join(root, path)} ${problem}`,
    hint: 'take it out of the pack',
  });
}
