/** Where a result goes: stdout, a pipe or a device, or a file that is whole or not there at all. */
import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { makeFolder, reasonOf } from './pack/disk.ts';
import type { Paths } from './pack/paths.ts';
import { operationalError, usageError } from './sdk/index.ts';

const FORMAT_OF_SUFFIX: Readonly<Record<string, string>> = {
  '.csv': 'csv',
  '.json': 'json',
  '.md': 'md',
  '.markdown': 'md',
  '.txt': 'table',
  '.html': 'html',
  '.xlsx': 'xlsx',
  '.sarif': 'sarif',
  '.sig': 'json',
};

/** `--out -`, and the name that systems give to stdout: it may be a socket that none can open. */
export function isStdout(out: string): boolean {
  return out === '-' || out === '/dev/stdout';
}

/** `--format` decides, else the suffix of `--out`, else the command's first format. */
export function chooseFormat(
  formats: readonly string[],
  wanted: { format: string | undefined; out: string | undefined },
): string {
  if (wanted.format !== undefined) return wanted.format;
  if (wanted.out === undefined || isStdout(wanted.out)) return formats[0]!;
  const suffix = extname(wanted.out).toLowerCase();
  const format = FORMAT_OF_SUFFIX[suffix];
  if (format !== undefined && formats.includes(format)) return format;
  throw usageError(
    'format-unknown',
    `--out ${wanted.out}: "${suffix}" names none of the formats ${formats.join(', ')}`,
    'say which with --format',
  );
}

/** Asked before anything else: a folder has no suffix, and that would be the wrong complaint. */
export function refuseFolder(out: string, cwd: string): void {
  const isFolder = out.endsWith('/') || statOf(resolve(cwd, out))?.isDirectory() === true;
  if (isFolder) throw usageError('out-folder', `--out ${out} is a folder`, 'name a file in it');
}

/** A result written over the file it was made from would destroy it. */
export function refuseInput(out: string, inputs: readonly string[], cwd: string): void {
  const place = statOf(resolve(cwd, out));
  const isSame = (input: string): boolean => {
    const info = statOf(resolve(cwd, input));
    return info !== undefined && info.ino === place?.ino && info.dev === place.dev;
  };
  if (place?.isFile() === true && inputs.some(isSame)) {
    throw usageError('out-input', `--out ${out} is what the command reads`, 'name another file');
  }
}

/**
 * Generations, configuration and the data of packs are nothing that a result may replace; reports
 * are, by name and on purpose. Folders may be links to elsewhere: both ways of naming them count.
 */
export function refuseKept(out: string, { root, state }: Paths, cwd: string): void {
  const file = resolve(cwd, out);
  const data = join(root, 'data');
  for (const kept of [state, join(root, 'config'), data]) {
    const ways = [pathBelow(kept, file), pathBelow(realPlace(kept), realPlace(file))];
    const isKept = ways.some((way) => way !== undefined && !(kept === data && isReport(way)));
    if (!isKept) continue;
    throw usageError(
      'out-kept',
      `--out ${out} is in ${kept}, which holds what brctl lives on`,
      'name a file elsewhere',
    );
  }
}

/** Undefined where it is not in the folder; no words where it is the folder. */
function pathBelow(folder: string, file: string): readonly string[] | undefined {
  const way = relative(folder, file);
  if (way === '') return [];
  return way.split(sep)[0] === '..' || isAbsolute(way) ? undefined : way.split(sep);
}

/** `finance/reports/week.json` */
function isReport([, folder, name]: readonly string[]): boolean {
  return folder === 'reports' && name !== undefined;
}

/** Without links, as far as the way exists. */
function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path);
    if (above === path) return path;
    const place = join(realPlace(above), basename(path));
    return isLink(place) ? resolve(dirname(place), readlinkSync(place)) : place;
  }
}

/** What cannot be looked at is no link either: opening it tells. */
function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    return false;
  }
}

/** What cannot be looked at is found out about, and told, by opening it. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

export type ResultFile = Readonly<{
  /** Puts the text in place: with one rename, where the place is a file. */
  write(text: string): void;
  /** Drops the draft; harmless after `write`. */
  close(): void;
}>;

/**
 * Opened before a command changes anything: a result that cannot be written must not be found out
 * about after the ledger has moved.
 */
export function openResult(file: string, options: { cwd: string; id: string }): ResultFile {
  const path = resolve(options.cwd, file);
  const attempt: Attempt = (work) => {
    try {
      return work();
    } catch (cause) {
      throw operationalError('out-unwritable', `cannot write ${path}: ${reasonOf(cause)}`);
    }
  };
  return attempt(() => {
    const stat = statSync(path, { throwIfNoEntry: false });
    // A pipe or a device is a place that others hold on to: a rename would put a file there.
    if (stat !== undefined && !stat.isFile()) return straight(path, attempt);
    return whole(linked(path), { id: options.id, mode: stat?.mode, attempt });
  });
}

type Attempt = <T>(work: () => T) => T;

function straight(path: string, attempt: Attempt): ResultFile {
  const handle = openSync(path, 'a');
  return {
    write: (text) => attempt(() => writeFileSync(handle, text)),
    close: () => closeSync(handle),
  };
}

/** A draft beside the file, so that the rename stays on one file system. */
function whole(
  path: string,
  { id, mode, attempt }: Readonly<{ id: string; mode: number | undefined; attempt: Attempt }>,
): ResultFile {
  const draft = `${path}.${id}.tmp`;
  makeFolder(dirname(path));
  // Who could not read the old result must not read the new one.
  const handle = openSync(draft, 'wx', mode === undefined ? 0o666 : mode & 0o777);
  return {
    write: (text) =>
      attempt(() => {
        writeFileSync(handle, text);
        fsyncSync(handle);
        renameSync(draft, path);
      }),
    close: () => {
      closeSync(handle);
      rmSync(draft, { force: true });
    },
  };
}

/** Where a link leads, also when nothing is there yet. Whoever made the link keeps it. */
function linked(path: string): string {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
  return linked(resolve(realpathSync(dirname(path)), readlinkSync(path)));
}
