/**
 * Writing so that a power cut leaves the old or the new, never half of either: content reaches
 * the disk before the name does, and the folder that holds the name is flushed after.
 */
import {
  chownSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { BrctlError, isBrctlError, operationalError } from '../sdk/index.ts';

/**
 * With the folders on the way; returns the first of them that was not there. Node's own way ends
 * never where the system says ENOENT below a folder that is there, as it does in /proc.
 */
export function makeFolder(folder: string): string | undefined {
  const missing: string[] = [];
  for (let at = resolve(folder); !existsSync(at); at = dirname(at)) missing.unshift(at);
  for (const each of missing) {
    try {
      mkdirSync(each);
    } catch (error) {
      // Another process was first, or a link leads nowhere, which the next step says.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  if (missing.length === 0 && !statSync(folder).isDirectory()) {
    throw Object.assign(new Error(`${folder} is no folder`), { code: 'EEXIST', path: folder });
  }
  return missing[0];
}

export function writeNew(file: string, content: string | Uint8Array, mode: number): void {
  makeFolder(dirname(file));
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(handle, content);
    // Not left to the umask: what is installed is the same for everyone.
    fchmodSync(handle, mode);
    fsyncSync(handle);
  } catch (error) {
    throw inFolder(error, dirname(file));
  } finally {
    closeSync(handle);
  }
}

/** What is refused to an open file says no path; that it is full holds for the whole folder. */
function inFolder(error: unknown, folder: string): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  return code === undefined || path !== undefined ? error : Object.assign(error!, { path: folder });
}

/** Whoever reads sees the old or the new; a link stays one, and what it leads to is replaced. */
export function replaceFile(file: string, content: string | Uint8Array, mode = 0o644): void {
  const path = behindLinks(file);
  const draft = join(dirname(path), `.${basename(path)}.brctl-tmp`);
  rmSync(draft, { force: true });
  writeNew(draft, content, mode);
  renameSync(draft, path);
  flushFolder(dirname(path));
}

const LINKS_MAX = 40;

/** Where a link leads, and the links on the way, as the system would go. */
function behindLinks(file: string): string {
  let path = file;
  for (let links = 0; links < LINKS_MAX; links += 1) {
    if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
    path = resolve(realpathSync(dirname(path)), readlinkSync(path));
  }
  throw Object.assign(new Error('too many links'), { code: 'ELOOP', path: file });
}

/** The same for the operator's files: who owns one and who may read it stays as it was. */
export function replaceOwned(file: string, content: Uint8Array, model: string): void {
  const known = statSync(model, { throwIfNoEntry: false });
  replaceFile(file, content, modeOf(known));
  giveTo(file, known);
}

/**
 * Writes beside the file and links it into place, which fails where replacing would not: a file
 * that somebody saved in this very moment survives. Returns whether it was free.
 */
export function createOwned(file: string, content: Uint8Array, model: string): boolean {
  const draft = join(dirname(file), `.${basename(file)}.brctl-tmp`);
  rmSync(draft, { force: true });
  const known = statSync(model, { throwIfNoEntry: false });
  writeNew(draft, content, modeOf(known) ?? 0o644);
  giveTo(draft, known);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
    flushFolder(dirname(file));
  }
}

function modeOf(known: Stats | undefined): number | undefined {
  return known && known.mode & 0o777;
}

function giveTo(file: string, known: Stats | undefined): void {
  const { uid, gid } = statSync(file);
  if (known === undefined || (known.uid === uid && known.gid === gid)) return;
  try {
    chownSync(file, known.uid, known.gid);
  } catch (error) {
    // Whoever is not root cannot give a file away, and had the right to replace it.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}

export function flushFolder(folder: string): void {
  // Windows has no handle on a folder to flush.
  if (constants.O_DIRECTORY === undefined) return;
  const handle = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(handle);
  } catch (error) {
    throw inFolder(error, folder);
  } finally {
    closeSync(handle);
  }
}

/** The folder and all folders below it. */
export function flushFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) flushFolders(join(folder, entry.name));
  }
  flushFolder(folder);
}

export type SwitchOptions = Readonly<{
  link: string;
  target: string;
  /** In the folder of `link`; free. */
  draft: string;
  step(name: string): void;
}>;

/** Readers of `link` see the old or the new target at every instant. */
export function switchLink({ link, target, draft, step }: SwitchOptions): void {
  symlinkSync(target, draft);
  step('linked');
  renameSync(draft, link);
  flushFolder(dirname(link));
}

/** Undefined where there is no such file. */
export function textIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

const SAID_NO: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'it is not there, or a link on the way leads nowhere',
  ENOTDIR: 'something on the way is a file and not a folder',
  EEXIST: 'something else is in the way',
  EISDIR: 'a folder is in the way',
  ENOTEMPTY: 'a folder is in the way',
  EMFILE: 'too many open files',
  EIO: 'the disk failed',
  ELOOP: 'links lead to each other',
  EPIPE: 'nobody reads it any more',
};

/** What the system refused, in words where they are known. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return SAID_NO[code ?? ''] ?? message;
}

/** Runs `body`; what the system refuses becomes an error with the path in it. */
export function sayingWhere<T>(doing: string, hint: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    if (isBrctlError(cause)) throw cause;
    const { code, path, dest } = cause as NodeJS.ErrnoException & { dest?: string };
    if (code === undefined || path === undefined) {
      if (code === 'ENOSPC')
        throw operationalError('disk-full', `cannot ${doing}: disk full`, hint);
      throw cause;
    }
    throw new BrctlError(code === 'EACCES' || code === 'EPERM' ? 'auth' : 'operational', {
      code: code === 'ENOSPC' ? 'disk-full' : 'disk-refused',
      // A rename is refused for the place that it goes to; where it comes from is a draft.
      message: `cannot ${doing}: ${dest ?? path}: ${SAID_NO[code] ?? code}`,
      hint,
      cause,
    });
  }
}
