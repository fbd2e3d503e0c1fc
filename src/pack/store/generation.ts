/**
 * The generations of one pack: complete, immutable folders of which `current` names one.
 *
 * What is here is read from the disk each time. The only thing that makes a generation current is
 * the rename in `makeCurrent`, so a process may die anywhere and leave the old or the new.
 */
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { isBrctlError } from '../../sdk/index.ts';
import { flushFolder, switchLink } from '../disk.ts';
import { LINKED, type PackPaths } from '../paths.ts';
import { type Receipt, readReceipt } from './receipt.ts';
import { readTree, type TreeFile } from './tree.ts';

export type State = Readonly<{
  /**
   * `linked`: a folder under development runs, and nothing says what it should hold. `damaged`:
   * files are not what the receipt says. `broken`: there is no telling what should be there.
   * `absent`: the pack is not installed.
   */
  status: 'intact' | 'linked' | 'damaged' | 'broken' | 'absent';
  generation: string | undefined;
  receipt: Receipt | undefined;
  /** What is wrong, one sentence each. */
  problems: readonly string[];
}>;

const GENERATION = /^g\d{4,}$/;
const LEFTOVER = /^\.(staging|current|removed)-/;

/** Reads and hashes every file of the current generation. */
export function inspect(pack: PackPaths): State {
  const absent: State = {
    status: 'absent',
    generation: undefined,
    receipt: undefined,
    problems: [],
  };
  let generation: string | undefined;
  try {
    const stat = lstatSync(pack.current, { throwIfNoEntry: false });
    if (stat === undefined) return absent;
    const link = stat.isSymbolicLink() ? readlinkSync(pack.current) : '';
    if (!GENERATION.test(link)) {
      const problem = `${pack.current} is not a link to a generation`;
      return { ...absent, status: 'broken', problems: [problem] };
    }
    generation = link;
    return inspectGeneration(pack, link);
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return { ...absent, status: 'broken', generation, problems: [error.message] };
  }
}

/** One generation, current or not. Throws where it has no receipt. */
export function inspectGeneration(pack: PackPaths, generation: string): State {
  const root = pack.generation(generation);
  const receipt = readReceipt(root);
  if (receipt.name !== basename(pack.home) || receipt.generation !== generation) {
    const problem = `${root} holds ${receipt.name} ${receipt.generation}`;
    return { status: 'broken', generation, receipt: undefined, problems: [problem] };
  }
  if (receipt.source.kind === 'link') {
    const isThere = existsSync(join(root, LINKED));
    const problems = isThere ? [] : [`${receipt.source.resolved} is not there any more`];
    return { status: isThere ? 'linked' : 'broken', generation, receipt, problems };
  }
  const problems = differences(receipt.files, filesOf(root));
  return { status: problems.length === 0 ? 'intact' : 'damaged', generation, receipt, problems };
}

/** The generation that `current` names, without a look at it. */
export function currentOf(pack: PackPaths): string | null {
  const stat = lstatSync(pack.current, { throwIfNoEntry: false });
  const link = stat?.isSymbolicLink() ? readlinkSync(pack.current) : '';
  return GENERATION.test(link) ? link : null;
}

/** What became of the files of a generation; nothing where no receipt says what they were. */
export function damageIn(root: string): readonly string[] {
  try {
    return differences(readReceipt(root).files, filesOf(root));
  } catch (error) {
    if (!isBrctlError(error)) throw error;
    return [];
  }
}

/** A link or a device where a file was is damage to report, not a reason to give up. */
function filesOf(root: string): readonly TreeFile[] | string {
  try {
    return readTree(root).files;
  } catch (error) {
    if (!isBrctlError(error) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    return (error as Error).message;
  }
}

function differences(
  wanted: readonly TreeFile[],
  found: readonly TreeFile[] | string,
): readonly string[] {
  if (typeof found === 'string') return [found];
  const problems: string[] = [];
  const onDisk = new Map(found.map((file) => [file.path, file]));
  for (const { path, sha256, executable } of wanted) {
    const file = onDisk.get(path);
    onDisk.delete(path);
    if (file === undefined) problems.push(`${path} is missing`);
    else if (file.sha256 !== sha256) problems.push(`${path} was changed`);
    else if (file.executable !== executable) problems.push(`${path} has another mode`);
  }
  return [...problems, ...[...onDisk.keys()].map((path) => `${path} does not belong there`)];
}

/** Oldest first. */
export function generationsIn(home: string): string[] {
  const number = (name: string): number => Number(name.slice(1));
  try {
    return readdirSync(home)
      .filter((name) => GENERATION.test(name))
      .sort((a, b) => number(a) - number(b));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

export function nextGeneration(home: string): string {
  const numbers = generationsIn(home).map((name) => Number(name.slice(1)));
  return `g${String(Math.max(0, ...numbers) + 1).padStart(4, '0')}`;
}

/**
 * A whole generation that says of itself what is asked for: an install that died before its last
 * step had finished it, or it was rolled away from. It only has to become current.
 */
export function findFinished(
  pack: PackPaths,
  isWanted: (receipt: Receipt) => boolean,
): string | undefined {
  return generationsIn(pack.home).find((name) => {
    try {
      const { status, receipt } = inspectGeneration(pack, name);
      return (status === 'intact' || status === 'linked') && isWanted(receipt!);
    } catch (error) {
      if (!isBrctlError(error)) throw error;
      return false;
    }
  });
}

/** Staging folders and half-made links of changes that died, or that are under way. */
export function leftoversIn(home: string): string[] {
  if (lstatSync(home, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(home)
    .filter((name) => LEFTOVER.test(name))
    .map((name) => join(home, name));
}

/** Under another name first: a generation is there as a whole, or not. */
export function removeGeneration(pack: PackPaths, name: string): void {
  const removed = join(pack.home, `.removed-${name}`);
  removeFolder(removed);
  renameSync(pack.generation(name), removed);
  removeFolder(removed);
}

export function removeFolder(folder: string): void {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true, force: true });
}

export function stagingFolder(pack: PackPaths, id: string): string {
  return join(pack.home, `.staging-${id}`);
}

/** The one step that takes a pack away. */
export function removeCurrent(pack: PackPaths): void {
  if (!existsSync(pack.home)) return;
  rmSync(pack.current, { force: true });
  flushFolder(pack.home);
}

export type Switch = Readonly<{ generation: string; id: string; step(name: string): void }>;

export function makeCurrent(pack: PackPaths, { generation, id, step }: Switch): void {
  const draft = join(pack.home, `.current-${id}`);
  switchLink({ link: pack.current, target: generation, draft, step });
}
